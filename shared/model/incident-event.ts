import type { Nanos } from './time.ts';

/** One line of an incident's diary, which its thread shows. */
export interface IncidentEvent {
  readonly at: Nanos;
  readonly kind: IncidentEventKind;
  /** The title of the finding it is about. */
  readonly title: string;
  /** Who did it, where somebody did: `jane@acme.example`. */
  readonly by?: string;
  /** What else there is to say: the severity it has now, the reason given. */
  readonly detail?: string;
  /** Until when it is snoozed or excepted. */
  readonly until?: Nanos;
}

export type IncidentEventKind =
  | 'opened'
  | 'reopened'
  | 'worse'
  | 'eased'
  | 'actor-known'
  | 'acknowledged'
  | 'snoozed'
  | 'woken'
  | 'exception-asked'
  | 'exception-refused'
  | 'excepted'
  | 'exception-ended'
  | 'false-positive'
  | 'repaired'
  | 'confirmed'
  | 'resolved';
