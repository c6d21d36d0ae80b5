import { givesAccess } from '../conditions/verdict.ts';
import type { GrantFact } from '../inventory/facts.ts';
import type { Account } from '../inventory/view.ts';
import { projectOfEmail } from '../model/asset.ts';
import { LINKING_ROLES } from '../model/grant.ts';
import { type KsaId, type Principal, principalLabel } from '../model/principal.ts';
import { conditionNote } from './condition-note.ts';
import type { Context } from './context.ts';
import { meansKsa } from './covers.ts';
import { distance, projectOfPool, shortCluster } from './words.ts';

export interface NearMiss {
  readonly fact: GrantFact;
  readonly text: string;
  /** It lets nobody in at all, so it can go. */
  readonly isDead: boolean;
}

/** Grants on an account that look like the binding and are not: what a person stares at for an hour. */
export function nearMissesOn(
  grants: readonly GrantFact[],
  account: Account,
  context: Context,
): readonly NearMiss[] {
  return grants.flatMap((fact): readonly NearMiss[] => {
    const { role, member, principal } = fact.grant;
    if (meansKsa(principal, context.ksa, context.sightings, context.clusters)) {
      const verdict = context.world.view.conditionOf(fact.grant);
      if (!givesAccess(verdict))
        return [{ fact, text: `it holds ${role} there${conditionNote(verdict)}`, isDead: false }];
      return LINKING_ROLES.has(role)
        ? []
        : [
            {
              fact,
              text: `it holds ${role} there, which gives no token: roles/iam.workloadIdentityUser does`,
              isDead: false,
            },
          ];
    }
    if (!LINKING_ROLES.has(role)) return [];
    const miss = missOf(principal, account, context);
    return miss === undefined ? [] : [{ fact, text: `${member}: ${miss.text}`, isDead: miss.isDead }];
  });
}

type Miss = Pick<NearMiss, 'text' | 'isDead'>;

function missOf(principal: Principal, account: Account, context: Context): Miss | undefined {
  const { ksa, clusters } = context;
  switch (principal.kind) {
    case 'unknown':
      return misspelt(principal.text, principal.why, ksa);
    case 'deleted':
      return meansKsa(principal.was, ksa, context.sightings, clusters) || isSameKsa(principal.was, ksa)
        ? { text: 'the deleted: prefix says that it was removed; it lets nobody in', isDead: true }
        : undefined;
    case 'ksa':
      return otherKsa(principal, account, ksa);
    case 'ksa-uid':
      return principal.pool === ksa.pool
        ? { text: 'it names another uid: a KSA that was made anew has a new one', isDead: false }
        : undefined;
    case 'ksa-set': {
      const { set, pool } = principal;
      if (pool !== ksa.pool)
        return { text: `it is of pool ${pool}, and this KSA is of ${ksa.pool}`, isDead: false };
      if (set.of === 'namespace')
        return { text: `it covers namespace ${set.namespace}, not ${ksa.namespace}`, isDead: false };
      return set.of === 'cluster'
        ? { text: `it covers cluster ${shortCluster(set.cluster)} only`, isDead: false }
        : undefined;
    }
    default:
      return undefined;
  }
}

function isSameKsa(principal: Principal, ksa: KsaId): boolean {
  return principal.kind === 'ksa' && principal.namespace === ksa.namespace && principal.name === ksa.name;
}

/** `[NAMESPACE.KSA]`: IAM takes it, and it never matches anybody (gcp-facts 5.1). */
function misspelt(text: string, why: string, ksa: KsaId): Miss | undefined {
  const inside = /\[(.*)\]$/.exec(text)?.[1];
  if (inside === `${ksa.namespace}.${ksa.name}`)
    return { text: `a dot where IAM needs a slash: [${ksa.namespace}/${ksa.name}]`, isDead: true };
  return text.includes(ksa.namespace) && text.includes(ksa.name) ? { text: why, isDead: true } : undefined;
}

function otherKsa(other: KsaId, account: Account, ksa: KsaId): Miss | undefined {
  const sameName = other.namespace === ksa.namespace && other.name === ksa.name;
  if (other.pool !== ksa.pool) {
    if (!sameName) return undefined;
    const home = account.email === undefined ? undefined : projectOfEmail(account.email);
    return {
      text:
        home !== undefined && projectOfPool(other.pool) === home
          ? `it names the account's project ${home}; the pool is the cluster's project's: ${ksa.pool}`
          : `it is of pool ${other.pool}, and this KSA is of ${ksa.pool}`,
      isDead: false,
    };
  }
  const label = principalLabel({ kind: 'ksa', ...other });
  const lower = `${other.namespace}/${other.name}`.toLowerCase();
  if (lower === `${ksa.namespace}/${ksa.name}`)
    return { text: `${label} is in capitals; names are matched by the letter`, isDead: true };
  if (other.name === ksa.name)
    return { text: `it lets in namespace ${other.namespace}, not ${ksa.namespace}`, isDead: false };
  return other.namespace === ksa.namespace &&
    (distance(other.name, ksa.name) <= 2 || isPartOf(other.name, ksa.name))
    ? { text: `it lets in ${label}, not ${ksa.namespace}/${ksa.name}`, isDead: false }
    : undefined;
}

/** `otel` for `otel-agent`: the same family. */
function isPartOf(a: string, b: string): boolean {
  const [family] = b.split('-');
  return a !== b && family !== undefined && family.length > 2 && a.split('-')[0] === family;
}
