import type { AnswerTo, SlackUser } from '../model/decision.ts';

/** What a request from Slack says, read once. */
export type FromSlack =
  | Interaction
  /** Slack looks whether the address answers. */
  | { readonly kind: 'check' }
  /** Slack looks whether the address is ours: it wants its word back. */
  | { readonly kind: 'challenge'; readonly challenge: string }
  /** Well-formed, and nothing to us. */
  | { readonly kind: 'ignored'; readonly why: string }
  /** Not what Slack sends: what is wrong and where, without a word of the body. */
  | { readonly kind: 'malformed'; readonly why: string };

/** Something somebody did. Whether they may is asked elsewhere. */
export type Interaction = Press | Submission | Command;

interface Done {
  /** The team is the person's own, which in a channel shared with another workspace is not the channel's. */
  readonly by: SlackUser;
  /** The app it was meant for. */
  readonly app: string;
}

/** A button or a menu of a message. */
export interface Press extends Done {
  readonly kind: 'press';
  readonly action: string;
  /** What the button carries, or the option that was chosen; empty for none. */
  readonly value: string;
  readonly channel: string;
  /** The message's `ts`. */
  readonly message: string;
  /** `action_ts`: tells two presses of one button apart. */
  readonly at: string;
  /** Lets a dialogue be opened for three seconds. */
  readonly trigger: string;
  readonly answer: AnswerTo;
}

/** A dialogue that was filled in. */
export interface Submission extends Done {
  readonly kind: 'submission';
  readonly callback: string;
  /** The id of this opened dialogue: it can be submitted once. */
  readonly view: string;
  /** What the dialogue carries for us. */
  readonly metadata: string;
  /** What was entered, by block; what was left empty is not in it. */
  readonly inputs: ReadonlyMap<string, string>;
}

/** `/anchorwatch …`. */
export interface Command extends Done {
  readonly kind: 'command';
  /** As the workspace has named it, with its slash. */
  readonly command: string;
  readonly text: string;
  /** New with every call. */
  readonly trigger: string;
  readonly answer: AnswerTo;
}
