/** Bindings that Terraform takes away and puts back, because it cannot change them. */
import { delta, policy } from '../../decode/payloads.ts';
import { POLICY_YAML, policyOf, WI } from '../../world.ts';
import { aboutAccount, at, audit, by, DECLARED, JANE, type Json, quiet, TERRAFORM } from './quiet.ts';

const MEMBER = 'serviceAccount:acme-prod.svc.id.goog[payments/api]';

const unbound = (authentication: Json) =>
  aboutAccount(
    'google.iam.admin.v1.SetIAMPolicy',
    { ...authentication, response: policy('e2'), serviceData: delta(['REMOVE', WI, MEMBER]) },
    { insertId: 'unbound', timestamp: at(5) },
  );
const bound = (authentication: Json, who = MEMBER) =>
  aboutAccount(
    'google.iam.admin.v1.SetIAMPolicy',
    { ...authentication, response: policy('e3', [WI, who]), serviceData: delta(['ADD', WI, who]) },
    { insertId: 'bound', timestamp: at(9) },
  );

/** The declared role of the account on its project goes, or comes back. */
const project = (action: 'REMOVE' | 'ADD', authentication: Json, seconds: number) =>
  audit(
    'cloudresourcemanager.googleapis.com',
    'SetIamPolicy',
    {
      ...authentication,
      resourceName: 'projects/acme-prod',
      response: policy(`p${seconds}`, ...(action === 'ADD' ? [DECLARED] : [])),
      serviceData: delta([action, ...DECLARED]),
    },
    { insertId: `${action} ${seconds}`, timestamp: at(seconds) },
  );

quiet(
  {
    name: 'the binding of a workload is made anew within seconds',
    note: 'payments/api was without roles/iam.workloadIdentityUser',
    messages: [unbound(TERRAFORM), bound(TERRAFORM)],
    but: {
      detail: 'it does not come back',
      messages: [unbound(TERRAFORM)],
      detectors: ['annotation-without-binding'],
    },
  },
  {
    name: 'the same, told the wrong way round',
    messages: [bound(TERRAFORM), unbound(TERRAFORM)],
    but: {
      detail: 'another comes in its place',
      messages: [unbound(TERRAFORM), bound(TERRAFORM, 'serviceAccount:acme-prod.svc.id.goog[sandbox/debug]')],
      detectors: ['undeclared-identity', 'annotation-without-binding'],
    },
  },
  {
    name: 'a declared role is granted anew within seconds',
    note: 'was without roles/cloudsql.client',
    messages: [project('REMOVE', TERRAFORM, 5), project('ADD', TERRAFORM, 8)],
    but: {
      detail: 'it stays away',
      messages: [project('REMOVE', TERRAFORM, 5)],
      detectors: ['declared-grant-missing'],
    },
  },
  {
    name: 'who is trusted may do so on what it may',
    note: 'payments/api was without roles/iam.workloadIdentityUser',
    policy: policyOf(
      POLICY_YAML.replace('      delegates:', '      within: ["project:acme-*"]\n      delegates:'),
    ),
    messages: [unbound(TERRAFORM), bound(TERRAFORM)],
    but: {
      detail: 'it comes from a branch that is not trusted',
      messages: [
        unbound(
          by(
            'tf@acme-iac.iam.gserviceaccount.com',
            'principal://iam.googleapis.com/projects/4/locations/global/workloadIdentityPools/github/subject/repo:evil/infra:ref:refs/heads/main',
          ),
        ),
      ],
      detectors: ['out-of-band-change'],
    },
  },
  {
    name: 'nothing but what was there is written again',
    messages: [
      aboutAccount('google.iam.admin.v1.SetIAMPolicy', {
        ...TERRAFORM,
        response: policy('e4', [WI, MEMBER]),
      }),
    ],
    but: {
      detail: 'a person adds a token creator on that occasion',
      messages: [
        aboutAccount('google.iam.admin.v1.SetIAMPolicy', {
          ...JANE,
          response: policy(
            'e4',
            [WI, MEMBER],
            ['roles/iam.serviceAccountTokenCreator', 'user:jane@acme.example'],
          ),
          serviceData: delta(['ADD', 'roles/iam.serviceAccountTokenCreator', 'user:jane@acme.example']),
        }),
      ],
      detectors: ['undeclared-grant', 'out-of-band-change'],
    },
  },
);
