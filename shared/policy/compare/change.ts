import type { PolicyLine } from '../../model/finding.ts';

/** *weaker*: a guard rail was taken down; *wider*: somebody may do more, as declared; *neutral*: who hears of it, whose it is. */
export const EFFECTS = ['weaker', 'wider', 'narrower', 'stronger', 'neutral'] as const;
export type Effect = (typeof EFFECTS)[number];

/** What is different, in words, and what that does. */
export interface Told {
  readonly effect: Effect;
  readonly text: string;
  /** Where the newer policy says so, when that is known better than by the item it is a part of. */
  readonly at?: PolicyLine;
}

export interface PolicyChange {
  readonly effect: Effect;
  /** The part of the policy: `workloadIdentities`, `forbiddenRoles` … */
  readonly section: string;
  readonly name: string;
  readonly text: string;
  /** Where the newer policy says so; where the older one did, when it is gone. */
  readonly at: PolicyLine;
  /** Only the older policy says it, at `at`. */
  readonly isGone: boolean;
}

const OPPOSITE: Readonly<Record<Effect, Effect>> = {
  weaker: 'stronger',
  wider: 'narrower',
  stronger: 'weaker',
  narrower: 'wider',
  neutral: 'neutral',
};

export function opposite(effect: Effect): Effect {
  return OPPOSITE[effect];
}
