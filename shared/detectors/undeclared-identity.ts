import type { GrantFact } from '../inventory/facts.ts';
import type { SubjectOf } from '../inventory/subject.ts';
import type { View } from '../inventory/view.ts';
import type { Remedy } from '../model/finding.ts';
import { ksaText, shortEmail } from '../model/principal.ts';
import { accountsDeclaredFor, declaredFor, declarersOfEdge, poolOf } from '../policy/match.ts';
import type { DeclaredIdentity, Policy } from '../policy/policy.ts';
import { setAnnotation } from './annotation-command.ts';
import { KSA_METHODS } from './audit-methods.ts';
import { underCondition } from './condition-facts.ts';
import { ACCOUNT_MANAGEMENT, CIS_GKE_WORKLOAD_IDENTITY, OWASP_LATERAL } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { type EdgeFacts, edgeCause, edgeFacts, edgeWords, grantCause, sightingText } from './edge-facts.ts';
import { removeGrant } from './grant-commands.ts';
import { whenAnnotationIsTaken, whenGrantIsTaken } from './managed-by.ts';
import { powersOf } from './powers.ts';
import { ageVerdict, grantPart, ksaPart } from './preview-age.ts';

export const undeclaredIdentity = {
  id: 'undeclared-identity',
  title: 'A workload can act as an identity that no policy declares',
  class: 'attack',
  severity: 'high',
  about:
    'A KSA of a trusted pool is annotated with, bound to, or holds roles without, a service account, and no entry of workloadIdentities says so. Critical when both halves stand: the workload can get a token now. A preview (`ephemeral`) is declared until its KSA or its binding is older than `maxAge`; after that it is posture.',
  subject: 'edge',
  sources: {
    assetTypes: [
      { type: 'iam.googleapis.com/ServiceAccount', content: 'policy' },
      { type: 'k8s.io/ServiceAccount', content: 'resource' },
    ],
    methods: ['google.iam.admin.v1.SetIAMPolicy', ...KSA_METHODS],
  },
  controls: [ACCOUNT_MANAGEMENT, CIS_GKE_WORKLOAD_IDENTITY, OWASP_LATERAL],
  heldForPolicy: true,
  detect(subject, view, policy) {
    if (subject.account === undefined) return direct(subject, view, policy);
    const edge = edgeFacts(subject, view, policy);
    if (edge === undefined || (edge.annotated.length === 0 && edge.links.length === 0)) return [];
    if (edge.account.email !== undefined) {
      const declarers = declarersOfEdge(policy, edge.ksa, edge.account.email);
      return declarers.length === 0
        ? [linked(edge, view, policy)]
        : outlivedEdge(edge, declarers, view, policy);
    }
    return isNoneDeclared(edge, view, policy) ? [linked(edge, view, policy)] : [nameUnknown(edge, policy)];
  },
} satisfies Detector<'edge'>;

function linked(edge: EdgeFacts, view: View, policy: Policy): Judgement {
  const words = edgeWords(edge, policy);
  const { email } = edge.account;
  const elsewhere = declaredFor(policy, edge.ksa, { annotated: true }).find(
    (entry) => entry.gsa !== undefined,
  );
  return {
    state: 'open',
    ...words,
    severity:
      edge.state === 'bound'
        ? 'critical'
        : edge.state === 'granted-only' || elsewhere !== undefined
          ? 'high'
          : 'medium',
    title: `${words.identity} ${WAYS[edge.state]} ${accountLabel(edge)}, which no policy declares`,
    before:
      elsewhere === undefined
        ? []
        : [`${words.identity} acts as ${declaredAccount(edge, elsewhere.gsa)} (declared)`],
    after: halves(edge),
    explanation: `${EXPLANATIONS[edge.state]}${email === undefined ? ' Its e-mail is not known.' : powersOf(email, view)}${inCode(edge, view, policy)}`,
    why: elsewhere?.at ?? policy.at,
    remediation: takenAway(edge, declaredAccount(edge, elsewhere?.gsa)),
    cause: edgeCause(edge),
  };
}

/** What there is of the edge: the annotation, and the bindings. */
function halves({ annotated, links, accountName: name }: EdgeFacts): readonly string[] {
  return [
    ...annotated
      .slice(0, 1)
      .map(() => `annotation iam.gke.io/gcp-service-account: ${name} on ${sightingText(annotated)}`),
    ...links.map(({ grant }) => `${grant.role} on ${name} for ${grant.member}`),
  ];
}

/** What the condition of the binding makes of it, and what the code that made either half does when that is taken away. */
function inCode({ links, annotated, ksa }: EdgeFacts, view: View, policy: Policy): string {
  const [says] = links.map((fact) => underCondition(fact, view).says);
  const [link] = links.map(({ grant }) => whenGrantIsTaken(grant, view, policy));
  return `${says ?? ''}${link ?? ''}${annotated.length === 0 ? '' : whenAnnotationIsTaken(ksa, view, policy)}`;
}

/** The commands that end the edge; `instead` is the account that the KSA is to point at, where there is one. */
function takenAway({ links, annotated, account, ksa }: EdgeFacts, instead?: string): readonly Remedy[] {
  return [
    ...links.flatMap(({ grant }) => removeGrant({ ...grant, email: account.email })),
    ...(annotated.length === 0 ? [] : setAnnotation(ksa, instead)),
  ];
}

/** A preview that is declared, for as long as previews may live: its KSA and its binding each have an age. */
function outlivedEdge(
  edge: EdgeFacts,
  declarers: readonly DeclaredIdentity[],
  view: View,
  policy: Policy,
): readonly Judgement[] {
  const words = edgeWords(edge, policy);
  const parts = [...edge.sightings.map(ksaPart), ...edge.links.map((fact) => grantPart(fact, view))];
  const said = ageVerdict(`${words.identity} as ${accountLabel(edge)}`, declarers, parts, view);
  if (said === undefined) return [];
  const remediation = said.state === 'open' ? takenAway(edge) : [];
  return [{ ...words, ...said, before: [], after: halves(edge), remediation }];
}

function accountLabel({ account }: EdgeFacts): string {
  return account.email === undefined ? `service account ${account.id}` : shortEmail(account.email);
}

/** Of an account known by its unique id only: whether all accounts that the KSA is declared to act as are known to be others. */
function isNoneDeclared({ ksa, account }: EdgeFacts, view: View, policy: Policy): boolean {
  return accountsDeclaredFor(policy, ksa).every((email) => {
    const id = view.accountId(email);
    return id !== email && id !== account.id;
  });
}

const WAYS = {
  bound: 'can act as',
  'granted-only': 'may act as',
  broken: 'points at',
  'annotated-only': 'points at',
  undecided: 'points at',
  direct: 'acts as',
} as const;

const EXPLANATIONS = {
  bound: 'Both halves stand: every pod that runs as this KSA can get a token of the account now.',
  'granted-only':
    'The binding stands and no annotation uses it yet: whoever may create or annotate this KSA gets the account.',
  'annotated-only':
    'The KSA points at an account that no policy gives it. The binding is missing: its pods get a 403 until somebody adds it.',
  broken: 'The KSA points at an account that no policy gives it, and that account is deleted or disabled.',
  undecided:
    'The KSA points at an account that no policy gives it. Whether that account lets it in is not known: its IAM policy has not been read.',
  direct: '',
} as const;

/** The declared account with its captures filled in from the KSA. */
function declaredAccount({ ksa }: EdgeFacts, gsa: string | undefined): string | undefined {
  return gsa?.replaceAll('<ksa>', ksa.name).replaceAll('<namespace>', ksa.namespace);
}

function nameUnknown(edge: EdgeFacts, policy: Policy): Judgement {
  const words = edgeWords(edge, policy);
  return {
    state: 'undecided',
    ...words,
    title: `${words.identity} is bound to ${accountLabel(edge)}, whose e-mail is not known`,
    before: [],
    after: edge.links.map(({ grant }) => `${grant.role} on ${edge.account.id} for ${grant.member}`),
    explanation:
      'Policies name accounts by e-mail, and this one has been seen by its unique id only. The ServiceAccount asset, or a sweep, tells which it is.',
    why: policy.at,
    remediation: [],
    cause: edgeCause(edge),
  };
}

/**
 * A KSA that holds roles itself is declared when any entry speaks of it, a preview for as long as it may live; each of its grants is
 * judged by undeclared-grant.
 */
function direct({ ksa }: SubjectOf<'edge'>, view: View, policy: Policy): readonly Judgement[] {
  if (poolOf(policy, ksa.pool) === undefined) return [];
  const grants = view
    .heldBy({ kind: 'ksa', ...ksa })
    .filter(({ grant }) => !grant.resource.startsWith('//iam.googleapis.com/projects/-/serviceAccounts/'))
    .filter((fact) => view.givesAccess(fact));
  const [newest] = [...grants].sort((a, b) => (a.since > b.since ? -1 : 1));
  if (newest === undefined) return [];
  const identity = `${ksa.namespace}/${ksa.name}`;
  const entries = declaredFor(policy, ksa, {});
  const said =
    entries.length === 0
      ? UNDECLARED(identity, policy, newest)
      : ageVerdict(identity, entries, view.ksas(ksa).map(ksaPart), view);
  if (said === undefined) return [];
  const owner = entries.find((entry) => entry.owner !== undefined)?.owner;
  return [
    {
      ...said,
      subject: `ksa:${ksaText(ksa)}`,
      identity,
      // The pool, not one of the grants: the finding stays the same one when grants come and go.
      resource: `//iam.googleapis.com/projects/-/locations/global/workloadIdentityPools/${ksa.pool}`,
      project: ksa.pool.split('.svc.id.')[0]!,
      namespace: ksa.namespace,
      ksa,
      ...(owner === undefined ? {} : { owner }),
      before: [],
      after: grants.map(({ grant }) => `${grant.role} on ${grant.resource}`).sort(),
      remediation: said.state === 'open' ? grants.flatMap(({ grant }) => removeGrant(grant)) : [],
    },
  ];
}

const UNDECLARED = (identity: string, policy: Policy, newest: GrantFact) =>
  ({
    state: 'open',
    title: `${identity} holds roles of its own, and no policy declares it`,
    explanation:
      'Direct access needs no annotation and no account: whoever runs a pod under this name has these roles.',
    why: policy.at,
    cause: grantCause(newest),
  }) as const;
