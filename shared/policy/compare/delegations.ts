import { globCovers } from '../glob-covers.ts';
import type { Delegation } from '../policy.ts';
import type { Told } from './change.ts';
import { coversCrossing } from './covers.ts';
import { changed, listChanges, type NamedWords } from './tell.ts';

export const DELEGATIONS: NamedWords<Delegation> = {
  more: 'weaker',
  came: ({ files, namespaces }) => `${files} may declare identities of ${namespaces.join(', ')} now`,
  went: ({ files }) => `${files} may no longer declare identities`,
  kept: (a, b) => [
    ...changed(globCovers(a.files, b.files) ? 'stronger' : 'weaker', 'files are', a.files, b.files),
    ...listChanges(a.namespaces, b.namespaces, 'namespaces', 'weaker', { covers: globCovers }),
    ...placeChanges(a, b),
    ...listChanges(a.maxRoles, b.maxRoles, 'roles', 'weaker', { emptyIsAll: true, covers: coversCrossing }),
  ],
};

/** Projects and resources together say where: without either it is anywhere. */
function placeChanges(a: Delegation, b: Delegation): readonly Told[] {
  const places = ({ projects, resources }: Delegation) => [
    ...projects.map((project) => `project ${project}`),
    ...resources,
  ];
  return listChanges(places(a), places(b), 'places', 'weaker', { emptyIsAll: true, covers: globCovers });
}
