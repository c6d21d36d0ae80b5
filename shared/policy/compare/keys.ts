import type { Nanos } from '../../model/time.ts';
import { durationText } from '../calendar.ts';
import type { KeyAllowance, Policy } from '../policy.ts';
import type { PolicyChange, Told } from './change.ts';
import { coversCrossing } from './covers.ts';
import { changed, limitChange, named } from './tell.ts';

const SECTION = 'serviceAccountKeys';

export function keyChanges(a: Policy, b: Policy, day: (end: Nanos) => string): readonly PolicyChange[] {
  const [was, is] = [a.serviceAccountKeys, b.serviceAccountKeys];
  const common = { section: SECTION, name: SECTION };
  if (is === undefined) {
    if (was === undefined) return [];
    const text = 'there are no rules for keys any more';
    return [{ ...common, effect: 'weaker', text, at: was.at, isGone: true }];
  }
  if (was === undefined)
    return [
      { ...common, effect: 'stronger', text: 'there are rules for keys now', at: is.at, isGone: false },
    ];
  const rules: readonly Told[] = [
    ...changed(
      is.userManaged === 'allow' ? 'weaker' : 'stronger',
      'user-managed keys:',
      was.userManaged,
      is.userManaged,
    ),
    ...limitChange(was.maxAge, is.maxAge, 'a key may be as old as', durationText),
    ...limitChange(was.retireBy, is.retireBy, 'the last key goes', day),
  ];
  return [
    ...rules.map((told) => ({ ...common, at: is.at, isGone: false, ...told })),
    ...named(`${SECTION}.allowed`, was.allowed, is.allowed, ({ at }) => at, {
      more: 'weaker',
      came: (item) => `${item.serviceAccount} may have ${item.maxKeys ?? 'any number of'} keys now`,
      went: (item) => `${item.serviceAccount} may no longer have keys`,
      kept: (x, y) => allowanceChanges(x, y, day),
    }),
  ];
}

function allowanceChanges(a: KeyAllowance, b: KeyAllowance, day: (end: Nanos) => string): readonly Told[] {
  const isCovered = coversCrossing(a.serviceAccount, b.serviceAccount);
  return [
    ...changed(isCovered ? 'stronger' : 'weaker', 'speaks of', a.serviceAccount, b.serviceAccount),
    ...limitChange(a.maxKeys, b.maxKeys, 'keys', String),
    ...limitChange(a.expires, b.expires, 'holds until', day),
    ...changed('neutral', 'owner is', a.owner ?? '', b.owner ?? ''),
    ...changed('neutral', 'ticket is', a.ticket ?? '', b.ticket ?? ''),
  ];
}
