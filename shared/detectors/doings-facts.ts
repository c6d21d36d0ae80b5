import type { View } from '../inventory/view.ts';
import type { Act, Actor } from '../model/act.ts';
import { DAY, formatTime, HOUR } from '../model/time.ts';
import type { Cause } from './detector.ts';

/** Once so long has passed without another, what somebody did is over. */
export const OVER_AFTER = DAY;

/** Acts that belong together, the earliest first; never none. */
export type Run = readonly [Act, ...Act[]];

/** The last of what somebody did, with nothing longer than a day between one and the next; nothing when that is over. */
export function lastRun(acts: readonly Act[], view: View): Run | undefined {
  const run: Act[] = [];
  let after = view.asOf;
  for (const act of acts.toReversed()) {
    if (act.time + OVER_AFTER <= after) break;
    run.unshift(act);
    after = act.time;
  }
  const [first, ...others] = run;
  if (first === undefined) return undefined;
  view.wakeAt(run.at(-1)!.time + OVER_AFTER);
  return [first, ...others];
}

/** What was done, once an hour: a line for each time would be another message for each time. */
export function hourly(run: Run, words: (act: Act) => string): readonly string[] {
  return [...new Set(run.map((act) => `${hourOf(act)} ${words(act)}`))].sort();
}

function hourOf({ time }: Act): string {
  return `${formatTime(time - (time % HOUR)).slice(0, 'YYYY-MM-DDTHH:MM'.length)}Z`;
}

export function runCause([first]: Run): Cause {
  return { asset: first.asset, time: first.time, source: 'audit-log', act: first.id };
}

/** Who was behind it. */
export function whoActed({ delegation, principal, subject = '' }: Actor): string {
  return delegation[0] ?? (principal === '' ? subject : principal);
}

/** The same, to begin a sentence with. */
export function whoWords(actor: Actor): string {
  const who = whoActed(actor);
  const name = who === '' ? 'Somebody (the entry names nobody)' : who;
  return actor.delegation.length === 0 ? name : `${name} (as ${actor.principal})`;
}
