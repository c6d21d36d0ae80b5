/** What identities stand on: projects, clusters, fleets, identity providers, organisation policies. */
import fc from 'fast-check';
import { present } from '../../../shared/decode/present.ts';
import { projectName } from '../../../shared/model/asset.ts';
import type { Observation } from '../../../shared/model/observation.ts';
import { POOL } from '../../world.ts';
import { account, cluster, PROD, project, projectAsset, seen, seenOf } from './names.ts';

/** The label by which a resource says that it is made as code. */
const mark = fc.option(fc.constantFrom('goog-terraform-provisioned', 'managed-by-cnrm'), { nil: undefined });

/** Project assets go by either name, and move from folder to folder. */
const projectSeen = fc.tuple(project, fc.boolean(), seen, mark).map(
  ([{ id, number }, byNumber, seen, managedBy]): Observation => ({
    kind: 'resource',
    ...seenOf(projectName(byNumber ? number : id), seen),
    facts: { type: 'project', projectId: id, number, ...present({ managedBy }) },
    whole: true,
  }),
);
/** Buckets and the like are watched for their labels alone. */
const labelledSeen = fc.tuple(seen, mark).map(
  ([seen, managedBy]): Observation => ({
    kind: 'resource',
    ...seenOf('//storage.googleapis.com/ledger', seen),
    facts: { type: 'labelled', ...present({ managedBy }) },
    whole: true,
  }),
);
const projectGone = fc
  .tuple(projectAsset, seen)
  .map(([asset, seen]): Observation => ({ kind: 'gone', type: 'project', ...seenOf(asset, seen) }));

/** Being made and being taken down among it; absent when it does not say. */
const status = fc.option(fc.constantFrom('RUNNING', 'PROVISIONING', 'STOPPING'), { nil: undefined, freq: 2 });

/** Workload Identity on, off, of a fleet's pool, or not told: an Autopilot cluster turns it on by itself. */
const clusterSeen = fc
  .record({
    path: cluster,
    seen,
    workloadPool: fc.option(fc.constantFrom(POOL, '', 'acme-fleet.svc.id.goog'), { nil: undefined }),
    autopilot: fc.option(fc.boolean(), { nil: undefined }),
    status,
    nodePools: fc.option(fc.constantFrom('', 'batch', 'batch\ndefault-pool'), { nil: undefined, freq: 2 }),
  })
  .map(
    ({ path, seen, ...told }): Observation => ({
      kind: 'resource',
      ...seenOf(`//container.googleapis.com/${path}`, seen),
      facts: { type: 'cluster', cluster: path, ...present(told) },
      whole: told.workloadPool !== undefined,
    }),
  );
const clusterGone = fc.tuple(cluster, seen).map(
  ([path, seen]): Observation => ({
    kind: 'gone',
    type: 'cluster',
    ...seenOf(`//container.googleapis.com/${path}`, seen),
  }),
);
/** An account by either of its names. */
const accountText = fc.tuple(account, fc.boolean()).map(([{ email, id }, byId]) => (byId ? id : email));
/** By itself, by its cluster, or as it was asked for; under either name of its project. */
const nodePoolSeen = fc
  .record({
    path: fc
      .tuple(cluster, fc.boolean())
      .map(([path, byNumber]) => (byNumber ? path.replace(PROD.id, PROD.number) : path)),
    name: fc.constantFrom('default-pool', 'batch'),
    seen,
    whole: fc.boolean(),
    told: fc.record(
      {
        metadataMode: fc.constantFrom('GKE_METADATA', 'GCE_METADATA', ''),
        serviceAccount: fc.oneof(fc.constant('default'), accountText),
        scopes: fc.constantFrom('', 'https://www.googleapis.com/auth/cloud-platform'),
        noLegacyEndpoints: fc.constantFrom('true', 'false', ''),
        version: fc.constantFrom('1.20.15-gke.300', '1.31.4-gke.1372000'),
        isSandboxed: fc.constant(true as const),
        status: fc.constantFrom('RUNNING', 'PROVISIONING'),
      },
      { requiredKeys: ['metadataMode', 'serviceAccount'] },
    ),
  })
  .map(
    ({ path, name, seen, whole, told }): Observation => ({
      kind: 'resource',
      ...seenOf(`//container.googleapis.com/${path}/nodePools/${name}`, seen),
      facts: { type: 'node-pool', cluster: path, name, ...told },
      whole,
    }),
  );

const issuer = fc.oneof(
  cluster.map((path) => `https://container.googleapis.com/v1/${path}`),
  fc.constantFrom('', 'https://issuer.example'),
);
const membershipSeen = fc.tuple(cluster, issuer, fc.constantFrom(PROD.id, PROD.number), seen).map(
  ([path, issuer, project, seen]): Observation => ({
    kind: 'resource',
    ...seenOf(`//gkehub.googleapis.com/projects/${project}/locations/global/memberships/edge`, seen),
    facts: { type: 'fleet-membership', name: 'edge', cluster: path, issuer, pool: POOL },
    whole: true,
  }),
);
/** Whatever runs as an account outside of pods, under either name of its project and of the account. */
const attachmentSeen = fc
  .record({
    project: fc.constantFrom(PROD.id, PROD.number),
    accounts: fc.uniqueArray(accountText, { maxLength: 2 }),
    isNode: fc.boolean(),
    path: cluster,
    whole: fc.boolean(),
    seen,
  })
  .map(
    ({ project, accounts, isNode, path, whole, seen }): Observation => ({
      kind: 'resource',
      ...seenOf(`//compute.googleapis.com/projects/${project}/zones/europe-west1-b/instances/web-1`, seen),
      facts: {
        type: 'attachment',
        what: 'Compute Engine instance',
        accounts: accounts.sort().join('\n'),
        ...(isNode ? { nodePool: `${path}/nodePools/default-pool` } : {}),
      },
      whole,
    }),
  );
const providerSeen = fc
  .tuple(fc.constantFrom('', 'assertion.repository_owner=="acme"'), seen)
  .map(([condition, seen]): Observation => {
    const pool = `projects/${PROD.number}/locations/global/workloadIdentityPools/ci`;
    return {
      kind: 'resource',
      ...seenOf(`//iam.googleapis.com/${pool}/providers/github`, seen),
      facts: { type: 'identity-provider', pool, name: 'github', issuer: 'https://issuer.example', condition },
      whole: true,
    };
  });
const orgPolicySeen = fc.tuple(fc.boolean(), seen).map(
  ([enforced, seen]): Observation => ({
    kind: 'resource',
    ...seenOf(
      `//orgpolicy.googleapis.com/projects/${PROD.number}/policies/iam.disableServiceAccountKeyCreation`,
      seen,
    ),
    facts: {
      type: 'org-policy',
      parent: `projects/${PROD.number}`,
      constraint: 'iam.disableServiceAccountKeyCreation',
      enforced,
    },
    whole: true,
  }),
);

const otherGone = fc
  .tuple(fc.oneof(nodePoolSeen, membershipSeen, providerSeen, orgPolicySeen, attachmentSeen), seen)
  .map(([{ asset }, seen]): Observation => ({ kind: 'gone', ...seenOf(asset, seen) }));

export const platformTold = fc.oneof(
  { weight: 4, arbitrary: clusterSeen },
  { weight: 2, arbitrary: clusterGone },
  { weight: 2, arbitrary: projectSeen },
  { weight: 1, arbitrary: projectGone },
  { weight: 1, arbitrary: labelledSeen },
  { weight: 3, arbitrary: nodePoolSeen },
  { weight: 1, arbitrary: membershipSeen },
  { weight: 1, arbitrary: providerSeen },
  { weight: 2, arbitrary: attachmentSeen },
  { weight: 1, arbitrary: orgPolicySeen },
  { weight: 1, arbitrary: otherGone },
);
