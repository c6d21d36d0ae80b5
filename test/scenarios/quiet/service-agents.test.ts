/** What Google gives its own agents, and what everything is born with. */
import { delta, policy } from '../../decode/payloads.ts';
import { iam, projectAlias } from '../../world.ts';
import {
  AGENT_MANAGER,
  aboutAccount,
  audit,
  by,
  DECLARED,
  fed,
  JANE,
  NUMBER,
  PROJECT,
  quiet,
  TERRAFORM,
} from './quiet.ts';

const COMPUTE_AGENT = `serviceAccount:service-${NUMBER}@compute-system.iam.gserviceaccount.com`;
const GKE_AGENT = `serviceAccount:service-${NUMBER}@container-engine-robot.iam.gserviceaccount.com`;
const APIS = `serviceAccount:${NUMBER}@cloudservices.gserviceaccount.com`;
const DEFAULT_ACCOUNT = `serviceAccount:${NUMBER}-compute@developer.gserviceaccount.com`;

/** A role is added to the policy of the project, which holds these besides. */
const granted = (
  role: string,
  who: string,
  authentication = AGENT_MANAGER,
  ...others: readonly (readonly [string, ...string[]])[]
) =>
  audit('cloudresourcemanager.googleapis.com', 'SetIamPolicy', {
    ...authentication,
    resourceName: 'projects/acme-prod',
    request: { resource: 'acme-prod', policy: policy('p1', DECLARED, ...others) },
    response: policy('p2', DECLARED, ...others, [role, who]),
    serviceData: delta(['ADD', role, who]),
  });

const enabled = (service: string) =>
  audit('serviceusage.googleapis.com', 'google.api.serviceusage.v1.ServiceUsage.EnableService', {
    ...TERRAFORM,
    resourceName: `projects/${NUMBER}/services/${service}`,
    request: { name: `projects/${NUMBER}/services/${service}` },
  });

const bucketMade = (...members: readonly (readonly [string, string])[]) =>
  audit('storage.googleapis.com', 'storage.buckets.create', {
    ...TERRAFORM,
    resourceName: 'projects/_/buckets/acme-new',
    serviceData: delta(...members.map(([role, who]) => ['ADD', role, who] as const)),
  });
const BORN_WITH = [
  ['roles/storage.legacyBucketOwner', 'projectEditor:acme-prod'],
  ['roles/storage.legacyBucketOwner', 'projectOwner:acme-prod'],
  ['roles/storage.legacyBucketReader', 'projectViewer:acme-prod'],
] as const;

const bucketOpened = () =>
  audit(
    'storage.googleapis.com',
    'storage.setIamPermissions',
    {
      ...TERRAFORM,
      resourceName: 'projects/_/buckets/acme-new',
      serviceData: delta(['ADD', 'roles/storage.objectViewer', 'allUsers']),
    },
    { insertId: 'opened' },
  );

/** The policy of a new project, as the feed tells it. */
const projectBorn = (...editors: readonly string[]) =>
  fed({
    name: PROJECT,
    assetType: 'cloudresourcemanager.googleapis.com/Project',
    iamPolicy: policy('p2', DECLARED, ['roles/editor', ...editors]),
  });

const idToken = (authentication: ReturnType<typeof by>) =>
  aboutAccount(
    'GenerateIdToken',
    { serviceName: 'iamcredentials.googleapis.com', ...authentication },
    { logName: 'projects/acme-prod/logs/cloudaudit.googleapis.com%2Fdata_access' },
  );

quiet(
  {
    name: 'a project is made, and the agent of Compute Engine gets its role',
    messages: [granted('roles/compute.serviceAgent', COMPUTE_AGENT)],
    but: {
      detail: 'an account of somebody gets the role',
      messages: [
        granted('roles/compute.serviceAgent', 'serviceAccount:helper@acme-prod.iam.gserviceaccount.com'),
      ],
      detectors: ['forbidden-role'],
    },
  },
  {
    name: 'an API is switched on, and its agent gets its role',
    messages: [
      enabled('container.googleapis.com'),
      granted('roles/container.serviceAgent', GKE_AGENT, AGENT_MANAGER, [
        'roles/compute.serviceAgent',
        COMPUTE_AGENT,
      ]),
    ],
    but: {
      detail: 'the account only looks like the agent',
      messages: [
        enabled('container.googleapis.com'),
        granted(
          'roles/container.serviceAgent',
          `serviceAccount:service-${NUMBER}@container-engine-robots.iam.gserviceaccount.com`,
          AGENT_MANAGER,
        ),
      ],
      detectors: ['forbidden-role'],
    },
  },
  {
    name: 'a new project has the account of Google APIs for an editor',
    before: [projectAlias('acme-prod', NUMBER)],
    messages: [projectBorn(APIS)],
    but: {
      detail: 'the default account of Compute Engine is one as well',
      messages: [projectBorn(APIS, DEFAULT_ACCOUNT)],
      detectors: ['forbidden-role'],
    },
  },
  {
    name: 'a bucket is made with its default memberships',
    messages: [bucketMade(...BORN_WITH)],
    but: {
      detail: 'everybody may read it from then on',
      messages: [bucketMade(...BORN_WITH), bucketOpened()],
      detectors: ['forbidden-role'],
    },
  },
  {
    name: 'an agent loses its role as its API is switched off',
    before: [iam(PROJECT, [[...DECLARED], ['roles/container.serviceAgent', GKE_AGENT]], { etag: 'p1' })],
    messages: [
      audit('cloudresourcemanager.googleapis.com', 'SetIamPolicy', {
        ...AGENT_MANAGER,
        resourceName: 'projects/acme-prod',
        request: { resource: 'acme-prod', policy: policy('p1', DECLARED) },
        response: policy('p2', DECLARED),
        serviceData: delta(['REMOVE', 'roles/container.serviceAgent', GKE_AGENT]),
      }),
    ],
    but: {
      detail: 'somebody gets another on that occasion',
      messages: [granted('roles/editor', DEFAULT_ACCOUNT, JANE)],
      detectors: ['forbidden-role', 'out-of-band-change'],
    },
  },
  {
    name: 'the agent of Pub/Sub has tokens made of the account that it pushes as',
    messages: [idToken(by(`service-${NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com`))],
    but: {
      detail: 'a person has one made',
      messages: [idToken(JANE)],
      detectors: ['token-minted-by-person'],
    },
  },
);
