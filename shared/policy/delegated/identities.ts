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

type Entry = Sections['identities'][number];

/** What an entry of a delegated file declares beyond its bounds. */
export function* delegatedIdentities(entry: Entry, bounds: Bounds): Generator<Problem> {
  const { identity, identities = [], gsa, grantForm, allow } = entry.value;
  const patterns = [
    ...(identity === undefined ? [] : [{ pattern: identity, path: ['identity'] as const }]),
    ...identities.map((pattern, i) => ({ pattern, path: ['identities', i] as const })),
  ];
  for (const { pattern, path } of patterns) {
    if (isNamespaceWithin(pattern.namespace, bounds)) continue;
    const hint = `its namespaces are ${bounds.namespaces.join(', ')}`;
    yield outside(
      entry.at(...path, 'namespace'),
      bounds,
      `this speaks of namespace \`${pattern.namespace}\``,
      hint,
    );
  }
  if (gsa !== undefined && !isAccountWithin(gsa, bounds)) {
    yield outside(entry.at('gsa'), bounds, `\`${gsa}\` is of another project`, projectsHint(bounds));
  }
  if (grantForm === 'cluster' || grantForm === 'pool') {
    const hint = 'each and namespace are possible here';
    yield outside(
      entry.at('grantForm'),
      bounds,
      `grants to a whole ${grantForm} reach other namespaces`,
      hint,
    );
  }
  for (const [i, { role, on }] of allow.entries()) {
    if (!isResourceWithin(on, bounds)) {
      yield outside(entry.at('allow', i, 'on'), bounds, `\`${on}\` lies elsewhere`, projectsHint(bounds));
    }
    if (bounds.maxRoles === undefined) continue;
    const hint = `its roles are ${bounds.maxRoles.join(', ')}`;
    if (role === undefined) {
      yield outside(entry.at('allow', i), bounds, 'this allows permissions in whatever role', hint);
    } else if (!isRoleWithin(role, bounds)) {
      yield outside(entry.at('allow', i, 'role'), bounds, `this allows \`${role}\``, hint);
    }
  }
}

function projectsHint({ projects = [], resources = [] }: Bounds): string {
  return `it reaches ${[...projects.map((project) => `project ${project}`), ...resources].join(', ')}`;
}
