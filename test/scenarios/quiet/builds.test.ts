/** What Cloud Build does for whoever builds. */
import { delta, policy } from '../../decode/payloads.ts';
import { AGENT_MANAGER, API, aboutAccount, audit, by, DECLARED, type Json, NUMBER, quiet } from './quiet.ts';

const BUILDER = `${NUMBER}@cloudbuild.gserviceaccount.com`;
const AGENT = `service-${NUMBER}@gcp-sa-cloudbuild.iam.gserviceaccount.com`;
const BUILD_ACCOUNT = 'builds@acme-prod.iam.gserviceaccount.com';
const WEB_ACCOUNT = 'web@acme-prod.iam.gserviceaccount.com';

const builderMade = (role: string, who: string) =>
  audit('cloudresourcemanager.googleapis.com', 'SetIamPolicy', {
    ...AGENT_MANAGER,
    resourceName: 'projects/acme-prod',
    request: { resource: 'acme-prod', policy: policy('p1', DECLARED) },
    response: policy('p2', DECLARED, [role, who]),
    serviceData: delta(['ADD', role, who]),
  });

const built = (authentication: Json) =>
  audit(
    'cloudbuild.googleapis.com',
    'google.devtools.cloudbuild.v1.CloudBuild.CreateBuild',
    {
      ...authentication,
      resourceName: 'projects/acme-prod/locations/global/builds',
      request: { build: { serviceAccount: `projects/acme-prod/serviceAccounts/${BUILD_ACCOUNT}` } },
    },
    { insertId: 'build' },
  );

/** The build rolls out a service that runs as an account. */
const deployed = (serviceAccountName: string) =>
  audit(
    'run.googleapis.com',
    'google.cloud.run.v1.Services.ReplaceService',
    {
      ...by(BUILDER),
      resourceName: 'namespaces/acme-prod/services/web',
      request: {
        name: 'namespaces/acme-prod/services/web',
        service: {
          apiVersion: 'serving.knative.dev/v1',
          kind: 'Service',
          metadata: {
            name: 'web',
            namespace: 'acme-prod',
            labels: { 'cloud.googleapis.com/location': 'europe-west1' },
          },
          spec: { template: { spec: { serviceAccountName } } },
        },
      },
    },
    {
      insertId: 'deploy',
      resource: {
        type: 'cloud_run_revision',
        labels: { project_id: 'acme-prod', location: 'europe-west1', service_name: 'web' },
      },
    },
  );

const token = (authentication: Json, email: string, id: string) =>
  aboutAccount(
    'GenerateAccessToken',
    { serviceName: 'iamcredentials.googleapis.com', ...authentication },
    {
      email,
      id,
      insertId: `token ${email}`,
      logName: 'projects/acme-prod/logs/cloudaudit.googleapis.com%2Fdata_access',
    },
  );

quiet(
  {
    name: 'Cloud Build is switched on, and its accounts get their roles',
    messages: [
      builderMade('roles/cloudbuild.builds.builder', `serviceAccount:${BUILDER}`),
      builderMade('roles/cloudbuild.serviceAgent', `serviceAccount:${AGENT}`),
    ],
    but: {
      detail: 'the account that builds becomes an editor',
      messages: [builderMade('roles/editor', `serviceAccount:${BUILDER}`)],
      detectors: ['forbidden-role'],
    },
  },
  {
    name: 'a build is started, takes tokens of its own account, and rolls out',
    messages: [built(by(AGENT)), token(by(AGENT), BUILD_ACCOUNT, '3001'), deployed(WEB_ACCOUNT)],
    but: {
      detail: 'what it rolls out runs as the account of a workload',
      messages: [built(by(AGENT)), deployed(API)],
      detectors: ['account-attached-elsewhere'],
    },
  },
  {
    name: 'the agent of Cloud Build takes tokens of an account that we keep watch over',
    messages: [token(by(AGENT), API, '1001')],
    but: {
      detail: 'a build takes one, which is what somebody wrote',
      messages: [token(by(BUILDER), API, '1001')],
      detectors: ['token-minted-by-person'],
    },
  },
  {
    name: 'a build writes a log and an image',
    messages: [
      audit('artifactregistry.googleapis.com', 'Docker-PutManifest', {
        ...by(BUILDER),
        resourceName: 'projects/acme-prod/locations/europe-west1/repositories/images',
      }),
    ],
    but: {
      detail: 'it lets a workload act as an account',
      messages: [
        aboutAccount('google.iam.admin.v1.SetIAMPolicy', {
          ...by(BUILDER),
          request: {
            policy: policy(
              'e1',
              ['roles/iam.workloadIdentityUser', 'serviceAccount:acme-prod.svc.id.goog[payments/api]'],
              ['roles/iam.workloadIdentityUser', 'serviceAccount:acme-prod.svc.id.goog[sandbox/debug]'],
            ),
          },
          serviceData: delta([
            'ADD',
            'roles/iam.workloadIdentityUser',
            'serviceAccount:acme-prod.svc.id.goog[sandbox/debug]',
          ]),
        }),
      ],
      detectors: ['undeclared-identity', 'out-of-band-change'],
    },
  },
);
