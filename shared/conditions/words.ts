import { formatTime, type Nanos } from '../model/time.ts';
import type { ConditionVerdict } from './verdict.ts';

/** A sentence on what a condition makes of its grant, to stand after another; empty where it makes nothing of it. */
export function conditionWords(verdict: ConditionVerdict): string {
  switch (verdict.kind) {
    case 'always':
      return '';
    case 'until':
      return ` Its condition is met until ${moment(verdict.end)}.`;
    case 'expired':
      return ` Its condition has not been met since ${moment(verdict.since)}: it gives no access.`;
    case 'not-yet':
      return ` Its condition is not met before ${moment(verdict.from)}: it gives no access yet.`;
    case 'never':
      return ' Its condition is never met here: it gives no access.';
    case 'narrows':
      return ` Its condition narrows it to ${verdict.to}${upTo(verdict.end)}.`;
    case 'undecided':
      return ` Whether its condition is met is not decided, and it is judged as if it were: ${verdict.why}${upTo(verdict.end)}.`;
  }
}

function upTo(end: Nanos | undefined): string {
  return end === undefined ? '' : `, until ${moment(end)}`;
}

/** `2027-01-01 00:00 UTC`. */
export function moment(time: Nanos): string {
  return `${formatTime(time).slice(0, 16).replace('T', ' ')} UTC`;
}
