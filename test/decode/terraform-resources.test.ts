/** Resources of plans beside grants and accounts: roles, providers, organisation policies, datasets, what roles are granted on. */
import { describe, expect, it } from '@jest/globals';
import { decodePlan } from '../../shared/decode/terraform/decode-terraform.ts';
import type { Facts, Observation } from '../../shared/model/observation.ts';
import { CONTEXT } from './payloads.ts';
import { decoded, type Planned, plan, told } from './terraform-plan.ts';

function factsOf(planned: Planned): Facts | undefined {
  const [answer] = decoded([planned]);
  const observations: readonly Observation[] = answer?.kind === 'news' ? answer.observations : [];
  return observations.flatMap((one) => (one.kind === 'resource' ? [one.facts] : []))[0];
}

describe('custom roles', () => {
  const after = {
    role_id: 'uploader',
    title: 'Uploader',
    permissions: ['storage.objects.create', 'a.b.c'],
    stage: 'GA',
  };

  it('of a project, with their permissions in order', () => {
    expect(factsOf({ address: 'google_project_iam_custom_role.r', after })).toEqual({
      type: 'role',
      name: 'projects/acme-prod/roles/uploader',
      title: 'Uploader',
      permissions: 'a.b.c\nstorage.objects.create',
      stage: 'GA',
    });
  });

  it('of an organisation, and gone', () => {
    const before = { ...after, org_id: '678' };
    expect(
      told(decoded([{ address: 'google_organization_iam_custom_role.r', after: null, before }])),
    ).toEqual(['gone role //iam.googleapis.com/organizations/678/roles/uploader']);
  });

  it('permissions that only applying tells are left unsaid', () => {
    const { permissions: _, ...known } = after;
    const facts = factsOf({
      address: 'google_project_iam_custom_role.r',
      after: known,
      unknown: { permissions: true },
    });
    expect(facts).not.toHaveProperty('permissions');
  });
});

describe('providers of pools', () => {
  const address = 'google_iam_workload_identity_pool_provider.github';
  const after = {
    workload_identity_pool_id: 'github',
    workload_identity_pool_provider_id: 'actions',
    project: 'acme-iac',
    oidc: [{ issuer_uri: 'https://token.actions.githubusercontent.com', jwks_json: null }],
    attribute_mapping: { 'google.subject': 'assertion.sub' },
    attribute_condition: null,
  };

  it('one that takes whoever the issuer vouches for says so', () => {
    expect(factsOf({ address, after })).toEqual({
      type: 'identity-provider',
      pool: 'projects/acme-iac/locations/global/workloadIdentityPools/github',
      name: 'actions',
      issuer: 'https://token.actions.githubusercontent.com',
      condition: '',
      mapping: '{"google.subject":"assertion.sub"}',
      keys: '',
      disabled: false,
    });
  });

  it('a condition that only applying tells is not taken for none', () => {
    expect(factsOf({ address, after, unknown: { attribute_condition: true } })).not.toHaveProperty(
      'condition',
    );
  });
});

describe('organisation policies', () => {
  it('of the second version, whose truth values are texts', () => {
    const name = 'projects/acme-prod/policies/iam.disableServiceAccountKeyCreation';
    const after = {
      name,
      parent: 'projects/acme-prod',
      spec: [{ rules: [{ enforce: 'FALSE', values: [] }] }],
    };
    expect(factsOf({ address: 'google_org_policy_policy.keys', after })).toMatchObject({
      type: 'org-policy',
      parent: 'projects/acme-prod',
      constraint: 'iam.disableServiceAccountKeyCreation',
      enforced: false,
    });
  });

  it.each([
    ['google_project_organization_policy', { project: 'acme-prod' }, 'projects/acme-prod'],
    ['google_folder_organization_policy', { folder: 'folders/345' }, 'folders/345'],
    ['google_organization_policy', { org_id: '678' }, 'organizations/678'],
  ])('of the first version: %s', (type, on, parent) => {
    const after = {
      ...on,
      constraint: 'constraints/iam.disableServiceAccountKeyCreation',
      boolean_policy: [{ enforced: true }],
    };
    expect(factsOf({ address: `${type}.keys`, after })).toMatchObject({
      parent,
      constraint: 'iam.disableServiceAccountKeyCreation',
      enforced: true,
    });
  });
});

describe('datasets', () => {
  const DATASET = '//bigquery.googleapis.com/projects/acme-prod/datasets/sales';
  const access = [
    { role: 'OWNER', special_group: 'projectOwners' },
    { role: 'READER', user_by_email: 'api@acme-prod.iam.gserviceaccount.com' },
    { view: [{ dataset_id: 'other', project_id: 'acme-prod', table_id: 'v' }] },
  ];
  const dataset = { dataset_id: 'sales', project: 'acme-prod' };

  it('an access list that is written is the whole policy', () => {
    const planned = {
      address: 'google_bigquery_dataset.sales',
      after: { ...dataset, access },
      refers: { access: [{ role: { constant_value: 'OWNER' } }] },
    };
    expect(told(decoded([planned]))).toEqual([
      `labelled ${DATASET}`,
      `= roles/bigquery.dataOwner projectOwner:acme-prod on ${DATASET}`,
      `= roles/bigquery.dataViewer serviceAccount:api@acme-prod.iam.gserviceaccount.com on ${DATASET}`,
    ]);
  });

  it('one that is not written may have resources of its own, and says nothing', () => {
    const planned = { address: 'google_bigquery_dataset.sales', after: { ...dataset, access } };
    expect(told(decoded([planned]))).toEqual([`labelled ${DATASET}`]);
  });

  it('one entry comes and goes', () => {
    const entry = { ...dataset, role: 'WRITER', user_by_email: 'jane@acme.example' };
    const address = 'google_bigquery_dataset_access.jane';
    const line = `roles/bigquery.dataEditor user:jane@acme.example on ${DATASET}`;
    expect(told(decoded([{ address, after: entry }]))).toEqual([`+ ${line}`]);
    expect(told(decoded([{ address, after: null, before: entry }]))).toEqual([`- ${line}`]);
  });
});

it.each([
  ['google_storage_bucket', { name: 'ledger' }, '//storage.googleapis.com/ledger'],
  ['google_pubsub_topic', { name: 'orders' }, '//pubsub.googleapis.com/projects/acme-prod/topics/orders'],
  ['google_pubsub_subscription', { name: 's' }, '//pubsub.googleapis.com/projects/acme-prod/subscriptions/s'],
  [
    'google_secret_manager_secret',
    { secret_id: 'k' },
    '//secretmanager.googleapis.com/projects/acme-prod/secrets/k',
  ],
  [
    'google_kms_crypto_key',
    { name: 'k', key_ring: 'projects/acme-prod/locations/eu/keyRings/r' },
    '//cloudkms.googleapis.com/projects/acme-prod/locations/eu/keyRings/r/cryptoKeys/k',
  ],
])('a deleted %s is gone, and the grants on it', (type, before, asset) => {
  expect(told(decoded([{ address: `${type}.x`, after: null, before }]))).toEqual([`gone labelled ${asset}`]);
});

describe('clusters', () => {
  const after = {
    name: 'c',
    location: 'europe-west1',
    workload_identity_config: [{ workload_pool: 'acme-prod.svc.id.goog' }],
    node_pool: [
      { name: 'small', node_config: [{ service_account: 'gke@acme-prod.iam.gserviceaccount.com' }] },
    ],
  };
  const asset = '//container.googleapis.com/projects/acme-prod/locations/europe-west1/clusters/c';

  it('bring the node pools that are written into them', () => {
    const refers = { node_pool: [{ name: { constant_value: 'small' } }] };
    expect(told(decoded([{ address: 'google_container_cluster.c', after, refers }]))).toEqual([
      `cluster ${asset}`,
      `node-pool ${asset}/nodePools/small`,
    ]);
  });

  it('and not those that have resources of their own', () => {
    expect(told(decoded([{ address: 'google_container_cluster.c', after }]))).toEqual([`cluster ${asset}`]);
  });
});

describe('a plan by resource', () => {
  it('says what is done to each, how it stood, and what only applying tells', () => {
    const values = {
      service_account_id: 'projects/p/serviceAccounts/a@p.iam.gserviceaccount.com',
      role: 'roles/x',
      condition: [],
    };
    const address = 'google_service_account_iam_member.m';
    const planned = plan([
      {
        address,
        before: { ...values, member: 'user:a@x.example' },
        after: values,
        unknown: { member: true },
        actions: ['create', 'delete'],
      },
    ]);
    expect(decodePlan(planned, CONTEXT)).toMatchObject([
      {
        address,
        action: 'replace',
        createsFirst: true,
        prior: { kind: 'news' },
        unknown: [{ argument: 'member', mayGrant: { role: 'roles/x' } }],
      },
    ]);
  });

  it('a state does nothing, and is what there will be', () => {
    const resource = {
      address: 'google_project.p',
      mode: 'managed',
      type: 'google_project',
      values: { project_id: 'acme-prod' },
    };
    const state = {
      format_version: '1.0',
      terraform_version: '1.9.8',
      values: { root_module: { resources: [resource] } },
    };
    const [read] = [decodePlan(state, CONTEXT)].flat();
    expect(read).toMatchObject({ action: 'set', unknown: [] });
    expect(read).not.toHaveProperty('prior');
  });
});
