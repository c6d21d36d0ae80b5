/**
 * The law of the sink: what decode makes news of passes the filter. Judged by an evaluator of the query language (logging-query.ts), over
 * captured entries, entries made at random of what the readers know, and the tests' own.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeMessage } from '../../shared/decode/decode.ts';
import { openEnvelope } from '../../shared/decode/envelope.ts';
import { LONGEST_FILTER, sinkFilter } from '../../shared/deployment/sink-filter.ts';
import type { Detector, Sources } from '../../shared/detectors/detector.ts';
import { ALL_DETECTORS } from '../../shared/detectors/index.ts';
import { CONTEXT } from '../decode/payloads.ts';
import { fixtureFiles, fixtures, itOnFixtures } from '../fixtures.ts';
import { matches } from '../logging-query.ts';

const FILTER = sinkFilter(ALL_DETECTORS);
const passes = (entry: Entry) => matches(FILTER, entry);

type Entry = Readonly<Record<string, unknown>>;

const ACTIVITY = 'projects/acme-prod/logs/cloudaudit.googleapis.com%2Factivity';
const DATA_ACCESS = 'projects/acme-prod/logs/cloudaudit.googleapis.com%2Fdata_access';

interface Call {
  readonly service: string;
  readonly method: string;
  readonly resource?: string;
  readonly caller?: Entry;
  readonly status?: Entry;
  readonly logName?: string;
  readonly request?: Entry;
}

const PERSON = { principalEmail: 'dev@acme.example' };
const CLUSTER = { project_id: 'acme-prod', location: 'europe-west1', cluster_name: 'c1' };

function entry({
  service,
  method,
  resource = '',
  caller = PERSON,
  status = {},
  logName,
  request,
}: Call): Entry {
  return {
    logName: logName ?? ACTIVITY,
    insertId: 'a',
    timestamp: '2026-02-03T04:05:06Z',
    resource: service === 'k8s.io' ? { type: 'k8s_cluster', labels: CLUSTER } : { type: 'audited_resource' },
    protoPayload: {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      serviceName: service,
      methodName: method,
      resourceName: resource,
      authenticationInfo: caller,
      status,
      ...(request && { request }),
    },
  };
}

/** The log entries in a captured payload, whatever envelopes are around them. */
function entriesIn(payload: unknown): readonly Entry[] {
  const envelope = openEnvelope(payload);
  if (envelope.kind === 'message') {
    if ('json' in envelope.data) return entriesIn(envelope.data.json);
    try {
      return entriesIn(JSON.parse(envelope.data.text));
    } catch {
      return [];
    }
  }
  return typeof payload === 'object' && payload !== null && 'protoPayload' in payload
    ? [payload as Entry]
    : [];
}

describe('what decode makes news of', () => {
  itOnFixtures('passes the filter, of all captured entries', () => {
    const captured = fixtureFiles('.').flatMap((file) =>
      fixtures(file).flatMap((payload) => entriesIn(payload).map((one) => ({ file, one }))),
    );
    const news = captured.filter(({ one }) => decodeMessage(one, CONTEXT).kind === 'news');
    expect(news.length).toBeGreaterThan(50);
    expect(news.filter(({ one }) => !passes(one))).toEqual([]);
    // And few others do.
    const others = captured.filter(({ one }) => decodeMessage(one, CONTEXT).kind === 'ignored');
    expect(others.length).toBeGreaterThan(300);
    expect(others.filter(({ one }) => passes(one)).length).toBeLessThan(25);
  });

  it('passes the filter, of whatever calls the readers know', () => {
    const account = 'projects/-/serviceAccounts/api@acme-prod.iam.gserviceaccount.com';
    const calls = fc
      .constantFrom<readonly [service: string, methods: string, resource: string]>(
        [
          'iam.googleapis.com',
          'google.iam.admin.v1.SetIAMPolicy google.iam.admin.v1.CreateServiceAccount',
          account,
        ],
        [
          'iam.googleapis.com',
          'google.iam.admin.v1.PatchServiceAccount google.iam.admin.v1.UpdateServiceAccount google.iam.admin.v1.DeleteServiceAccount',
          account,
        ],
        [
          'iam.googleapis.com',
          'google.iam.admin.v1.UndeleteServiceAccount google.iam.admin.v1.DisableServiceAccount google.iam.admin.v1.EnableServiceAccount',
          account,
        ],
        [
          'iam.googleapis.com',
          'google.iam.admin.v1.CreateServiceAccountKey google.iam.admin.v1.UploadServiceAccountKey google.iam.admin.v1.DeleteServiceAccountKey',
          `${account}/keys/1`,
        ],
        [
          'iam.googleapis.com',
          'google.iam.admin.v1.DisableServiceAccountKey google.iam.admin.v1.EnableServiceAccountKey iam.serviceAccounts.actAs',
          `${account}/keys/1`,
        ],
        [
          'iam.googleapis.com',
          'google.iam.admin.v1.CreateRole google.iam.admin.v1.UpdateRole google.iam.admin.v1.DeleteRole google.iam.admin.v1.UndeleteRole',
          'projects/acme-prod/roles/r',
        ],
        [
          'iam.googleapis.com',
          'google.iam.v1.WorkloadIdentityPools.CreateWorkloadIdentityPoolProvider google.iam.v1beta.WorkloadIdentityPools.DeleteWorkloadIdentityPoolProvider',
          'projects/1/locations/global/workloadIdentityPools/p/providers/q',
        ],
        ['iamcredentials.googleapis.com', 'GenerateAccessToken GenerateIdToken SignBlob SignJwt', account],
        [
          'sts.googleapis.com',
          'google.identity.sts.v1.SecurityTokenService.ExchangeToken',
          'projects/1/locations/global/workloadIdentityPools/acme-prod.svc.id.goog',
        ],
        [
          'cloudresourcemanager.googleapis.com',
          'SetIamPolicy SetOrgPolicy ClearOrgPolicy SetOrgPolicyV1 GetIamPolicy',
          'projects/acme-prod',
        ],
        [
          'storage.googleapis.com',
          'storage.setIamPermissions storage.buckets.update storage.objects.get',
          'projects/_/buckets/b',
        ],
        [
          'storage.googleapis.com',
          'storage.hmacKeys.create storage.hmacKeys.insert storage.hmacKeys.update storage.hmacKeys.delete storage.hmacKeys.list',
          'projects/acme-prod/hmacKeys/G',
        ],
        [
          'pubsub.googleapis.com',
          'google.iam.v1.IAMPolicy.SetIamPolicy google.pubsub.v1.Publisher.DeleteTopic google.pubsub.v1.Publisher.Publish',
          'projects/acme-prod/topics/t',
        ],
        [
          'compute.googleapis.com',
          'v1.compute.instances.insert beta.compute.instances.delete v1.compute.instanceTemplates.insert v1.compute.disks.setIamPolicy',
          'projects/acme-prod/zones/z/instances/i',
        ],
        [
          'run.googleapis.com',
          'google.cloud.run.v1.Services.ReplaceService google.cloud.run.v2.Services.CreateService google.cloud.run.v1.Services.SetIamPolicy',
          'projects/acme-prod/locations/l/services/s',
        ],
        [
          'run.googleapis.com',
          'google.cloud.run.v1.Jobs.ReplaceJob google.cloud.run.v2.Jobs.DeleteJob',
          'projects/acme-prod/locations/l/jobs/s',
        ],
        [
          'cloudfunctions.googleapis.com',
          'google.cloud.functions.v2.FunctionService.CreateFunction google.cloud.functions.v1.CloudFunctionsService.UpdateFunction',
          'projects/acme-prod/locations/l/functions/f',
        ],
        [
          'container.googleapis.com',
          'google.container.v1.ClusterManager.CreateCluster google.container.v1beta1.ClusterManager.UpdateCluster google.container.v1.ClusterManager.ListClusters',
          'projects/acme-prod/locations/l/clusters/c',
        ],
        [
          'container.googleapis.com',
          'google.container.v1.ClusterManager.SetNodePoolManagement google.container.v1.ClusterManager.RollbackNodePoolUpgrade google.container.v1.ClusterManager.StartIPRotation',
          'projects/acme-prod/zones/z/clusters/c/nodePools/n',
        ],
        [
          'gkehub.googleapis.com',
          'google.cloud.gkehub.v1.GkeHub.CreateMembership google.cloud.gkehub.v1beta1.GkeHubMembershipService.DeleteMembership',
          'projects/acme-prod/locations/global/memberships/m',
        ],
        [
          'orgpolicy.googleapis.com',
          'google.cloud.orgpolicy.v2.OrgPolicy.CreatePolicy google.cloud.orgpolicy.v2alpha1.OrgPolicy.UpdatePolicy google.cloud.orgpolicy.v2.OrgPolicy.DeletePolicy',
          'projects/acme-prod/policies/iam.disableServiceAccountKeyCreation',
        ],
        [
          'bigquery.googleapis.com',
          'google.iam.v1.IAMPolicy.SetIamPolicy jobservice.jobcompleted',
          'projects/acme-prod/datasets/d',
        ],
      )
      .chain(([service, methods, resource]) =>
        fc.record({
          service: fc.constant(service),
          resource: fc.constant(resource),
          method: fc.constantFrom(...methods.split(' ')),
        }),
      );
    const objects = fc
      .record({
        group: fc.constantFrom(
          'core',
          'apps',
          'extensions',
          'batch',
          'authorization.rbac',
          'rbac',
          'coordination',
          'authentication',
        ),
        version: fc.constantFrom('v1', 'v1beta1'),
        plural: fc.constantFrom(
          'serviceaccounts',
          'namespaces',
          'pods',
          'secrets',
          'configmaps',
          'nodes',
          'leases',
          'deployments',
          'statefulsets',
          'daemonsets',
          'replicasets',
          'jobs',
          'cronjobs',
          'roles',
          'clusterroles',
          'rolebindings',
          'clusterrolebindings',
          'tokenreviews',
        ),
        subresource: fc.constantFrom(
          '',
          '',
          '',
          'token',
          'exec',
          'attach',
          'portforward',
          'ephemeralcontainers',
          'status',
          'scale',
        ),
        verb: fc.constantFrom(
          'create',
          'update',
          'patch',
          'delete',
          'deletecollection',
          'get',
          'list',
          'watch',
          'token',
        ),
      })
      .map(({ group, version, plural, subresource, verb }) => ({
        service: 'k8s.io',
        method: ['io.k8s', group, version, plural, ...(subresource === '' ? [] : [subresource]), verb].join(
          '.',
        ),
        resource: `${group}/${version}/${plural === 'namespaces' ? '' : 'namespaces/payments/'}${plural}/x${subresource === '' ? '' : `/${subresource}`}`,
      }));
    const callers = fc.constantFrom<Entry>(
      PERSON,
      {},
      { principalEmail: 'ci@acme-prod.iam.gserviceaccount.com' },
      { principalEmail: '123-compute@developer.gserviceaccount.com' },
      { principalEmail: 'service-1@container-engine-robot.iam.gserviceaccount.com' },
      { principalEmail: 'service-1@gcp-sa-pubsub.iam.gserviceaccount.com' },
      { principalEmail: '123@cloudservices.gserviceaccount.com' },
      { principalSubject: 'serviceAccount:ci@acme-prod.iam.gserviceaccount.com' },
      { principalSubject: 'serviceAccount:acme-prod.svc.id.goog[payments/api]' },
      { principalEmail: 'acme-prod.svc.id.goog[payments/api]' },
      {
        principalSubject:
          'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/acme-prod.svc.id.goog/subject/ns/payments/sa/api',
      },
      {
        principalEmail: 'api@acme-prod.iam.gserviceaccount.com',
        serviceAccountDelegationInfo: [
          { principalSubject: 'serviceAccount:acme-prod.svc.id.goog[payments/api]' },
        ],
      },
      { ...PERSON, serviceAccountKeyName: '//iam.googleapis.com/projects/p/serviceAccounts/a@b/keys/1' },
      { principalEmail: 'system:node:gke-1' },
      { principalEmail: 'system:serviceaccount:kube-system:gke-metadata-server' },
      { principalEmail: 'system:kube-controller-manager' },
      { principalEmail: 'system:apiserver' },
      { principalEmail: 'system:anonymous' },
    );
    const made = fc
      .record({
        call: fc.oneof(calls, objects),
        caller: callers,
        status: fc.constantFrom<Entry>({}, { code: 0 }, { code: 7 }, { code: 101 }, { code: 16 }),
        logName: fc.constantFrom(
          ACTIVITY,
          DATA_ACCESS,
          'organizations/1/logs/cloudaudit.googleapis.com%2Factivity',
        ),
        request: fc.constantFrom<Entry | undefined>(undefined, {
          service: { template: { serviceAccount: 'api@acme-prod.iam.gserviceaccount.com' } },
          serviceAccounts: [{ email: 'api@acme-prod.iam.gserviceaccount.com' }],
        }),
      })
      .map(({ call, caller, status, logName, request }) =>
        entry({ ...call, caller, status, logName, ...(request && { request }) }),
      );
    let news = 0;
    fc.assert(
      fc.property(made, (one) => {
        if (decodeMessage(one, CONTEXT).kind !== 'news') return;
        news++;
        expect(passes(one)).toBe(true);
      }),
      { numRuns: 1_500 },
    );
    expect(news).toBeGreaterThan(250);
  });

  it.each([
    ['a feed', 'cloudasset.googleapis.com', 'google.cloud.asset.v1.AssetService.DeleteFeed'],
    ['a sink', 'logging.googleapis.com', 'google.logging.v2.ConfigServiceV2.UpdateSink'],
    ['an exclusion', 'logging.googleapis.com', 'google.logging.v2.ConfigServiceV2.CreateExclusion'],
    ['a topic', 'pubsub.googleapis.com', 'google.pubsub.v1.Publisher.DetachSubscription'],
    ['a push', 'pubsub.googleapis.com', 'google.pubsub.v1.Subscriber.ModifyPushConfig'],
    ['a schedule', 'cloudscheduler.googleapis.com', 'google.cloud.scheduler.v1.CloudScheduler.PauseJob'],
    ['a function', 'run.googleapis.com', 'google.cloud.run.v2.Services.UpdateService'],
  ])('passes the filter, of changes to the watch itself: %s', (_what, service, method) => {
    expect(passes(entry({ service, method }))).toBe(true);
  });
});

describe('noise', () => {
  const kubernetes = (method: string, principalEmail: string, more: Partial<Call> = {}) =>
    entry({ service: 'k8s.io', method: `io.k8s.${method}`, caller: { principalEmail }, ...more });
  const people = (service: string, method: string, logName = DATA_ACCESS) =>
    entry({ service, method, logName });

  it.each<[string, Entry]>([
    ['Lease writes', kubernetes('coordination.v1.leases.update', 'system:node:n')],
    ['tokens that kubelets fetch', kubernetes('core.v1.serviceaccounts.token.create', 'system:node:n')],
    [
      'tokens that the metadata server fetches',
      kubernetes(
        'core.v1.serviceaccounts.token.create',
        'system:serviceaccount:kube-system:gke-metadata-server',
      ),
    ],
    [
      'tokens that controllers fetch',
      kubernetes('core.v1.serviceaccounts.token.create', 'system:kube-controller-manager'),
    ],
    ['TokenReviews', kubernetes('authentication.v1.tokenreviews.create', 'system:node:n')],
    ['node status', kubernetes('core.v1.nodes.status.patch', 'system:node:n')],
    ['pods', kubernetes('core.v1.pods.create', 'system:serviceaccount:kube-system:replicaset-controller')],
    [
      'replica sets',
      kubernetes('apps.v1.replicasets.update', 'system:serviceaccount:kube-system:deployment-controller'),
    ],
    [
      'status of deployments',
      kubernetes('apps.v1.deployments.status.update', 'system:kube-controller-manager'),
    ],
    ['scaling', kubernetes('apps.v1.deployments.scale.update', 'system:kube-controller-manager')],
    [
      'reads of deployments',
      kubernetes('apps.v1.deployments.list', 'dev@acme.example', { logName: DATA_ACCESS }),
    ],
    [
      'reads of role bindings',
      kubernetes('authorization.rbac.v1.rolebindings.watch', 'system:apiserver', { logName: DATA_ACCESS }),
    ],
    [
      'reads of clusters',
      people('container.googleapis.com', 'google.container.v1.ClusterManager.ListClusters'),
    ],
    ['reads of policies', people('iam.googleapis.com', 'google.iam.admin.v1.GetIAMPolicy')],
    ['reads of objects', people('storage.googleapis.com', 'storage.objects.get')],
    ['published messages', people('pubsub.googleapis.com', 'google.pubsub.v1.Publisher.Publish')],
    ['pulled messages', people('pubsub.googleapis.com', 'google.pubsub.v1.Subscriber.ModifyAckDeadline')],
    [
      "what Google's agents do",
      entry({
        service: 'compute.googleapis.com',
        method: 'v1.compute.disks.createSnapshot',
        caller: { principalEmail: 'service-1@compute-system.iam.gserviceaccount.com' },
      }),
    ],
    [
      'failed changes by people',
      entry({ service: 'cloudresourcemanager.googleapis.com', method: 'SetIamPolicy', status: { code: 7 } }),
    ],
  ])('does not pass: %s', (_what, one) => {
    expect(passes(one)).toBe(false);
  });

  it.each([
    ['a log of somebody else', 'projects/p/logs/my-app'],
    ['a log with the name inside its own', 'projects/p/logs/x-cloudaudit.googleapis.com%2Factivity'],
    ['system events', 'projects/p/logs/cloudaudit.googleapis.com%2Fsystem_event'],
  ])('does not pass: %s', (_what, logName) => {
    expect(passes(entry({ service: 'iam.googleapis.com', method: 'SetIamPolicy', logName }))).toBe(false);
  });

  it('but tokens for people, and for nobody, pass', () => {
    expect(passes(kubernetes('core.v1.serviceaccounts.token.create', 'dev@acme.example'))).toBe(true);
    expect(passes(kubernetes('core.v1.serviceaccounts.token.create', 'system:anonymous'))).toBe(true);
  });
});

describe('sinkFilter', () => {
  const detector = (sources: Partial<Sources>) =>
    ({ sources: { assetTypes: [], methods: [], ...sources } }) as unknown as Detector;
  const call = (method: string, principalEmail: string) =>
    entry({ service: 's', method, caller: { principalEmail } });

  it('is not longer than a sink takes', () => {
    expect(FILTER.length).toBeLessThan(LONGEST_FILTER);
  });

  it('leaves out the callers that no detector wants of a method, and no others', () => {
    const one = detector({
      methods: ['a.A', 'a.B', 'a.C'],
      except: { methods: ['a.B', 'a.C'], callers: ['system:*'] },
    });
    const other = detector({ methods: ['a.C'] });
    const filter = sinkFilter([one, other]);
    expect(matches(filter, call('a.A', 'system:x'))).toBe(true);
    expect(matches(filter, call('a.B', 'system:x'))).toBe(false);
    expect(matches(filter, call('a.B', 'dev@acme.example'))).toBe(true);
    expect(matches(filter, call('a.C', 'system:x'))).toBe(true);
  });

  it('takes dots for dots, and a pattern for the whole name', () => {
    const filter = sinkFilter([detector({ methods: ['a.v*.(B|C)', '*.setX'] })]);
    expect(matches(filter, call('a.v1beta1.C', 'd'))).toBe(true);
    expect(matches(filter, call('x.SETX', 'd'))).toBe(true);
    expect(matches(filter, call('a.v1.D', 'd'))).toBe(false);
    expect(matches(filter, call('a_v1_B', 'd'))).toBe(false);
    expect(matches(filter, call('x.setXs', 'd'))).toBe(false);
  });

  it('takes uses only where a detector asks for them', () => {
    const signedIn = entry({
      service: 's',
      method: 'm',
      caller: { principalEmail: 'ci@p.iam.gserviceaccount.com' },
    });
    const withKey = entry({
      service: 's',
      method: 'm',
      caller: { serviceAccountKeyName: '//iam/x/keys/1' },
      status: { code: 7 },
    });
    expect(matches(sinkFilter([detector({ methods: ['x'] })]), signedIn)).toBe(false);
    expect(matches(sinkFilter([detector({ uses: ['account'] })]), signedIn)).toBe(true);
    expect(matches(sinkFilter([detector({ uses: ['account'] })]), withKey)).toBe(false);
    expect(matches(sinkFilter([detector({ uses: ['key'] })]), withKey)).toBe(true);
  });

  it('throws for a pattern that would mean something else', () => {
    expect(() => sinkFilter([detector({ methods: ['a.b"*'] })])).toThrow(
      'not a pattern of methods or callers: a.b"*',
    );
  });
});
