import type { SubjectOf } from '../inventory/subject.ts';
import type { View } from '../inventory/view.ts';
import { ksaText, shortEmail } from '../model/principal.ts';
import { declaredFor, declaresEdge, poolOf } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { setAnnotation } from './annotation-command.ts';
import { ACCOUNT_MANAGEMENT, CIS_GKE_WORKLOAD_IDENTITY, OWASP_LATERAL } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { type EdgeFacts, edgeCause, edgeFacts, edgeWords, grantCause, sightingText } from './edge-facts.ts';
import { removeGrant } from './grant-commands.ts';
import { resourceWords } from './grant-facts.ts';

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
  detect(subject, view, policy) {
    if (subject.account === undefined) return direct(subject, view, policy);
    const edge = edgeFacts(subject, view, policy);
    if (edge === undefined || (edge.annotated.length === 0 && edge.links.length === 0)) return [];
    return edge.account.email === undefined
      ? [nameUnknown(edge, policy)]
      : linked(edge, edge.account.email, view, policy);
  },
} satisfies Detector<'edge'>;

function linked(edge: EdgeFacts, email: string, view: View, policy: Policy): readonly Judgement[] {
  if (declaresEdge(policy, edge.ksa, email) !== undefined) return [];
  const words = edgeWords(edge, policy);
  const elsewhere = declaredFor(policy, edge.ksa, { annotated: true }).find(
    (entry) => entry.gsa !== undefined,
  );
  return [
    {
      state: 'open',
      ...words,
      severity:
        edge.state === 'bound'
          ? 'critical'
          : edge.state === 'granted-only' || elsewhere !== undefined
            ? 'high'
            : 'medium',
      title: `${words.identity} ${WAYS[edge.state]} ${shortEmail(email)}, which no policy declares`,
      before:
        elsewhere === undefined
          ? []
          : [`${words.identity} acts as ${declaredAccount(edge, elsewhere.gsa)} (declared)`],
      after: [
        ...edge.annotated
          .slice(0, 1)
          .map(
            () => `annotation iam.gke.io/gcp-service-account: ${email} on ${sightingText(edge.annotated)}`,
          ),
        ...edge.links.map(({ grant }) => `${grant.role} on ${email} for ${grant.member}`),
      ],
      explanation: `${EXPLANATIONS[edge.state]}${powers(email, view)}`,
      why: elsewhere?.at ?? policy.at,
      remediation: [
        ...edge.links.flatMap(({ grant }) => removeGrant({ ...grant, email })),
        ...(edge.annotated.length === 0
          ? []
          : setAnnotation(edge.ksa, declaredAccount(edge, elsewhere?.gsa))),
      ],
      cause: edgeCause(edge),
    },
  ];
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

/** What the account holds, which is what the workload becomes able to do. */
function powers(email: string, view: View): string {
  const held = view
    .heldBy({ kind: 'gsa', email })
    .map(({ grant }) => `${grant.role} on ${resourceWords(grant.resource, view).label}`);
  if (held.length === 0) return ' No role of the account is known.';
  const shown = held.sort().slice(0, MOST_POWERS);
  const rest = held.length - shown.length;
  return ` The account holds ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`;
}

const MOST_POWERS = 4;

/** The declared account with its captures filled in from the KSA. */
function declaredAccount({ ksa }: EdgeFacts, gsa: string | undefined): string | undefined {
  return gsa?.replaceAll('<ksa>', ksa.name).replaceAll('<namespace>', ksa.namespace);
}

function nameUnknown(edge: EdgeFacts, policy: Policy): Judgement {
  const words = edgeWords(edge, policy);
  return {
    state: 'undecided',
    ...words,
    title: `${words.identity} is bound to service account ${edge.account.id}, whose e-mail is not known`,
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
