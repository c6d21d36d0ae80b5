import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { accountAsCode, grantAsCode, ksaAsCode } from '../../shared/detectors/as-code.ts';
import type { Manager } from '../../shared/detectors/managed-by.ts';
import { projectName, serviceAccountName } from '../../shared/model/asset.ts';
import type { Remedy } from '../../shared/model/finding.ts';
import { hclResource } from './hcl.ts';

const TERRAFORM: Manager = { tool: 'terraform', by: 'Terraform', evidence: 'mark' };
const CONNECTOR: Manager = { tool: 'config-connector', by: 'Config Connector', evidence: 'act' };
const ARGO: Manager = { tool: 'manifest', by: 'Argo CD', evidence: 'mark' };
const API = 'api@acme-prod.iam.gserviceaccount.com';
const KSA = { pool: 'acme-prod.svc.id.goog', namespace: 'payments', name: 'api' };
const MEMBER = 'serviceAccount:acme-prod.svc.id.goog[payments/api]';
const role = 'roles/pubsub.publisher';
const member = `serviceAccount:${API}`;

const BRACE = '{x}';
/** Any text, and many that are bad for a template, a document or a comment. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('$', '{', ...'ab}%"\\#:-\n\r\t \'&*!|>[],/@~') }),
  fc.constantFrom(
    `$${BRACE}`,
    `$$${BRACE}`,
    `$$$${BRACE}`,
    '%{ if true }',
    '"',
    '\\',
    '\\"',
    '"\n}\nresource "x" "y" {',
  ),
  fc.constantFrom(
    'no',
    'null',
    '~',
    '1',
    '1e3',
    '0x1',
    '2026-11-21',
    'a: b',
    '- a',
    '# a',
    '\u2028',
    '\u0085',
    '\u202e',
  ),
);
/** Texts have no half characters: nothing that is stored or sent can. */
const whole = (text: string) => text.toWellFormed();

function only(remedies: readonly Remedy[], kind: Remedy['kind']): string {
  expect(remedies.map((remedy) => remedy.kind)).toEqual([kind]);
  return remedies[0]!.text;
}

describe('a grant in Terraform', () => {
  it.each<[string, string, string, object]>([
    ['project', projectName('acme-prod'), 'project', { project: 'acme-prod' }],
    ['folder', '//cloudresourcemanager.googleapis.com/folders/4', 'folder', { folder: 'folders/4' }],
    [
      'organisation',
      '//cloudresourcemanager.googleapis.com/organizations/1',
      'organization',
      { org_id: '1' },
    ],
    [
      'account',
      serviceAccountName(API),
      'service_account',
      { service_account_id: `projects/acme-prod/serviceAccounts/${API}` },
    ],
    ['bucket', '//storage.googleapis.com/ledger', 'storage_bucket', { bucket: 'ledger' }],
    ['topic', '//pubsub.googleapis.com/projects/p/topics/t', 'pubsub_topic', { project: 'p', topic: 't' }],
    [
      'subscription',
      '//pubsub.googleapis.com/projects/p/subscriptions/s',
      'pubsub_subscription',
      { project: 'p', subscription: 's' },
    ],
    [
      'secret',
      '//secretmanager.googleapis.com/projects/p/secrets/s',
      'secret_manager_secret',
      { project: 'p', secret_id: 's' },
    ],
    [
      'regional secret',
      '//secretmanager.googleapis.com/projects/p/locations/europe-west1/secrets/s',
      'secret_manager_regional_secret',
      { project: 'p', location: 'europe-west1', secret_id: 's' },
    ],
    [
      'dataset',
      '//bigquery.googleapis.com/projects/p/datasets/d',
      'bigquery_dataset',
      { project: 'p', dataset_id: 'd' },
    ],
    [
      'key',
      '//cloudkms.googleapis.com/projects/p/locations/l/keyRings/r/cryptoKeys/k',
      'kms_crypto_key',
      { crypto_key_id: 'projects/p/locations/l/keyRings/r/cryptoKeys/k' },
    ],
  ])('on a %s', (_kind, resource, type, args) => {
    expect(hclResource(only(grantAsCode({ resource, role, member }, TERRAFORM), 'terraform'))).toEqual({
      type: `google_${type}_iam_member`,
      label: 'api_publisher',
      body: { ...args, role, member },
    });
  });

  it('is laid out as terraform fmt has it, and says what to mind', () => {
    const grant = {
      resource: serviceAccountName('1001'),
      email: API,
      role: 'roles/iam.workloadIdentityUser',
    };
    expect(only(grantAsCode({ ...grant, member: MEMBER }, TERRAFORM), 'terraform')).toBe(
      `# Made as code, by Terraform: apply its code, with this in it.
# Where a google_service_account_iam_binding or _iam_policy has the role, add the member to that: the two undo each other.
resource "google_service_account_iam_member" "api_workload_identity_user" {
  service_account_id = "projects/acme-prod/serviceAccounts/${API}"
  role               = "roles/iam.workloadIdentityUser"
  member             = "${MEMBER}"
}`,
    );
  });

  it('keeps its condition', () => {
    const condition = { expression: 'resource.name.startsWith("x")', title: 'only x' };
    const [remedy] = grantAsCode({ resource: projectName('p'), role, member, condition }, TERRAFORM);
    expect(hclResource(remedy!.text).body).toMatchObject({ condition });
  });

  it.each([
    ['an account that is known by its unique id only', serviceAccountName('1001')],
    ['a resource of another kind', '//x.googleapis.com/projects/p/y'],
  ])('has no form for %s', (_what, resource) => {
    expect(grantAsCode({ resource, role, member }, TERRAFORM)).toEqual([]);
  });

  it('says whose such changes are, where that is all that is known', () => {
    const expected: Manager = { ...TERRAFORM, by: 'trustedChangers[terraform]', evidence: 'policy' };
    expect(grantAsCode({ resource: projectName('p'), role, member }, expected)[0]?.text).toMatch(
      /^# The policy leaves such changes to trustedChangers\[terraform\]: apply its code, with this in it\.\n/,
    );
  });
});

describe('a grant in Config Connector', () => {
  it.each([
    ['project', projectName('acme-prod'), 'Project', 'projects/acme-prod'],
    ['folder', '//cloudresourcemanager.googleapis.com/folders/4', 'Folder', 'folders/4'],
    ['organisation', '//cloudresourcemanager.googleapis.com/organizations/1', 'Organization', '1'],
    ['account', serviceAccountName(API), 'IAMServiceAccount', `projects/acme-prod/serviceAccounts/${API}`],
    ['bucket', '//storage.googleapis.com/ledger', 'StorageBucket', 'ledger'],
    ['topic', '//pubsub.googleapis.com/projects/p/topics/t', 'PubSubTopic', 'projects/p/topics/t'],
    [
      'subscription',
      '//pubsub.googleapis.com/projects/p/subscriptions/s',
      'PubSubSubscription',
      'projects/p/subscriptions/s',
    ],
    [
      'secret',
      '//secretmanager.googleapis.com/projects/p/secrets/s',
      'SecretManagerSecret',
      'projects/p/secrets/s',
    ],
    [
      'key',
      '//cloudkms.googleapis.com/projects/p/locations/l/keyRings/r/cryptoKeys/k',
      'KMSCryptoKey',
      'projects/p/locations/l/keyRings/r/cryptoKeys/k',
    ],
  ])('on a %s', (_kind, resource, kind, external) => {
    expect(parse(only(grantAsCode({ resource, role, member }, CONNECTOR), 'yaml'))).toEqual({
      apiVersion: 'iam.cnrm.cloud.google.com/v1beta1',
      kind: 'IAMPolicyMember',
      metadata: { name: 'api-publisher' },
      spec: { member, role, resourceRef: { kind, external } },
    });
  });

  it.each([
    ['a dataset', '//bigquery.googleapis.com/projects/p/datasets/d'],
    ['a regional secret', '//secretmanager.googleapis.com/projects/p/locations/l/secrets/s'],
  ])('has no form for %s', (_what, resource) => {
    expect(grantAsCode({ resource, role, member }, CONNECTOR)).toEqual([]);
  });
});

describe('an account', () => {
  it('in Terraform', () => {
    expect(hclResource(only(accountAsCode(API, TERRAFORM), 'terraform'))).toEqual({
      type: 'google_service_account',
      label: 'api',
      body: { project: 'acme-prod', account_id: 'api' },
    });
    expect(hclResource(only(accountAsCode(API, TERRAFORM, { isDisabled: true }), 'terraform')).body).toEqual({
      project: 'acme-prod',
      account_id: 'api',
      disabled: false,
    });
  });

  it('in Config Connector', () => {
    expect(parse(only(accountAsCode(API, CONNECTOR, { isDisabled: true }), 'yaml'))).toEqual({
      apiVersion: 'iam.cnrm.cloud.google.com/v1beta1',
      kind: 'IAMServiceAccount',
      metadata: { name: 'api', annotations: { 'cnrm.cloud.google.com/project-id': 'acme-prod' } },
      spec: { resourceID: 'api', disabled: false },
    });
  });

  it.each(['1234-compute@developer.gserviceaccount.com', 'acme-prod@appspot.gserviceaccount.com', 'x'])(
    'not one that nobody makes: %s',
    (email) => {
      expect(accountAsCode(email, TERRAFORM)).toEqual([]);
      expect(accountAsCode(email, CONNECTOR)).toEqual([]);
    },
  );
});

describe('a KSA', () => {
  it('as its manifest', () => {
    expect(
      only(ksaAsCode(KSA, API, ARGO), 'yaml'),
    ).toBe(`# Made as code, by Argo CD: write it so in the manifest, and let it sync.
apiVersion: v1
kind: ServiceAccount
metadata:
  name: api
  namespace: payments
  annotations:
    iam.gke.io/gcp-service-account: "${API}"`);
  });

  it('without an account', () => {
    expect(parse(only(ksaAsCode(KSA, undefined, ARGO), 'yaml'))).toEqual({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'api', namespace: 'payments' },
    });
  });

  it('in Terraform', () => {
    expect(
      only(ksaAsCode(KSA, API, TERRAFORM), 'terraform'),
    ).toBe(`# Made as code, by Terraform: apply its code, with this in it.
resource "kubernetes_service_account_v1" "payments_api" {
  metadata {
    name      = "api"
    namespace = "payments"
    annotations = {
      "iam.gke.io/gcp-service-account" = "${API}"
    }
  }
}`);
  });
});

describe('names that mean harm', () => {
  const part = anyText.filter((text) => text !== '' && !text.includes('/'));
  const condition = fc.option(fc.record({ expression: anyText, title: anyText }), { nil: undefined });

  it('never leave their quotes in HCL', () => {
    fc.assert(
      fc.property(part, part, anyText, anyText, condition, (project, topic, role, member, condition) => {
        const resource = `//pubsub.googleapis.com/projects/${project}/topics/${topic}`;
        const { type, label, body } = hclResource(
          only(grantAsCode({ resource, role, member, condition }, TERRAFORM), 'terraform'),
        );
        expect(type).toBe('google_pubsub_topic_iam_member');
        expect(label).toMatch(/^[a-z][a-z0-9_]*$/);
        expect(body).toEqual({
          project: whole(project),
          topic: whole(topic),
          role: whole(role),
          member: whole(member),
          ...(condition === undefined
            ? {}
            : { condition: { title: whole(condition.title), expression: whole(condition.expression) } }),
        });
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(anyText, anyText, anyText, (namespace, name, email) => {
        const [{ text } = { text: '' }] = ksaAsCode({ pool: 'p', namespace, name }, email, TERRAFORM);
        expect(hclResource(text).body).toEqual({
          metadata: {
            name: whole(name),
            namespace: whole(namespace),
            annotations: { 'iam.gke.io/gcp-service-account': whole(email) },
          },
        });
      }),
      { numRuns: 300 },
    );
  });

  it('stay single texts in YAML', () => {
    fc.assert(
      fc.property(part, part, anyText, anyText, condition, (project, topic, role, member, condition) => {
        const resource = `//pubsub.googleapis.com/projects/${project}/topics/${topic}`;
        const text = only(grantAsCode({ resource, role, member, condition }, CONNECTOR), 'yaml');
        expect(parse(text)).toEqual({
          apiVersion: 'iam.cnrm.cloud.google.com/v1beta1',
          kind: 'IAMPolicyMember',
          metadata: { name: expect.stringMatching(/^[a-z][a-z0-9-]*$/) },
          spec: {
            member: whole(member),
            role: whole(role),
            ...(condition === undefined
              ? {}
              : { condition: { title: whole(condition.title), expression: whole(condition.expression) } }),
            resourceRef: {
              kind: 'PubSubTopic',
              external: whole(`projects/${project}/topics/${topic}`),
            },
          },
        });
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(anyText, anyText, anyText, (namespace, name, email) => {
        const [{ text } = { text: '' }] = ksaAsCode({ pool: 'p', namespace, name }, email, ARGO);
        expect(parse(text)).toEqual({
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: {
            name: whole(name),
            namespace: whole(namespace),
            annotations: { 'iam.gke.io/gcp-service-account': whole(email) },
          },
        });
      }),
      { numRuns: 300 },
    );
  });

  it('nor end a comment', () => {
    fc.assert(
      fc.property(anyText, (by) => {
        const manager: Manager = { tool: 'manifest', by, evidence: 'mark' };
        const [{ text } = { text: '' }] = ksaAsCode(KSA, API, manager);
        expect(parse(text)).toMatchObject({ metadata: { name: 'api', namespace: 'payments' } });
        expect(text.split('\n')).toHaveLength(8);
      }),
    );
  });

  it('are written so that they can be seen', () => {
    const texts = [
      ...grantAsCode({ resource: projectName('p'), role: 'а\u202e\u0000😀', member }, TERRAFORM),
      ...ksaAsCode({ ...KSA, name: 'а\u202e\u0000😀' }, API, ARGO),
    ].map(({ text }) => text);
    for (const text of texts) {
      expect(text).toMatch(/^[\x20-\x7e\n]+$/);
      expect(text).toContain('"\\u0430\\u202e\\u0000\\U0001f600"');
    }
  });
});
