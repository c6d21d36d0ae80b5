import type { ConditionVerdict } from '../conditions/verdict.ts';
import { moment } from '../conditions/words.ts';

/** A few words on what a condition makes of its grant, to stand in brackets after it; empty where it makes nothing of it. */
export function conditionNote(verdict: ConditionVerdict): string {
  switch (verdict.kind) {
    case 'always':
      return '';
    case 'until':
      return ` (until ${moment(verdict.end)})`;
    case 'expired':
      return ` (its condition ended on ${moment(verdict.since)})`;
    case 'not-yet':
      return ` (its condition begins on ${moment(verdict.from)})`;
    case 'never':
      return ' (its condition is never met here)';
    case 'narrows':
      return ` (narrowed to ${verdict.to})`;
    case 'undecided':
      return ` (its condition is not decided: ${verdict.why})`;
  }
}
