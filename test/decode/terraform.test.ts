import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeTerraform } from '../../shared/decode/terraform/decode-terraform.ts';
import { isTerraform } from '../../shared/decode/terraform/plan.ts';
import { CONTEXT, KSA_MEMBER, RECEIVED_AT, UNIQUE_ID } from './payloads.ts';
import { configured, decoded, type Planned, plan, told } from './terraform-plan.ts';

const API = 'api@acme-prod.iam.gserviceaccount.com';
const API_ASSET = `//iam.googleapis.com/projects/-/serviceAccounts/${API}`;
const USER = 'roles/iam.workloadIdentityUser';
const PROJECT = '//cloudresourcemanager.googleapis.com/projects/acme-prod';

/** An account as a plan has it that creates it: its e-mail and name are known only after apply. */
const API_ACCOUNT: Planned = {
  address: 'google_service_account.api',
  after: { account_id: 'api', disabled: false, display_name: 'API' },
  unknown: { email: true, id: true, member: true, name: true, project: true, unique_id: true },
};

describe('grants are read on whatever they are given', () => {
  const member = { role: 'roles/viewer', member: 'user:jane@acme.example' };
  it.each<[type: string, values: Readonly<Record<string, unknown>>, asset: string]>([
    ['service_account', { service_account_id: `projects/acme-prod/serviceAccounts/${API}` }, API_ASSET],
    ['service_account', { service_account_id: `projects/-/serviceAccounts/${API}` }, API_ASSET],
    ['service_account', { service_account_id: API }, API_ASSET],
    ['project', { project: 'acme-prod' }, PROJECT],
    ['project', { project: 'projects/acme-prod' }, PROJECT],
    ['project', {}, PROJECT],
    ['folder', { folder: 'folders/345' }, '//cloudresourcemanager.googleapis.com/folders/345'],
    ['folder', { folder: '345' }, '//cloudresourcemanager.googleapis.com/folders/345'],
    ['organization', { org_id: '678' }, '//cloudresourcemanager.googleapis.com/organizations/678'],
    ['storage_bucket', { bucket: 'ledger' }, '//storage.googleapis.com/ledger'],
    ['storage_bucket', { bucket: 'b/ledger' }, '//storage.googleapis.com/ledger'],
    ['pubsub_topic', { topic: 'orders' }, '//pubsub.googleapis.com/projects/acme-prod/topics/orders'],
    [
      'pubsub_topic',
      { topic: 'projects/acme-bus/topics/orders' },
      '//pubsub.googleapis.com/projects/acme-bus/topics/orders',
    ],
    [
      'pubsub_subscription',
      { subscription: 'orders', project: 'acme-bus' },
      '//pubsub.googleapis.com/projects/acme-bus/subscriptions/orders',
    ],
    [
      'secret_manager_secret',
      { secret_id: 'db', project: 'acme-prod' },
      '//secretmanager.googleapis.com/projects/acme-prod/secrets/db',
    ],
    [
      'secret_manager_regional_secret',
      { secret_id: 'db', location: 'europe-west1' },
      '//secretmanager.googleapis.com/projects/acme-prod/locations/europe-west1/secrets/db',
    ],
    [
      'bigquery_dataset',
      { dataset_id: 'sales' },
      '//bigquery.googleapis.com/projects/acme-prod/datasets/sales',
    ],
    [
      'bigquery_table',
      { dataset_id: 'sales', table_id: 'orders' },
      '//bigquery.googleapis.com/projects/acme-prod/datasets/sales/tables/orders',
    ],
    [
      'kms_key_ring',
      { key_ring_id: 'global/ring' },
      '//cloudkms.googleapis.com/projects/acme-prod/locations/global/keyRings/ring',
    ],
    [
      'kms_crypto_key',
      { crypto_key_id: 'acme-keys/global/ring/key' },
      '//cloudkms.googleapis.com/projects/acme-keys/locations/global/keyRings/ring/cryptoKeys/key',
    ],
    [
      'kms_crypto_key',
      { crypto_key_id: 'projects/acme-keys/locations/global/keyRings/ring/cryptoKeys/key' },
      '//cloudkms.googleapis.com/projects/acme-keys/locations/global/keyRings/ring/cryptoKeys/key',
    ],
  ])('%s %j', (type, values, asset) => {
    const grant = { address: `google_${type}_iam_member.x`, after: { ...values, ...member } };
    expect(told(decoded([grant]))).toEqual([`+ roles/viewer user:jane@acme.example on ${asset}`]);
  });
});

describe('a member, a binding and a policy', () => {
  it('a member is one grant more, its condition included, in the project it lies in', () => {
    const grant: Planned = {
      address: 'google_service_account_iam_member.api',
      after: {
        service_account_id: `projects/acme-prod/serviceAccounts/${API}`,
        role: USER,
        member: KSA_MEMBER,
        condition: [{ expression: 'request.time < timestamp("2027-01-01T00:00:00Z")', title: 'until' }],
      },
    };
    expect(decoded([grant])).toEqual([
      {
        kind: 'news',
        id: expect.stringMatching(/^[0-9a-f]{64}$/),
        time: RECEIVED_AT,
        acts: [],
        observations: [
          {
            kind: 'policy-delta',
            asset: API_ASSET,
            time: RECEIVED_AT,
            source: 'scan',
            ancestors: ['projects/acme-prod'],
            changes: [
              {
                action: 'add',
                grant: {
                  resource: API_ASSET,
                  role: USER,
                  member: KSA_MEMBER,
                  principal: {
                    kind: 'ksa',
                    pool: 'acme-prod.svc.id.goog',
                    namespace: 'payments',
                    name: 'api',
                  },
                  condition: {
                    expression: 'request.time < timestamp("2027-01-01T00:00:00Z")',
                    title: 'until',
                  },
                },
              },
            ],
          },
        ],
      },
    ]);
  });

  it('a binding adds its members, and it is noted that it takes the role from others', () => {
    const binding = {
      address: 'google_project_iam_binding.viewers',
      after: {
        project: 'acme-prod',
        role: 'roles/viewer',
        members: ['user:a@x.example', 'user:b@x.example'],
      },
    };
    const { decoded: answers, notes } = decodeTerraform(plan([binding]), CONTEXT);
    expect(told(answers)).toEqual([
      `+ roles/viewer user:a@x.example on ${PROJECT}`,
      `+ roles/viewer user:b@x.example on ${PROJECT}`,
    ]);
    expect(notes).toEqual([
      'terraform: takes its role from members it does not name: google_project_iam_binding',
    ]);
  });

  it('a policy is the whole of it', () => {
    const bindings = [{ role: 'roles/owner', members: ['user:a@x.example'] }];
    const policy = {
      address: 'google_project_iam_policy.all',
      after: { project: 'acme-prod', policy_data: JSON.stringify({ bindings }) },
    };
    expect(told(decoded([policy]))).toEqual([`= roles/owner user:a@x.example on ${PROJECT}`]);
    const broken = { ...policy, after: { project: 'acme-prod', policy_data: '{"bindings' } };
    expect(told(decoded([broken]))).toEqual([
      'malformed: google_project_iam_policy.all.policy_data: not JSON: {"bindings',
    ]);
    const unknown = { ...policy, after: { project: 'acme-prod' }, unknown: { policy_data: true } };
    expect(told(decoded([unknown]))).toEqual([
      'ignored: terraform policy known only after apply: google_project_iam_policy.all',
    ]);
  });

  const on = { project: 'acme-prod', role: 'roles/viewer' };
  it.each<[string, Planned, string[]]>([
    [
      'a deleted one takes it away',
      { address: 'google_project_iam_member.x', before: { ...on, member: 'user:a@x.example' }, after: null },
      [`- roles/viewer user:a@x.example on ${PROJECT}`],
    ],
    [
      'a replaced one does both',
      {
        address: 'google_project_iam_member.x',
        actions: ['delete', 'create'],
        before: { ...on, member: 'user:a@x.example' },
        after: { ...on, member: 'user:b@x.example' },
      },
      [`- roles/viewer user:a@x.example on ${PROJECT}`, `+ roles/viewer user:b@x.example on ${PROJECT}`],
    ],
    [
      'an updated one takes away what it no longer lists',
      {
        address: 'google_project_iam_binding.x',
        actions: ['update'],
        before: { ...on, members: ['user:a@x.example', 'user:b@x.example'] },
        after: { ...on, members: ['user:b@x.example'] },
      },
      [`- roles/viewer user:a@x.example on ${PROJECT}`, `+ roles/viewer user:b@x.example on ${PROJECT}`],
    ],
    [
      'a forgotten one stays as it is',
      {
        address: 'google_project_iam_member.x',
        actions: ['forget'],
        before: { ...on, member: 'user:a@x.example' },
        after: null,
      },
      ['ignored: terraform resource that is no longer managed, and stays: google_project_iam_member'],
    ],
  ])('%s', (_what, resource, expected) => {
    expect(told(decoded([resource]))).toEqual(expected);
  });
});

describe('what is known only after apply', () => {
  const member = (refers: Planned['refers']): Planned => ({
    address: 'google_project_iam_member.x',
    after: { project: 'acme-prod', role: 'roles/viewer' },
    unknown: { member: true },
    ...(refers === undefined ? {} : { refers }),
  });
  const added = [`service-account ${API_ASSET}`, `+ roles/viewer serviceAccount:${API} on ${PROJECT}`];
  const leftOut = [
    `service-account ${API_ASSET}`,
    'ignored: terraform grant without a member known before apply: google_project_iam_member.x',
  ];

  it.each<[string, readonly string[], readonly string[]]>([
    ['an e-mail', ['google_service_account.api.email', 'google_service_account.api'], added],
    ['a member', ['google_service_account.api.member', 'google_service_account.api'], added],
    ['another attribute', ['google_service_account.api.account_id', 'google_service_account.api'], leftOut],
    ['no attribute', ['google_service_account.api'], leftOut],
    ['an account that is not there', ['google_service_account.web.email'], leftOut],
    ['two things', ['google_service_account.api.email', 'var.suffix'], leftOut],
    ['something computed', ['local.member'], leftOut],
    ['data', ['data.google_service_account.api.email'], leftOut],
  ])('a member that refers to %s of an account', (_what, references, expected) => {
    expect(told(decoded([API_ACCOUNT, member({ member: references })]))).toEqual(expected);
  });

  it('is counted where it is left out, and nothing is guessed', () => {
    const { notes } = decodeTerraform(plan([member(undefined)]), CONTEXT);
    expect(notes).toEqual([
      'terraform: a member known only after apply, left out: google_project_iam_member',
    ]);
    const binding: Planned = {
      address: 'google_project_iam_binding.x',
      actions: ['update'],
      before: { project: 'acme-prod', role: 'roles/viewer', members: ['user:old@x.example'] },
      after: { project: 'acme-prod', role: 'roles/viewer', members: ['user:a@x.example', null, null] },
      unknown: { members: [false, true, true] },
      refers: { members: ['google_service_account.api.email', 'random_id.x.hex'] },
    };
    const read = decodeTerraform(plan([API_ACCOUNT, binding]), CONTEXT);
    // What was lost cannot be told while a member is unknown.
    expect(told(read.decoded).slice(1)).toEqual([
      `+ roles/viewer user:a@x.example on ${PROJECT}`,
      `+ roles/viewer serviceAccount:${API} on ${PROJECT}`,
    ]);
    expect(read.notes.filter((note) => note.includes('left out'))).toHaveLength(1);
  });

  it('a list unknown as such gives the accounts it refers to, and takes nothing away', () => {
    const binding: Planned = {
      address: 'google_project_iam_binding.x',
      actions: ['update'],
      before: { project: 'acme-prod', role: 'roles/viewer', members: ['user:old@x.example'] },
      after: { project: 'acme-prod', role: 'roles/viewer' },
      unknown: { members: true },
      refers: { members: ['google_service_account.api.email', 'google_service_account.api'] },
    };
    const read = decodeTerraform(plan([API_ACCOUNT, binding]), CONTEXT);
    expect(told(read.decoded).slice(1)).toEqual([`+ roles/viewer serviceAccount:${API} on ${PROJECT}`]);
    expect(read.notes).toContain(
      'terraform: may have members beside the accounts of this plan: google_project_iam_binding',
    );
  });

  it('the account that is granted on, the topic, the key, and the custom role', () => {
    const grants: readonly Planned[] = [
      {
        address: 'google_service_account_iam_member.api',
        after: { role: USER, member: KSA_MEMBER },
        unknown: { service_account_id: true },
        refers: { service_account_id: ['google_service_account.api.name', 'google_service_account.api'] },
      },
      { address: 'google_pubsub_topic.t', after: { name: 'orders' }, unknown: { id: true, project: true } },
      {
        address: 'google_pubsub_topic_iam_member.t',
        after: { member: 'user:a@x.example' },
        unknown: { topic: true, role: true, project: true },
        refers: {
          topic: ['google_pubsub_topic.t.id', 'google_pubsub_topic.t'],
          role: ['google_project_iam_custom_role.r.id', 'google_project_iam_custom_role.r'],
        },
      },
      { address: 'google_project_iam_custom_role.r', after: { role_id: 'publisher' }, unknown: { id: true } },
      {
        address: 'google_kms_key_ring.r',
        after: { name: 'ring', location: 'global' },
        unknown: { id: true },
      },
      {
        address: 'google_kms_crypto_key.k',
        after: { name: 'key' },
        unknown: { id: true, key_ring: true },
        refers: { key_ring: ['google_kms_key_ring.r.id', 'google_kms_key_ring.r'] },
      },
      {
        address: 'google_kms_crypto_key_iam_member.k',
        after: { role: 'roles/viewer', member: 'user:a@x.example' },
        unknown: { crypto_key_id: true },
        refers: { crypto_key_id: ['google_kms_crypto_key.k.id', 'google_kms_crypto_key.k'] },
      },
    ];
    expect(told(decoded([API_ACCOUNT, ...grants])).filter((line) => line.startsWith('+'))).toEqual([
      `+ ${USER} ${KSA_MEMBER} on ${API_ASSET}`,
      '+ projects/acme-prod/roles/publisher user:a@x.example on //pubsub.googleapis.com/projects/acme-prod/topics/orders',
      '+ roles/viewer user:a@x.example on //cloudkms.googleapis.com/projects/acme-prod/locations/global/keyRings/ring/cryptoKeys/key',
    ]);
  });

  it('an account with count or for_each is the one whose key is written', () => {
    const accounts = ['a', 'b.c'].map((key) => ({
      ...API_ACCOUNT,
      address: `google_service_account.api["${key}"]`,
      after: { account_id: `api-${key[0]}` },
    }));
    const grant = member({
      member: [
        'google_service_account.api["b.c"].email',
        'google_service_account.api["b.c"]',
        'google_service_account.api',
      ],
    });
    expect(told(decoded([...accounts, grant])).at(-1)).toContain('api-b@acme-prod');
  });

  it('a condition that is not known leaves the grant out: without it, it would be wider', () => {
    const grant: Planned = {
      address: 'google_project_iam_member.x',
      after: { project: 'acme-prod', role: 'roles/viewer', member: 'user:a@x.example', condition: [{}] },
      unknown: { condition: [{ expression: true }] },
    };
    expect(told(decoded([grant]))[0]).toMatch(/^ignored/);
  });
});

describe('the project of what names none', () => {
  const grant = {
    address: 'google_project_iam_member.x',
    after: { role: 'roles/viewer', member: 'user:a@x.example' },
    unknown: { project: true },
  };
  const providers = (project: unknown) => ({
    provider_config: { google: { name: 'google', expressions: { project } } },
    root_module: { resources: [configured(grant)] },
  });
  it.each<[string, Readonly<Record<string, unknown>>, string | undefined, string]>([
    ["is the provider's", { configuration: providers({ constant_value: 'p-one' }) }, undefined, 'p-one'],
    [
      "is a variable of the provider's",
      {
        configuration: providers({ references: ['var.project'] }),
        variables: { project: { value: 'p-two' } },
      },
      undefined,
      'p-two',
    ],
    ['is what the caller says', { configuration: { root_module: {} } }, 'p-three', 'p-three'],
    ['is not known', { configuration: { root_module: {} } }, undefined, ''],
    [
      'is not what the caller says when the provider says another',
      { configuration: providers({ references: ['local.project'] }) },
      'p-three',
      '',
    ],
  ])('%s', (_what, extra, project, expected) => {
    const context = project === undefined ? CONTEXT : { ...CONTEXT, project };
    const [line] = told(decodeTerraform(plan([grant], extra), context).decoded);
    expect(/projects\/(.+)$/.exec(line!)?.[1] ?? '').toBe(expected);
  });
});

it('a module is read with the variables it is given and the outputs it gives', () => {
  const module = (resources: readonly Planned[], more: object) => ({
    module: { resources: resources.map(configured), ...more },
  });
  const account = { ...API_ACCOUNT, address: 'module.gsa.google_service_account.api' };
  const grant: Planned = {
    address: 'module.grant["eu"].google_project_iam_member.x',
    after: { project: 'acme-prod', role: 'roles/viewer' },
    unknown: { member: true },
    refers: { member: ['var.email'] },
  };
  const values = { resources: [] };
  const json = {
    ...plan([account, grant]),
    planned_values: {
      root_module: {
        ...values,
        child_modules: [account, grant].map(({ address, after }) => ({
          address: address.replace(/\.google_.*/, ''),
          resources: [{ address, mode: 'managed', type: address.split('.').at(-2), values: after }],
        })),
      },
    },
    configuration: {
      provider_config: { google: { expressions: { project: { constant_value: 'acme-prod' } } } },
      root_module: {
        module_calls: {
          gsa: module([account], {
            outputs: {
              email: {
                expression: {
                  references: ['google_service_account.api.email', 'google_service_account.api'],
                },
              },
            },
          }),
          grant: {
            expressions: { email: { references: ['module.gsa.email', 'module.gsa'] } },
            ...module([grant], { variables: { email: {} } }),
          },
        },
      },
    },
  };
  expect(told(decodeTerraform(json, CONTEXT).decoded)).toEqual([
    `service-account ${API_ASSET}`,
    `+ roles/viewer serviceAccount:${API} on ${PROJECT}`,
  ]);
});

describe('resources', () => {
  const factsOf = (resource: Planned, ...others: readonly Planned[]) => {
    const [answer] = decoded([resource, ...others]);
    const [observation] = answer?.kind === 'news' ? answer.observations : [];
    return observation?.kind === 'resource' ? { asset: observation.asset, ...observation.facts } : answer;
  };

  it('an account before there is one goes by the e-mail it will have', () => {
    expect(factsOf(API_ACCOUNT)).toEqual({
      type: 'service-account',
      asset: API_ASSET,
      email: API,
      projectId: 'acme-prod',
      disabled: false,
      displayName: 'API',
    });
  });

  it('an account of a state goes by its unique id, and tells its two names', () => {
    const values = {
      account_id: 'api',
      email: API,
      unique_id: UNIQUE_ID,
      project: 'acme-prod',
      disabled: true,
    };
    const state = {
      format_version: '1.0',
      terraform_version: '1.9.8',
      values: {
        root_module: {
          child_modules: [
            {
              resources: [
                {
                  address: 'module.a.google_service_account.api',
                  mode: 'managed',
                  type: 'google_service_account',
                  values,
                },
                {
                  address: 'module.a.data.google_project.p',
                  mode: 'data',
                  type: 'google_project',
                  values: { project_id: 'x' },
                },
              ],
            },
          ],
        },
      },
    };
    const asset = `//iam.googleapis.com/projects/-/serviceAccounts/${UNIQUE_ID}`;
    expect(decodeTerraform(state, CONTEXT).decoded).toMatchObject([
      {
        observations: [
          { kind: 'resource', asset, facts: { uniqueId: UNIQUE_ID, email: API, disabled: true } },
          { kind: 'alias', alias: { of: 'service-account', id: UNIQUE_ID, name: API } },
        ],
      },
    ]);
  });

  it('a key that will be made is news, though its id is not known', () => {
    const key: Planned = {
      address: 'google_service_account_key.k',
      after: { key_algorithm: 'KEY_ALG_RSA_2048' },
      unknown: { name: true, service_account_id: true },
      refers: { service_account_id: ['google_service_account.api.name', 'google_service_account.api'] },
    };
    expect(factsOf(key, API_ACCOUNT)).toEqual({
      type: 'service-account-key',
      asset: expect.stringMatching(/\/serviceAccounts\/-\/keys\/planned-[0-9a-f]{16}$/),
      account: API,
      managedBy: 'user',
      origin: 'created',
    });
    const uploaded = {
      service_account_id: API,
      public_key_data: 'x',
      name: `projects/p/serviceAccounts/${API}/keys/k1`,
    };
    expect(factsOf({ address: 'google_service_account_key.k', after: uploaded })).toMatchObject({
      asset: expect.stringMatching(/\/keys\/k1$/),
      keyId: 'k1',
      origin: 'uploaded',
    });
  });

  const cluster = { name: 'c1', location: 'europe-west1', project: 'acme-prod' };
  const C1 = 'projects/acme-prod/locations/europe-west1/clusters/c1';
  it.each<[string, object, object, object]>([
    [
      'with a pool',
      { workload_identity_config: [{ workload_pool: 'acme-prod.svc.id.goog' }] },
      {},
      { workloadPool: 'acme-prod.svc.id.goog', autopilot: false },
    ],
    ['without one', { workload_identity_config: [] }, {}, { workloadPool: '', autopilot: false }],
    ['that does not say', {}, { workload_identity_config: true }, { autopilot: false }],
    [
      'of Autopilot, which has it always',
      { enable_autopilot: true },
      { workload_identity_config: true },
      { workloadPool: 'acme-prod.svc.id.goog', autopilot: true },
    ],
  ])('a cluster %s', (_what, values, unknown, expected) => {
    const found = factsOf({
      address: 'google_container_cluster.c',
      after: { ...cluster, ...values },
      unknown: { ...unknown },
    });
    expect(found).toEqual({
      type: 'cluster',
      asset: `//container.googleapis.com/${C1}`,
      cluster: C1,
      ...expected,
    });
  });

  it.each<[string, Planned, object]>([
    [
      'with its metadata server and account, below a cluster named by its path',
      {
        address: 'google_container_node_pool.n',
        after: {
          name: 'n1',
          cluster: C1,
          node_config: [
            { workload_metadata_config: [{ mode: 'GKE_METADATA' }], service_account: 'nodes@x.example' },
          ],
        },
      },
      { metadataMode: 'GKE_METADATA', serviceAccount: 'nodes@x.example' },
    ],
    [
      'whose cluster and account are made in the same plan',
      {
        address: 'google_container_node_pool.n',
        after: { name: 'n1', node_config: [{ workload_metadata_config: [] }] },
        unknown: { cluster: true, node_config: [{ service_account: true }] },
        refers: {
          cluster: ['google_container_cluster.c.id', 'google_container_cluster.c'],
          node_config: [
            {
              service_account: {
                references: ['google_service_account.api.email', 'google_service_account.api'],
              },
            },
          ],
        },
      },
      { metadataMode: '', serviceAccount: API },
    ],
    [
      'that names no account',
      {
        address: 'google_container_node_pool.n',
        after: { name: 'n1', cluster: 'c1', location: 'europe-west1', node_config: [{}] },
        unknown: { node_config: [{ service_account: true, workload_metadata_config: true }] },
      },
      { serviceAccount: 'default' },
    ],
  ])('a node pool %s', (_what, pool, expected) => {
    const above = { address: 'google_container_cluster.c', after: cluster, unknown: { id: true } };
    expect(factsOf(pool, above, API_ACCOUNT)).toEqual({
      type: 'node-pool',
      asset: `//container.googleapis.com/${C1}/nodePools/n1`,
      cluster: C1,
      name: 'n1',
      ...expected,
    });
  });

  it('a project, with the two names it has', () => {
    const after = { project_id: 'acme-prod', number: '123456789012', name: 'Acme', labels: { team: 'core' } };
    expect(factsOf({ address: 'google_project.p', after })).toEqual({
      type: 'project',
      asset: '//cloudresourcemanager.googleapis.com/projects/123456789012',
      projectId: 'acme-prod',
      number: '123456789012',
      displayName: 'Acme',
      owner: 'core',
    });
  });

  it.each<[string, Planned, string[]]>([
    [
      'a deleted account is gone',
      {
        address: 'google_service_account.api',
        before: { account_id: 'api', email: API, unique_id: UNIQUE_ID },
        after: null,
      },
      [`gone service-account //iam.googleapis.com/projects/-/serviceAccounts/${UNIQUE_ID}`],
    ],
    [
      'a replaced account is another',
      {
        address: 'google_service_account.api',
        actions: ['delete', 'create'],
        before: { account_id: 'api', email: API, unique_id: UNIQUE_ID },
        after: { account_id: 'web' },
      },
      [
        `gone service-account //iam.googleapis.com/projects/-/serviceAccounts/${UNIQUE_ID}`,
        'service-account //iam.googleapis.com/projects/-/serviceAccounts/web@acme-prod.iam.gserviceaccount.com',
      ],
    ],
    [
      'an updated account is itself',
      {
        address: 'google_service_account.api',
        actions: ['update'],
        before: { account_id: 'api', email: API, unique_id: UNIQUE_ID },
        after: { account_id: 'api', email: API, unique_id: UNIQUE_ID, disabled: true },
      },
      [`service-account //iam.googleapis.com/projects/-/serviceAccounts/${UNIQUE_ID}`, 'alias'],
    ],
    [
      'what is not watched says its type',
      { address: 'google_compute_network.n', after: {} },
      ['ignored: terraform type that is not watched: google_compute_network'],
    ],
    [
      'a name that is not known yet',
      { address: 'google_project.p', after: {}, unknown: { project_id: true } },
      ['ignored: terraform resource whose name is known only after apply: google_project.p'],
    ],
    [
      'a value of another kind',
      { address: 'google_project_iam_member.x', after: { project: 'p', role: 'r', member: ['x'] } },
      ['malformed: google_project_iam_member.x.member: a text was expected, found a list'],
    ],
  ])('%s', (_what, resource, expected) => {
    expect(told(decoded([resource]))).toEqual(expected);
  });
});

describe('Kubernetes objects', () => {
  const metadata = { name: 'api', namespace: 'payments' };
  const KSA =
    '//container.googleapis.com/projects/-/locations/-/clusters/manifests/k8s/namespaces/payments/serviceaccounts/api';
  const email = ['google_service_account.api.email', 'google_service_account.api'];
  it.each<[string, Planned, string | undefined]>([
    [
      'a service account with its annotation',
      {
        address: 'kubernetes_service_account.api',
        after: { metadata: [{ ...metadata, annotations: { 'iam.gke.io/gcp-service-account': API } }] },
      },
      API,
    ],
    ['one without', { address: 'kubernetes_service_account_v1.api', after: { metadata: [metadata] } }, ''],
    [
      'one whose annotation is an account of this plan',
      {
        address: 'kubernetes_service_account.api',
        after: { metadata: [{ ...metadata, annotations: {} }] },
        unknown: { metadata: [{ annotations: { 'iam.gke.io/gcp-service-account': true } }] },
        refers: { metadata: [{ annotations: { references: email } }] },
      },
      API,
    ],
    [
      'one whose annotation is not known: that is not to have none',
      {
        address: 'kubernetes_service_account.api',
        after: { metadata: [metadata] },
        unknown: { metadata: [{ annotations: true }] },
      },
      undefined,
    ],
    [
      'annotations put on one that is there',
      {
        address: 'kubernetes_annotations.api',
        after: { api_version: 'v1', kind: 'ServiceAccount', metadata: [metadata] },
        unknown: { annotations: true },
        refers: { annotations: email },
      },
      API,
    ],
    [
      'a manifest',
      {
        address: 'kubernetes_manifest.api',
        after: {
          manifest: {
            apiVersion: 'v1',
            kind: 'ServiceAccount',
            metadata: { ...metadata, annotations: { 'iam.gke.io/gcp-service-account': API } },
          },
        },
      },
      API,
    ],
  ])('%s', (_what, resource, annotation) => {
    const [answer] = decoded([resource, API_ACCOUNT]);
    const [observation] = answer?.kind === 'news' ? answer.observations : [];
    expect(observation).toMatchObject({ kind: 'resource', asset: KSA });
    const facts = observation?.kind === 'resource' ? observation.facts : undefined;
    expect(facts?.type === 'kubernetes-service-account' ? facts.annotation : 'none').toBe(annotation);
  });

  it('a deleted one is gone; a namespace is one; both lie in the cluster that is asked for', () => {
    const context = { ...CONTEXT, cluster: 'projects/p/locations/l/clusters/c' };
    const resources: readonly Planned[] = [
      { address: 'kubernetes_service_account.api', before: { metadata: [metadata] }, after: null },
      { address: 'kubernetes_namespace_v1.n', after: { metadata: [{ name: 'payments' }] } },
    ];
    expect(told(decodeTerraform(plan(resources), context).decoded)).toEqual([
      'namespace //container.googleapis.com/projects/p/locations/l/clusters/c/k8s/namespaces/payments',
      'gone kubernetes-service-account //container.googleapis.com/projects/p/locations/l/clusters/c/k8s/namespaces/payments/serviceaccounts/api',
    ]);
  });
});

describe('what Terraform prints', () => {
  it.each<[string, unknown, boolean]>([
    ['a plan', plan([]), true],
    ['a state', { format_version: '1.0', terraform_version: '1.9.8', values: {} }, true],
    ['the state of nothing', { format_version: '1.0' }, true],
    ['an asset', { name: '//x', assetType: 'y' }, false],
    ['a list', [], false],
  ])('%s', (_what, value, expected) => {
    expect(isTerraform(value)).toBe(expected);
  });

  it('is read alike however often, and whenever', () => {
    const [first] = decoded([API_ACCOUNT]);
    const [second] = decodeTerraform(plan([API_ACCOUNT]), { receivedAt: 1n }).decoded;
    expect(first).toMatchObject({ kind: 'news', id: second?.kind === 'news' ? second.id : '' });
  });

  it('never throws, whatever is changed in it', () => {
    const resources: readonly Planned[] = [
      API_ACCOUNT,
      {
        address: 'google_project_iam_binding.x',
        after: { project: 'acme-prod', role: 'roles/viewer', members: ['user:a@x.example'] },
        unknown: { members: [true] },
        refers: { members: ['google_service_account.api.email'] },
      },
      {
        address: 'kubernetes_service_account.k',
        after: { metadata: [{ name: 'x', annotations: { a: 'b' } }] },
      },
      {
        address: 'google_container_node_pool.n',
        after: { name: 'n', cluster: 'c', location: 'l', node_config: [{}] },
      },
    ];
    const text = JSON.stringify(plan(resources));
    const spots = [...text.matchAll(/(?<=:)("(?:[^"\\]|\\.)*"|true|false|null|\{\}|\[\])/g)];
    const odd = fc.constantFrom(
      'null',
      '1',
      '""',
      '[]',
      '{}',
      '[[]]',
      '[{}]',
      'true',
      '"module.a.b"',
      '"..["',
    );
    fc.assert(
      fc.property(fc.nat(spots.length - 1), odd, (at, value) => {
        const spot = spots[at]!;
        const changed = text.slice(0, spot.index) + value + text.slice(spot.index + spot[0].length);
        for (const answer of decodeTerraform(JSON.parse(changed), CONTEXT).decoded)
          if (answer.kind !== 'news') expect(answer.why).not.toBe('');
      }),
      { numRuns: 1_000 },
    );
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        decodeTerraform(value, CONTEXT);
      }),
    );
  });
});
