import type { Severity } from './finding.ts';
import type { Nanos } from './time.ts';

/** Somebody in Slack, as Slack vouches for them. */
export interface SlackUser {
  readonly id: string;
  readonly team: string;
}

/** Who decided: the Slack user, and the e-mail where Slack told it. */
export interface Decider extends SlackUser {
  readonly email: string | undefined;
}

/** A finding as it stood when somebody decided on it: what comes back later is another matter. */
export interface Decided {
  readonly finding: string;
  readonly detector: string;
  readonly episode: number;
  readonly severity: Severity;
}

/** What a person decided about the findings of one incident. Kept for good: decisions are evidence. */
export type Decision = {
  readonly id: string;
  readonly at: Nanos;
  readonly by: Decider;
  readonly incident: string;
  readonly about: readonly Decided[];
} & DecisionKind;

export type DecisionKind =
  /** "I am acting": stops the escalation. */
  | { readonly kind: 'acknowledge' }
  | { readonly kind: 'snooze'; readonly until: Nanos }
  /** Waits for somebody else to agree. */
  | ExceptionRequest
  | { readonly kind: 'approve-exception'; readonly request: string }
  | { readonly kind: 'reject-exception'; readonly request: string }
  | { readonly kind: 'false-positive'; readonly reason: string };

export interface ExceptionRequest {
  readonly kind: 'request-exception';
  readonly reason: string;
  readonly ticket: string;
  /** The first moment at which it no longer holds. */
  readonly expires: Nanos;
}

/** What somebody asked for in Slack, before anybody has looked whether they may: durable first, decided afterwards. */
export type Intent = {
  readonly id: string;
  readonly at: Nanos;
  readonly by: SlackUser;
  /** Where the answer goes that only they see. */
  readonly answer: AnswerTo;
} & (
  | ({ readonly about: Pressed } & IntentKind)
  | { readonly kind: 'status' }
  | { readonly kind: 'list-findings'; readonly owner: string | undefined }
  | { readonly kind: 'explain-subject'; readonly words: string }
);

export type IntentKind =
  | { readonly kind: 'acknowledge' }
  /** How long, in nanoseconds. */
  | { readonly kind: 'snooze'; readonly length: Nanos }
  | { readonly kind: 'explain' }
  | { readonly kind: 'approve-exception'; readonly request: string }
  | { readonly kind: 'reject-exception'; readonly request: string }
  | { readonly kind: 'false-positive'; readonly reason: string }
  | ExceptionRequest;

/** The message somebody pressed a button of: opaque ids, and the episode it showed, so that a late press is told from a fresh one. */
export interface Pressed {
  readonly incident: string;
  readonly episode: number;
}

/** Slack's own answer address, good for half an hour, or a note that only this user sees in the channel. */
export type AnswerTo =
  | { readonly kind: 'response-url'; readonly url: string }
  | { readonly kind: 'ephemeral'; readonly channel: string; readonly user: string };
