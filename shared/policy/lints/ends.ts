import { DAY, type Nanos } from '../../model/time.ts';
import { endOfDay, parseDuration } from '../calendar.ts';
import { type Fault, type Place, type Problem, problemAt } from '../problem.ts';
import { DEFAULTS } from '../schema/defaults.ts';
import type { Lint } from './lint.ts';

/** How long before its end a thing is warned of. */
const SOON = 14n * DAY;

/**
 * What has ended, ends soon, or holds too long. Warnings all: what was sound yesterday must load today, because without its policy the
 * watch is blind. What is over no longer counts anyway.
 */
export const ends: Lint = function* (sections, { asOf }) {
  for (const { value, at, isPartial } of sections.identities) {
    if (isPartial || value.until === undefined || value.ticket !== undefined) continue;
    const message = `\`${value.name}\` ends, and no ticket says who sees to that`;
    yield problemAt(at('until'), warning('until-without-ticket', message, 'add `ticket`'));
  }
  if (asOf === undefined) return;
  const timezone = sections.timezone[0]?.value ?? DEFAULTS.timezone;
  const longest = parseDuration(sections.maxDuration[0]?.value ?? '');
  for (const { value, at } of sections.exceptions) {
    const end = endOfDay(value.expires, timezone);
    const thing = { name: `the exception \`${value.name}\``, date: value.expires };
    yield* ending(at('expires'), thing, end, asOf, ['exception-expired', 'exception-ending']);
    if (longest === undefined || end - asOf <= longest) continue;
    const message = `${thing.name} still holds for ${(end - asOf) / DAY} days, and \`maxDuration\` is ${sections.maxDuration[0]?.value}`;
    yield problemAt(at('expires'), warning('exception-too-long', message, 'let it end sooner'));
  }
  for (const { value, at } of sections.identities) {
    if (value.until === undefined) continue;
    const thing = { name: `\`${value.name}\``, date: value.until };
    const end = endOfDay(value.until, timezone);
    yield* ending(at('until'), thing, end, asOf, ['identity-expired', 'identity-ending']);
  }
  for (const { value, at } of sections.keyAllowances) {
    if (value.expires === undefined) continue;
    const thing = { name: `the allowance \`${value.name}\``, date: value.expires };
    const end = endOfDay(value.expires, timezone);
    yield* ending(at('expires'), thing, end, asOf, ['key-allowance-expired', 'key-allowance-ending']);
  }
};

function* ending(
  place: Place,
  { name, date }: { readonly name: string; readonly date: string },
  end: Nanos,
  asOf: Nanos,
  [over, soon]: readonly [Fault['code'], Fault['code']],
): Generator<Problem> {
  if (asOf >= end) {
    const hint = 'what it covered is open again: take it out, or agree to a later date';
    yield problemAt(place, warning(over, `${name} ended on ${date}`, hint));
  } else if (end - asOf <= SOON) {
    const days = (end - asOf + DAY - 1n) / DAY;
    const left = days === 1n ? 'today' : `in ${days} days`;
    yield problemAt(place, warning(soon, `${name} ends ${left}, on ${date}`));
  }
}

function warning(code: Fault['code'], message: string, hint?: string): Fault {
  return { code, severity: 'warning', message, hint };
}
