import type { SubjectOf } from '../inventory/subject.ts';
import type { View } from '../inventory/view.ts';
import { ksaText, shortEmail } from '../model/principal.ts';
import { accountsDeclaredFor, declaredFor, declaresEdge, poolOf } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { setAnnotation } from './annotation-command.ts';
import { ACCOUNT_MANAGEMENT, CIS_GKE_WORKLOAD_IDENTITY, OWASP_LATERAL } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { type EdgeFacts, edgeCause, edgeFacts, edgeWords, grantCause, sightingText } from './edge-facts.ts';
import { removeGrant } from './grant-commands.ts';
import { powersOf } from './powers.ts';

export const undeclaredIdentity = {
  id: 'undeclared-identity',
  title: 'A workload can act as an identity that no policy declares',
  class: 'attack',
  severity: 'high',
  about:
    'A KSA of a trusted pool is annotated with, bound to, or holds roles without, a service account, and no entry of workloadIdentities says so. Critical when both halves stand: the workload can get a token now.',
  subject: 'edge',
  sources: {
    assetTypes: [
      { type: 'iam.googleapis.com/ServiceAccount', content: 'policy' },
      { type: 'k8s.io/ServiceAccount', content: 'resource' },
    ],
    methods: ['google.iam.admin.v1.SetIAMPolicy'],
  },
  controls: [ACCOUNT_MANAGEMENT, CIS_GKE_WORKLOAD_IDENTITY, OWASP_LATERAL],
  heldForPolicy: true,
  detect(subject, view, policy) {
    if (subject.account === undefined) return direct(subject, view, policy);
    const edge = edgeFacts(subject, view, policy);
    if (edge === undefined || (edge.annotated.length === 0 && edge.links.length === 0)) return [];
    if (edge.account.email !== undefined)
      return declaresEdge(policy, edge.ksa, edge.account.email) === undefined
        ? [linked(edge, view, policy)]
        : [];
    return isNoneDeclared(edge, view, policy) ? [linked(edge, view, policy)] : [nameUnknown(edge, policy)];
  },
} satisfies Detector<'edge'>;

function linked(edge: EdgeFacts, view: View, policy: Policy): Judgement {
  const words = edgeWords(edge, policy);
  const name = edge.accountName;
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
    after: [
      ...edge.annotated
        .slice(0, 1)
        .map(() => `annotation iam.gke.io/gcp-service-account: ${name} on ${sightingText(edge.annotated)}`),
      ...edge.links.map(({ grant }) => `${grant.role} on ${name} for ${grant.member}`),
    ],
    explanation: `${EXPLANATIONS[edge.state]}${email === undefined ? ' Its e-mail is not known.' : powersOf(email, view)}`,
    why: elsewhere?.at ?? policy.at,
    remediation: [
      ...edge.links.flatMap(({ grant }) => removeGrant({ ...grant, email })),
      ...(edge.annotated.length === 0 ? [] : setAnnotation(edge.ksa, declaredAccount(edge, elsewhere?.gsa))),
    ],
    cause: edgeCause(edge),
  };
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

/** A KSA that holds roles itself is declared when any entry speaks of it; each of its grants is judged by undeclared-grant. */
function direct({ ksa }: SubjectOf<'edge'>, view: View, policy: Policy): readonly Judgement[] {
  if (poolOf(policy, ksa.pool) === undefined || declaredFor(policy, ksa, {}).length > 0) return [];
  const grants = view
    .heldBy({ kind: 'ksa', ...ksa })
    .filter(({ grant }) => !grant.resource.startsWith('//iam.googleapis.com/projects/-/serviceAccounts/'));
  const [newest] = [...grants].sort((a, b) => (a.since > b.since ? -1 : 1));
  if (newest === undefined) return [];
  const identity = `${ksa.namespace}/${ksa.name}`;
  return [
    {
      state: 'open',
      title: `${identity} holds roles of its own, and no policy declares it`,
      subject: `ksa:${ksaText(ksa)}`,
      identity,
      // The pool, not one of the grants: the finding stays the same one when grants come and go.
      resource: `//iam.googleapis.com/projects/-/locations/global/workloadIdentityPools/${ksa.pool}`,
      project: ksa.pool.split('.svc.id.')[0]!,
      namespace: ksa.namespace,
      ksa,
      before: [],
      after: grants.map(({ grant }) => `${grant.role} on ${grant.resource}`).sort(),
      explanation:
        'Direct access needs no annotation and no account: whoever runs a pod under this name has these roles.',
      why: policy.at,
      remediation: grants.flatMap(({ grant }) => removeGrant(grant)),
      cause: grantCause(newest),
    },
  ];
}
