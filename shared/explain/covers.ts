import type { KsaFact } from '../inventory/facts.ts';
import type { Account } from '../inventory/view.ts';
import { projectOfEmail, serviceAccountName } from '../model/asset.ts';
import type { KsaId, Principal } from '../model/principal.ts';
import type { World } from './world.ts';

/** Whether a member means this KSA: itself, its uid, or a set it is one of. `clusters` are those it is looked at in. */
export function meansKsa(
  principal: Principal,
  ksa: KsaId,
  sightings: readonly KsaFact[],
  clusters: readonly string[],
): boolean {
  switch (principal.kind) {
    case 'ksa':
      return (
        principal.pool === ksa.pool && principal.namespace === ksa.namespace && principal.name === ksa.name
      );
    case 'ksa-uid':
      return principal.pool === ksa.pool && sightings.some(({ uid }) => uid === principal.uid);
    case 'ksa-set': {
      if (principal.pool !== ksa.pool) return false;
      const { set } = principal;
      if (set.of === 'pool') return true;
      return set.of === 'namespace' ? set.namespace === ksa.namespace : clusters.includes(set.cluster);
    }
    default:
      return false;
  }
}

/** Every member by which a KSA may hold something: itself first. */
export function membersOfKsa(
  ksa: KsaId,
  sightings: readonly KsaFact[],
  clusters: readonly string[],
): readonly Principal[] {
  const { pool } = ksa;
  return [
    { kind: 'ksa', ...ksa },
    ...sightings.flatMap(({ uid }): readonly Principal[] =>
      uid === undefined ? [] : [{ kind: 'ksa-uid', pool, uid }],
    ),
    { kind: 'ksa-set', pool, set: { of: 'namespace', namespace: ksa.namespace } },
    ...clusters.map((cluster): Principal => ({ kind: 'ksa-set', pool, set: { of: 'cluster', cluster } })),
    { kind: 'ksa-set', pool, set: { of: 'pool' } },
    ...EVERYBODY,
  ];
}

/** Every member by which an account may hold something: itself first. Groups are opaque and asked about apart. */
export function membersOfAccount(account: Account, world: World): readonly Principal[] {
  const home = account.email === undefined ? undefined : projectOfEmail(account.email);
  const number = home === undefined ? undefined : world.projectNumber(home);
  const containers = new Set([
    ...(home === undefined ? [] : [`projects/${home}`]),
    ...(number === undefined ? [] : [`projects/${number}`]),
    ...world.view.ancestorsOf(serviceAccountName(account.id)),
  ]);
  return [
    ...(account.email === undefined ? [] : [{ kind: 'gsa', email: account.email } as const]),
    { kind: 'gsa-id', id: account.id },
    ...[...containers].map((container): Principal => ({ kind: 'service-accounts-of', container })),
    ...EVERYBODY,
  ];
}

const EVERYBODY: readonly Principal[] = [{ kind: 'all-users' }, { kind: 'all-authenticated-users' }];
