import { globMatches, isGlob } from '../glob.ts';
import type { Problem } from '../problem.ts';
import type { Sections } from '../sections.ts';
import {
  type Bounds,
  isAccountWithin,
  isNamespaceWithin,
  isResourceWithin,
  isRoleWithin,
  outside,
} from './bounds.ts';

type ExceptionItem = Sections['exceptions'][number];
type Match = ExceptionItem['value']['match'];

/** What an exception of a delegated file excepts beyond its bounds: each field it gives must lie within, and one must narrow it to them. */
export function* delegatedExceptions(
  { value: { match }, at }: ExceptionItem,
  bounds: Bounds,
  sections: Sections,
): Generator<Problem> {
  const fields = [
    ['namespace', match.namespace, (text: string) => isNamespaceWithin(text, bounds)],
    ['identity', match.identity, (text: string) => isIdentityWithin(text, bounds, sections)],
    ['serviceAccount', match.serviceAccount, (text: string) => isAccountWithin(text, bounds)],
    ['on', match.on, (text: string) => isResourceWithin(text, bounds)],
    ['role', match.role, (text: string) => isRoleWithin(text, bounds)],
  ] as const;
  let isFaulty = false;
  for (const [key, text, isWithin] of fields) {
    if (text === undefined || isWithin(text)) continue;
    isFaulty = true;
    yield outside(at('match', key), bounds, `this excepts findings of \`${text}\``);
  }
  if (isFaulty) return;
  if (!isNarrow(match, bounds)) {
    const hint = 'give the exception a `namespace` or an `identity`';
    yield outside(at('match'), bounds, 'this excepts findings of everybody', hint);
  } else if (bounds.maxRoles !== undefined && match.role === undefined && speaksOfRoles(match.detector)) {
    const hint = `give the exception a \`role\`: ${bounds.maxRoles.join(', ')}`;
    yield outside(at('match'), bounds, 'this excepts any role', hint);
  }
}

/** Whether a field says whose findings are meant; accounts and resources do so only where the bounds speak of them. */
function isNarrow(match: Match, { projects, resources }: Bounds): boolean {
  if (match.namespace !== undefined || match.identity !== undefined) return true;
  const isBounded = projects !== undefined || resources !== undefined;
  return (
    (match.serviceAccount !== undefined && projects !== undefined) || (match.on !== undefined && isBounded)
  );
}

function isIdentityWithin(text: string, bounds: Bounds, { identities }: Sections): boolean {
  if (text.includes('@')) return bounds.projects !== undefined && isAccountWithin(text, bounds);
  if (text.includes('/')) return isNamespaceWithin(text.slice(0, text.indexOf('/')), bounds);
  const named = identities.filter(({ value }) => value.name === text);
  return (
    !isGlob(text) &&
    named.length > 0 &&
    named.every(({ value: { identity, identities: several = identity ? [identity] : [] } }) =>
      several.every(({ namespace }) => isNamespaceWithin(namespace, bounds)),
    )
  );
}

function speaksOfRoles(detector: string): boolean {
  return ['forbidden-role', 'undeclared-grant', 'wide-member'].some((id) => globMatches(detector, id));
}
