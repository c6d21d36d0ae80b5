import type { GrantFact } from '../inventory/facts.ts';
import type { View } from '../inventory/view.ts';
import { projectOfEmail, serviceAccountOf } from '../model/asset.ts';
import { LINKING_ROLES } from '../model/grant.ts';
import { isGkePool, type KsaId, shortEmail } from '../model/principal.ts';
import { poolOf } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { CIS_GKE_WORKLOAD_IDENTITY } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { removeGrant } from './grant-commands.ts';
import { grantWords, resourceWords } from './grant-facts.ts';
import { restoreGrant } from './restore.ts';

export const malformedMember = {
  id: 'malformed-member',
  title: 'A binding whose member is written wrong',
  class: 'outage',
  severity: 'medium',
  about:
    "The member looks like a KSA and is none: a dot where a slash belongs, brackets that do not close, a namespace without a name; or it names the pool of the account's project although the KSA that points at the account lives in another one. IAM takes it, and the workload gets a 403.",
  subject: 'grant',
  sources: {
    assetTypes: [
      { type: '*', content: 'policy' },
      { type: 'k8s.io/ServiceAccount', content: 'resource' },
    ],
    methods: ['*setIamPolicy', '*setIamPermissions'],
  },
  controls: [CIS_GKE_WORKLOAD_IDENTITY],
  // A slip or not, a pool nobody trusts stays an attack: whoever makes a cluster there gets the account.
  mutes: ['undeclared-grant'],
  detect(subject, view, policy) {
    const fact = view.grant(subject);
    if (fact === undefined) return [];
    return fact.grant.principal.kind === 'unknown'
      ? unreadable(fact, fact.grant.principal.why, view, policy)
      : wrongPool(fact, view, policy);
  },
} satisfies Detector<'grant'>;

function unreadable(fact: GrantFact, why: string, view: View, policy: Policy): readonly Judgement[] {
  const { grant } = fact;
  if (!/\.(svc|hub)\.id\.|workloadIdentityPools/.test(grant.member)) return [];
  const { label, email } = resourceWords(grant.resource, view);
  const meant = meantBy(grant.member);
  return [
    {
      state: 'open',
      ...grantWords(fact, view, policy),
      title: `${grant.role} on ${label} has a member that is no identity: ${grant.member}`,
      explanation: `${why.charAt(0).toUpperCase()}${why.slice(1)}. Nobody gets the role by it.`,
      why: policy.at,
      remediation: [
        ...(meant === undefined ? [] : restoreGrant({ ...grant, member: meant, email }, view, policy)),
        ...removeGrant({ ...grant, email }),
      ],
    },
  ];
}

/** The member that was meant, where the slip is the common one: `[namespace.name]`. */
function meantBy(member: string): string | undefined {
  const slip = /^serviceAccount:([^[\]]+)\[([^.[\]/]+)\.([^[\]/]+)\]$/.exec(member);
  return slip === null ? undefined : `serviceAccount:${slip[1]}[${slip[2]}/${slip[3]}]`;
}

/** The pool of the account's own project was written, and the KSA that points at the account lives in a trusted one. */
function wrongPool(fact: GrantFact, view: View, policy: Policy): readonly Judgement[] {
  const { grant } = fact;
  const { principal } = grant;
  const ref = serviceAccountOf(grant.resource);
  if (principal.kind !== 'ksa' || ref === undefined || !LINKING_ROLES.has(grant.role)) return [];
  if (!isGkePool(principal.pool) || poolOf(policy, principal.pool) !== undefined) return [];
  const account = view.account(ref);
  const home = account.email === undefined ? undefined : projectOfEmail(account.email);
  if (account.email === undefined || home === undefined || principal.pool !== `${home}.svc.id.goog`)
    return [];
  const meant = view
    .annotatedTo(account)
    .filter(({ namespace, name }) => namespace === principal.namespace && name === principal.name)
    .map(({ cluster }) => view.poolOf(cluster))
    .find((pool) => pool !== undefined && poolOf(policy, pool) !== undefined);
  if (meant === undefined) return [];
  const ksa: KsaId = { pool: meant, namespace: principal.namespace, name: principal.name };
  const member = `serviceAccount:${ksa.pool}[${ksa.namespace}/${ksa.name}]`;
  return [
    {
      state: 'open',
      ...grantWords(fact, view, policy),
      ksa,
      title: `${shortEmail(account.email)} lets in ${ksa.namespace}/${ksa.name} of the wrong project's pool`,
      explanation: `The pool in a member is that of the cluster's project, not of the account's: ${ksa.namespace}/${ksa.name} lives in ${meant}. Its pods get a 403.`,
      why: policy.at,
      remediation: [
        ...restoreGrant({ ...grant, member, email: account.email }, view, policy),
        ...removeGrant({ ...grant, email: account.email }),
      ],
    },
  ];
}
