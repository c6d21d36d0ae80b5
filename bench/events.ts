import {
  accountPolicy,
  type Binding,
  bucketPolicy,
  etagAt,
  type JsonObject,
  ksa,
  type PolicyAsset,
  pod,
  projectPolicy,
  type ResourceAsset,
  timeAt,
} from './assets.ts';
import { BIND, type Organisation } from './organisation.ts';

const START = Date.UTC(2026, 10, 21, 9);

type Change = 'pod' | 'ksa' | 'redirect' | 'binding' | 'project-grant' | 'bucket-grant' | 'key' | 'noise';

/** What happens how often, of a hundred changes: pods come and go all day, and the sink lets some noise through. */
const MIX: readonly (readonly [Change, number])[] = [
  ['pod', 34],
  ['ksa', 10],
  ['redirect', 2],
  ['binding', 16],
  ['project-grant', 8],
  ['bucket-grant', 8],
  ['key', 4],
  ['noise', 18],
];
const DECK: readonly Change[] = MIX.flatMap(([change, count]) => Array.from({ length: count }, () => change));

/**
 * The Pub/Sub push bodies of a day after the export: changes of policies twice, by the audit-log sink and then by the feed, resources by the
 * feed, now and then a message delivered again. Every change starts from what the export shows.
 */
export function* events(o: Organisation, count: number): Generator<JsonObject> {
  let given = 0;
  for (let change = 0; given < count; change++) {
    for (const body of messagesOf(o, change)) {
      if (given++ === count) return;
      yield body;
      const again = o.chance.hits(0.03, 'delivered again', given);
      if (again && given++ < count) yield body;
    }
  }
}

function messagesOf(o: Organisation, change: number): readonly JsonObject[] {
  const at = START + change * 1_000;
  const pick = (limit: number) => o.chance.below(limit, 'picked', change);
  switch (o.chance.of(DECK, 'change', change)) {
    case 'pod':
      return [fromFeed(moved(pod(o, pick(o.count.pods)), change, at), at)];
    case 'ksa':
      return [fromFeed(moved(ksa(o, pick(o.count.ksas)), change, at), at)];
    case 'redirect': {
      const target = o.account(pick(o.count.namespaces * 6)).email;
      const annotations = { 'iam.gke.io/gcp-service-account': target };
      return [fromFeed(moved(ksa(o, pick(o.count.ksas)), change, at, { annotations }), at)];
    }
    case 'binding': {
      const index = pick(o.count.namespaces * 6);
      const member = o.chance.hits(0.8, 'declared member', change)
        ? o.principal(o.account(index).namespace!.index, o.account(index).ksa!)
        : `serviceAccount:${o.account(index).namespace!.cluster.pool}[sandbox/debug-${change}]`;
      return policyChange(o, accountPolicy(o, index), {
        role: BIND,
        member,
        change,
        at,
        on: onAccount(o, index),
      });
    }
    case 'project-grant': {
      const index = pick(o.count.clusters);
      const { id } = o.project(index);
      const account = o.account(o.namespacesOf(index)[change % 10]! * 6);
      const role = o.chance.hits(0.2, 'basic role', change) ? 'roles/editor' : 'roles/cloudsql.client';
      const on = {
        service: 'cloudresourcemanager.googleapis.com',
        method: 'SetIamPolicy',
        project: id,
        resourceName: `projects/${id}`,
        resource: { labels: { project_id: id }, type: 'project' },
      };
      return policyChange(o, projectPolicy(o, index), {
        role,
        member: `serviceAccount:${account.email}`,
        change,
        at,
        on,
      });
    }
    case 'bucket-grant': {
      const index = pick(o.count.buckets);
      const { project, name, namespace } = o.store('bucket', index);
      const on = {
        service: 'storage.googleapis.com',
        method: 'storage.setIamPermissions',
        project: project.id,
        resourceName: `projects/_/buckets/${project.id}-${name}`,
        resource: {
          labels: { bucket_name: `${project.id}-${name}`, location: 'eu', project_id: project.id },
          type: 'gcs_bucket',
        },
      };
      const member = `serviceAccount:${o.accountsOf(namespace.index)[change % 6]!.email}`;
      return policyChange(o, bucketPolicy(o, index), {
        role: 'roles/storage.objectViewer',
        member,
        change,
        at,
        on,
      });
    }
    case 'key':
      return [keyCreated(o, pick(o.count.accounts), change, at)];
    case 'noise':
      return [bucketCreated(o, pick(o.count.projects), at)];
  }
}

// ---- Envelopes ----

function push(subscription: string, message: JsonObject, at: number): JsonObject {
  const text = JSON.stringify(message);
  return {
    message: {
      data: Buffer.from(text).toString('base64'),
      messageId: `1${String(at).padStart(15, '0')}`,
      publishTime: timeAt(at),
    },
    subscription: `projects/acme-iac/subscriptions/anchorwatch-${subscription}`,
  };
}

type Moved = { readonly asset: JsonObject; readonly priorAsset: JsonObject };

function fromFeed({ asset, priorAsset }: Moved, at: number): JsonObject {
  const window = { startTime: asset.updateTime! };
  return push('on-asset-change', { asset, priorAsset, priorAssetState: 'PRESENT', window }, at + 20_000);
}

/** The asset as it is after a change of its metadata, and as it was. */
function moved(prior: ResourceAsset, change: number, at: number, metadata: JsonObject = {}): Moved {
  const before = prior.resource.data.metadata as JsonObject;
  const data = {
    ...prior.resource.data,
    metadata: { ...before, ...metadata, resourceVersion: String(900_000_000 + change) },
  };
  const asset = {
    ...prior,
    resource: { ...prior.resource, data },
    updateTime: timeAt(at, change % 1_000_000),
  };
  return { asset: asset as unknown as JsonObject, priorAsset: prior as unknown as JsonObject };
}

// ---- Audit entries ----

interface Call {
  readonly service: string;
  readonly method: string;
  readonly project: string;
  readonly resourceName: string;
  readonly resource: JsonObject;
}

function onAccount(o: Organisation, index: number): Call {
  const { project, uniqueId, email } = o.account(index);
  return {
    service: 'iam.googleapis.com',
    method: 'google.iam.admin.v1.SetIAMPolicy',
    project: project.id,
    resourceName: `projects/-/serviceAccounts/${uniqueId}`,
    resource: {
      labels: { email_id: email, project_id: project.id, unique_id: uniqueId },
      type: 'service_account',
    },
  };
}

interface GrantAdded {
  readonly role: string;
  readonly member: string;
  readonly change: number;
  readonly at: number;
  readonly on: Call;
}

/** One more member in a policy: as the audit log tells it, and as the feed does some seconds later. */
function policyChange(
  o: Organisation,
  prior: PolicyAsset,
  { role, member, change, at, on }: GrantAdded,
): readonly JsonObject[] {
  const updateTime = timeAt(at, change % 1_000_000);
  const iamPolicy = {
    ...prior.iamPolicy,
    etag: etagAt(updateTime),
    bindings: withMember(prior.iamPolicy.bindings, role, member),
  };
  const asset = { ...prior, iamPolicy, updateTime } as unknown as JsonObject;
  const policy = iamPolicy as unknown as JsonObject;
  const entry = auditEntry(o, on, change, at, {
    request: { resource: on.resourceName, policy: { ...policy, etag: prior.iamPolicy.etag } },
    response: { '@type': 'type.googleapis.com/google.iam.v1.Policy', ...policy },
    serviceData: {
      '@type': 'type.googleapis.com/google.iam.v1.logging.AuditData',
      policyDelta: { bindingDeltas: [{ action: 'ADD', role, member }] },
    },
  });
  return [
    push('on-audit-log', entry, at + 1_900),
    fromFeed({ asset, priorAsset: prior as unknown as JsonObject }, at),
  ];
}

function withMember(bindings: readonly Binding[], role: string, member: string): readonly Binding[] {
  const has = bindings.some((binding) => binding.role === role && binding.condition === undefined);
  const all = has ? bindings : [...bindings, { role, members: [] }];
  return all.map((binding) =>
    binding.role === role && binding.condition === undefined
      ? { ...binding, members: [...new Set([...binding.members, member])] }
      : binding,
  );
}

function keyCreated(o: Organisation, index: number, change: number, at: number): JsonObject {
  const { project, email } = o.account(index);
  const call = { ...onAccount(o, index), method: 'google.iam.admin.v1.CreateServiceAccountKey' };
  const entry = auditEntry(o, call, change, at, {
    request: { name: `projects/-/serviceAccounts/${email}`, private_key_type: 2 },
    response: {
      key_algorithm: 2,
      key_origin: 2,
      key_type: 1,
      name: `projects/${project.id}/serviceAccounts/${email}/keys/${o.chance.hex(40, 'new key', change)}`,
      valid_after_time: { seconds: Math.floor(at / 1000) },
      valid_before_time: { seconds: 253402300799 },
    },
  });
  return push('on-audit-log', entry, at + 1_900);
}

/** Noise: nothing is known to follow from it. */
function bucketCreated(o: Organisation, index: number, at: number): JsonObject {
  const { id } = o.project(index);
  const call = {
    service: 'storage.googleapis.com',
    method: 'storage.buckets.create',
    project: id,
    resourceName: `projects/_/buckets/${id}-scratch`,
    resource: {
      labels: { bucket_name: `${id}-scratch`, location: 'eu', project_id: id },
      type: 'gcs_bucket',
    },
  };
  return push('on-audit-log', auditEntry(o, call, index, at, { request: {} }), at + 1_900);
}

function auditEntry(o: Organisation, call: Call, change: number, at: number, body: JsonObject): JsonObject {
  const isPipeline = o.chance.hits(0.6, 'pipeline', change);
  const who = isPipeline ? 'tf@acme-iac.iam.gserviceaccount.com' : 'jane@acme.example';
  return {
    insertId: o.chance.hex(12, 'entry', change),
    logName: `projects/${call.project}/logs/cloudaudit.googleapis.com%2Factivity`,
    protoPayload: {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      authenticationInfo: {
        principalEmail: who,
        principalSubject: `${isPipeline ? 'serviceAccount' : 'user'}:${who}`,
      },
      authorizationInfo: [
        { granted: true, resource: call.resourceName, resourceAttributes: { name: call.resourceName } },
      ],
      methodName: call.method,
      requestMetadata: {
        callerIp: '203.0.113.24',
        callerSuppliedUserAgent: 'Terraform/1.13.3',
        requestAttributes: { time: timeAt(at) },
      },
      resourceName: call.resourceName,
      serviceName: call.service,
      status: {},
      ...body,
    },
    receiveTimestamp: timeAt(at + 1_300),
    resource: call.resource,
    severity: 'NOTICE',
    timestamp: timeAt(at, change % 1_000_000),
  };
}
