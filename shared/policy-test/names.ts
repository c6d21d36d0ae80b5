import { isGkePool, type KsaId, ksaText } from '../model/principal.ts';
import { isGlob } from '../policy/glob.ts';
import { accountsDeclaredFor } from '../policy/match.ts';
import type { DeclaredIdentity, Policy } from '../policy/policy.ts';

/** A case that says something which the base or the policy does not have: the test is wrong, not the policy. */
export class TestFault extends Error {
  override readonly name = 'TestFault';
}

/** The KSA that a test names: `namespace/ksa`, or a declared identity that is one KSA. */
export function ksaNamed(text: string, policy: Policy): KsaId {
  const [namespace = '', name] = text.split('/');
  if (name !== undefined) return { pool: poolFor(namespace, name, policy), namespace, name };
  const entry = entryNamed(text, policy);
  const [only, ...more] = entry.identities;
  if (only === undefined || more.length > 0 || isGlob(only.namespace) || isGlob(only.serviceAccount))
    throw new TestFault(`\`${text}\` speaks of several accounts: write NAMESPACE/SERVICE_ACCOUNT`);
  return { pool: only.pool, namespace: only.namespace, name: only.serviceAccount };
}

/** The member by which a test's identity holds grants: of a declared one its account; else, and of `namespace/ksa`, the KSA itself. */
export function memberNamed(text: string, policy: Policy): string {
  if (!text.includes('/')) {
    const { gsa } = entryNamed(text, policy);
    if (gsa !== undefined && !gsa.includes('<')) return `serviceAccount:${gsa}`;
    const ksa = ksaNamed(text, policy);
    const [account] = gsa === undefined ? [] : accountsDeclaredFor(policy, ksa);
    return `serviceAccount:${account ?? ksaText(ksa)}`;
  }
  return `serviceAccount:${ksaText(ksaNamed(text, policy))}`;
}

function entryNamed(name: string, policy: Policy): DeclaredIdentity {
  const entry = policy.identities.find((one) => one.name === name);
  if (entry === undefined)
    throw new TestFault(
      `the policy declares no identity \`${name}\`; an undeclared one is NAMESPACE/SERVICE_ACCOUNT`,
    );
  return entry;
}

/** The pool that declares such a KSA, else the first of GKE's that is trusted. */
function poolFor(namespace: string, name: string, policy: Policy): string {
  const pools = policy.pools.map(({ pool }) => pool).filter(isGkePool);
  const declaring = pools.find((pool) =>
    policy.identities.some(({ identities }) =>
      identities.some(
        (one) => one.pool === pool && one.namespace === namespace && one.serviceAccount === name,
      ),
    ),
  );
  const pool = declaring ?? pools[0];
  if (pool === undefined) throw new TestFault('the policy trusts no pool of GKE clusters');
  return pool;
}
