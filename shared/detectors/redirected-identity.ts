import { shortEmail } from '../model/principal.ts';
import { accountsDeclaredFor, declaredFor, declaresEdge } from '../policy/match.ts';
import { KSA_METHODS } from './audit-methods.ts';
import { ACCOUNT_MANAGEMENT, CIS_GKE_WORKLOAD_IDENTITY, OWASP_LATERAL } from './controls.ts';
import type { Detector } from './detector.ts';
import { edgeFacts, edgeWords, ksaCause, SERVICE_ACCOUNT, sightingText } from './edge-facts.ts';
import { removeGrant } from './grant-commands.ts';
import { powersOf } from './powers.ts';
import { restoreAnnotation } from './restore.ts';

export const redirectedIdentity = {
  id: 'redirected-identity',
  title: 'A KSA points at another account than the declared one',
  class: 'attack',
  severity: 'high',
  about:
    'The policy says which account this KSA acts as, and its annotation names another. Critical when that account lets it in: its pods can get the other token now.',
  subject: 'edge',
  sources: {
    assetTypes: [
      { type: 'k8s.io/ServiceAccount', content: 'resource' },
      { type: SERVICE_ACCOUNT, content: 'policy' },
    ],
    methods: [...KSA_METHODS, 'google.iam.admin.v1.SetIAMPolicy'],
  },
  controls: [ACCOUNT_MANAGEMENT, CIS_GKE_WORKLOAD_IDENTITY, OWASP_LATERAL],
  mutes: ['undeclared-identity', 'annotation-without-binding', 'dangling-binding'],
  heldForPolicy: true,
  detect(subject, view, policy) {
    const edge = edgeFacts(subject, view, policy);
    const [sighting] = edge?.annotated ?? [];
    const email = edge?.account.email;
    if (edge === undefined || sighting === undefined || email === undefined) return [];
    const [declared] = accountsDeclaredFor(policy, edge.ksa);
    if (declared === undefined || declaresEdge(policy, edge.ksa, email) !== undefined) return [];
    const words = edgeWords(edge, policy);
    const entry = declaredFor(policy, edge.ksa, { annotated: true })[0];
    return [
      {
        state: 'open',
        ...words,
        severity: edge.state === 'bound' ? 'critical' : 'high',
        title: `${words.identity} points at ${shortEmail(email)} instead of ${shortEmail(declared)}`,
        before: [`${words.identity} acts as ${declared} (declared)`],
        after: [
          `annotation iam.gke.io/gcp-service-account: ${email} on ${sightingText(edge.annotated)}`,
          ...edge.links.map(({ grant }) => `${grant.role} on ${email} for ${grant.member}`),
        ],
        explanation: `${
          edge.state === 'bound'
            ? `${shortEmail(email)} lets it in: its pods get that account's token now.`
            : edge.state === 'undecided'
              ? `Whether ${shortEmail(email)} lets it in is not known: its IAM policy has not been read.`
              : `${shortEmail(email)} does not let it in so far: its pods get a 403, until somebody adds the binding.`
        }${powersOf(email, view)}`,
        why: entry?.at ?? policy.at,
        remediation: [
          ...restoreAnnotation(edge.ksa, declared, view, policy),
          ...edge.links.flatMap(({ grant }) => removeGrant({ ...grant, email })),
        ],
        cause: ksaCause(sighting),
      },
    ];
  },
} satisfies Detector<'edge'>;
