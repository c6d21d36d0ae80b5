import type { GrantFact } from '../inventory/facts.ts';
import type { View } from '../inventory/view.ts';
import { serviceAccountOf } from '../model/asset.ts';
import { type Grant, LINKING_ROLES } from '../model/grant.ts';
import { isGoogleManaged, shortEmail } from '../model/principal.ts';
import { globMatches } from '../policy/glob.ts';
import { allowedGrant, capturesOf, declaresEdge, poolOf } from '../policy/match.ts';
import type { DeclaredIdentity, Policy } from '../policy/policy.ts';
import { becoming } from './become.ts';
import { LEAST_PRIVILEGE } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { WORKLOAD_IDENTITY_USER } from './edge-facts.ts';
import { removeGrant } from './grant-commands.ts';
import { entriesFor, grantWords, isWatched, ksaOf, poolOfPrincipal, resourceWords } from './grant-facts.ts';

export const undeclaredGrant = {
  id: 'undeclared-grant',
  title: 'A grant that no policy declares',
  class: 'attack',
  severity: 'high',
  about:
    'A KSA of a trusted pool, or a service account that is linked to or declared for one, holds a role that its entry does not allow there; or somebody holds a role on such an account. Roles on the account that let nobody become it are posture.',
  subject: 'grant',
  sources: {
    assetTypes: [{ type: '*', content: 'policy' }],
    methods: ['*setIamPolicy', '*setIamPermissions'],
  },
  controls: [LEAST_PRIVILEGE],
  heldForPolicy: true,
  detect(subject, view, policy) {
    const fact = view.grant(subject);
    if (fact === undefined) return [];
    const account = serviceAccountOf(fact.grant.resource);
    if (account !== undefined && isEdge(fact, policy)) return [];
    return account !== undefined && isWatched(view.account(account), view, policy)
      ? grantOnAccount(fact, account, view, policy)
      : heldGrant(fact, view, policy);
  },
} satisfies Detector<'grant'>;

/** Grants held by an identity we keep watch over. */
function heldGrant(fact: GrantFact, view: View, policy: Policy): readonly Judgement[] {
  const { grant } = fact;
  const entries = entriesFor(grant.principal, view, policy);
  if (entries === undefined) return [];
  const verdict = allowance(entries, grant, view);
  if (verdict.kind === 'allowed') return [];
  const words = grantWords(fact, view, policy);
  const { label, email } = resourceWords(grant.resource, view);
  const [entry] = entries;
  return [
    {
      state: 'open',
      ...words,
      title: `${words.identity} holds ${grant.role} on ${label}, which no policy allows`,
      explanation:
        verdict.kind === 'condition-missing'
          ? `The policy allows this role here only ${verdict.by.condition === 'required' ? 'with a condition' : `if ${verdict.by.condition}`}; the grant ${
              grant.condition === undefined ? 'has none' : `has another: ${grant.condition.expression}`
            }.`
          : entry === undefined
            ? 'No entry of workloadIdentities speaks of this identity, so none of its roles is declared.'
            : `The entry ${entry.name} does not list this role on this resource.`,
      why: verdict.kind === 'condition-missing' ? verdict.by.at : (entry?.at ?? policy.at),
      remediation: removeGrant({ ...grant, email }),
    },
  ];
}

/** The best that the entries say of a grant: allowed, allowed but for its condition, or not at all. */
function allowance(entries: readonly DeclaredIdentity[], grant: Grant, view: View): Allowance {
  const names = (resource: string) => view.spellings(resource);
  const { principal } = grant;
  const ksa = ksaOf(principal, view);
  if (ksa !== undefined)
    return allowedGrant(entries, grant, names, { ksa: ksa.name, namespace: ksa.namespace });
  // An account may stand for several KSAs of a glob; what its entry allows to any of them, the account may hold.
  const email = principal.kind === 'gsa' ? principal.email : '';
  const answers = entries.flatMap((entry) =>
    capturesOf(entry, email).map((captures) => allowedGrant([entry], grant, names, captures)),
  );
  return (
    answers.find(({ kind }) => kind === 'allowed') ??
    answers.find(({ kind }) => kind === 'condition-missing') ?? { kind: 'no' }
  );
}

type Allowance = ReturnType<typeof allowedGrant>;

/** Grants on an account we keep watch over, to anybody. Bindings of KSAs are edges and have detectors of their own. */
function grantOnAccount(fact: GrantFact, account: string, view: View, policy: Policy): readonly Judgement[] {
  const { grant } = fact;
  if (isGoogleManaged(grant.principal) || grant.principal.kind === 'deleted') return [];
  if (isTrustedChanger(policy, grant.member)) return [];
  const entries = entriesFor(grant.principal, view, policy) ?? [];
  if (allowance(entries, grant, view).kind === 'allowed') return [];
  const words = grantWords(fact, view, policy);
  const { email } = resourceWords(grant.resource, view);
  if (isDeclaredByUid(grant, email, view, policy)) return [];
  const lets = LETS[becoming(grant.role)];
  return [
    {
      state: 'open',
      ...words,
      severity: lets.severity,
      class: lets.class,
      title: `${words.identity} holds ${grant.role} on ${shortEmail(email ?? account)}, which no policy declares`,
      explanation: lets.explanation,
      why: policy.at,
      remediation: removeGrant({ ...grant, email }),
    },
  ];
}

const LETS = {
  yes: {
    severity: 'high',
    class: 'attack',
    explanation:
      'Whoever holds this role can act as the account, or let others: everything the account may do, they may do.',
  },
  unknown: {
    severity: 'high',
    class: 'attack',
    explanation:
      'What this custom role permits is not known. It may let its holder act as the account, or let others.',
  },
  no: {
    severity: 'low',
    class: 'posture',
    explanation: 'The role does not let its holder become the account, but nobody declared it either.',
  },
} as const;

/** The binding of a declared identity, in the form that names the KSA by its uid. */
function isDeclaredByUid(grant: Grant, email: string | undefined, view: View, policy: Policy): boolean {
  const ksa = grant.principal.kind === 'ksa-uid' ? ksaOf(grant.principal, view) : undefined;
  return (
    ksa !== undefined &&
    email !== undefined &&
    grant.role === WORKLOAD_IDENTITY_USER &&
    declaresEdge(policy, ksa, email) !== undefined
  );
}

/** Whoever is trusted to change identities must hold the roles to do so. */
function isTrustedChanger(policy: Policy, member: string): boolean {
  return policy.trustedChangers.some((changer) => globMatches(changer.subject, member, { crossing: true }));
}

function isEdge({ grant }: GrantFact, policy: Policy): boolean {
  const pool = poolOfPrincipal(grant.principal);
  return (
    grant.principal.kind === 'ksa' &&
    LINKING_ROLES.has(grant.role) &&
    pool !== undefined &&
    poolOf(policy, pool) !== undefined
  );
}
