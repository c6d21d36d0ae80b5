import type { NodePoolFact } from '../inventory/facts.ts';
import { metadataServerOf, workloadIdentityOf } from '../inventory/platform.ts';
import type { View } from '../inventory/view.ts';
import type { Remedy, Severity } from '../model/finding.ts';
import { CLUSTER_METHODS } from './audit-methods.ts';
import { command, flag } from './commands.ts';
import { CIS_GKE_NODE_ACCOUNT, LEAST_PRIVILEGE, OWASP_LATERAL } from './controls.ts';
import type { Detector } from './detector.ts';
import { shortCluster } from './edge-facts.ts';
import { nodeAccount, type Worth } from './node-account.ts';
import { nodePoolWords, placeFlags, watchedNodePool } from './watched-cluster.ts';

export const nodePoolDefaultAccount = {
  id: 'node-pool-default-account',
  title: 'Nodes run as the Compute Engine default account',
  class: 'posture',
  severity: 'medium',
  about:
    'The nodes of a pool run as the account that all machines of the project share, which many projects leave Editor. High where it is Owner or Editor and pods can get its tokens, because the pool does not run the metadata server; lower where the server keeps them away, or where the roles and scopes leave a node what it needs. Every pool is looked at. Silent on Autopilot, where GKE decides. Undecided where the account was not told.',
  subject: 'node-pool',
  sources: {
    assetTypes: [
      { type: 'container.googleapis.com/Cluster', content: 'resource' },
      { type: 'container.googleapis.com/NodePool', content: 'resource' },
      { type: '*', content: 'policy' },
    ],
    methods: [...CLUSTER_METHODS, '*setIamPolicy', '*setIamPermissions'],
  },
  controls: [CIS_GKE_NODE_ACCOUNT, LEAST_PRIVILEGE, OWASP_LATERAL],
  detect({ asset }, view, policy) {
    const found = watchedNodePool(asset, view, policy);
    if (found === undefined) return [];
    const { pool, cluster } = found;
    const account = nodeAccount(pool, view);
    if (account?.isDefault === false) return [];
    const place = `node pool ${pool.name} of ${shortCluster(pool.cluster)}`;
    const unknown =
      account === undefined
        ? 'Which account its nodes run as has not been told; where none is asked for it is the default one.'
        : cluster.fact === undefined
          ? 'The cluster itself has not been told of: on Autopilot GKE decides what nodes run as.'
          : undefined;
    const isServed =
      workloadIdentityOf(cluster.fact) === 'on' && metadataServerOf(pool, cluster.fact) === 'on';
    const reached = isServed
      ? "The metadata server keeps pods away from it, but for those on the node's network and whatever breaks out onto the node."
      : 'Every pod on these nodes can get its tokens.';
    return [
      {
        state: unknown === undefined ? 'open' : 'undecided',
        severity: (isServed ? SERVED : EXPOSED)[account?.worth ?? 'unknown'],
        title:
          unknown === undefined
            ? `The nodes of ${place} run as the Compute Engine default account`
            : `Whether the nodes of ${place} run as the Compute Engine default account is not known`,
        ...nodePoolWords(pool, cluster),
        ...(account?.email === undefined ? {} : { account: account.email }),
        after: unknown === undefined ? [`node pool ${pool.name} runs as ${account?.email ?? 'default'}`] : [],
        explanation:
          unknown ??
          `${reached}${account?.words ?? ''} The account of a pool cannot be changed: make another pool, like this one but for its account, move the workloads there, and delete this. Pods that go by the node's account lose what it holds.`,
        remediation: unknown === undefined ? anotherPool(pool, view) : [],
        cause: {
          asset,
          time: pool.fieldsSince.serviceAccount.since,
          source: pool.fieldsSince.serviceAccount.source,
        },
      },
    ];
  },
} satisfies Detector<'node-pool'>;

const EXPOSED: Readonly<Record<Worth, Severity>> = {
  basic: 'high',
  more: 'medium',
  little: 'low',
  unknown: 'medium',
};
const SERVED: Readonly<Record<Worth, Severity>> = {
  basic: 'medium',
  more: 'low',
  little: 'low',
  unknown: 'medium',
};

/** docs: kubernetes-engine/docs/how-to/hardening-your-cluster, "Use least privilege IAM service accounts". */
function anotherPool({ cluster, name, isWindows }: NodePoolFact, view: View): readonly Remedy[] {
  const project = view.projectId(cluster.split('/')[1]!);
  const email = `gke-nodes@${project}.iam.gserviceaccount.com`;
  // Accounts of a project with a domain or a universe in its id are named otherwise.
  if (/[:.]/.test(project) || /^\d+$/.test(project)) return [];
  return [
    ...command('gcloud', 'iam', 'service-accounts', 'create', 'gke-nodes', flag('project', project)),
    ...command(
      'gcloud',
      'projects',
      'add-iam-policy-binding',
      project,
      flag('member', `serviceAccount:${email}`),
      flag('role', 'roles/container.defaultNodeServiceAccount'),
      flag('condition', 'None'),
    ),
    ...command(
      'gcloud',
      'container',
      'node-pools',
      'create',
      `${name}-own`,
      flag('cluster', shortCluster(cluster)),
      ...placeFlags(cluster),
      flag('service-account', email),
      ...(isWindows ? [] : [flag('workload-metadata', 'GKE_METADATA')]),
    ),
  ];
}
