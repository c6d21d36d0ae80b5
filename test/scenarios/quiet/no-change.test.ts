/** Calls after which everything is as it was: refused, failed, tried out, read. */
import { delta, policy, stored } from '../../decode/payloads.ts';
import { member, WI } from '../../world.ts';
import { API_ID, aboutAccount, at, audit, JANE, type Json, kubernetes, quiet, TERRAFORM } from './quiet.ts';

const KEY = 'c71e040fb4b71d798ce4baca14e15ab62115aaef';
const DEBUG = member('sandbox/debug');

const keyMade = (payload: Json) =>
  aboutAccount('google.iam.admin.v1.CreateServiceAccountKey', {
    ...JANE,
    request: { name: `projects/acme-prod/serviceAccounts/${API_ID}`, private_key_type: 2 },
    response: {
      name: `projects/acme-prod/serviceAccounts/api@acme-prod.iam.gserviceaccount.com/keys/${KEY}`,
      key_type: 1,
      key_origin: 2,
      valid_after_time: { seconds: 1763715605 },
      valid_before_time: { seconds: 253402300799 },
    },
    ...payload,
  });
const keyRefused = {
  status: { code: 9, message: 'Key creation is not allowed on this service account.' },
  response: null,
};

const bound = (payload: Json) =>
  aboutAccount('google.iam.admin.v1.SetIAMPolicy', {
    ...JANE,
    request: { policy: policy('e1', [WI, member('payments/api'), DEBUG]) },
    serviceData: delta(['ADD', WI, DEBUG]),
    ...payload,
  });

const annotated = (payload: Json) =>
  kubernetes('core.v1.serviceaccounts.patch', 'core/v1/namespaces/sandbox/serviceaccounts/debug', {
    ...JANE,
    response: stored('ServiceAccount', 'debug', {
      namespace: 'sandbox',
      annotations: { 'iam.gke.io/gcp-service-account': 'api@acme-prod.iam.gserviceaccount.com' },
    }),
    ...payload,
  });

const guard = (spec: Json, authentication: Json) =>
  audit('orgpolicy.googleapis.com', 'google.cloud.orgpolicy.v2.OrgPolicy.UpdatePolicy', {
    ...authentication,
    resourceName: 'projects/acme-prod/policies/iam.disableServiceAccountKeyCreation',
    request: {
      policy: { name: 'projects/acme-prod/policies/iam.disableServiceAccountKeyCreation', ...spec },
    },
  });
const ON = { rules: [{ enforce: true }] };
const OFF = { rules: [{ enforce: false }] };

const reads: readonly Json[] = [
  aboutAccount('google.iam.admin.v1.GetIAMPolicy', JANE, { insertId: 'r1' }),
  aboutAccount('google.iam.admin.v1.ListServiceAccountKeys', JANE, { insertId: 'r2' }),
  audit(
    'cloudresourcemanager.googleapis.com',
    'GetIamPolicy',
    { ...JANE, resourceName: 'projects/acme-prod' },
    { insertId: 'r3' },
  ),
  audit(
    'storage.googleapis.com',
    'storage.getIamPermissions',
    { ...JANE, resourceName: 'projects/_/buckets/ledger' },
    { insertId: 'r4' },
  ),
  kubernetes(
    'core.v1.serviceaccounts.list',
    'core/v1/namespaces/payments/serviceaccounts',
    { ...JANE },
    { insertId: 'r5' },
  ),
];

quiet(
  {
    name: 'a key that an organisation policy refuses',
    messages: [keyMade(keyRefused)],
    but: {
      detail: 'it is made',
      messages: [keyMade({})],
      detectors: ['key-not-allowed', 'out-of-band-change'],
    },
  },
  {
    name: 'a binding that somebody may not make',
    messages: [
      bound({
        authorizationInfo: [{ permission: 'iam.serviceAccounts.setIamPolicy', granted: false }],
        status: { code: 7, message: 'PERMISSION_DENIED' },
      }),
    ],
    but: {
      detail: 'they may',
      messages: [
        bound({ authorizationInfo: [{ permission: 'iam.serviceAccounts.setIamPolicy', granted: true }] }),
      ],
      detectors: ['undeclared-identity'],
    },
  },
  {
    name: 'a binding that came too late: another had changed the policy',
    messages: [bound({ status: { code: 10, message: 'There were concurrent policy changes.' } })],
    but: { detail: 'it came in time', messages: [bound({})], detectors: ['undeclared-identity'] },
  },
  {
    name: 'an annotation that is tried out',
    messages: [annotated({ request: { dryRun: ['All'] } })],
    but: { detail: 'it is meant', messages: [annotated({})], detectors: ['undeclared-identity'] },
  },
  {
    name: 'a constraint that is tried out',
    messages: [
      guard({ spec: ON }, TERRAFORM),
      { ...guard({ spec: ON, dryRunSpec: OFF }, JANE), insertId: 'tried', timestamp: at(20) },
    ],
    but: {
      detail: 'it is meant',
      messages: [
        guard({ spec: ON }, TERRAFORM),
        { ...guard({ spec: OFF }, JANE), insertId: 'meant', timestamp: at(20) },
      ],
      detectors: ['key-guard-weakened'],
    },
  },
  {
    name: 'somebody looks around',
    messages: reads,
    but: {
      detail: 'and then takes hold',
      messages: [...reads, annotated({})],
      detectors: ['undeclared-identity'],
    },
  },
);
