import { shortEmail } from '../model/principal.ts';
import { declaresEdge } from '../policy/match.ts';
import { setAnnotation } from './annotation-command.ts';
import { KSA_METHODS } from './audit-methods.ts';
import { underCondition } from './condition-facts.ts';
import { CIS_GKE_WORKLOAD_IDENTITY } from './controls.ts';
import type { Detector } from './detector.ts';
import {
  edgeFacts,
  edgeWords,
  ksaCause,
  SERVICE_ACCOUNT,
  sightingText,
  WORKLOAD_IDENTITY_USER,
} from './edge-facts.ts';
import { whenAnnotationIsTaken } from './managed-by.ts';
import { restoreGrant } from './restore.ts';

export const annotationWithoutBinding = {
  id: 'annotation-without-binding',
  title: 'A KSA points at an account that does not let it in',
  class: 'outage',
  severity: 'medium',
  about:
    'The annotation is there and the account has no roles/iam.workloadIdentityUser (or token creation) for this KSA: its pods get 403 "Unable to generate access token". Judged once the account\'s whole policy is known.',
  subject: 'edge',
  sources: {
    assetTypes: [
      { type: 'k8s.io/ServiceAccount', content: 'resource' },
      { type: SERVICE_ACCOUNT, content: 'policy' },
    ],
    methods: ['google.iam.admin.v1.SetIAMPolicy', ...KSA_METHODS],
  },
  controls: [CIS_GKE_WORKLOAD_IDENTITY],
  detect(subject, view, policy) {
    const edge = edgeFacts(subject, view, policy);
    const [sighting] = edge?.annotated ?? [];
    if (edge === undefined || sighting === undefined || edge.links.length > 0 || edge.wideLinks.length > 0)
      return [];
    // A missing or disabled account is the account's own finding.
    if (edge.account.state === 'deleted' || edge.account.state === 'disabled') return [];
    const words = edgeWords(edge, policy);
    const email = edge.accountName;
    const declared = declaresEdge(policy, edge.ksa, email);
    const common = {
      ...words,
      before: [],
      after: [`annotation iam.gke.io/gcp-service-account: ${email} on ${sightingText(edge.annotated)}`],
      why: declared?.at ?? policy.at,
      cause: ksaCause(sighting),
    };
    if (!edge.policyKnown) {
      return [
        {
          state: 'undecided',
          ...common,
          title: `Whether ${shortEmail(email)} lets ${words.identity} in is not known`,
          explanation: `The IAM policy of ${email} has not been read.`,
          remediation: [],
        },
      ];
    }
    const lapsed = edge.lapsed.map((fact) => ` It has a binding.${underCondition(fact, view).says}`)[0] ?? '';
    const member = `serviceAccount:${edge.ksa.pool}[${edge.ksa.namespace}/${edge.ksa.name}]`;
    return [
      {
        state: 'open',
        ...common,
        title: `${words.identity} points at ${shortEmail(email)}, which does not let it in`,
        explanation: `Its pods get a 403 from the metadata server.${lapsed} ${
          declared === undefined
            ? `No policy declares this identity: either declare and bind it, or take the annotation away.${whenAnnotationIsTaken(edge.ksa, view, policy)}`
            : `The policy declares it, so the binding is the side that is missing.`
        }`,
        remediation:
          declared === undefined
            ? setAnnotation(edge.ksa, undefined)
            : restoreGrant(
                { resource: words.resource, role: WORKLOAD_IDENTITY_USER, member, email },
                view,
                policy,
              ),
      },
    ];
  },
} satisfies Detector<'edge'>;
