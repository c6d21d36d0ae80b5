import type { Pressed } from '../model/decision.ts';
import { DAY, HOUR, type Nanos } from '../model/time.ts';

/**
 * What Slack sends back when somebody presses something: the ids of our buttons and inputs, and the opaque values they carry. Messages are
 * built with these, and whoever receives a press reads it with these.
 */

/** `action_id` of each button. */
export const ACTIONS = {
  acknowledge: 'acknowledge',
  snooze: 'snooze',
  except: 'except',
  falsePositive: 'false-positive',
  explain: 'explain',
  /** Only a link; Slack tells of the press all the same. */
  console: 'console',
  approveException: 'approve-exception',
  rejectException: 'reject-exception',
} as const;

/** `block_id` of every row of buttons. */
export const BUTTONS_BLOCK = 'anchorwatch';

/** The dialogues: `callback_id`, and for each input where its value stands in `view.state.values`. `private_metadata` is the value pressed. */
export const MODALS = {
  except: {
    callback: 'except',
    reason: { block: 'reason', action: 'reason' },
    ticket: { block: 'ticket', action: 'ticket' },
    /** A day, `YYYY-MM-DD`: the last on which it holds, in the time zone of the policy. */
    expires: { block: 'expires', action: 'expires' },
  },
  falsePositive: {
    callback: 'false-positive',
    reason: { block: 'reason', action: 'reason' },
  },
} as const;

/** How much somebody must write for a reason, and how much may: characters. The most is the policy's own. */
export const REASON = { least: 10, most: 500 } as const;
export const TICKET = { least: 2, most: 300 } as const;

/** What a button of an incident carries: which one, and the episode of its leading finding that the message showed. */
export function pressedValue(incident: string, episode: number): string {
  return `${incident}|${episode}`;
}

/** Reads what `pressedValue` wrote; `undefined` for anything else. */
export function parsePressedValue(text: string): Pressed | undefined {
  const [, incident, episode] = /^([0-9a-f]{32})\|([1-9]\d{0,8})$/.exec(text) ?? [];
  return incident === undefined ? undefined : { incident, episode: Number(episode) };
}

/** How long something may be put off, as menus offer it. */
export const SNOOZES = {
  '1h': { text: '1 hour', length: HOUR },
  '8h': { text: '8 hours', length: 8n * HOUR },
  '24h': { text: '24 hours', length: DAY },
  '1d': { text: '1 day', length: DAY },
  '7d': { text: '7 days', length: 7n * DAY },
} as const satisfies Readonly<Record<string, { readonly text: string; readonly length: Nanos }>>;
export type Snooze = keyof typeof SNOOZES;

/** What is critical comes back within a day. */
export const CRITICAL_SNOOZE_MOST: Nanos = DAY;

export function snoozesFor(isCritical: boolean): readonly Snooze[] {
  return isCritical ? ['1h', '8h', '24h'] : ['1h', '1d', '7d'];
}

export function snoozeValue(pressed: string, snooze: Snooze): string {
  return `${pressed}|${snooze}`;
}

/** Reads what `snoozeValue` wrote: which incident, and for how long. */
export function parseSnoozeValue(
  text: string,
): { readonly about: Pressed; readonly length: Nanos } | undefined {
  const [pressed, snooze] = parted(text);
  const about = parsePressedValue(pressed);
  return about !== undefined && isSnooze(snooze) ? { about, length: SNOOZES[snooze].length } : undefined;
}

/** What the buttons under a request for an exception carry: the decision that asks for it. */
export function requestValue(pressed: string, decision: string): string {
  return `${pressed}|${decision}`;
}

/** Reads what `requestValue` wrote. */
export function parseRequestValue(
  text: string,
): { readonly about: Pressed; readonly request: string } | undefined {
  const [pressed, request] = parted(text);
  const about = parsePressedValue(pressed);
  return about !== undefined && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(request)
    ? { about, request }
    : undefined;
}

/** At the last bar. */
function parted(text: string): readonly [string, string] {
  const at = text.lastIndexOf('|');
  return [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
}

function isSnooze(text: string): text is Snooze {
  return Object.hasOwn(SNOOZES, text);
}
