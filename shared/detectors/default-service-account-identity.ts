import { shortEmail } from '../model/principal.ts';
import { declaredFor } from '../policy/match.ts';
import { setAnnotation } from './annotation-command.ts';
import { KSA_METHODS } from './audit-methods.ts';
import { CIS_GKE_WORKLOAD_IDENTITY, LEAST_PRIVILEGE } from './controls.ts';
import type { Detector } from './detector.ts';
import { edgeCause, edgeFacts, edgeWords, SERVICE_ACCOUNT } from './edge-facts.ts';
import { removeGrant } from './grant-commands.ts';

export const defaultServiceAccountIdentity = {
  id: 'default-service-account-identity',
  title: 'The default KSA of a namespace carries an identity',
  class: 'posture',
  severity: 'medium',
  about:
    'Every pod that names no service account runs as the KSA default. When that KSA can act as a Google account, so can every such pod, now and later. Silent when an entry names the KSA default exactly.',
  subject: 'edge',
  sources: {
    assetTypes: [
      { type: 'k8s.io/ServiceAccount', content: 'resource' },
      { type: SERVICE_ACCOUNT, content: 'policy' },
    ],
    methods: [...KSA_METHODS, 'google.iam.admin.v1.SetIAMPolicy'],
  },
  controls: [CIS_GKE_WORKLOAD_IDENTITY, LEAST_PRIVILEGE],
  detect(subject, view, policy) {
    if (subject.ksa.name !== 'default') return [];
    const edge = edgeFacts(subject, view, policy);
    if (edge === undefined || (edge.annotated.length === 0 && edge.links.length === 0)) return [];
    const isMeant = declaredFor(policy, edge.ksa, { annotated: true }).some((entry) =>
      entry.identities.some((pattern) => pattern.serviceAccount === 'default'),
    );
    if (isMeant) return [];
    const words = edgeWords(edge, policy);
    const email = edge.accountName;
    return [
      {
        state: 'open',
        ...words,
        title: `The default KSA of namespace ${edge.ksa.namespace} is linked to ${shortEmail(email)}`,
        before: [],
        after: [
          ...edge.annotated
            .slice(0, 1)
            .map(() => `annotation iam.gke.io/gcp-service-account: ${email} on ${words.identity}`),
          ...edge.links.map(({ grant }) => `${grant.role} on ${email} for ${grant.member}`),
        ],
        explanation:
          'Whatever runs in this namespace without naming a service account runs as default. Give the workload that needs the account a KSA of its own.',
        why: policy.at,
        remediation: [
          ...(edge.annotated.length === 0 ? [] : setAnnotation(edge.ksa, undefined)),
          ...edge.links.flatMap(({ grant }) => removeGrant({ ...grant, email })),
        ],
        cause: edgeCause(edge),
      },
    ];
  },
} satisfies Detector<'edge'>;
