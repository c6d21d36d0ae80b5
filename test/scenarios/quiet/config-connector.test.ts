/** What Config Connector writes for Argo CD, when both are trusted. */
import { delta, policy } from '../../decode/payloads.ts';
import { POLICY_YAML, policyOf } from '../../world.ts';
import { API, audit, by, DECLARED, JANE, type Json, kubernetes, quiet } from './quiet.ts';

const CLUSTER = 'acme-prod/europe-west1/prod-euw1';
/** Both are trusted: who writes the objects, and what makes them so. */
const TRUSTING = policyOf(
  POLICY_YAML.replace(
    'trustedChangers:\n',
    `trustedChangers:
    - {name: cnrm, configConnector: {cluster: ${CLUSTER}}}
    - name: argocd
      kubernetes: {cluster: ${CLUSTER}, namespace: argocd, serviceAccount: argocd-application-controller}
`,
  ),
);

const ARGO = by('system:serviceaccount:argocd:argocd-application-controller');
const CNRM_ACCOUNT = 'cnrm@acme-prod.iam.gserviceaccount.com';
const CNRM = by(CNRM_ACCOUNT, 'serviceAccount:acme-prod.svc.id.goog[cnrm-system/cnrm-controller-manager]');

/** Somebody writes the object that gives the account of payments/api a role on its project. */
const written = (authentication: Json, role: string) =>
  kubernetes(
    'X.patch',
    'iam.cnrm.cloud.google.com/v1beta1/namespaces/payments/iampolicymembers/api-sql',
    {
      ...authentication,
      methodName: 'com.google.cloud.cnrm.iam.v1beta1.iampolicymembers.patch',
      response: {
        apiVersion: 'iam.cnrm.cloud.google.com/v1beta1',
        kind: 'IAMPolicyMember',
        metadata: { name: 'api-sql', namespace: 'payments' },
        spec: {
          member: `serviceAccount:${API}`,
          role,
          resourceRef: { kind: 'Project', external: 'projects/acme-prod' },
        },
      },
    },
    { insertId: 'written' },
  );
/** The controller says in the object how it went. */
const reported = kubernetes(
  'X.patch',
  'iam.cnrm.cloud.google.com/v1beta1/namespaces/payments/iampolicymembers/api-sql/status',
  {
    ...by('system:serviceaccount:cnrm-system:cnrm-controller-manager'),
    methodName: 'com.google.cloud.cnrm.iam.v1beta1.iampolicymembers.status.patch',
  },
  { insertId: 'reported' },
);
/** And makes it so. */
const made = (authentication: Json, role: string) =>
  audit(
    'cloudresourcemanager.googleapis.com',
    'SetIamPolicy',
    {
      ...authentication,
      resourceName: 'projects/acme-prod',
      request: { resource: 'acme-prod', policy: policy('p1', DECLARED) },
      response: policy('p2', DECLARED, [role, `serviceAccount:${API}`]),
      serviceData: delta(['ADD', role, `serviceAccount:${API}`]),
    },
    { insertId: 'made' },
  );

const ROLE = DECLARED[0];

quiet(
  {
    name: 'Argo CD writes an object, and Config Connector makes it so',
    policy: TRUSTING,
    messages: [written(ARGO, ROLE), made(CNRM, ROLE), reported],
    but: {
      detail: 'a person writes the object',
      messages: [written(JANE, ROLE), made(CNRM, ROLE), reported],
      detectors: ['out-of-band-change'],
    },
  },
  {
    name: 'Config Connector writes again what is there, as it does every ten minutes',
    policy: TRUSTING,
    messages: [made(CNRM, ROLE), reported],
    but: {
      detail: 'its account does it, and not through its controller',
      messages: [made(by(CNRM_ACCOUNT), ROLE)],
      detectors: ['out-of-band-change'],
    },
  },
  {
    name: 'what both are trusted with is declared as well',
    policy: TRUSTING,
    messages: [written(ARGO, ROLE), made(CNRM, ROLE)],
    but: {
      detail: 'the role is none that the policy allows: whoever wrote it',
      messages: [written(ARGO, 'roles/editor'), made(CNRM, 'roles/editor')],
      detectors: ['forbidden-role'],
    },
  },
);
