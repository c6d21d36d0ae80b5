import { projectOfEmail } from '../model/asset.ts';
import type { Remedy } from '../model/finding.ts';
import { shortEmail } from '../model/principal.ts';
import { declaresEdge } from '../policy/match.ts';
import { ACCOUNT_METHODS, KSA_METHODS } from './audit-methods.ts';
import { command } from './commands.ts';
import { CIS_GKE_WORKLOAD_IDENTITY } from './controls.ts';
import type { Detector } from './detector.ts';
import { edgeFacts, edgeWords, ksaCause, SERVICE_ACCOUNT, sightingText } from './edge-facts.ts';
import { enableAccount, makeAccount } from './restore.ts';

export const accountMissing = {
  id: 'account-missing',
  title: 'A KSA points at an account that is missing, deleted or disabled',
  class: 'outage',
  severity: 'high',
  about:
    'The annotation names a service account that does not exist, was deleted, or is disabled: its pods get 404 "Gaia id not found" or 403. "Does not exist" is said only where the project\'s service accounts are completely known.',
  subject: 'edge',
  sources: {
    assetTypes: [
      { type: SERVICE_ACCOUNT, content: 'resource' },
      { type: 'k8s.io/ServiceAccount', content: 'resource' },
    ],
    methods: [...ACCOUNT_METHODS, ...KSA_METHODS],
  },
  controls: [CIS_GKE_WORKLOAD_IDENTITY],
  mutes: ['annotation-without-binding'],
  detect(subject, view, policy) {
    const edge = edgeFacts(subject, view, policy);
    const [sighting] = edge?.annotated ?? [];
    if (edge === undefined || sighting === undefined || edge.account.state === 'active') return [];
    const words = edgeWords(edge, policy);
    const email = edge.accountName;
    const short = shortEmail(email);
    const home = email.includes('@') ? projectOfEmail(email) : undefined;
    const common = {
      ...words,
      before: [],
      why: declaresEdge(policy, edge.ksa, email)?.at ?? policy.at,
    };
    const { fact, state } = edge.account;
    if (fact !== undefined) {
      return [
        {
          state: 'open',
          ...common,
          title: `${words.identity} points at ${short}, which is ${state}`,
          after: [`${email} is ${state}`],
          explanation: `Pods of ${sightingText(edge.annotated)} cannot get a token.${
            state === 'deleted'
              ? ' An account can be undeleted for 30 days; one re-created under the same name is another account.'
              : ''
          }`,
          remediation: state === 'deleted' ? undelete(fact.id) : enableAccount(email, view, policy),
          cause: { asset: words.resource, time: fact.since, source: fact.source },
        },
      ];
    }
    const known =
      home !== undefined &&
      view.covered(`projects/${home}`, SERVICE_ACCOUNT, 'resource', edge.account.firstTold);
    return [
      {
        state: known ? 'open' : 'undecided',
        ...common,
        title: known
          ? `${words.identity} points at ${short}, which does not exist`
          : `Whether ${short}, which ${words.identity} points at, exists is not known`,
        after: [`annotation iam.gke.io/gcp-service-account: ${email} on ${sightingText(edge.annotated)}`],
        explanation: known
          ? `Project ${home} has no such service account: a slip in the annotation, or an account that is yet to be created. Whoever may create it there decides what these pods become.`
          : `The service accounts of ${home === undefined ? `the project of ${short}` : `project ${home}`} have not been read.`,
        remediation: known ? makeAccount(email, view, policy) : [],
        cause: ksaCause(sighting),
      },
    ];
  },
} satisfies Detector<'edge'>;

/** Undeleting asks for the unique id: the e-mail may be another account's by now. */
function undelete(id: string): readonly Remedy[] {
  return /^\d+$/.test(id) ? command('gcloud', 'iam', 'service-accounts', 'undelete', id) : [];
}
