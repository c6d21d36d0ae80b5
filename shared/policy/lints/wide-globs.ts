import { isCatchAll } from '../identity-pattern.ts';
import { type Place, problemAt } from '../problem.ts';
import type { Sections } from '../sections.ts';
import type { Lint } from './lint.ts';

/** `glob-matches-everything`: a pattern without a letter, where it opens what it was meant to narrow. */
export const wideGlobs: Lint = function* (sections) {
  for (const [what, place] of [...identities(sections), ...others(sections)]) {
    yield problemAt(place, {
      code: 'glob-matches-everything',
      severity: 'warning',
      message: `this ${what}`,
      hint: 'name what is meant',
    });
  }
};

type Wide = readonly [what: string, place: Place];

function* identities({ identities: entries }: Sections): Generator<Wide> {
  for (const { value, at } of entries) {
    if (value.identity && isCatchAll(value.identity.namespace))
      yield ['declares the accounts of every namespace', at('identity', 'namespace')];
    for (const [i, { namespace }] of (value.identities ?? []).entries())
      if (isCatchAll(namespace))
        yield ['declares the accounts of every namespace', at('identities', i, 'namespace')];
    for (const [i, { on }] of value.allow.entries())
      if (isEverything(on)) yield ['allows the role on everything of its kind', at('allow', i, 'on')];
    for (const [i, on] of (value.ephemeral?.within ?? []).entries())
      if (isEverything(on))
        yield ['lets what comes and goes reach everything of its kind', at('ephemeral', 'within', i)];
  }
}

function* others({
  forbiddenRoles,
  keyAllowances,
  changers,
  exceptions,
  mayBecome,
}: Sections): Generator<Wide> {
  for (const { value, at } of mayBecome)
    if (isCatchAll(value.subject.replace(/^(user|group|serviceAccount|domain):/, '')))
      yield ['lets anybody become identities', at('subject')];
  for (const { value, at } of forbiddenRoles) {
    for (const [i, role] of value.roles.entries())
      if (isCatchAll(role) && value.principals.length === 0)
        yield ['forbids every role to every workload', at('roles', i)];
    for (const [i, member] of value.principals.entries())
      if (isCatchAll(member)) yield ['speaks of every member there is', at('principals', i)];
  }
  for (const { value, at } of keyAllowances)
    if (isCatchAll(value.serviceAccount.replace('@', '')))
      yield ['lets every account have keys', at('serviceAccount')];
  for (const { value, at } of changers)
    for (const [i, on] of value.within.entries())
      if (isEverything(on))
        yield ['is everything of its kind: leave `within` out if that is meant', at('within', i)];
  for (const { value, at } of exceptions) {
    const { detector, ...narrower } = value.match;
    const narrow = Object.values(narrower).filter(
      (text) => text !== undefined && !isEverything(text) && !isCatchAll(text),
    );
    if (narrow.length === 0 && isCatchAll(detector))
      yield ['excepts every finding there is', at('match', 'detector')];
  }
}

/** `project:*`, `topic:**`, and so on: an alias and no letter behind it. */
function isEverything(on: string): boolean {
  return /^[A-Za-z]+:[*?/@]*[*?][*?/@]*$/.test(on);
}
