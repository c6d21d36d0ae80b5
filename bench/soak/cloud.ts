/**
 * A cloud of few things in which much happens: its true state, and what is told of each change: an audit entry by whoever made it, and the
 * feed's view. Of one resource nothing is told that was not so.
 */
import { type Nanos, parseTime } from '../../shared/model/time.ts';
import { etagAt, type JsonObject, timeAt } from '../assets.ts';
import type { Dice } from './dice.ts';

const PROJECT = 'acme-prod';
const NUMBER = '111122223333';
const ANCESTORS = [`projects/${NUMBER}`, 'organizations/123456789012'];
const POOL = `${PROJECT}.svc.id.goog`;
const CLUSTER = `projects/${PROJECT}/locations/europe-west1/clusters/prod-euw1`;
const WI = 'roles/iam.workloadIdentityUser';

const ACCOUNTS = ['api', 'admin'].map((name, index) => ({
  email: `${name}@${PROJECT}.iam.gserviceaccount.com`,
  id: String(1001 + index),
}));
const KSAS = ['payments/api', 'payments/exporter', 'sandbox/debug'];
const MEMBERS = [
  ...KSAS.map((ksa) => `serviceAccount:${POOL}[${ksa}]`),
  `principal://iam.googleapis.com/projects/${NUMBER}/locations/global/workloadIdentityPools/${POOL}/subject/ns/payments/sa/exporter`,
  `principalSet://iam.googleapis.com/projects/${NUMBER}/locations/global/workloadIdentityPools/${POOL}/namespace/sandbox`,
  'serviceAccount:other-pool.svc.id.goog[payments/api]',
];
const HOLDERS = [
  ...ACCOUNTS.map(({ email }) => `serviceAccount:${email}`),
  `serviceAccount:${POOL}[sandbox/debug]`,
  'user:jane@acme.example',
  'allUsers',
];
const PEOPLE = ['jane@acme.example', 'lee@acme.example'];
const TERRAFORM = 'tf@acme-iac.iam.gserviceaccount.com';

type Bindings = ReadonlyMap<string, ReadonlySet<string>>;

interface Place {
  readonly asset: string;
  readonly assetType: string;
  readonly service: string;
  readonly method: string;
  readonly resourceName: string;
  readonly resource: JsonObject;
  readonly roles: readonly string[];
  readonly members: readonly string[];
}

const PLACES: readonly Place[] = [
  ...ACCOUNTS.map(({ email, id }) => ({
    asset: `//iam.googleapis.com/projects/-/serviceAccounts/${id}`,
    assetType: 'iam.googleapis.com/ServiceAccount',
    service: 'iam.googleapis.com',
    method: 'google.iam.admin.v1.SetIAMPolicy',
    resourceName: `projects/-/serviceAccounts/${id}`,
    resource: {
      type: 'service_account',
      labels: { project_id: PROJECT, unique_id: id, email_id: email },
    },
    roles: [WI, WI, WI, 'roles/iam.serviceAccountTokenCreator'],
    members: MEMBERS,
  })),
  {
    asset: `//cloudresourcemanager.googleapis.com/projects/${NUMBER}`,
    assetType: 'cloudresourcemanager.googleapis.com/Project',
    service: 'cloudresourcemanager.googleapis.com',
    method: 'SetIamPolicy',
    resourceName: `projects/${PROJECT}`,
    resource: { type: 'project', labels: { project_id: PROJECT } },
    roles: ['roles/editor', 'roles/cloudsql.client', 'roles/monitoring.metricWriter', WI],
    members: HOLDERS,
  },
  {
    asset: '//storage.googleapis.com/ledger',
    assetType: 'storage.googleapis.com/Bucket',
    service: 'storage.googleapis.com',
    method: 'storage.setIamPermissions',
    resourceName: 'projects/_/buckets/ledger',
    resource: { type: 'gcs_bucket', labels: { bucket_name: 'ledger', project_id: PROJECT } },
    roles: ['roles/storage.objectViewer', 'roles/storage.objectCreator', 'roles/storage.admin'],
    members: HOLDERS,
  },
];

/** How often what happens: pods come and go all day, and much of what is told is nothing to us. */
const CHANGES = [
  ...Array.from({ length: 6 }, () => 'policy' as const),
  ...Array.from({ length: 3 }, () => 'ksa' as const),
  ...(['key', 'key', 'account', 'exec', 'token'] as const),
  ...Array.from({ length: 6 }, () => 'workload' as const),
  ...Array.from({ length: 5 }, () => 'noise' as const),
];

export class Cloud {
  readonly #dice: Dice;
  readonly #bindings = new Map<string, Bindings>();
  readonly #policyTimes = new Map<string, string>();
  readonly #annotations = new Map<string, string>();
  readonly #keys = new Map<string, string>();
  readonly #disabled = new Set<string>();
  /** Milliseconds of the last change; each is later than the one before. */
  #now: number;
  #count = 0;

  constructor(dice: Dice, since: Nanos) {
    this.#dice = dice;
    this.#now = Number(since / 1_000_000n);
    const stamp = this.#stamp();
    for (const { asset } of PLACES) this.#policyTimes.set(asset, stamp);
    this.#bindings.set(PLACES[0]!.asset, new Map([[WI, new Set([MEMBERS[0]!])]]));
    this.#annotations.set('payments/api', ACCOUNTS[0]!.email);
  }

  /** All there is, as an export tells it. */
  export(): readonly JsonObject[] {
    const time = timeAt(this.#now);
    return [
      this.#resource('cloudresourcemanager.googleapis.com/Project', PLACES[ACCOUNTS.length]!.asset, time, {
        projectId: PROJECT,
        projectNumber: NUMBER,
      }),
      this.#resource('container.googleapis.com/Cluster', `//container.googleapis.com/${CLUSTER}`, time, {
        name: 'prod-euw1',
        workloadIdentityConfig: { workloadPool: POOL },
      }),
      ...ACCOUNTS.map((account) => this.#account(account, time)),
      ...KSAS.map((ksa) => this.#ksa(ksa, time)),
      ...PLACES.map((place) => this.policyOf(place.asset)!),
    ];
  }

  /** The policy of a resource as it stands now; `undefined` for a resource that there is not. */
  policyOf(asset: string): JsonObject | undefined {
    const place = PLACES.find((one) => one.asset === asset);
    if (place === undefined) return undefined;
    const { assetType } = place;
    const updateTime = this.#policyTimes.get(asset)!;
    return { name: asset, assetType, ancestors: ANCESTORS, updateTime, iamPolicy: this.#iamPolicy(asset) };
  }

  /** Something happens, some while after what happened before: the push bodies that tell of it. */
  change(): readonly JsonObject[] {
    this.#now += 1_000 + this.#dice.below(120_000);
    switch (this.#dice.of(CHANGES)) {
      case 'policy':
        return this.#changePolicy(this.#dice.of(PLACES));
      case 'ksa':
        return this.#annotate(this.#dice.of(KSAS));
      case 'key':
        return this.#changeKeys(this.#dice.of(ACCOUNTS));
      case 'account':
        return this.#changeAccount(this.#dice.of(ACCOUNTS));
      case 'exec':
        return [this.#exec()];
      case 'token':
        return [this.#token(this.#dice.of(ACCOUNTS))];
      case 'workload':
        return [this.#workload(this.#dice.of(KSAS))];
      case 'noise':
        return [this.#noise()];
    }
  }

  #changePolicy(place: Place): readonly JsonObject[] {
    const { asset, service, method, resourceName, resource } = place;
    const before = this.#iamPolicy(asset);
    const bindings = new Map(
      [...(this.#bindings.get(asset) ?? [])].map(([role, who]) => [role, new Set(who)]),
    );
    const present = [...bindings].flatMap(([role, who]) => [...who].map((member) => [role, member] as const));
    const isRemoval = present.length > 0 && this.#dice.hits(present.length > 3 ? 0.7 : 0.4);
    const [role, member] = isRemoval
      ? this.#dice.of(present)
      : [this.#dice.of(place.roles), this.#dice.of(place.members)];
    const members = bindings.get(role) ?? new Set();
    if (isRemoval) members.delete(member);
    else members.add(member);
    if (members.size === 0) bindings.delete(role);
    else bindings.set(role, members);
    this.#bindings.set(asset, bindings);
    this.#policyTimes.set(asset, this.#stamp());
    const after = this.#iamPolicy(asset);
    const serviceData = {
      '@type': 'type.googleapis.com/google.iam.v1.logging.AuditData',
      policyDelta: { bindingDeltas: [{ action: isRemoval ? 'REMOVE' : 'ADD', role, member }] },
    };
    // Some entries tell the change alone: then the policy has to be read.
    const whole = this.#dice.hits(0.8);
    const call = whole ? { request: { policy: before }, response: after, serviceData } : { serviceData };
    return [
      this.#entry({ serviceName: service, methodName: method, resourceName, ...call }, resource),
      this.#feed(this.policyOf(asset)!),
    ];
  }

  #annotate(ksa: string): readonly JsonObject[] {
    if (this.#annotations.has(ksa) && this.#dice.hits(0.5)) this.#annotations.delete(ksa);
    else this.#annotations.set(ksa, this.#dice.of(ACCOUNTS).email);
    const [namespace, name] = ksa.split('/');
    const asset = this.#ksa(ksa, this.#stamp());
    const { data } = asset.resource as { readonly data: JsonObject };
    const payload = {
      serviceName: 'k8s.io',
      methodName: 'io.k8s.core.v1.serviceaccounts.patch',
      resourceName: `core/v1/namespaces/${namespace}/serviceaccounts/${name}`,
      response: {
        '@type': 'core.k8s.io/v1.ServiceAccount',
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        ...data,
      },
    };
    return [this.#entry(payload, this.#clusterResource()), this.#feed(asset)];
  }

  #changeKeys({ email, id }: (typeof ACCOUNTS)[number]): readonly JsonObject[] {
    const resource = PLACES.find(({ asset }) => asset.endsWith(`/${id}`))!.resource;
    const [old] = [...this.#keys].flatMap(([key, owner]) => (owner === email ? [key] : []));
    const isDeletion = old !== undefined && this.#dice.hits(0.6);
    const key = isDeletion ? old : `key${this.#count}`.padEnd(40, '0');
    if (isDeletion) this.#keys.delete(key);
    else this.#keys.set(key, email);
    const name = `projects/${PROJECT}/serviceAccounts/${email}/keys/${key}`;
    const seconds = Math.floor(this.#now / 1000);
    const call = isDeletion
      ? { methodName: 'google.iam.admin.v1.DeleteServiceAccountKey', resourceName: name, request: { name } }
      : {
          methodName: 'google.iam.admin.v1.CreateServiceAccountKey',
          resourceName: `projects/-/serviceAccounts/${id}`,
          response: { name, key_type: 1, key_origin: 2, valid_after_time: { seconds } },
        };
    const asset = this.#resource(
      'iam.googleapis.com/ServiceAccountKey',
      `//iam.googleapis.com/${name}`,
      this.#stamp(),
      {
        name,
        keyType: 'USER_MANAGED',
        keyOrigin: 'GOOGLE_PROVIDED',
        validAfterTime: timeAt(seconds * 1000),
      },
    );
    return [
      this.#entry({ serviceName: 'iam.googleapis.com', ...call }, resource),
      this.#feed(asset, isDeletion ? { deleted: true } : {}),
    ];
  }

  #changeAccount(account: (typeof ACCOUNTS)[number]): readonly JsonObject[] {
    const { id } = account;
    const { resource, resourceName } = PLACES.find(({ asset }) => asset.endsWith(`/${id}`))!;
    const isDisabled = this.#disabled.delete(id) === false;
    if (isDisabled) this.#disabled.add(id);
    const methodName = `google.iam.admin.v1.${isDisabled ? 'Disable' : 'Enable'}ServiceAccount`;
    return [
      this.#entry({ serviceName: 'iam.googleapis.com', methodName, resourceName }, resource),
      this.#feed(this.#account(account, this.#stamp())),
    ];
  }

  #exec(): JsonObject {
    const payload = {
      serviceName: 'k8s.io',
      methodName: 'io.k8s.core.v1.pods.exec.create',
      resourceName: `core/v1/namespaces/payments/pods/api-${this.#count}/exec`,
    };
    this.#stamp();
    return this.#entry(payload, this.#clusterResource());
  }

  #token({ id, email }: (typeof ACCOUNTS)[number]): JsonObject {
    const payload = {
      serviceName: 'iamcredentials.googleapis.com',
      methodName: 'GenerateAccessToken',
      resourceName: `projects/-/serviceAccounts/${id}`,
    };
    this.#stamp();
    return this.#entry(payload, {
      type: 'service_account',
      labels: { project_id: PROJECT, unique_id: id, email_id: email },
    });
  }

  #workload(ksa: string): JsonObject {
    const [namespace, serviceAccountName = ''] = ksa.split('/');
    const name = `${serviceAccountName}-${this.#dice.below(3)}`;
    const asset = this.#resource(
      'apps.k8s.io/Deployment',
      `//container.googleapis.com/${CLUSTER}/k8s/namespaces/${namespace}/apps/deployments/${name}`,
      this.#stamp(),
      { metadata: { name, namespace: namespace! }, spec: { template: { spec: { serviceAccountName } } } },
    );
    return this.#feed(asset, this.#dice.hits(0.3) ? { deleted: true } : {});
  }

  #noise(): JsonObject {
    const resource = { type: 'gcs_bucket', labels: { bucket_name: 'scratch', project_id: PROJECT } };
    this.#stamp();
    const payload = { serviceName: 'storage.googleapis.com', methodName: 'storage.buckets.create' };
    return this.#entry({ ...payload, resourceName: 'projects/_/buckets/scratch' }, resource);
  }

  // ---- As Google writes them ----

  #iamPolicy(asset: string): JsonObject {
    const bindings = [...(this.#bindings.get(asset) ?? [])].map(([role, who]) => ({
      role,
      members: [...who],
    }));
    return { etag: etagAt(this.#policyTimes.get(asset)!), ...(bindings.length > 0 ? { bindings } : {}) };
  }

  #resource(assetType: string, name: string, updateTime: string, data: JsonObject): JsonObject {
    return { name, assetType, ancestors: ANCESTORS, updateTime, resource: { version: 'v1', data } };
  }

  #account({ email, id }: (typeof ACCOUNTS)[number], time: string): JsonObject {
    const disabled = this.#disabled.has(id) ? { disabled: true } : {};
    return this.#resource(
      'iam.googleapis.com/ServiceAccount',
      `//iam.googleapis.com/projects/${PROJECT}/serviceAccounts/${id}`,
      time,
      { email, uniqueId: id, projectId: PROJECT, ...disabled },
    );
  }

  #ksa(ksa: string, time: string): JsonObject {
    const [namespace = '', name = ''] = ksa.split('/');
    const annotation = this.#annotations.get(ksa);
    const annotations = annotation === undefined ? {} : { 'iam.gke.io/gcp-service-account': annotation };
    return this.#resource(
      'k8s.io/ServiceAccount',
      `//container.googleapis.com/${CLUSTER}/k8s/namespaces/${namespace}/serviceaccounts/${name}`,
      time,
      { metadata: { name, namespace, uid: `uid-${namespace}-${name}`, annotations } },
    );
  }

  #clusterResource(): JsonObject {
    return {
      type: 'k8s_cluster',
      labels: { cluster_name: 'prod-euw1', location: 'europe-west1', project_id: PROJECT },
    };
  }

  #entry(payload: JsonObject, resource: JsonObject): JsonObject {
    const isPipeline = this.#dice.hits(0.3);
    const who = isPipeline ? TERRAFORM : this.#dice.of(PEOPLE);
    return this.#push('on-audit-log', 2_000, {
      insertId: `entry${this.#count}`,
      logName: `projects/${PROJECT}/logs/cloudaudit.googleapis.com%2Factivity`,
      timestamp: timeAt(this.#now, this.#count),
      receiveTimestamp: timeAt(this.#now + 1_300),
      severity: 'NOTICE',
      resource,
      protoPayload: {
        '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
        status: {},
        authenticationInfo: {
          principalEmail: who,
          principalSubject: `${isPipeline ? 'serviceAccount' : 'user'}:${who}`,
        },
        requestMetadata: { callerIp: '203.0.113.24', callerSuppliedUserAgent: 'gcloud/500' },
        ...payload,
      },
    });
  }

  #feed(asset: JsonObject, more: JsonObject = {}): JsonObject {
    const window = { startTime: asset.updateTime! };
    return this.#push('on-asset-change', 20_000, { asset, priorAssetState: 'INVALID', window, ...more });
  }

  #push(subscription: string, later: number, message: JsonObject): JsonObject {
    return {
      message: {
        data: Buffer.from(JSON.stringify(message)).toString('base64'),
        messageId: `${subscription}-${this.#count}`,
        publishTime: timeAt(this.#now + later),
      },
      subscription: `projects/acme-iac/subscriptions/anchorwatch-${subscription}`,
    };
  }

  /** The time of this change, unlike any other's. */
  #stamp(): string {
    this.#count++;
    return timeAt(this.#now, this.#count % 1_000_000);
  }
}

/** When a push body was published. */
export function publishedAt(body: JsonObject): Nanos {
  const { message } = body as { readonly message?: { readonly publishTime?: string } };
  return parseTime(message?.publishTime ?? '') ?? 0n;
}
