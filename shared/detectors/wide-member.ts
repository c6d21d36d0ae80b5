import type { View } from '../inventory/view.ts';
import type { Grant } from '../model/grant.ts';
import { isGoogleManaged, type Principal, principalLabel } from '../model/principal.ts';
import { fillCaptures } from '../policy/captures.ts';
import { globMatches } from '../policy/glob.ts';
import { allowedGrant, poolOf } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { CIS_NO_PROJECT_IMPERSONATION, LEAST_PRIVILEGE } from './controls.ts';
import type { Detector } from './detector.ts';
import { WORKLOAD_IDENTITY_USER } from './edge-facts.ts';
import { removeGrant } from './grant-commands.ts';
import { grantWords, isWideLink, resourceWords } from './grant-facts.ts';

type KsaSet = Extract<Principal, { kind: 'ksa-set' }>;

export const wideMember = {
  id: 'wide-member',
  title: 'One grant covers many identities',
  class: 'attack',
  severity: 'high',
  about:
    'A role held by every workload of a namespace, a cluster or a pool, which no entry declares in that form; or a role on a project, folder or organisation that lets its holder act as every service account below. One finding per set, with the number of KSAs it covers.',
  subject: 'grant',
  sources: {
    assetTypes: [
      { type: '*', content: 'policy' },
      { type: 'k8s.io/ServiceAccount', content: 'resource' },
    ],
    methods: ['*setIamPolicy', '*setIamPermissions'],
  },
  controls: [LEAST_PRIVILEGE, CIS_NO_PROJECT_IMPERSONATION],
  mutes: ['undeclared-grant'],
  detect(subject, view, policy) {
    const fact = view.grant(subject);
    if (fact === undefined) return [];
    const { grant } = fact;
    const { label, email } = resourceWords(grant.resource, view);
    const common = {
      state: 'open',
      ...grantWords(fact, view, policy),
      why: policy.at,
      remediation: removeGrant({ ...grant, email }),
    } as const;
    if (grant.principal.kind === 'ksa-set' && poolOf(policy, grant.principal.pool) !== undefined) {
      if (isDeclared(grant.principal, grant, view, policy)) return [];
      const covered = ksasIn(grant.principal, view, policy);
      return [
        {
          ...common,
          severity: grant.principal.set.of === 'namespace' ? 'high' : 'critical',
          title: `${principalLabel(grant.principal)} holds ${grant.role} on ${label}`,
          explanation: `${covered} now, and every KSA that is created there later. Grant it to the KSAs that need it, or declare the entry with grantForm: ${grant.principal.set.of}.`,
        },
      ];
    }
    if (isWideLink(grant) && !isGoogleManaged(grant.principal) && grant.principal.kind !== 'deleted') {
      return [
        {
          ...common,
          severity: 'critical',
          title: `${principalLabel(grant.principal)} can act as every service account below ${label}`,
          explanation: `${grant.role} belongs on single service accounts. On ${label} it covers every account there is, and every one that is created later.`,
        },
      ];
    }
    return [];
  },
} satisfies Detector<'grant'>;

/** Declared when an entry of that pool and namespace expects its grants in this very form, and allows this one. */
function isDeclared(principal: KsaSet, grant: Grant, view: View, policy: Policy): boolean {
  const { set, pool } = principal;
  const namespace = set.of === 'namespace' ? set.namespace : undefined;
  const captures = { ksa: undefined, namespace };
  const entries = policy.identities.filter(
    (entry) =>
      entry.grantForm === set.of &&
      entry.identities.some(
        (pattern) =>
          pattern.pool === pool && (namespace === undefined || globMatches(pattern.namespace, namespace)),
      ),
  );
  if (entries.length === 0 || !isOwnCluster(principal, policy)) return false;
  return (
    allowedGrant(entries, grant, (name) => view.spellings(name), captures).kind === 'allowed' ||
    entries.some((entry) => isLinkOf(entry.gsa && fillCaptures(entry.gsa, captures), grant, view))
  );
}

/** The policy says which clusters of a pool it means; a set of another one is nobody's. */
function isOwnCluster({ pool, set }: KsaSet, policy: Policy): boolean {
  const clusters = poolOf(policy, pool)?.clusters ?? [];
  return set.of !== 'cluster' || clusters.length === 0 || clusters.includes(set.cluster);
}

/** On the account itself the entry's `gsa` is the declaration: workloadIdentityUser in this form is its binding. */
function isLinkOf(gsa: string | undefined, grant: Grant, view: View): boolean {
  return (
    gsa !== undefined &&
    grant.role === WORKLOAD_IDENTITY_USER &&
    resourceWords(grant.resource, view).email === gsa
  );
}

function ksasIn({ set, pool }: KsaSet, view: View, policy: Policy): string {
  const clusters =
    set.of === 'cluster'
      ? [set.cluster]
      : [...(poolOf(policy, pool)?.clusters ?? []), ...view.clustersOf(pool).map((fact) => fact.cluster)];
  const ksas = new Set<string>();
  for (const cluster of new Set(clusters)) {
    if (view.poolOf(cluster) !== pool) continue;
    for (const { namespace, name } of view.ksasIn(cluster)) {
      if (set.of !== 'namespace' || set.namespace === namespace) ksas.add(`${namespace}/${name}`);
    }
  }
  return ksas.size === 1 ? 'It covers 1 KSA' : `It covers ${ksas.size} KSAs`;
}
