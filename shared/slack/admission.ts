import type { Interaction } from './interaction.ts';

/** Whose presses count. */
export interface Admission {
  /** Ids of workspaces (`T…`) or of a whole Enterprise Grid (`E…`). */
  readonly teams: readonly string[];
  /** The id of our app (`A…`); `undefined`: the signing secret is proof enough. */
  readonly app: string | undefined;
}

/** Why somebody's press does not count. */
export type Refusal = 'another app' | 'another workspace';

/**
 * `undefined`: it counts. In a channel shared through Slack Connect the guests of another company can press our buttons too, and Slack signs
 * that like any other press.
 */
export function refusalOf({ by, app }: Interaction, admission: Admission): Refusal | undefined {
  if (admission.app !== undefined && app !== admission.app) return 'another app';
  return admission.teams.includes(by.team) ? undefined : 'another workspace';
}
