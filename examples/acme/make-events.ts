/**
 * Writes `events.ndjson`, the Pub/Sub push bodies of one morning, and `events.md`, which says what each of them is. Into the folder that is
 * named, else beside itself.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  account,
  accountAsset,
  digits,
  EUW1,
  email,
  formatMicros,
  hex,
  IAC,
  type IamPolicy,
  type JsonObject,
  ksaAsset,
  legacyMember,
  type Micros,
  micros,
  ORGANISATION,
  type PolicyAsset,
  policyOf,
  principalMember,
  projectAsset,
  resourceOf,
  uniqueId,
  withMember,
  withoutMember,
} from './organisation.ts';

// ---- The people and the pipeline ----

interface Actor {
  readonly authenticationInfo: object;
  readonly ip: string;
  readonly userAgent: string;
}

function person(name: string, ip: string, command: string): Actor {
  const address = `${name}@acme.example`;
  return {
    authenticationInfo: { principalEmail: address, principalSubject: `user:${address}` },
    ip,
    userAgent: `google-cloud-sdk gcloud/548.0.0 command/gcloud.${command} environment/None interactive/True (gzip),gzip(gfe)`,
  };
}

const GITHUB = `principal://iam.googleapis.com/projects/${IAC.number}/locations/global/workloadIdentityPools/github/subject/repo:acme/infra:ref:refs/heads/main`;

const TERRAFORM: Actor = {
  authenticationInfo: {
    principalEmail: email('tf', IAC.id),
    principalSubject: account('tf', IAC.id),
    serviceAccountDelegationInfo: [{ principalSubject: GITHUB }],
  },
  ip: '203.0.113.24',
  userAgent: 'Terraform/1.13.3 (+https://www.terraform.io) terraform-provider-google/7.45.0,gzip(gfe)',
};

// ---- Messages ----

interface PushBody {
  readonly message: {
    readonly data: string;
    readonly messageId: string;
    readonly publishTime: string;
    readonly attributes?: { readonly [name: string]: string };
  };
  readonly subscription: string;
}

function push(
  subscription: string,
  text: string,
  published: Micros,
  attributes?: { readonly [name: string]: string },
): PushBody {
  const message = {
    data: Buffer.from(text).toString('base64'),
    messageId: `1${digits(`${published} ${text}`, 16)}`,
    publishTime: formatMicros(published),
  };
  return {
    message: attributes === undefined ? message : { ...message, attributes },
    subscription: `projects/${IAC.id}/subscriptions/anchorwatch-${subscription}`,
  };
}

function fromFeed(content: object, published: Micros): PushBody {
  return push('on-asset-change', JSON.stringify(content), published);
}

/** The sink is quick: as a rule its message follows the entry by two seconds. */
function fromSink(entry: LogEntry, published = micros(entry.timestamp) + 1_904_000): PushBody {
  return push('on-audit-log', JSON.stringify(entry), published, timestampOf(entry));
}

function timestampOf(entry: LogEntry) {
  return { 'logging.googleapis.com/timestamp': entry.timestamp };
}

/** The feed's view of a policy: always the whole of it, with the one before. */
function policyMessage(now: PolicyAsset, prior: PolicyAsset, published: Micros): PushBody {
  return fromFeed(
    { asset: now, priorAsset: prior, priorAssetState: 'PRESENT', window: { startTime: now.updateTime } },
    published,
  );
}

interface LogEntry {
  readonly timestamp: string;
  readonly [field: string]: unknown;
}

interface Call {
  readonly at: Micros;
  readonly by: Actor;
  readonly service: string;
  readonly method: string;
  readonly permission: string;
  readonly project: string;
  readonly resourceName: string;
  readonly resource: JsonObject;
  readonly request: object;
  readonly response?: object;
  readonly delta?: readonly Delta[];
  readonly denied?: string;
}

interface Delta {
  readonly action: 'ADD' | 'REMOVE';
  readonly role: string;
  readonly member: string;
}

function auditEntry(call: Call): LogEntry {
  const timestamp = formatMicros(call.at);
  const { denied } = call;
  return {
    insertId: BigInt(`0x${hex(`${timestamp} ${call.method}`, 14)}`).toString(36),
    logName: `projects/${call.project}/logs/cloudaudit.googleapis.com%2Factivity`,
    protoPayload: {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      authenticationInfo: call.by.authenticationInfo,
      authorizationInfo: [
        {
          // proto3 leaves out what is false.
          ...(denied === undefined ? { granted: true } : {}),
          permission: call.permission,
          resource: call.resourceName,
          resourceAttributes: { name: call.resourceName },
        },
      ],
      methodName: call.method,
      request: call.request,
      requestMetadata: {
        callerIp: call.by.ip,
        callerSuppliedUserAgent: call.by.userAgent,
        destinationAttributes: {},
        requestAttributes: { auth: {}, time: formatMicros(call.at + 11_207) },
      },
      resourceName: call.resourceName,
      ...(call.response === undefined ? {} : { response: call.response }),
      ...(call.delta === undefined ? {} : { serviceData: auditData(call.delta) }),
      serviceName: call.service,
      status: denied === undefined ? {} : { code: 7, message: denied },
    },
    receiveTimestamp: formatMicros(call.at + 1_316_402),
    resource: call.resource,
    severity: denied === undefined ? 'NOTICE' : 'ERROR',
    timestamp,
  };
}

function auditData(bindingDeltas: readonly Delta[]): object {
  return { '@type': 'type.googleapis.com/google.iam.v1.logging.AuditData', policyDelta: { bindingDeltas } };
}

const POLICY_TYPE = { '@type': 'type.googleapis.com/google.iam.v1.Policy' };
const SET_POLICY_TYPE = { '@type': 'type.googleapis.com/google.iam.v1.SetIamPolicyRequest' };

/** The caller sends the new bindings with the etag it read; the answer has the new etag. */
function requested(next: IamPolicy, read: IamPolicy): object {
  return { ...next, etag: read.etag };
}

/** What every call on one service account of acme-prod has in common. */
function onAccount(name: string) {
  const id = uniqueId(name, 'acme-prod');
  return {
    service: 'iam.googleapis.com',
    project: 'acme-prod',
    resourceName: `projects/-/serviceAccounts/${id}`,
    resource: {
      labels: { email_id: email(name, 'acme-prod'), project_id: 'acme-prod', unique_id: id },
      type: 'service_account',
    },
  };
}

interface Edit {
  readonly asset: PolicyAsset;
  readonly prior: PolicyAsset;
  readonly delta: readonly Delta[];
  /** When the caller asked, a little before the policy changed. */
  readonly asked: Micros;
}

const TO_COMMIT = 412_077;

function edit(
  prior: PolicyAsset,
  action: Delta['action'],
  role: string,
  member: string,
  asked: Micros,
): Edit {
  const at = asked + TO_COMMIT;
  const change = action === 'ADD' ? withMember : withoutMember;
  const asset = {
    ...prior,
    iamPolicy: change(prior.iamPolicy, role, member, at),
    updateTime: formatMicros(at),
  };
  return { asset, prior, delta: [{ action, role, member }], asked };
}

function setAccountPolicy(name: string, edit: Edit, by: Actor, published?: Micros): PushBody {
  const entry = auditEntry({
    ...onAccount(name),
    at: edit.asked,
    by,
    method: 'google.iam.admin.v1.SetIAMPolicy',
    permission: 'iam.serviceAccounts.setIamPolicy',
    request: {
      ...SET_POLICY_TYPE,
      policy: requested(edit.asset.iamPolicy, edit.prior.iamPolicy),
      resource: `projects/-/serviceAccounts/${email(name, 'acme-prod')}`,
    },
    response: { ...POLICY_TYPE, ...edit.asset.iamPolicy },
    delta: edit.delta,
  });
  return fromSink(entry, published);
}

function feedView(edit: Edit, published: Micros): PushBody {
  return policyMessage(edit.asset, edit.prior, published);
}

// ---- The morning ----

function today(clock: string): Micros {
  return micros(`2026-11-21T${clock}Z`);
}

const BIND = 'roles/iam.workloadIdentityUser';

const checkoutMoves = edit(
  policyOf(accountAsset('checkout', 'acme-prod')),
  'ADD',
  BIND,
  principalMember('checkout/checkout-api'),
  today('09:04:12.318441'),
);

const sandboxBinding = edit(
  policyOf(accountAsset('ledger-writer', 'acme-prod')),
  'ADD',
  BIND,
  legacyMember('sandbox/debug'),
  today('09:11:27.640185'),
);

const sandboxRepair = edit(
  sandboxBinding.asset,
  'REMOVE',
  BIND,
  legacyMember('sandbox/debug'),
  today('09:44:03.902716'),
);

const editorGrant = edit(
  policyOf(projectAsset('acme-prod')),
  'ADD',
  'roles/editor',
  account('otel', 'acme-prod'),
  today('09:31:16.077304'),
);

/** One string, so that the delivery and its duplicate are equal to the byte. */
const editorMessage = fromSink(
  auditEntry({
    at: editorGrant.asked,
    by: person('jane', '198.51.100.23', 'projects.add-iam-policy-binding'),
    service: 'cloudresourcemanager.googleapis.com',
    method: 'SetIamPolicy',
    permission: 'resourcemanager.projects.setIamPolicy',
    project: 'acme-prod',
    resourceName: 'projects/acme-prod',
    resource: { labels: { project_id: 'acme-prod' }, type: 'project' },
    request: {
      ...SET_POLICY_TYPE,
      policy: requested(editorGrant.asset.iamPolicy, editorGrant.prior.iamPolicy),
      resource: 'acme-prod',
    },
    response: { ...POLICY_TYPE, ...editorGrant.asset.iamPolicy },
    delta: editorGrant.delta,
  }),
);

/** The project's policy as the export has it, and what it was before that: the news of yesterday. */
function lateProjectPolicy(): PushBody {
  const old = editorGrant.prior;
  const before = micros(old.updateTime) - 3_600_000_000;
  const prior = {
    ...old,
    iamPolicy: withoutMember(old.iamPolicy, 'roles/viewer', 'user:sam@acme.example', before),
    updateTime: formatMicros(before),
  };
  return policyMessage(old, prior, today('09:32:40.115873'));
}

function redirectedCart(): PushBody {
  const prior = resourceOf(ksaAsset(EUW1, 'checkout/cart'));
  const metadata = prior.resource.data.metadata as JsonObject;
  const updateTime = formatMicros(today('09:18:05.733920'));
  const data = {
    ...prior.resource.data,
    metadata: {
      ...metadata,
      annotations: { 'iam.gke.io/gcp-service-account': email('deployer', 'acme-prod') },
      resourceVersion: String(Number(metadata.resourceVersion) + 40_117),
    },
  };
  const asset = { ...prior, resource: { ...prior.resource, data }, updateTime };
  return fromFeed(
    { asset, priorAsset: prior, priorAssetState: 'PRESENT', window: { startTime: updateTime } },
    today('09:18:33.204518'),
  );
}

const NEW_KEY = hex('the key that sam made', 40);

function createdKey(): PushBody {
  const at = today('09:24:50.291667');
  const entry = auditEntry({
    ...onAccount('checkout'),
    at,
    by: person('sam', '198.51.100.41', 'iam.service-accounts.keys.create'),
    method: 'google.iam.admin.v1.CreateServiceAccountKey',
    permission: 'iam.serviceAccountKeys.create',
    request: {
      '@type': 'type.googleapis.com/google.iam.admin.v1.CreateServiceAccountKeyRequest',
      name: `projects/-/serviceAccounts/${email('checkout', 'acme-prod')}`,
      private_key_type: 2,
    },
    response: {
      '@type': 'type.googleapis.com/google.iam.admin.v1.ServiceAccountKey',
      key_algorithm: 2,
      key_origin: 2,
      key_type: 1,
      name: `projects/acme-prod/serviceAccounts/${email('checkout', 'acme-prod')}/keys/${NEW_KEY}`,
      private_key_type: 2,
      valid_after_time: { seconds: Math.floor(at / 1_000_000) },
      valid_before_time: { seconds: 253402300799 },
    },
  });
  return fromSink(entry);
}

/** Real noise: it even carries a delta, of the bindings every new bucket is born with. */
function createdBucket(): LogEntry {
  return auditEntry({
    at: today('09:35:02.446190'),
    by: person('lee', '198.51.100.52', 'storage.buckets.create'),
    service: 'storage.googleapis.com',
    method: 'storage.buckets.create',
    permission: 'storage.buckets.create',
    project: 'acme-stage',
    resourceName: 'projects/_/buckets/acme-stage-scratch',
    resource: {
      labels: { bucket_name: 'acme-stage-scratch', location: 'europe-west1', project_id: 'acme-stage' },
      type: 'gcs_bucket',
    },
    request: {},
    delta: [
      { action: 'ADD', role: 'roles/storage.legacyBucketOwner', member: 'projectEditor:acme-stage' },
      { action: 'ADD', role: 'roles/storage.legacyBucketOwner', member: 'projectOwner:acme-stage' },
      { action: 'ADD', role: 'roles/storage.legacyBucketReader', member: 'projectViewer:acme-stage' },
    ],
  });
}

function truncated(): PushBody {
  const entry = createdBucket();
  return push(
    'on-audit-log',
    JSON.stringify(entry).slice(0, 700),
    today('09:35:40.380226'),
    timestampOf(entry),
  );
}

function deniedAttempt(): PushBody {
  const { asset, prior } = edit(
    policyOf(accountAsset('deployer', 'acme-prod')),
    'ADD',
    'roles/iam.serviceAccountTokenCreator',
    'user:sam@acme.example',
    today('09:38:19.518023'),
  );
  const entry = auditEntry({
    ...onAccount('deployer'),
    at: today('09:38:19.518023'),
    by: person('sam', '198.51.100.41', 'iam.service-accounts.add-iam-policy-binding'),
    method: 'google.iam.admin.v1.SetIAMPolicy',
    permission: 'iam.serviceAccounts.setIamPolicy',
    request: {
      ...SET_POLICY_TYPE,
      policy: requested(asset.iamPolicy, prior.iamPolicy),
      resource: `projects/-/serviceAccounts/${email('deployer', 'acme-prod')}`,
    },
    denied: "Permission 'iam.serviceAccounts.setIamPolicy' denied on resource (or it may not exist).",
  });
  return fromSink(entry);
}

interface Scene {
  readonly what: string;
  readonly says: string;
  readonly body: PushBody;
}

const JANE_BINDS = person('jane', '198.51.100.23', 'iam.service-accounts.add-iam-policy-binding');

const SCENES: readonly Scene[] = [
  {
    what: 'Feed: the welcome text that opens every new feed. Plain text, no JSON.',
    says: 'Ignored.',
    body: push(
      'on-asset-change',
      `You have successfully configured real time feed [${ORGANISATION}/feeds/anchorwatch-iam-policy]`,
      today('09:00:00.512904'),
    ),
  },
  {
    what: `Sink: Terraform, run by GitHub, adds \`checkout/checkout-api\` to \`checkout@acme-prod\` in the newer spelling (\`principal://…\`). The KSA is declared, and bound already in the old spelling.`,
    says: 'Nothing: a trusted changer, a declared member, and the same identity as before.',
    body: setAccountPolicy('checkout', checkoutMoves, TERRAFORM),
  },
  {
    what: `Feed: its view of 2, etag \`${checkoutMoves.asset.iamPolicy.etag}\` in both.`,
    says: 'Nothing.',
    body: feedView(checkoutMoves, today('09:04:58.860312')),
  },
  {
    what: 'Sink: jane binds `sandbox/debug` to `ledger-writer@acme-prod` by hand.',
    says: 'Alert: `undeclared-identity` (the edge `sandbox/debug` to `ledger-writer@acme-prod`), with jane as the actor.',
    body: setAccountPolicy('ledger-writer', sandboxBinding, JANE_BINDS),
  },
  {
    what: `Feed: its view of 4, etag \`${sandboxBinding.asset.iamPolicy.etag}\` in both.`,
    says: 'Nothing new: the same incident.',
    body: feedView(sandboxBinding, today('09:12:41.097455')),
  },
  {
    what: 'Feed: the KSA `checkout/cart` in prod-euw1 is now annotated with `deployer@acme-prod`; it was `cart@acme-prod`. A feed names no actor.',
    says: 'Alert, critical by the rule of the policy: `redirected-identity` (`checkout/cart`), actor not known yet. No binding lets it in so far.',
    body: redirectedCart(),
  },
  {
    what: 'Sink: sam makes a key for `checkout@acme-prod`.',
    says: `Alert: \`key-not-allowed\` (key \`${NEW_KEY.slice(0, 8)}…\`), with sam as the actor.`,
    body: createdKey(),
  },
  {
    what: 'Sink: jane makes `otel@acme-prod` an editor of project acme-prod, perhaps to end the 403 of otel-agent.',
    says: 'Alert, critical: `forbidden-role` (`roles/editor` on `project:acme-prod`), with jane as the actor.',
    body: editorMessage,
  },
  { what: 'Sink: 8 delivered again, same message id.', says: 'Nothing: seen before.', body: editorMessage },
  {
    what: `Feed, late: the policy of project acme-prod as it was before 8, etag \`${editorGrant.prior.iamPolicy.etag}\`.`,
    says: 'Nothing: 8 superseded that etag. The editor grant stays open.',
    body: lateProjectPolicy(),
  },
  { what: 'Sink: lee creates a bucket in acme-stage.', says: 'Ignored.', body: fromSink(createdBucket()) },
  {
    what: 'Sink: an entry cut off in the middle.',
    says: 'Malformed: kept in quarantine, and said aloud.',
    body: truncated(),
  },
  {
    what: 'Sink: sam tries to become token creator on `deployer@acme-prod` and is refused (status code 7).',
    says: 'No drift: nothing changed.',
    body: deniedAttempt(),
  },
  {
    what: 'Feed: `ledger-writer@acme-prod` without `sandbox/debug`, under a new etag.',
    says: '4 is resolved.',
    body: feedView(sandboxRepair, today('09:44:31.250948')),
  },
  {
    what: 'Sink: the entry of that repair: Terraform, run by GitHub. It arrives after its effect.',
    says: 'Nothing new: the repair now has a name.',
    body: setAccountPolicy('ledger-writer', sandboxRepair, TERRAFORM, today('09:44:47.518830')),
  },
];

function page(): string {
  const rows = SCENES.map(({ what, says, body }, i) => [
    String(i + 1),
    body.message.publishTime.slice(11, 19),
    what,
    says,
  ]);
  return `# The events, one by one

\`make-events.ts\` writes this page together with \`events.ndjson\`: line n of that file is number n here. The day is 2026-11-21, the times
are those of publishing, UTC.

${table(['#', 'Time', 'What it is', 'What Anchorwatch should say'], rows)}

Left open at the end: the redirected \`checkout/cart\`, the key of \`checkout@acme-prod\`, the editor grant, and what the export had planted
(see [README.md](README.md)).
`;
}

/** A Markdown table with its columns in line, as the formatter wants it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) =>
    Math.max(3, ...[title, ...rows.map((row) => row[i]!)].map((cell) => cell.length)),
  );
  const line = (cells: readonly string[], fill = ' ') =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!, fill)).join(' | ')} |`;
  return [
    line(head),
    line(
      head.map(() => ''),
      '-',
    ),
    ...rows.map((row) => line(row)),
  ].join('\n');
}

function write(file: string, text: string): void {
  writeFileSync(join(process.argv[2] ?? import.meta.dirname, file), text);
}

write('events.ndjson', SCENES.map(({ body }) => `${JSON.stringify(body)}\n`).join(''));
write('events.md', page());
