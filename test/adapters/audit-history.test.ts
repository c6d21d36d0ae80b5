/** Who did what to a resource, from a Cloud Logging that answers, in part, late or not at all. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { auditFilter } from '../../shared/adapters/audit-filter.ts';
import { auditHistory } from '../../shared/adapters/audit-history.ts';
import type { GoogleHttpOptions } from '../../shared/adapters/google-http.ts';
import { decodeMessage } from '../../shared/decode/decode.ts';
import { parseTime } from '../../shared/model/time.ts';
import {
  ACCOUNT,
  accountEntry,
  auditEntry,
  CLUSTER_ASSET,
  CONTEXT,
  delta,
  EMAIL,
  KSA_MEMBER,
  kubernetesEntry,
  stored,
  UNIQUE_ID,
} from '../decode/payloads.ts';
import { fixtureFiles, fixtures, itOnFixtures } from '../fixtures.ts';
import { matches } from '../logging-query.ts';
import { type Entry, type LoggingServer, startLoggingServer } from '../logging-server.ts';

const WITHIN = 'projects/acme-prod';
const WINDOW = { from: parseTime('2026-02-03T00:00:00Z')!, to: parseTime('2026-02-04T00:00:00Z')! };

let server: LoggingServer;
beforeEach(async () => {
  server = await startLoggingServer();
});
afterEach(() => server.close());

function history(more: GoogleHttpOptions = {}) {
  return auditHistory({ origin: server.url, token: async () => 'our-token', ...more });
}

async function entries(resource: string, within = WITHIN, window = WINDOW): Promise<readonly unknown[]> {
  const found = await history().entries(within, resource, window);
  if (found.kind !== 'entries') throw new Error(`${found.kind}: ${found.why}`);
  return found.entries;
}

const container = (type: string, serviceName: string, methodName: string, resourceName: string) =>
  auditEntry(
    { serviceName, methodName, resourceName, serviceData: delta(['ADD', 'roles/viewer', KSA_MEMBER]) },
    { resource: { type, labels: { project_id: 'acme-prod' } } },
  );

const KEY_ID = '69049163b190437ab9279b28e8afa24bb5c5b076';
const KSA = `${CLUSTER_ASSET}/k8s/namespaces/payments/serviceaccounts/api`;
const KEY = {
  '@type': 'type.googleapis.com/google.iam.admin.v1.ServiceAccountKey',
  name: `projects/acme-prod/serviceAccounts/${EMAIL}/keys/${KEY_ID}`,
};

/** An entry as Google spells it, and the name by which we know what it is about. */
const SPELT: Readonly<Record<string, readonly [entry: Entry, asset: string]>> = {
  'an account, by its unique id': [
    accountEntry('SetIAMPolicy', {
      serviceData: delta(['ADD', 'roles/iam.workloadIdentityUser', KSA_MEMBER]),
    }),
    ACCOUNT,
  ],
  'an account, by its e-mail': [
    accountEntry('DisableServiceAccount'),
    `//iam.googleapis.com/projects/-/serviceAccounts/${EMAIL}`,
  ],
  'a key that was made': [
    accountEntry('CreateServiceAccountKey', { response: KEY }),
    `//iam.googleapis.com/projects/-/serviceAccounts/-/keys/${KEY_ID}`,
  ],
  'a key that was deleted': [
    accountEntry('DeleteServiceAccountKey', {
      resourceName: `projects/-/serviceAccounts/${UNIQUE_ID}/keys/${KEY_ID}`,
    }),
    `//iam.googleapis.com/projects/-/serviceAccounts/-/keys/${KEY_ID}`,
  ],
  'a project': [
    container('project', 'cloudresourcemanager.googleapis.com', 'SetIamPolicy', 'projects/acme-prod'),
    '//cloudresourcemanager.googleapis.com/projects/acme-prod',
  ],
  'a project, by its number': [
    container('project', 'cloudresourcemanager.googleapis.com', 'SetIamPolicy', 'projects/acme-prod'),
    '//cloudresourcemanager.googleapis.com/projects/123456789012',
  ],
  'a bucket': [
    container(
      'gcs_bucket',
      'storage.googleapis.com',
      'storage.setIamPermissions',
      'projects/_/buckets/acme-ledger',
    ),
    '//storage.googleapis.com/acme-ledger',
  ],
  'a topic': [
    container(
      'pubsub_topic',
      'pubsub.googleapis.com',
      'google.iam.v1.IAMPolicy.SetIamPolicy',
      'projects/acme-prod/topics/orders',
    ),
    '//pubsub.googleapis.com/projects/acme-prod/topics/orders',
  ],
  'a secret whose project has a number here and an id there': [
    container(
      'audited_resource',
      'secretmanager.googleapis.com',
      'google.cloud.secretmanager.v1.SecretManagerService.SetIamPolicy',
      'projects/acme-prod/secrets/pin',
    ),
    '//secretmanager.googleapis.com/projects/123456789012/secrets/pin',
  ],
  'a Cloud Run service, in the Knative way': [
    container(
      'cloud_run_revision',
      'run.googleapis.com',
      'google.cloud.run.v1.Services.SetIamPolicy',
      'namespaces/acme-prod/services/shop',
    ),
    '//run.googleapis.com/projects/acme-prod/locations/europe-west1/services/shop',
  ],
  'a cluster in a zone': [
    container(
      'gke_cluster',
      'container.googleapis.com',
      'google.container.v1.ClusterManager.UpdateCluster',
      'projects/acme-prod/zones/europe-west1-b/clusters/c2',
    ),
    '//container.googleapis.com/projects/acme-prod/locations/europe-west1-b/clusters/c2',
  ],
  'a KSA': [
    kubernetesEntry('core.v1.serviceaccounts.patch', 'core/v1/namespaces/payments/serviceaccounts/api', {
      response: stored('ServiceAccount', 'api', { namespace: 'payments' }),
    }),
    KSA,
  ],
  'a KSA, with all of its namespace': [
    kubernetesEntry(
      'core.v1.serviceaccounts.deletecollection',
      'core/v1/namespaces/payments/serviceaccounts',
    ),
    KSA,
  ],
  'a deployment': [
    kubernetesEntry('apps.v1.deployments.patch', 'apps/v1/namespaces/payments/deployments/api'),
    `${CLUSTER_ASSET}/k8s/namespaces/payments/apps/deployments/api`,
  ],
  'a ClusterRoleBinding': [
    kubernetesEntry(
      'authorization.rbac.v1.clusterrolebindings.create',
      'rbac.authorization.k8s.io/v1/clusterrolebindings/ops',
    ),
    `${CLUSTER_ASSET}/k8s/rbac.authorization.k8s.io/clusterrolebindings/ops`,
  ],
  'a namespace': [
    kubernetesEntry('core.v1.namespaces.delete', 'core/v1/namespaces/payments'),
    `${CLUSTER_ASSET}/k8s/namespaces/payments`,
  ],
};

describe('entries about a resource', () => {
  it.each(Object.entries(SPELT))('%s', async (_what, [entry, resource]) => {
    server.logs.set(WITHIN, [entry]);
    expect(await entries(resource)).toEqual([entry]);
  });

  it('come as decoding takes them', async () => {
    const [entry, resource] = SPELT['an account, by its unique id']!;
    server.logs.set(WITHIN, [entry]);
    const [found] = await entries(resource);
    expect(decodeMessage(found, CONTEXT)).toEqual(decodeMessage(entry, CONTEXT));
    expect(decodeMessage(found, CONTEXT)).toMatchObject({
      kind: 'news',
      acts: [{ asset: ACCOUNT, actor: { principal: 'dev@example.com' } }],
    });
  });

  it('are about no other', async () => {
    server.logs.set(
      WITHIN,
      // Who deletes all of a namespace has a hand in every KSA of it.
      Object.values(SPELT)
        .map(([entry]) => entry)
        .filter((entry) => !JSON.stringify(entry).includes('deletecollection')),
    );
    expect(await entries('//storage.googleapis.com/acme')).toEqual([]);
    expect(await entries(`${CLUSTER_ASSET}/k8s/namespaces/payments/serviceaccounts/ap`)).toEqual([]);
    expect(await entries(KSA.replace('clusters/c1', 'clusters/c2'))).toEqual([]);
    expect(await entries('//iam.googleapis.com/projects/-/serviceAccounts/105711361070066902666')).toEqual(
      [],
    );
  });

  it('are those of the Admin Activity log, whatever other logs are called', async () => {
    const [entry, resource] = SPELT['a bucket']!;
    const inLog = (id: string) => ({ ...entry, logName: `${WITHIN}/logs/${id}` });
    server.logs.set(WITHIN, [
      inLog('cloudaudit.googleapis.com%2Fdata_access'),
      inLog('my-cloudaudit.googleapis.com%2Factivity'),
      inLog('cloudaudit.googleapis.com%2Factivity-of-mine'),
    ]);
    expect(await entries(resource)).toEqual([]);
  });

  it('are those of the time asked for, both ends of it included', async () => {
    const [entry, resource] = SPELT['a bucket']!;
    const at = (timestamp: string) => ({ ...entry, timestamp });
    const [from, to] = ['2026-02-03T00:00:00.000000001Z', '2026-02-03T00:00:00.000000003Z'];
    server.logs.set(
      WITHIN,
      ['0', '1', '2', '3', '4'].map((n) => at(`2026-02-03T00:00:00.00000000${n}Z`)),
    );
    const found = await entries(resource, WITHIN, { from: parseTime(from)!, to: parseTime(to)! });
    expect(found).toEqual([at(from), at('2026-02-03T00:00:00.000000002Z'), at(to)]);
  });

  it('come the oldest first, a hundred at most', async () => {
    const [entry, resource] = SPELT['a bucket']!;
    const at = (second: number) => ({
      ...entry,
      timestamp: new Date(Date.UTC(2026, 1, 3, 4, 0, second)).toISOString(),
    });
    server.logs.set(
      WITHIN,
      Array.from({ length: 150 }, (_, second) => at(149 - second)),
    );
    expect(await entries(resource)).toEqual(Array.from({ length: 100 }, (_, second) => at(second)));
    expect(server.requests).toHaveLength(1);
  });

  it('come from the log that is named, of a folder or an organisation too', async () => {
    const entry = container(
      'organization',
      'cloudresourcemanager.googleapis.com',
      'SetIamPolicy',
      'organizations/678',
    );
    server.logs.set('organizations/678', [
      { ...entry, logName: 'organizations/678/logs/cloudaudit.googleapis.com%2Factivity' },
    ]);
    const resource = '//cloudresourcemanager.googleapis.com/organizations/678';
    expect(await entries(resource, 'organizations/678')).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      resourceNames: ['organizations/678'],
      orderBy: 'timestamp asc',
    });
  });

  it('are looked for on when a search ran out of its time', async () => {
    const [entry, resource] = SPELT['a bucket']!;
    server.logs.set(WITHIN, [entry]);
    server.fail({ outOfTime: true }, { outOfTime: true });
    expect(await entries(resource)).toEqual([entry]);
    expect(server.requests.map(({ pageToken }) => pageToken)).toEqual([undefined, '0', '0']);
  });

  itOnFixtures('are found by the name that decoding gives what captured entries are about', () => {
    const lost: string[] = [];
    let found = 0;
    const captures = [
      'panther-analysis',
      'cloud-custodian',
      'khi',
      'real-time-enforcer',
      'professional-services',
    ];
    for (const file of captures.flatMap(fixtureFiles))
      for (const entry of fixtures(file) as readonly Entry[]) {
        const decoded = decodeMessage(entry, CONTEXT);
        if (decoded.kind !== 'news') continue;
        const { logName = '', timestamp } = entry as { logName?: string; timestamp?: string };
        const within = /^[^/]+\/[^/]+/.exec(logName)?.[0] ?? '';
        const time = parseTime(String(timestamp));
        if (!logName.endsWith('%2Factivity') || time === undefined) continue;
        for (const { asset } of decoded.acts) {
          const filter = auditFilter(within, asset, { from: time, to: time });
          if (filter !== undefined && matches(filter, entry)) found++;
          else lost.push(`${file}: ${asset}`);
        }
      }
    expect(lost).toEqual([]);
    expect(found).toBeGreaterThan(20);
  });
});

describe('a name', () => {
  it('is a value of the filter, whatever it holds', () => {
    const everything = {
      ...SPELT['a bucket']![0],
      logName: `${WITHIN}/logs/cloudaudit.googleapis.com%2Factivity`,
    };
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.constantFrom(
            'x") OR (protoPayload.serviceName="storage.googleapis.com',
            'x\\',
            '\\"',
            '"',
            'a" OR "',
          ),
        ),
        fc.constantFrom(
          '//storage.googleapis.com/',
          '//iam.googleapis.com/projects/-/serviceAccounts/',
          '//iam.googleapis.com/projects/-/serviceAccounts/-/keys/',
          `${CLUSTER_ASSET}/k8s/namespaces/payments/serviceaccounts/`,
          '//cloudresourcemanager.googleapis.com/projects/',
          '//storage.googleapis.com/projects/-/hmacKeys/',
          '',
        ),
        (name, before) => {
          fc.pre(name !== 'acme-ledger');
          const filter = auditFilter(WITHIN, `${before}${name}`, WINDOW);
          // A filter that is no filter would throw.
          if (filter !== undefined) expect(matches(filter, everything)).toBe(false);
        },
      ),
    );
  });

  it.each(['a\nb', 'a\u0000', '\u202eb', `x${'y'.repeat(20_000)}`])(
    'that no resource has is refused: %j',
    async (name) => {
      const answer = await history().entries(WITHIN, `//storage.googleapis.com/${name}`, WINDOW);
      expect(answer).toMatchObject({ kind: 'refused', why: expect.stringMatching(/^not a resource name: /) });
      expect(server.requests).toEqual([]);
    },
  );

  it.each(['', 'acme-prod', 'projects/', 'projects/a/b', 'projects/a"', 'billingAccounts/1'])(
    'of a place that is none is refused: %j',
    async (within) => {
      expect(await history().entries(within, ACCOUNT, WINDOW)).toMatchObject({ kind: 'refused' });
      expect(server.requests).toEqual([]);
    },
  );
});

describe('no answer', () => {
  it.each([
    [{ status: 400 }, { kind: 'refused', why: 'HTTP 400: because I say so' }],
    [{ status: 404 }, { kind: 'refused', why: 'HTTP 404: because I say so' }],
    [{ status: 429 }, { kind: 'wait', seconds: 60, why: 'HTTP 429: because I say so' }],
    [
      { status: 429, retryAfter: '12' },
      { kind: 'wait', seconds: 12, why: 'HTTP 429: because I say so' },
    ],
    [{ status: 500 }, { kind: 'wait', seconds: 30, why: 'HTTP 500: because I say so' }],
    [{ status: 503 }, { kind: 'wait', seconds: 30, why: 'HTTP 503: because I say so' }],
    [{ body: '<html>' }, { kind: 'refused', why: 'the answer is no list of log entries' }],
    [{ body: '{"entries":{}}' }, { kind: 'refused', why: 'the answer is no list of log entries' }],
  ])('%j', async (fault, expected) => {
    server.logs.set(WITHIN, []);
    server.fail(fault);
    expect(await history().entries(WITHIN, ACCOUNT, WINDOW)).toEqual(expected);
  });

  it('the log may not be read', async () => {
    expect(await history().entries('projects/secret', ACCOUNT, WINDOW)).toEqual({
      kind: 'refused',
      why: 'HTTP 403: Permission denied for all log views',
    });
  });

  it('a search that comes to no end is tried again later', async () => {
    server.fail(...Array.from({ length: 20 }, () => ({ outOfTime: true as const })));
    expect(await history().entries(WITHIN, ACCOUNT, WINDOW)).toMatchObject({ kind: 'wait', seconds: 30 });
    expect(server.requests).toHaveLength(10);
  });

  it('an answer that is too big is not read', async () => {
    const [entry] = SPELT['an account, by its unique id']!;
    server.logs.set(WITHIN, [entry]);
    const answer = await history({ mostBytes: 50 }).entries(WITHIN, ACCOUNT, WINDOW);
    expect(answer).toEqual({ kind: 'refused', why: 'the answer is too big to be read' });
  });

  it('nobody listens', async () => {
    await server.close();
    expect(await history().entries(WITHIN, ACCOUNT, WINDOW)).toEqual({
      kind: 'wait',
      seconds: 30,
      why: 'no answer: ECONNREFUSED',
    });
  });
});
