/** Small payloads of our own, true to the shapes of gcp-facts 1.4 and 3: the tests change one thing in them. */
import { expect } from '@jest/globals';
import { decodeMessage } from '../../shared/decode/decode.ts';
import type { Decoded } from '../../shared/model/decoded.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { parseTime } from '../../shared/model/time.ts';

export const RECEIVED_AT = parseTime('2026-03-01T00:00:00Z')!;
export const CONTEXT = { receivedAt: RECEIVED_AT };

export const UNIQUE_ID = '105711361070066902665';
export const EMAIL = 'api@acme-prod.iam.gserviceaccount.com';
export const KSA_MEMBER = 'serviceAccount:acme-prod.svc.id.goog[payments/api]';
export const ACCOUNT = `//iam.googleapis.com/projects/-/serviceAccounts/${UNIQUE_ID}`;

type Json = Readonly<Record<string, unknown>>;
export type News = Extract<Decoded, { kind: 'news' }>;

/** An entry of the Admin Activity log. `protoPayload` is laid over the parts every entry has. */
export function auditEntry(protoPayload: Json, entry: Json = {}): Json {
  return {
    insertId: 'abc123',
    logName: 'projects/acme-prod/logs/cloudaudit.googleapis.com%2Factivity',
    timestamp: '2026-02-03T04:05:06.123456Z',
    receiveTimestamp: '2026-02-03T04:05:07Z',
    severity: 'NOTICE',
    resource: { type: 'project', labels: { project_id: 'acme-prod' } },
    ...entry,
    protoPayload: {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      status: {},
      authenticationInfo: { principalEmail: 'dev@example.com', principalSubject: 'user:dev@example.com' },
      requestMetadata: { callerIp: '198.51.100.7', callerSuppliedUserAgent: 'gcloud/500' },
      ...protoPayload,
    },
  };
}

/** An entry about the service account `EMAIL`, by a method of the IAM admin API. */
export function accountEntry(method: string, protoPayload: Json = {}, labels: Json = {}): Json {
  return auditEntry(
    {
      serviceName: 'iam.googleapis.com',
      methodName: `google.iam.admin.v1.${method}`,
      resourceName: `projects/-/serviceAccounts/${UNIQUE_ID}`,
      ...protoPayload,
    },
    {
      resource: {
        type: 'service_account',
        labels: { project_id: 'acme-prod', unique_id: UNIQUE_ID, email_id: EMAIL, ...labels },
      },
    },
  );
}

export const CLUSTER = 'projects/acme-prod/locations/europe-west1/clusters/c1';
export const CLUSTER_ASSET = `//container.googleapis.com/${CLUSTER}`;

/** An entry of the API server of cluster c1 (gcp-facts 4): `resourceName` as GKE writes it, `core/v1/namespaces/NS/…`. */
export function kubernetesEntry(
  method: string,
  resourceName: string,
  protoPayload: Json = {},
  entry: Json = {},
): Json {
  return auditEntry(
    {
      serviceName: 'k8s.io',
      methodName: `io.k8s.${method}`,
      resourceName,
      status: { code: 0 },
      authenticationInfo: { principalEmail: 'dev@example.com' },
      authorizationInfo: [{ granted: true, permission: `io.k8s.${method}`, resource: resourceName }],
      ...protoPayload,
    },
    {
      labels: {
        'authorization.k8s.io/decision': 'allow',
        'authorization.k8s.io/reason': 'access granted by IAM permissions.',
      },
      operation: { id: 'abc123', producer: 'k8s.io', first: true, last: true },
      resource: {
        type: 'k8s_cluster',
        labels: { cluster_name: 'c1', location: 'europe-west1', project_id: 'acme-prod' },
      },
      ...entry,
    },
  );
}

/** A Kubernetes object as the API server answers it. */
export function stored(type: string, name: string, metadata: Json = {}, content: Json = {}): Json {
  const [apiVersion, kind] = type.split('/').length === 3 ? splitLast(type) : ['v1', type];
  return {
    '@type': `k8s.io/${kind}`,
    apiVersion,
    kind,
    metadata: {
      name,
      uid: '0c5d1f8e',
      resourceVersion: '9124',
      creationTimestamp: '2026-01-02T03:04:05Z',
      ...metadata,
    },
    ...content,
  };
}

function splitLast(type: string): readonly [string, string] {
  const at = type.lastIndexOf('/');
  return [type.slice(0, at), type.slice(at + 1)];
}

export function policy(
  etag: string,
  ...bindings: readonly (readonly [role: string, ...members: string[]])[]
): Json {
  return {
    '@type': 'type.googleapis.com/google.iam.v1.Policy',
    etag,
    bindings: bindings.map(([role, ...members]) => ({ role, members })),
  };
}

export function delta(
  ...changes: readonly (readonly [action: string, role: string, member: string])[]
): Json {
  return {
    '@type': 'type.googleapis.com/google.iam.v1.logging.AuditData',
    policyDelta: { bindingDeltas: changes.map(([action, role, member]) => ({ action, role, member })) },
  };
}

export function asset(assetType: string, name: string, content: Json): Json {
  return {
    name,
    assetType,
    ancestors: ['projects/123456789012', 'folders/345', 'organizations/678'],
    updateTime: '2026-02-03T04:05:06.5Z',
    ...content,
  };
}

/** The news in a payload; fails the test with the reason when there is none. */
export function news(payload: unknown): News {
  const decoded = decodeMessage(payload, CONTEXT);
  if (decoded.kind === 'news') return decoded;
  throw new Error(`${decoded.kind}: ${decoded.why}`);
}

export function why(payload: unknown): string {
  const decoded = decodeMessage(payload, CONTEXT);
  expect(decoded.kind).not.toBe('news');
  return decoded.kind === 'news' ? '' : `${decoded.kind}: ${decoded.why}`;
}

/** The one observation of a kind. */
export function observed<K extends Observation['kind']>(
  found: News,
  kind: K,
): Extract<Observation, { kind: K }> {
  const matching = found.observations.filter(
    (observation): observation is Extract<Observation, { kind: K }> => observation.kind === kind,
  );
  expect(matching).toHaveLength(1);
  return matching[0]!;
}

/** Grants as text, for short expectations. */
export function grants(found: News): readonly string[] {
  return observed(found, 'policy').grants.map(({ role, member, condition }) =>
    [role, member, ...(condition === undefined ? [] : [condition.expression])].join(' '),
  );
}
