import type { GrantFact } from '../inventory/facts.ts';
import type { View } from '../inventory/view.ts';
import { serviceAccountOf } from '../model/asset.ts';
import { type Grant, LINKING_ROLES } from '../model/grant.ts';
import { isGoogleManaged, shortEmail } from '../model/principal.ts';
import { globMatches } from '../policy/glob.ts';
import { declaresEdge, poolOf } from '../policy/match.ts';
import type { AllowedGrant, DeclaredIdentity, Policy } from '../policy/policy.ts';
import { allowance, conditionMissing } from './allowance.ts';
import { becoming } from './become.ts';
import { underCondition } from './condition-facts.ts';
import { LEAST_PRIVILEGE } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { WORKLOAD_IDENTITY_USER } from './edge-facts.ts';
import { removeGrant } from './grant-commands.ts';
import { entriesFor, grantWords, isWatched, ksaOf, poolOfPrincipal, resourceWords } from './grant-facts.ts';
import { whenGrantIsTaken } from './managed-by.ts';
import { ageVerdict, grantPart, hasOwnAccount } from './preview-age.ts';

export const undeclaredGrant = {
  id: 'undeclared-grant',
  title: 'A grant that no policy declares',
  class: 'attack',
  severity: 'high',
  about:
    'A KSA of a trusted pool, or a service account that is linked to or declared for one, holds a role that its entry does not allow there, by the name of the role or by listing all that it permits; or somebody holds a role on such an account. Roles on the account that let nobody become it are posture, so are grants whose condition is not met, and so is what a preview (`ephemeral`) holds for longer than `maxAge`.',
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
  if (verdict.kind === 'allowed') return outlivedGrant(fact, entries, view, policy);
  const words = grantWords(fact, view, policy);
  const { label, email } = resourceWords(grant.resource, view);
  if (verdict.kind === 'unknown') return [notKnown(fact, verdict.by, view, policy)];
  const [entry] = entries;
  const { says, override } = underCondition(fact, view);
  return [
    {
      state: 'open',
      ...words,
      ...override,
      title: `${words.identity} holds ${grant.role} on ${label}, which no policy allows`,
      explanation: `${
        verdict.kind === 'condition-missing'
          ? conditionMissing(verdict.by, grant)
          : entry === undefined
            ? 'No entry of workloadIdentities speaks of this identity, so none of its roles is declared.'
            : `The entry ${entry.name} does not list this role on this resource.`
      }${says}${whenGrantIsTaken(grant, view, policy)}`,
      why: verdict.kind === 'condition-missing' ? verdict.by.at : (entry?.at ?? policy.at),
      remediation: removeGrant({ ...grant, email }),
    },
  ];
}

/** What permissions are allowed is known, and what the role permits is not. */
function notKnown(fact: GrantFact, by: AllowedGrant, view: View, policy: Policy): Judgement {
  const { grant } = fact;
  const words = grantWords(fact, view, policy);
  return {
    state: 'undecided',
    ...words,
    title: `Whether ${words.identity} may hold ${grant.role} on ${resourceWords(grant.resource, view).label} is not known`,
    explanation: `${by.at.entry} allows certain permissions here, and what this role permits has not been read.`,
    why: by.at,
    remediation: [],
  };
}

/** A grant that comes and goes with its preview: to the KSA itself, or to an account that each preview has to itself. */
function outlivedGrant(
  fact: GrantFact,
  entries: readonly DeclaredIdentity[],
  view: View,
  policy: Policy,
): readonly Judgement[] {
  const { grant } = fact;
  const allowing = entries.filter((entry) => allowance([entry], grant, view).kind === 'allowed');
  if (grant.principal.kind === 'gsa' && !allowing.every(hasOwnAccount)) return [];
  const words = grantWords(fact, view, policy);
  const { label, email } = resourceWords(grant.resource, view);
  const what = `${grant.role} of ${words.identity} on ${label}`;
  const said = ageVerdict(what, allowing, [grantPart(fact, view)], view);
  if (said === undefined) return [];
  const remediation = said.state === 'open' ? removeGrant({ ...grant, email }) : [];
  return [{ ...words, ...said, remediation }];
}

/** Grants on an account we keep watch over, to anybody. Bindings of KSAs are edges and have detectors of their own. */
function grantOnAccount(fact: GrantFact, account: string, view: View, policy: Policy): readonly Judgement[] {
  const { grant } = fact;
  if (isGoogleManaged(grant.principal) || grant.principal.kind === 'deleted') return [];
  if (isTrustedChanger(policy, grant.member)) return [];
  const entries = entriesFor(grant.principal, view, policy) ?? [];
  const verdict = allowance(entries, grant, view);
  if (verdict.kind === 'allowed') return [];
  if (verdict.kind === 'unknown') return [notKnown(fact, verdict.by, view, policy)];
  const words = grantWords(fact, view, policy);
  const { email } = resourceWords(grant.resource, view);
  if (isDeclaredByUid(grant, email, view, policy)) return [];
  const lets = LETS[becoming(grant.role, view)];
  const { says, override } = underCondition(fact, view);
  return [
    {
      state: 'open',
      ...words,
      severity: lets.severity,
      class: lets.class,
      ...override,
      title: `${words.identity} holds ${grant.role} on ${shortEmail(email ?? account)}, which no policy declares`,
      explanation: `${lets.explanation}${whoIsIn(grant, view)}${says}${whenGrantIsTaken(grant, view, policy)}`,
      why: policy.at,
      remediation: removeGrant({ ...grant, email }),
    },
  ];
}

const MOST_SHOWN = 5;

/** Of a group, who that is: a sentence to stand after another. */
function whoIsIn({ principal }: Grant, view: View): string {
  if (principal.kind !== 'group') return '';
  const members = view.membersOf(principal.email);
  if (members === undefined) return ' Who is in the group is not known.';
  if (members.length === 0) return ' Nobody is in the group now.';
  const rest = members.length - MOST_SHOWN;
  return ` In the group are ${members.slice(0, MOST_SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`;
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
      'What this role permits is not known. It may let its holder act as the account, or let others.',
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
