import type { Policy } from '../policy/policy.ts';

/** The pool the policy puts a cluster in, for clusters whose own asset has not been seen. */
export function declaredPoolOf(policy: Policy): (cluster: string) => string | undefined {
  return (cluster) => policy.pools.find((pool) => pool.clusters.includes(cluster))?.pool;
}
