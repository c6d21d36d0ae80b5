/** What runs as an account outside of pods: what the assets say, and the entries by which it is started. */
import { describe, expect, it } from '@jest/globals';
import { decodePush } from '../../shared/decode/decode.ts';
import { fixtures, itOnFixtures } from '../fixtures.ts';
import { asset, auditEntry, CONTEXT, EMAIL, news, observed, why } from './payloads.ts';

type Json = Readonly<Record<string, unknown>>;

const P = 'projects/acme-prod';
const INSTANCE = `//compute.googleapis.com/${P}/zones/europe-west1-b/instances/web-1`;
const FUNCTION = `//cloudfunctions.googleapis.com/${P}/locations/europe-west1/functions/thumbs`;
const SERVICE = `//run.googleapis.com/${P}/locations/europe-west1/services/shop`;

const accountsIn = (assetType: string, name: string, data: Json): string | undefined => {
  const { facts } = observed(news(asset(assetType, name, { resource: { data } })), 'resource');
  return facts.type === 'attachment' ? facts.accounts : undefined;
};

describe('an asset', () => {
  it.each<[string, string, Json]>([
    ['compute.googleapis.com/Instance', INSTANCE, { serviceAccounts: [{ email: EMAIL, scopes: [] }] }],
    [
      'compute.googleapis.com/InstanceTemplate',
      `//compute.googleapis.com/${P}/global/instanceTemplates/web`,
      { properties: { serviceAccounts: [{ email: EMAIL }] } },
    ],
    ['run.googleapis.com/Service', SERVICE, { spec: { template: { spec: { serviceAccountName: EMAIL } } } }],
    ['run.googleapis.com/Service', SERVICE, { template: { serviceAccount: EMAIL } }],
    [
      'run.googleapis.com/Job',
      `//run.googleapis.com/${P}/locations/europe-west1/jobs/nightly`,
      { spec: { template: { spec: { template: { spec: { serviceAccountName: EMAIL } } } } } },
    ],
    [
      'run.googleapis.com/Job',
      `//run.googleapis.com/${P}/locations/europe-west1/jobs/nightly`,
      { template: { template: { serviceAccount: EMAIL } } },
    ],
    ['cloudfunctions.googleapis.com/Function', FUNCTION, { serviceConfig: { serviceAccountEmail: EMAIL } }],
    ['cloudfunctions.googleapis.com/CloudFunction', FUNCTION, { serviceAccountEmail: EMAIL }],
    [
      'cloudbuild.googleapis.com/BuildTrigger',
      `//cloudbuild.googleapis.com/${P}/locations/global/triggers/t`,
      { serviceAccount: `${P}/serviceAccounts/${EMAIL}` },
    ],
    [
      'dataflow.googleapis.com/Job',
      `//dataflow.googleapis.com/${P}/locations/europe-west1/jobs/j`,
      { currentState: 'JOB_STATE_RUNNING', environment: { serviceAccountEmail: EMAIL } },
    ],
    [
      'dataproc.googleapis.com/Cluster',
      `//dataproc.googleapis.com/${P}/regions/europe-west1/clusters/c`,
      { config: { gceClusterConfig: { serviceAccount: EMAIL } } },
    ],
    [
      'composer.googleapis.com/Environment',
      `//composer.googleapis.com/${P}/locations/europe-west1/environments/e`,
      { config: { nodeConfig: { serviceAccount: EMAIL } } },
    ],
    [
      'notebooks.googleapis.com/Instance',
      `//notebooks.googleapis.com/${P}/locations/europe-west1-b/instances/n`,
      { gceSetup: { serviceAccounts: [{ email: EMAIL }] } },
    ],
    [
      'aiplatform.googleapis.com/CustomJob',
      '//aiplatform.googleapis.com/projects/123456789012/locations/europe-west1/customJobs/1',
      { state: 'JOB_STATE_RUNNING', jobSpec: { serviceAccount: EMAIL } },
    ],
    [
      'workflows.googleapis.com/Workflow',
      `//workflows.googleapis.com/${P}/locations/europe-west1/workflows/w`,
      { serviceAccount: `projects/-/serviceAccounts/${EMAIL}` },
    ],
    [
      'appengine.googleapis.com/Version',
      '//appengine.googleapis.com/apps/acme-prod/services/default/versions/1',
      { serviceAccount: EMAIL },
    ],
  ])('%s says which account it runs as', (assetType, name, data) => {
    expect(accountsIn(assetType, name, data)).toBe(EMAIL);
    expect(accountsIn(assetType, name, {})).toBe('');
  });

  it('of several accounts names each once', () => {
    const data = {
      serviceConfig: { serviceAccountEmail: EMAIL },
      eventTrigger: { serviceAccountEmail: EMAIL },
      buildConfig: { serviceAccount: `${P}/serviceAccounts/Build@acme-prod.iam.gserviceaccount.com` },
    };
    expect(accountsIn('cloudfunctions.googleapis.com/Function', FUNCTION, data)).toBe(
      `${EMAIL}\nbuild@acme-prod.iam.gserviceaccount.com`,
    );
  });

  it.each([
    [
      'dataflow.googleapis.com/Job',
      { currentState: 'JOB_STATE_DONE', environment: { serviceAccountEmail: EMAIL } },
    ],
    [
      'aiplatform.googleapis.com/CustomJob',
      { state: 'JOB_STATE_FAILED', jobSpec: { serviceAccount: EMAIL } },
    ],
  ])('that has ended runs as nobody: %s', (assetType, data) => {
    expect(accountsIn(assetType, `//x.googleapis.com/${P}/locations/l/jobs/j`, data)).toBe('');
  });

  it('without its data says nothing of it', () => {
    const found = news(asset('compute.googleapis.com/Instance', INSTANCE, { resource: {} }));
    expect(observed(found, 'resource')).toMatchObject({ whole: false, facts: { type: 'attachment' } });
    expect(observed(found, 'resource').facts).not.toHaveProperty('accounts');
  });

  it('that GKE made says of which node pool', () => {
    const labels = {
      'goog-gke-node': '',
      'goog-k8s-cluster-name': 'c1',
      'goog-k8s-cluster-location': 'europe-west1',
      'goog-k8s-node-pool-name': 'main',
    };
    const found = news(
      asset('compute.googleapis.com/Instance', INSTANCE, { resource: { data: { labels } } }),
    );
    expect(observed(found, 'resource').facts).toMatchObject({
      nodePool: `${P}/locations/europe-west1/clusters/c1/nodePools/main`,
    });
  });
});

describe('an entry that starts something', () => {
  const entry = (
    service: string,
    methodName: string,
    resourceName: string,
    payload: Json,
    more: Json = {},
  ): Json =>
    auditEntry({ serviceName: `${service}.googleapis.com`, methodName, resourceName, ...payload }, more);
  const compute = (method: string, request: Json, more: Json = {}) =>
    entry('compute', method, INSTANCE.slice('//compute.googleapis.com/'.length), { request }, more);
  const FIRST = { operation: { id: 'o', producer: 'compute.googleapis.com', first: true } };
  const LAST = { operation: { id: 'o', producer: 'compute.googleapis.com', last: true } };
  const run = (method: string, service: Json, resourceName = 'namespaces/acme-prod/services/shop') =>
    entry(
      'run',
      method,
      resourceName,
      { request: { service } },
      {
        resource: {
          type: 'cloud_run_revision',
          labels: { project_id: 'acme-prod', location: 'europe-west1' },
        },
      },
    );

  it.each<[string, Json, string]>([
    [
      'a machine',
      compute('v1.compute.instances.insert', { serviceAccounts: [{ email: EMAIL }] }, FIRST),
      INSTANCE,
    ],
    [
      'through the beta',
      compute('beta.compute.instances.insert', { serviceAccounts: [{ email: EMAIL }] }, FIRST),
      INSTANCE,
    ],
    [
      'a service, in the first form',
      run('google.cloud.run.v1.Services.ReplaceService', {
        spec: { template: { spec: { serviceAccountName: EMAIL } } },
      }),
      SERVICE,
    ],
    [
      'a service, in the second',
      run(
        'google.cloud.run.v2.Services.UpdateService',
        { template: { serviceAccount: EMAIL } },
        `${P}/locations/europe-west1/services/shop`,
      ),
      SERVICE,
    ],
    [
      'a function, named by its body alone',
      entry(
        'cloudfunctions',
        'google.cloud.functions.v2.FunctionService.CreateFunction',
        `${P}/locations/europe-west1`,
        {
          request: {
            function: {
              name: `${P}/locations/europe-west1/functions/thumbs`,
              serviceConfig: { serviceAccountEmail: EMAIL },
            },
          },
        },
      ),
      FUNCTION,
    ],
  ])('%s', (_what, payload, name) => {
    const found = news(payload);
    expect(found.acts).toMatchObject([{ kind: 'attach-account', asset: name, account: EMAIL }]);
    expect(observed(found, 'resource')).toMatchObject({
      asset: name,
      whole: false,
      facts: { type: 'attachment', accounts: EMAIL },
    });
  });

  it.each<[string, Json]>([
    ['that leaves the account to the service', compute('v1.compute.instances.insert', {}, FIRST)],
    [
      'that asks for the default one, whichever that is',
      compute('v1.compute.instances.insert', { serviceAccounts: [{ email: 'default' }] }, FIRST),
    ],
    ['that closes the operation', compute('v1.compute.instances.insert', {}, LAST)],
  ])('says nothing of it: %s', (_what, payload) => {
    expect(why(payload)).toMatch(/^ignored: says nothing of the account that it runs as/);
  });

  it('is believed to have ended it when the operation is through', () => {
    expect(why(compute('v1.compute.instances.delete', {}, FIRST))).toMatch(/^ignored: later entries/);
    const found = news(compute('v1.compute.instances.delete', {}, LAST));
    expect(found.acts).toEqual([]);
    expect(observed(found, 'gone')).toMatchObject({ asset: INSTANCE, type: 'attachment' });
  });

  it('is malformed where it names nothing', () => {
    const payload = entry(
      'cloudfunctions',
      'google.cloud.functions.v2.FunctionService.UpdateFunction',
      `${P}/locations/l`,
      {
        request: { function: { serviceConfig: { serviceAccountEmail: EMAIL } } },
      },
    );
    expect(why(payload)).toBe('malformed: protoPayload.resourceName: names nothing that runs as an account');
  });
});

describe('captured', () => {
  const newsIn = (path: string, index: number) => {
    const decoded = decodePush(fixtures(path)[index], CONTEXT);
    if (decoded.kind !== 'news') throw new Error(decoded.why);
    return decoded;
  };

  itOnFixtures('google-docs-iam: that an account was used to run something, and what', () => {
    const path = 'google-docs-iam/audit_log_examples.json';
    expect(newsIn(path, 3).acts).toMatchObject([
      {
        kind: 'attach-account',
        asset:
          '//iam.googleapis.com/projects/-/serviceAccounts/sample-service-account@sample-project.iam.gserviceaccount.com',
      },
    ]);
    expect(newsIn(path, 4).acts).toMatchObject([
      {
        kind: 'attach-account',
        asset: '//compute.googleapis.com/projects/my-project/zones/us-central1-a/instances/my-instance',
        account: 'my-service-account@my-project.iam.gserviceaccount.com',
      },
    ]);
  });

  itOnFixtures('google-docs-iam: tokens made by a person, and from AWS', () => {
    const path = 'google-docs-iam/audit_log_examples.json';
    expect([7, 9].map((index) => newsIn(path, index).acts[0]?.actor.principal)).toEqual([
      'example-user@example.com',
      'principal://iam.googleapis.com/projects/1234567890123/locations/global/workloadIdentityPools/aws-pool/subject/012345678901',
    ]);
  });

  itOnFixtures('panther: a Cloud Run service that runs as an account', () => {
    const found = newsIn('panther-analysis/gcp_audit/gcp_cloud_run_service_created.json', 1);
    expect(observed(found, 'resource')).toMatchObject({
      asset: '//run.googleapis.com/projects/some-project/locations/us-west1/services/cloudrun-exfil',
      facts: { what: 'Cloud Run service', accounts: 'abc-test@some-project.iam.gserviceaccount.com' },
    });
  });

  itOnFixtures('real-time-enforcer, gcpdiag: a notebook’s machine, and a function', () => {
    const told = [
      newsIn('real-time-enforcer/audit_events.json', 8),
      newsIn('gcpdiag/audit_log_entries.json', 192),
    ].map((found) => observed(found, 'resource').facts);
    expect(told).toMatchObject([
      { what: 'Compute Engine instance', accounts: 'compute-full@my-project.iam.gserviceaccount.com' },
      { what: 'Cloud Function', accounts: 'gcpdiag-gcf2-aaaa@appspot.gserviceaccount.com' },
    ]);
  });
});
