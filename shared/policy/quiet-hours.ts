import type { Severity } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import { daysAfter, instantOf, localTime } from './local-time.ts';
import type { Policy } from './policy.ts';

/** When the quiet hours end in which a new message of this severity would fall; `undefined` when it need not wait. */
export function quietUntil(policy: Policy, severity: Severity, asOf: Nanos): Nanos | undefined {
  const quiet = policy.routing.quietHours;
  if (quiet === undefined || quiet.breakThrough.includes(severity)) return undefined;
  const today = localTime(asOf, policy.timezone).date;
  for (const date of [daysAfter(today, -1), today]) {
    const from = instantOf(date, quiet.from, policy.timezone);
    const to = instantOf(quiet.to > quiet.from ? date : daysAfter(date, 1), quiet.to, policy.timezone);
    const { weekday } = localTime(from, policy.timezone);
    if (quiet.days.length > 0 && !quiet.days.includes(weekday)) continue;
    if (from <= asOf && asOf < to) return to;
  }
  return undefined;
}
