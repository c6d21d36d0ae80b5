/** Real payloads that nobody of this project wrote: how many of each file are news, ignored and malformed, and what some of them say. */
import { describe, expect } from '@jest/globals';
import { decodePush } from '../../shared/decode/decode.ts';
import type { Decoded } from '../../shared/model/decoded.ts';
import { principalKey } from '../../shared/model/principal.ts';
import { formatTime } from '../../shared/model/time.ts';
import { fixtureFiles, fixtures, itOnFixtures } from '../fixtures.ts';
import { CONTEXT, grants, type News, observed } from './payloads.ts';

type Counts = readonly [news: number, ignored: number, malformed: number];

function counts(payloads: readonly unknown[]): Counts {
  const kinds = payloads.map((payload) => decodePush(payload, CONTEXT).kind);
  const count = (kind: Decoded['kind']) => kinds.filter((found) => found === kind).length;
  return [count('news'), count('ignored'), count('malformed')];
}

function newsIn(path: string, index: number): News {
  const decoded = decodePush(fixtures(path)[index], CONTEXT);
  if (decoded.kind !== 'news') throw new Error(`${path} ${index}: ${decoded.kind}: ${decoded.why}`);
  return decoded;
}

function reasons(path: string): readonly string[] {
  return fixtures(path).flatMap((payload) => {
    const decoded = decodePush(payload, CONTEXT);
    return decoded.kind === 'news' ? [] : [`${decoded.kind}: ${decoded.why}`];
  });
}

describe('every captured payload is news, ignored or malformed', () => {
  for (const [file, expected] of Object.entries<Counts>({
    // The malformed one is a finding of Security Command Center.
    'cloud-custodian/audit_events.json': [2, 43, 1],
    'gcpdiag/audit_log_entries.json': [2, 211, 0],
    'google-docs-iam/audit_log_examples.json': [9, 2, 0],
    'professional-services/audit_log_examples_relevant.json': [2, 4, 0],
    'professional-services/audit_log_examples_other.json': [2, 22, 2],
    'professional-services/cai_assets.json': [2, 2, 0],
    'professional-services/cai_feed_messages.json': [0, 3, 0],
    'professional-services/terraform_resource_changes.json': [0, 4, 0],
    'real-time-enforcer/audit_events.json': [8, 19, 0],
    'khi/gke_audit.json': [7, 2, 0],
    'khi/k8s_audit.json': [0, 3, 0],
    'iris3/audit_events.json': [1, 8, 0],
    'eventarc-samples/event_data.json': [0, 2, 0],
    // Envelopes around texts and bytes that are no JSON: malformed, once opened.
    'google-cloudevents/cloudevents.json': [6, 0, 6],
    'functions-framework-conformance/events.json': [0, 0, 13],
    'k8s-io/derived_feed/org_iam_feed.dev.json': [6, 0, 0],
    'k8s-io/derived_feed/project_iam_feed.dev.json': [40, 0, 0],
    'k8s-io/derived_feed/sa_iam_feed.dev.json': [24, 0, 0],
    'panther-analysis/gcp_audit/gcp_cloud_run_set_iam_policy.json': [1, 1, 1],
    'panther-analysis/gcp_audit/gcp_compute_set_iam_policy.json': [3, 0, 0],
    'panther-analysis/gcp_audit/gcp_gcs_iam_changes.json': [1, 0, 0],
    'panther-analysis/gcp_audit/gcp_gcs_public.json': [1, 0, 0],
    'panther-analysis/gcp_audit/gcp_iam_corp_email.json': [3, 0, 0],
    'panther-analysis/gcp_audit/gcp_iam_service_account_key_create.json': [0, 2, 0],
    'panther-analysis/gcp_audit/gcp_destructive_queries.json': [0, 2, 1],
    'policy-library/gke_enable_workload_identity.json': [3, 0, 0],
    'policy-library/iam_audit_log.json': [5, 0, 0],
    'policy-library/iam_custom_role_permissions.json': [2, 0, 0],
    'terraform-google-conversion/cai/example_service_account_key.json': [2, 0, 0],
    'terraform-validator/cai/example_container_cluster.json': [3, 0, 0],
  })) {
    itOnFixtures(`${file}: ${expected.join(', ')}`, () => {
      expect(counts(fixtures(file))).toEqual(expected);
    });
  }

  for (const [folder, expected] of Object.entries<Counts>({
    'panther-analysis/gcp_audit': [14, 83, 10],
    'panther-analysis/gcp_k8s': [0, 12, 2],
    'panther-analysis/k8s_unified': [0, 21, 0],
    'policy-library': [105, 0, 0],
    'terraform-validator/cai': [60, 9, 0],
    'terraform-validator/plan': [0, 55, 0],
    'terraform-google-conversion/cai': [6, 1, 0],
  })) {
    itOnFixtures(`${folder}, all files: ${expected.join(', ')}`, () => {
      expect(counts(fixtureFiles(folder).flatMap((file) => fixtures(file)))).toEqual(expected);
    });
  }

  itOnFixtures('no file of any kind makes decoding throw', () => {
    for (const file of fixtureFiles('.')) {
      for (const payload of fixtures(file)) {
        expect(['news', 'ignored', 'malformed']).toContain(decodePush(payload, CONTEXT).kind);
      }
    }
  });
});

describe('audit entries', () => {
  itOnFixtures('a public bucket: the entry has the change and not the policy', () => {
    const found = newsIn('panther-analysis/gcp_audit/gcp_gcs_iam_changes.json', 0);
    expect(observed(found, 'policy-delta')).toMatchObject({
      asset: '//storage.googleapis.com/jacks-test-bucket',
      ancestors: ['projects/western-verve-123456'],
      changes: [
        { action: 'add', grant: { role: 'roles/storage.objectViewer', principal: { kind: 'all-users' } } },
      ],
    });
    expect(found.acts).toMatchObject([
      { method: 'storage.setIamPermissions', actor: { ip: '136.24.229.58' } },
    ]);
    expect(formatTime(found.time)).toBe('2020-05-15T04:28:42.237027213Z');
  });

  itOnFixtures('a project: whole policy and change, both versions', () => {
    const found = newsIn('panther-analysis/gcp_audit/gcp_iam_corp_email.json', 0);
    expect(observed(found, 'policy')).toMatchObject({ etag: 'BwWlp7rH6tY=', supersedes: 'BwWk8zJlg2o=' });
    expect(grants(found)).toHaveLength(10);
    expect(found.acts[0]?.changes).toMatchObject([
      { action: 'add', grant: { role: 'roles/viewer', member: 'user:person-f7976af5@gmail.com' } },
    ]);
    expect(found.acts[0]?.etag).toBe('BwWlp7rH6tY=');
  });

  itOnFixtures('a shipper that renames keys and writes times with a space', () => {
    const found = newsIn('panther-analysis/gcp_audit/gcp_cloud_run_set_iam_policy.json', 0);
    expect(found.acts[0]).toMatchObject({
      asset: '//run.googleapis.com/projects/some-project/locations/us-west1/services/cloudrun-exfil',
      actor: { principal: 'person-48e8457a@company.com', ip: '1.2.3.4' },
    });
    expect(formatTime(found.time)).toBe('2024-02-02T09:44:26.029835000Z');
    expect(reasons('panther-analysis/gcp_audit/gcp_cloud_run_set_iam_policy.json')).toEqual([
      'ignored: the call failed, nothing changed: no permission was granted',
      'malformed: protoPayload.methodName: missing',
    ]);
  });

  itOnFixtures(
    'a disk, by an account that signed in with a key: the policy stands in the request only',
    () => {
      const found = newsIn('panther-analysis/gcp_audit/gcp_compute_set_iam_policy.json', 0);
      expect(grants(found)).toEqual(['roles/owner user:anonymized@example.com']);
      expect(found.acts[0]?.actor.keyName).toMatch(/\/keys\/key-id$/);
    },
  );

  itOnFixtures('real-time-enforcer: one resource of each service, by its asset name', () => {
    const path = 'real-time-enforcer/audit_events.json';
    const named = [1, 2, 3, 18, 19].map((index) => observed(newsIn(path, index), 'policy').asset);
    expect(named).toEqual([
      '//bigtable.googleapis.com/projects/example-project/instances/example-instance',
      '//bigquery.googleapis.com/projects/fake-project/datasets/wooo',
      '//cloudfunctions.googleapis.com/projects/example-project/locations/us-central1/functions/example_function',
      '//pubsub.googleapis.com/projects/fake-project/subscriptions/test-subscription',
      '//pubsub.googleapis.com/projects/fake-project/topics/test-topic',
    ]);
    expect(grants(newsIn(path, 2))).toContain('roles/bigquery.dataOwner projectOwner:fake-project');
    // What was stored counts: the request of 18 has another member. Of 19, ACAB is the version of a policy never set.
    expect(grants(newsIn(path, 18))).toEqual(['roles/viewer user:some.user@example.com']);
    expect(formatTime(newsIn(path, 18).time)).toBe('2019-04-23T19:04:26.998833327Z');
    expect(observed(newsIn(path, 19), 'policy')).not.toHaveProperty('supersedes');
  });

  itOnFixtures('a bucket of professional-services: whole policy, convenience members and all', () => {
    const found = newsIn('professional-services/audit_log_examples_relevant.json', 1);
    expect(observed(found, 'policy')).toMatchObject({
      asset: '//storage.googleapis.com/sample-logs-org',
      etag: 'CAc=',
      supersedes: 'CAY=',
    });
    expect(grants(found)).toHaveLength(7);
    expect(found.acts[0]?.changes).toHaveLength(1);
  });

  itOnFixtures('creations that an organisation policy forbids are failed calls', () => {
    const failed = reasons('professional-services/audit_log_examples_relevant.json').filter((why) =>
      why.includes('failed'),
    );
    expect(failed.filter((why) => why.endsWith('9 FAILED_PRECONDITION'))).toHaveLength(2);
  });

  itOnFixtures("Google's own shortened examples: a policy, a project, a key whose id is not shown", () => {
    const path = 'google-docs-iam/audit_log_examples.json';
    const account = '//iam.googleapis.com/projects/-/serviceAccounts/123456789012345678901';
    expect(newsIn(path, 1).acts).toMatchObject([
      { kind: 'set-iam-policy', asset: account, actor: { principal: '' } },
    ]);
    expect(newsIn(path, 2).acts).toMatchObject([
      { asset: '//cloudresourcemanager.googleapis.com/projects/my-project' },
    ]);
    expect(newsIn(path, 5).acts).toMatchObject([
      {
        kind: 'create-key',
        asset: account,
        account: 'my-service-account@my-project.iam.gserviceaccount.com',
      },
    ]);
    expect(newsIn(path, 5).observations.map(({ kind }) => kind)).toEqual(['alias']);
  });
});

describe('audit entries of GKE', () => {
  const KHI = 'khi/gke_audit.json';
  const NAME = '//container.googleapis.com/projects';

  itOnFixtures(
    'khi: the first entry of an operation has the act, the last of a deletion that it is so',
    () => {
      const told = fixtures(KHI).map((payload) => {
        const decoded = decodePush(payload, CONTEXT);
        if (decoded.kind !== 'news') return decoded.why;
        const { acts, observations } = decoded;
        return [...acts.map(({ kind }) => kind), ...observations.map(({ kind }) => kind)].join(' ');
      });
      const later =
        'later entry of an operation that its first entry told: google.container.v1.ClusterManager';
      expect(told).toEqual([
        `${later}.CreateCluster`,
        'change-cluster resource',
        'used',
        'gone',
        'change-cluster',
        `${later}.CreateNodePool`,
        'change-node-pool resource used',
        'gone',
        'change-node-pool used',
      ]);
    },
  );

  itOnFixtures('khi: a node pool that a workload made, by way of its account', () => {
    const found = newsIn(KHI, 6);
    expect(found.acts).toMatchObject([
      {
        asset: `${NAME}/your-project-id/locations/us-central1-a/clusters/gke-basic-1/nodePools/default`,
        project: 'your-project-id',
        actor: {
          principal: 'user@example.com',
          delegation: [
            'serviceAccount:your-project-id.svc.id.goog[composer-2-6-5-airflow-2-7-3-a86c53dd/default]',
          ],
        },
      },
    ]);
    expect(observed(found, 'resource')).toMatchObject({
      whole: false,
      facts: { type: 'node-pool', name: 'default' },
    });
  });

  itOnFixtures('khi: a cluster and a node pool that are gone', () => {
    expect(observed(newsIn(KHI, 3), 'gone')).toMatchObject({
      type: 'cluster',
      asset: `${NAME}/project-id/locations/us-central1-a/clusters/gke-basic-1`,
    });
    expect(observed(newsIn(KHI, 7), 'gone')).toMatchObject({
      type: 'node-pool',
      asset: `${NAME}/project-id/locations/us-central1-a/clusters/gke-basic-1/nodePools/default-pool`,
    });
  });

  itOnFixtures('khi: pods and their status are churn', () => {
    expect(reasons('khi/k8s_audit.json')).toEqual([
      'ignored: Kubernetes pods, which come and go: what makes them is read: io.k8s.core.v1.pods.create',
      'ignored: Kubernetes subresource that is not watched: io.k8s.core.v1.pods.status.patch',
      'ignored: Kubernetes subresource that is not watched: io.k8s.core.v1.pods.status.patch',
    ]);
  });

  itOnFixtures('professional-services: a cluster with its first node pool, through the beta API', () => {
    const found = fixtures('professional-services/audit_log_examples_relevant.json')
      .map((payload) => decodePush(payload, CONTEXT))
      .flatMap((decoded) => (decoded.kind === 'news' ? [decoded] : []))
      .find(({ acts }) => acts[0]?.kind === 'change-cluster');
    const cluster = `${NAME}/testproject-320520/locations/us-west1-a/clusters/cluster-name`;
    expect(found?.observations.map(({ asset }) => asset)).toEqual([
      cluster,
      `${cluster}/nodePools/default-pool`,
    ]);
  });

  itOnFixtures('panther: entries of rule tests have no log name, so that nothing says who wrote them', () => {
    expect(new Set(reasons('panther-analysis/k8s_unified/k8s_exec_into_pod.json'))).toEqual(
      new Set(['ignored: log entry without a log name: nothing says that it is an audit entry']),
    );
  });

  itOnFixtures('panther: with a log name and a cluster, an exec is one', () => {
    const [exec] = fixtures('panther-analysis/k8s_unified/k8s_exec_into_pod.json');
    const decoded = decodePush(
      {
        ...(exec as object),
        logName: 'projects/test-project/logs/cloudaudit.googleapis.com%2Factivity',
        resource: {
          type: 'k8s_cluster',
          labels: { project_id: 'test-project', location: 'europe-west1', cluster_name: 'c1' },
        },
      },
      CONTEXT,
    );
    expect(decoded).toMatchObject({
      acts: [
        {
          kind: 'exec-into-pod',
          asset: `${NAME}/test-project/locations/europe-west1/clusters/c1/k8s/namespaces/default/pods/nginx-pod`,
          actor: { principal: 'person-549c55aa@company.com', ip: '1.2.3.4', userAgent: 'kubectl/v1.27.0' },
        },
      ],
    });
  });
});

describe('feeds and exports', () => {
  itOnFixtures('terraform-google-conversion: providers, with issuer and condition', () => {
    const path = 'terraform-google-conversion/cai/google_iam_workload_identity_pool_provider.json';
    expect([0, 1].map((index) => observed(newsIn(path, index), 'resource').facts)).toMatchObject([
      {
        name: 'gg-asset-44602-7df7',
        issuer: 'aws:111111111111',
        condition: '',
        mapping: '',
        disabled: false,
      },
      {
        name: 'gg-asset-45050-bcd4',
        issuer: 'https://oidc.gg-asset-45050-bcd4.com',
        condition: "assertion.repository_owner == 'google'",
        mapping:
          '{"attribute.actor":"assertion.actor","attribute.repository":"assertion.repository","google.subject":"assertion.sub"}',
        disabled: true,
      },
    ]);
  });

  itOnFixtures('terraform-validator: a node pool that says nothing of its metadata server', () => {
    expect(
      observed(newsIn('terraform-validator/cai/example_container_cluster.json', 1), 'resource').facts,
    ).toMatchObject({ type: 'node-pool', name: 'my-node-pool', metadataMode: '', serviceAccount: 'default' });
  });

  itOnFixtures('k8s-io: the workload identity bindings of production, as they came and went', () => {
    const feed = fixtures('k8s-io/derived_feed/sa_iam_feed.dev.json').map((_, index) =>
      newsIn('k8s-io/derived_feed/sa_iam_feed.dev.json', index),
    );
    expect(grants(feed[2]!)).toEqual([
      'roles/iam.workloadIdentityUser serviceAccount:k8s-prow-builds.svc.id.goog[test-pods/k8s-artifacts-prod]',
    ]);
    expect(observed(feed[23]!, 'gone')).toMatchObject({ type: 'service-account' });
    const members = feed.flatMap((found) =>
      found.observations.flatMap((state) => (state.kind === 'policy' ? state.grants : [])),
    );
    expect(members.every(({ principal }) => principal.kind !== 'unknown')).toBe(true);
    expect(members.filter(({ principal }) => principal.kind === 'ksa').length).toBeGreaterThan(10);
  });

  itOnFixtures('k8s-io: no member of any project or organisation policy is of a form we do not know', () => {
    const files = ['project', 'org'].map((scope) => `k8s-io/derived_feed/${scope}_iam_feed.dev.json`);
    const unknown = files
      .flatMap((file) => fixtures(file).map((_, index) => newsIn(file, index)))
      .flatMap((found) =>
        found.observations.flatMap((state) => (state.kind === 'policy' ? state.grants : [])),
      )
      .filter(({ principal }) => principal.kind === 'unknown')
      .map(({ principal }) => principalKey(principal));
    expect(unknown).toEqual([]);
  });

  itOnFixtures('policy-library: clusters with the new name of the pool, with none, with the old one', () => {
    const found = fixtures('policy-library/gke_enable_workload_identity.json').map((_, index) =>
      newsIn('policy-library/gke_enable_workload_identity.json', index).observations.flatMap((one) =>
        one.kind === 'resource' ? [one.facts] : [],
      ),
    );
    expect(found.map(([facts]) => facts?.type === 'cluster' && facts.workloadPool)).toEqual([
      'testproject.svc.id.goog',
      '',
      'testproject.svc.id.goog',
    ]);
    expect(found.map(([, facts]) => facts?.type === 'node-pool' && facts.metadataMode)).toEqual([
      'GKE_METADATA',
      '',
      'GKE_METADATA',
    ]);
  });

  itOnFixtures('policy-library: accounts tell their two names, and their project its own', () => {
    const aliases = newsIn(
      'policy-library/gcp_iam_restrict_service_account_creation.json',
      0,
    ).observations.flatMap((state) => (state.kind === 'alias' ? [state.alias] : []));
    expect(aliases).toEqual([
      {
        of: 'service-account',
        id: '102628377948083709745',
        name: 'myserviceaccount@test-project.iam.gserviceaccount.com',
      },
      { of: 'project', id: '773711848681', name: 'test-project' },
    ]);
  });
});
