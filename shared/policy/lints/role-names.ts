import { type Place, problemAt } from '../problem.ts';
import type { Sections } from '../sections.ts';
import { editDistance } from '../suggest.ts';
import { COMMON_ROLES } from './common-roles.ts';
import type { Lint } from './lint.ts';

/**
 * `unknown-role`: a role one slip away from a well-known one. Only a warning, and only then: Google has two thousand roles, makes more every
 * month, and no list of ours could say that there is no such role.
 */
export const roleNames: Lint = function* (sections) {
  for (const [role, place] of rolesIn(sections)) {
    const meant = COMMON_ROLES.has(role) ? undefined : slipOf(role);
    if (meant === undefined) continue;
    yield problemAt(place, {
      code: 'unknown-role',
      severity: 'warning',
      message: `\`${role}\` is no role that we know`,
      hint: `did you mean \`${meant}\`?`,
    });
  }
};

function* rolesIn({ identities, forbiddenRoles, exceptions }: Sections): Generator<readonly [string, Place]> {
  for (const { value, at } of identities)
    for (const [i, { role }] of value.allow.entries())
      if (role !== undefined) yield [role, at('allow', i, 'role')];
  for (const { value, at } of forbiddenRoles)
    for (const [i, role] of value.roles.entries()) yield [role, at('roles', i)];
  for (const { value, at } of exceptions)
    if (value.match.role !== undefined) yield [value.match.role, at('match', 'role')];
}

/** The common role that was meant: the same service and a slip in the rest, or the same rest and a slip in the service. */
function slipOf(role: string): string | undefined {
  if (!/^roles\/[A-Za-z0-9_.]+$/.test(role)) return undefined;
  const [service, name] = split(role);
  return [...COMMON_ROLES].find((common) => {
    const [itsService, itsName] = split(common);
    if (service === itsService) return editDistance(name, itsName) <= (itsName.length > 4 ? 2 : 1);
    return name === itsName && itsService.length > 5 && editDistance(service, itsService) <= 2;
  });
}

function split(role: string): readonly [service: string, name: string] {
  const dot = role.lastIndexOf('.');
  return dot < 0 ? ['', role] : [role.slice(0, dot), role.slice(dot + 1)];
}
