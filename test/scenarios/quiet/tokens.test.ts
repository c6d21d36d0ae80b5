/** The tokens that workloads are given all day. */
import { member } from '../../world.ts';
import { API, aboutAccount, audit, by, JANE, type Json, kubernetes, NUMBER, quiet } from './quiet.ts';

const DATA_ACCESS = { logName: 'projects/acme-prod/logs/cloudaudit.googleapis.com%2Fdata_access' };
const POOL = `projects/${NUMBER}/locations/global/workloadIdentityPools/acme-prod.svc.id.goog`;

/** The metadata server of a node has a token made for a pod. */
const served = (authentication: Json) =>
  aboutAccount(
    'GenerateAccessToken',
    {
      serviceName: 'iamcredentials.googleapis.com',
      ...authentication,
      requestMetadata: { callerIp: 'private', callerSuppliedUserAgent: 'gke-metadata-server,gzip(gfe)' },
      request: { name: `projects/-/serviceAccounts/${API}`, lifetime: '3600s' },
    },
    DATA_ACCESS,
  );
const subject = (principalSubject: string) => ({ authenticationInfo: { principalSubject } });

const exchanged = audit(
  'sts.googleapis.com',
  'google.identity.sts.v1.SecurityTokenService.ExchangeToken',
  {
    ...subject('acme-prod.svc.id.goog[payments/api]'),
    resourceName: POOL,
    metadata: { mapped_principal: `principal://iam.googleapis.com/${POOL}/subject/ns/payments/sa/api` },
  },
  { ...DATA_ACCESS, insertId: 'exchanged' },
);

/** The API server makes a token of a KSA. */
const ksaToken = (authentication: Json) =>
  kubernetes(
    'core.v1.serviceaccounts.token.create',
    'core/v1/namespaces/payments/serviceaccounts/api/token',
    authentication,
    { insertId: 'token' },
  );

/** A workload calls an API, as its account. */
const called = (delegate: string) =>
  audit(
    'pubsub.googleapis.com',
    'google.pubsub.v1.Publisher.CreateTopic',
    {
      ...by(API, delegate),
      resourceName: 'projects/acme-prod/topics/t',
      requestMetadata: { callerIp: '10.8.0.7' },
    },
    { insertId: 'called' },
  );

quiet(
  {
    name: 'gke-metadata-server has a token made for the pods of the declared KSA',
    messages: [
      exchanged,
      served(subject(`principal://iam.googleapis.com/${POOL}/subject/ns/payments/sa/api`)),
    ],
    but: {
      detail: 'a person calls itself so: a user agent proves nothing',
      messages: [served(JANE)],
      detectors: ['token-minted-by-person'],
    },
  },
  {
    name: 'the same, in the older spelling',
    messages: [served(subject(member('payments/api')))],
    but: {
      detail: 'the pods are of another KSA',
      messages: [served(subject(member('sandbox/debug')))],
      detectors: ['token-minted-by-person'],
    },
  },
  {
    name: 'the kubelet asks for the token of a pod',
    messages: [ksaToken(by('system:node:gke-prod-euw1-default-pool-1f2e-x1'))],
    but: {
      detail: 'a person does, with kubectl create token',
      messages: [ksaToken(JANE)],
      detectors: ['token-minted-by-person'],
    },
  },
  {
    name: 'a workload calls an API through its KSA',
    messages: [called(member('payments/api'))],
    but: {
      detail: 'it lets a person in on its account',
      messages: [
        aboutAccount('google.iam.admin.v1.SetIAMPolicy', {
          ...by(API, member('payments/api')),
          serviceData: {
            policyDelta: {
              bindingDeltas: [
                {
                  action: 'ADD',
                  role: 'roles/iam.serviceAccountTokenCreator',
                  member: 'user:jane@acme.example',
                },
              ],
            },
          },
        }),
      ],
      detectors: ['undeclared-grant', 'out-of-band-change'],
    },
  },
);
