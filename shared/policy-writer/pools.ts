import { poolOfPrincipal } from '../detectors/grant-facts.ts';
import { isGkePool } from '../model/principal.ts';
import { poolId } from '../policy/identity-pattern.ts';
import { isClusterName, isIssuer, isPoolName } from './declarable.ts';
import { type Ground, viewOf } from './ground.ts';
import { registersOf, textOf } from './registers.ts';
import { projectsOf } from './scope.ts';
import { slug, Taken } from './slug.ts';
import { compareText, sortedTexts } from './sorted.ts';

export interface PoolDraft {
  readonly name: string;
  readonly pool: string;
  /** `PROJECT/LOCATION/NAME`. */
  readonly clusters: readonly string[];
  readonly issuers: readonly string[];
  readonly isGke: boolean;
}

/**
 * The pools that are trusted to begin with: those of the clusters seen, and those that hold grants. Not the pool of a project nobody knows
 * when clusters were exported and none of them is in it: whoever runs that project decides who its workloads are.
 */
export function poolsOf(ground: Ground): readonly PoolDraft[] {
  const view = viewOf(ground);
  const clusters = new Map<string, Set<string>>();
  const members = new Set<string>();
  let sawClusters = false;
  const see = (cluster: string): void => {
    const pool = view.poolOf(cluster);
    if (pool === undefined) return;
    const [, project, , location, , name] = cluster.split('/');
    const short = `${project}/${location}/${name}`;
    const known = clusters.get(pool) ?? new Set();
    if (isClusterName(short)) known.add(short);
    clusters.set(pool, known);
  };
  for (const fact of ground.inventory.facts()) {
    if (fact.kind === 'cluster' && fact.exists) {
      sawClusters = true;
      see(fact.cluster);
    } else if (fact.kind === 'ksa') see(fact.cluster);
    else if (fact.kind === 'grant') {
      const pool = poolOfPrincipal(fact.grant.principal);
      if (pool !== undefined) members.add(poolId(pool));
    }
  }
  const projects = projectsOf(ground);
  const isForeign = (pool: string): boolean =>
    sawClusters && isGkePool(pool) && !clusters.has(pool) && !projects.has(projectOfPool(pool));
  const issuers = issuersByPool(ground);
  const names = new Taken();
  return sortedTexts([...clusters.keys(), ...members])
    .filter((pool) => isPoolName(pool) && !isForeign(pool))
    .sort((a, b) => Number(!isGkePool(a)) - Number(!isGkePool(b)) || compareText(a, b))
    .map((pool) => ({
      name: names.take(...namesFor(pool)),
      pool,
      clusters: sortedTexts(clusters.get(pool) ?? []),
      issuers: sortedTexts(issuers.get(pool) ?? []),
      isGke: isGkePool(pool),
    }));
}

function projectOfPool(pool: string): string {
  return pool.replace(/\.svc\.id\..*$/, '');
}

/** The pool of manifests that do not say which cluster they are for: they are read as those of a cluster in no project. */
export const NOWHERE = '-.svc.id.goog';

function namesFor(pool: string): readonly string[] {
  if (pool === NOWHERE) return ['manifests'];
  if (isGkePool(pool)) return [slug(projectOfPool(pool)), slug(pool)];
  const [, project = '', , , , id = pool] = pool.split('/');
  return [slug(id), slug(id, project)];
}

/** Who signs for a pool, where its providers were seen. */
function issuersByPool({ known }: Ground): ReadonlyMap<string, readonly string[]> {
  const byPool = new Map<string, string[]>();
  for (const register of registersOf(known, 'identity-provider')) {
    const [pool, issuer] = [textOf(register, 'pool'), textOf(register, 'issuer')];
    if (pool === undefined || issuer === undefined || !isIssuer(issuer)) continue;
    byPool.set(pool, [...(byPool.get(pool) ?? []), issuer]);
  }
  return byPool;
}
