import type { TracedField } from '../inventory/facts.ts';
import type { SaidValue, SetBy } from '../inventory/register.ts';
import type { Setter } from '../model/act.ts';
import { MINUTE, type Nanos } from '../model/time.ts';

/** A value that counts as accepted: what a field is compared with where the policy declares nothing. */
export interface Accepted {
  readonly value: SaidValue['value'];
  readonly since: Nanos;
  /** Who set it, where that is what makes it accepted; absent of what was there first. */
  readonly by?: string;
}

/** The entry that tells who made something is as old as the asset that shows it, but for clocks that do not agree. */
const CLOCKS_APART = MINUTE;

/**
 * What was accepted last: whatever somebody set whom the policy trusts with it, or else what was there first. What is known to have been
 * made by somebody it does not trust was never accepted.
 */
export function acceptedValue(
  { said }: TracedField,
  isTrusted: (who: Setter) => boolean | 'unjudged',
): Accepted | undefined {
  const [first] = said.toSorted((a, b) => compare(a.first.time, b.first.time));
  if (first === undefined) return undefined;
  const makers = (first.by ?? []).filter((one) => one.first <= first.first.time + CLOCKS_APART);
  const isMadeByStrangers = makers.length > 0 && makers.every((one) => isTrusted(one) === false);
  const found: readonly Accepted[] = isMadeByStrangers
    ? []
    : [{ value: first.value, since: first.first.time }];
  const set = said.flatMap(({ value, by = [] }) =>
    by.filter((one) => isTrusted(one) === true).map((one) => ({ value, since: one.last, by: nameOf(one) })),
  );
  return [...set, ...found].toSorted((a, b) => compare(b.since, a.since))[0];
}

/** Who set the value a field has now, the latest of them; nothing where no message told. */
export function setterOfNow({ said: [now] }: TracedField): SetBy | undefined {
  return now?.by?.[0];
}

function nameOf({ delegation, principal, subject = '' }: Setter): string {
  return delegation[0] ?? (principal === '' ? subject : principal);
}

function compare(a: Nanos, b: Nanos): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
