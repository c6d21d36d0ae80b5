import type { Nanos } from '../model/time.ts';
import type { AlertMessage } from '../ports.ts';
import { paragraph, richText, span } from './block-kit.ts';
import { durationText } from './moments.ts';
import { mrkdwn, plain } from './text.ts';

const LONGEST = 1_500;

/** A short answer that only one person sees: why something was not done, what to do instead. */
export function noticeMessage(text: string): AlertMessage {
  const said = plain(text, LONGEST) || 'Nothing was done.';
  const block = richText(paragraph(span(said, LONGEST)));
  return { text: mrkdwn(said, LONGEST), blocks: block === undefined ? [] : [block] };
}

/** What is said when something cannot be done: what holds, then what to do. For `noticeMessage`. */
export const NOTICES = {
  /** The button was pressed on a message of another episode. */
  stale: () =>
    'Nothing was done: this message shows an earlier episode. Use the buttons of the newest message about it in this channel.',
  gone: () => 'Nothing was done: this alert is no longer on record.',
  resolved: () => 'Nothing was done: it is resolved already.',
  acknowledged: (by: string | undefined) =>
    by === undefined
      ? 'Somebody has acknowledged it already.'
      : `${name(by)} has acknowledged it already. Talk to them before you change anything.`,
  /** `who`: the approvers, in words; empty where the policy names none that Slack can tell. */
  notAllowed: (who: readonly string[]) =>
    who.length === 0
      ? 'Nothing was done: the policy names nobody who may agree to exceptions in Slack. Whoever owns the policy can add them to exceptions.approvers.'
      : `Nothing was done: only ${either(who)} may agree to exceptions.`,
  ownRequest: () => 'Nothing was done: you asked for this exception, so somebody else has to agree to it.',
  guest: () =>
    'Nothing was done: guests and people of other workspaces cannot decide here. Ask a member of this workspace.',
  /** `lastDay` is `YYYY-MM-DD`. */
  tooLong: (lastDay: string) =>
    `Nothing was done: an exception may hold until ${lastDay} at most. Choose an earlier day.`,
  snoozeTooLong: (most: Nanos) =>
    `Nothing was done: what is critical can be put off for ${durationText(most)} at most.`,
  neverExcepted: (detectors: readonly string[]) =>
    `Nothing was done: the policy allows no exception from ${either(detectors)} (exceptions.neverExcept). Repair it; if there is nothing to repair, say so with False positive.`,
  /** Somebody has agreed to the request, or refused it. */
  decided: () => 'Nothing was done: somebody has decided on this request already.',
  /** The request has run out before anybody agreed. */
  overtaken: () =>
    'Nothing was done: the day until which this exception was asked for has passed. Ask again if it is still needed.',
  pending: (by: string | undefined) =>
    `Nothing was done: ${by === undefined ? 'an exception has been asked for' : `${name(by)} has asked for an exception`} already, and it waits for somebody else to agree.`,
  unavailable: () => 'Nothing was done: who you are could not be looked up just now. Try again in a minute.',
} as const;

function name(who: string): string {
  return plain(who, 120);
}

/** `a`, `a or b`, `a, b or c`. */
function either(names: readonly string[]): string {
  const shown = names.slice(0, 10).map(name);
  return shown.length < 2 ? (shown[0] ?? 'nobody') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}
