import type { Nanos } from '../../model/time.ts';
import { durationText } from '../calendar.ts';
import { globCovers } from '../glob-covers.ts';
import type { AllowedGrant, DeclaredIdentity, DeclaredUsage, Ephemeral, IdentityPattern } from '../policy.ts';
import type { Told } from './change.ts';
import { coversCrossing, coversIdentity } from './covers.ts';
import { changed, limitChange, listChanges, type NamedWords } from './tell.ts';

export function identityWords(day: (end: Nanos) => string): NamedWords<DeclaredIdentity> {
  return {
    more: 'wider',
    came: (entry) => `declared: ${identityText(entry)}`,
    went: (entry) => `no longer declared: ${identityText(entry)}`,
    kept: (a, b) => identityChanges(a, b, day),
  };
}

const FORMS: readonly DeclaredIdentity['grantForm'][] = ['each', 'namespace', 'cluster', 'pool'];

function identityChanges(
  a: DeclaredIdentity,
  b: DeclaredIdentity,
  day: (end: Nanos) => string,
): readonly Told[] {
  const patterns = new Map([...a.identities, ...b.identities].map((one) => [patternText(one), one]));
  return [
    ...listChanges(a.identities.map(patternText), b.identities.map(patternText), 'identities', 'wider', {
      covers: (bound, one) => coversIdentity(patterns.get(bound)!, patterns.get(one)!),
    }),
    ...changed('wider', 'acts as', a.gsa ?? 'itself', b.gsa ?? 'itself'),
    ...changed(
      FORMS.indexOf(b.grantForm) > FORMS.indexOf(a.grantForm) ? 'wider' : 'narrower',
      'is granted per',
      a.grantForm,
      b.grantForm,
    ),
    ...allowChanges(a.allow, b.allow),
    ...limitChange(a.until, b.until, 'holds until', day),
    ...ephemeralChanges(a.ephemeral, b.ephemeral),
    ...usageChanges(a.usage, b.usage),
    ...changed('neutral', 'owner is', a.owner ?? '', b.owner ?? ''),
    ...changed('neutral', 'slack is', a.slack ?? '', b.slack ?? ''),
    ...changed('neutral', 'ticket is', a.ticket ?? '', b.ticket ?? ''),
  ];
}

/** Previews are told of in the digest only; what stays is not held to an age, nor to where previews may be. */
function ephemeralChanges(a: Ephemeral | undefined, b: Ephemeral | undefined): readonly Told[] {
  if (a === undefined || b === undefined) {
    if (a === b) return [];
    return b === undefined
      ? [{ effect: 'wider', text: `is ephemeral no more: it may live for ever, and reach beyond previews` }]
      : [{ effect: 'weaker', text: 'is ephemeral now: what is found of it goes to the digest only' }];
  }
  return [
    ...limitChange(a.maxAge, b.maxAge, 'a preview may live for', durationText),
    ...listChanges(a.within, b.within, 'previews may reach', 'wider', { covers: globCovers }),
    ...changed('neutral', 'previews are made by', a.by, b.by),
  ];
}

/** What is declared is no news any more; what was, is learnt from then on. */
function usageChanges(a: DeclaredUsage | undefined, b: DeclaredUsage | undefined): readonly Told[] {
  const aspects = [
    ['services', 'calls', globCovers],
    ['networks', 'calls from', (bound: string, one: string) => bound === one],
    ['impersonatedBy', 'may be impersonated by', coversCrossing],
  ] as const;
  return aspects.flatMap(([aspect, what, covers]): readonly Told[] => {
    const [was, is] = [a?.[aspect], b?.[aspect]];
    if (was === undefined || is === undefined) {
      if (was === is) return [];
      return is === undefined
        ? [{ effect: 'narrower', text: `${what} what is learnt now, was ${was?.join(', ')}` }]
        : [{ effect: 'wider', text: `${what} ${is.join(', ')} now, was learnt` }];
    }
    return listChanges(was, is, what, 'wider', { covers });
  });
}

/** Roles by role and place, so that a condition that comes or goes is told as what it is. */
function allowChanges(before: readonly AllowedGrant[], after: readonly AllowedGrant[]): readonly Told[] {
  const was = new Map(before.map((item) => [allowKey(item), item]));
  const is = new Map(after.map((item) => [allowKey(item), item]));
  return [
    ...[...is].flatMap(([key, item]): readonly Told[] => {
      const old = was.get(key);
      if (old !== undefined) return conditionChange(key, old, item);
      const effect = before.some((other) => coversAllowed(other, item)) ? 'neutral' : 'wider';
      return [{ effect, text: `may now have ${allowText(item)}`, at: item.at }];
    }),
    ...[...was].flatMap(([key, item]): readonly Told[] => {
      if (is.has(key)) return [];
      const effect = after.some((other) => coversAllowed(other, item)) ? 'neutral' : 'narrower';
      return [{ effect, text: `may no longer have ${allowText(item)}` }];
    }),
  ];
}

function conditionChange(key: string, old: AllowedGrant, item: AllowedGrant): readonly Told[] {
  const { condition, at } = item;
  if (old.condition === condition) return [];
  if (condition === undefined)
    return [{ effect: 'wider', text: `${key} needs no condition any more (was ${old.condition})`, at }];
  const isNarrower = old.condition === undefined || old.condition === 'required';
  const was = old.condition === undefined ? '' : `, was ${old.condition}`;
  return [
    {
      effect: isNarrower ? 'narrower' : 'wider',
      text: `${key} only under condition ${condition} now${was}`,
      at,
    },
  ];
}

/** Whether whoever may have `one` may have it by `bound` already. */
function coversAllowed(bound: AllowedGrant, one: AllowedGrant): boolean {
  return (
    bound.role === one.role &&
    one.permissions.every((permission) => bound.permissions.includes(permission)) &&
    globCovers(bound.on, one.on) &&
    (bound.condition === undefined ||
      bound.condition === one.condition ||
      (bound.condition === 'required' && one.condition !== undefined))
  );
}

function allowKey({ role, permissions, on }: AllowedGrant): string {
  return `${role ?? permissions.join('+')} on ${on}`;
}

function allowText(item: AllowedGrant): string {
  return `${allowKey(item)}${item.condition === undefined ? '' : ` under condition ${item.condition}`}`;
}

function patternText({ pool, namespace, serviceAccount }: IdentityPattern): string {
  return `${pool}[${namespace}/${serviceAccount}]`;
}

function identityText({ identities, gsa, allow }: DeclaredIdentity): string {
  const roles = allow.map(allowText).join(', ');
  return `${identities.map(patternText).join(', ')} as ${gsa ?? 'itself'}${roles === '' ? '' : `, may have ${roles}`}`;
}
