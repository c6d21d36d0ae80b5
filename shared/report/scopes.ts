import { projectName, projectOfEmail } from '../model/asset.ts';
import { inScope } from '../policy/match.ts';
import type { Ground } from './input.ts';

/** Ids of the projects that hold accounts or clusters and lie in the policy's scope, as far as is known, sorted. */
export function projectsOf(ground: Ground): readonly string[] {
  const { view } = ground;
  const named = [
    ...ground.facts('account').flatMap(({ id, email }) => projectOfEmail(email ?? id) ?? []),
    ...clustersOf(ground).map(projectOfCluster),
    ...ground
      .facts('coverage')
      .flatMap(({ coverage }) => /^projects\/([^/]+)$/.exec(coverage.scope)?.[1] ?? []),
  ];
  const ids = new Set(named.map((project) => view.projectId(project)));
  return [...ids].filter((project) => isWatched(project, ground)).sort();
}

/** Clusters that were seen and are not gone, and those the policy trusts: `projects/P/locations/L/clusters/C`, sorted. */
export function clustersOf(ground: Ground): readonly string[] {
  const { view, policy } = ground;
  const all = [
    ...ground.facts('cluster').map(({ cluster }) => cluster),
    ...ground.facts('ksa').map(({ cluster }) => cluster),
    ...policy.pools.flatMap(({ clusters }) => clusters),
  ];
  return [...new Set(all)].filter((cluster) => !view.isGone(cluster)).sort();
}

export function projectOfCluster(cluster: string): string {
  return cluster.split('/')[1] ?? '';
}

/** What is known to lie outside the scope needs no coverage; what may lie inside does. */
function isWatched(project: string, { view, policy }: Ground): boolean {
  const name = projectName(project);
  return inScope(policy, [`projects/${project}`, ...view.ancestorsOf(name)], view.spellings(name)) !== false;
}
