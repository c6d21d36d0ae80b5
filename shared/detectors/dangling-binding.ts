import { shortEmail } from '../model/principal.ts';
import { declaresEdge } from '../policy/match.ts';
import { CLUSTER_METHODS, KSA_METHODS } from './audit-methods.ts';
import { ACCOUNT_MANAGEMENT, OWASP_LATERAL } from './controls.ts';
import type { Detector } from './detector.ts';
import {
  edgeFacts,
  edgeWords,
  grantCause,
  ksasOfPoolKnown,
  SERVICE_ACCOUNT,
  sightingText,
} from './edge-facts.ts';
import { removeGrant } from './grant-commands.ts';
import { whenGrantIsTaken } from './managed-by.ts';

export const danglingBinding = {
  id: 'dangling-binding',
  title: 'A binding that no KSA uses',
  class: 'attack',
  severity: 'high',
  about:
    'An account lets in a KSA that does not exist in any cluster of the pool, or that does not point at it: a free identity for whoever may create or annotate that KSA. Judged once the KSAs of every cluster of the pool are known.',
  subject: 'edge',
  sources: {
    assetTypes: [
      { type: SERVICE_ACCOUNT, content: 'policy' },
      { type: 'k8s.io/ServiceAccount', content: 'resource' },
      { type: 'container.googleapis.com/Cluster', content: 'resource' },
    ],
    methods: ['google.iam.admin.v1.SetIAMPolicy', ...KSA_METHODS, ...CLUSTER_METHODS],
  },
  controls: [ACCOUNT_MANAGEMENT, OWASP_LATERAL],
  heldForPolicy: true,
  detect(subject, view, policy) {
    const edge = edgeFacts(subject, view, policy);
    if (edge === undefined || edge.annotated.length > 0) return [];
    const [link] = [...edge.links].sort((a, b) => (a.since > b.since ? -1 : 1));
    if (link === undefined) return [];
    const words = edgeWords(edge, policy);
    const email = edge.accountName;
    const declared =
      edge.account.email === undefined ? undefined : declaresEdge(policy, edge.ksa, edge.account.email);
    const common = {
      ...words,
      before: [],
      after: edge.links.map(({ grant }) => `${grant.role} on ${email} for ${grant.member}`),
      why: declared?.at ?? policy.at,
      cause: grantCause(link),
    };
    const coverage = ksasOfPoolKnown(edge.ksa.pool, view, policy);
    if (!coverage.known) {
      return [
        {
          state: 'undecided',
          ...common,
          title: `Whether anything uses the binding of ${words.identity} on ${shortEmail(email)} is not known`,
          explanation: `${capital(coverage.missing)}.`,
          remediation: [],
        },
      ];
    }
    const exists = edge.sightings.length > 0;
    return [
      {
        state: 'open',
        ...common,
        // Somebody has to be able to annotate an existing KSA; to create a missing one, creating pods' accounts in the namespace is enough.
        // Declared, and its other half yet to come or lost: the workload's trouble, unless the KSA is free to be made.
        ...(exists && declared !== undefined ? { class: 'outage' } : {}),
        severity: exists ? 'medium' : 'high',
        title: exists
          ? `${shortEmail(email)} lets in ${words.identity}, which does not point at it`
          : `${shortEmail(email)} lets in ${words.identity}, which does not exist`,
        explanation: `${
          exists
            ? `${sightingText(edge.sightings)} exists without the annotation for this account: whoever may annotate it gets the account.`
            : `No cluster of ${edge.ksa.pool} has this KSA. Whoever may create it, in any of them, gets the account.`
        }${whenGrantIsTaken(link.grant, view, policy)}`,
        remediation: edge.links.flatMap(({ grant }) => removeGrant({ ...grant, email })),
      },
    ];
  },
} satisfies Detector<'edge'>;

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
