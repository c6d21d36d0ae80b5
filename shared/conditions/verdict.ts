import type { Nanos } from '../model/time.ts';

/** Whether the condition of a grant is met, as far as that can be told beforehand. */
export type ConditionVerdict = {
  /** When the answer will be another although nothing happens. */
  readonly changesAt: Nanos | undefined;
} & (
  | { readonly kind: 'always' }
  /** Met until then. */
  | { readonly kind: 'until'; readonly end: Nanos }
  | { readonly kind: 'expired'; readonly since: Nanos }
  | { readonly kind: 'not-yet'; readonly from: Nanos }
  /** Not met at any time by anything that is asked about. */
  | { readonly kind: 'never' }
  /** Met by some of what the grant would reach, or at some hours. `end`: it is not met after that. */
  | { readonly kind: 'narrows'; readonly to: string; readonly end: Nanos | undefined }
  | { readonly kind: 'undecided'; readonly why: string; readonly end: Nanos | undefined }
);

/** Whether a grant gives access under its condition now. What is not decided counts as access: it may be. */
export function givesAccess({ kind }: ConditionVerdict): boolean {
  return kind !== 'expired' && kind !== 'not-yet' && kind !== 'never';
}
