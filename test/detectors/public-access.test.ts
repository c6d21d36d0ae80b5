import { describe, expect, it } from '@jest/globals';
import { projectName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { foundBy, iam, ksa, lineOf, only, policyWith, says, TOKEN_CREATOR } from '../world.ts';
import { ACCOUNTS, ADMIN_ASSET, API, API_ASSET } from './cast.ts';

const DETECTOR = 'public-access';
const POLICY = policyWith(`  sensitive:
    - {name: customers, on: "bucket:acme-pii-*", class: restricted}
    - {name: orders, on: "topic:acme-data/orders"}
`);
const bucket = (name: string) => `//storage.googleapis.com/${name}`;
const VIEWER = 'roles/storage.objectViewer';
const everyone = (role: string, on: string) => [
  `open: Everyone on the internet (allUsers) holds ${role} on ${on}`,
];

describe('everybody holds a role', () => {
  it.each<[string, Observation, readonly string[]]>([
    [
      'on the account of a workload',
      iam(API_ASSET, [[TOKEN_CREATOR, 'allUsers']]),
      everyone(TOKEN_CREATOR, 'serviceAccount:api@acme-prod'),
    ],
    ['on an account that we do not watch', iam(ADMIN_ASSET, [[TOKEN_CREATOR, 'allUsers']]), []],
    [
      'on what an entry allows to use',
      iam(bucket('ledger'), [[VIEWER, 'allUsers']]),
      everyone(VIEWER, 'bucket:ledger'),
    ],
    [
      'on what the policy calls sensitive',
      iam(bucket('acme-pii-eu'), [[VIEWER, 'allUsers']]),
      everyone(VIEWER, 'bucket:acme-pii-eu'),
    ],
    ['on anything else', iam(bucket('website'), [[VIEWER, 'allUsers']]), []],
    [
      'on the project of a sensitive topic',
      iam(projectName('acme-data'), [['roles/viewer', 'allUsers']]),
      everyone('roles/viewer', 'project:acme-data'),
    ],
    [
      'on the organisation above a declared project',
      iam('//cloudresourcemanager.googleapis.com/organizations/123456789012', [['roles/viewer', 'allUsers']]),
      everyone('roles/viewer', 'organization:123456789012'),
    ],
    [
      'on another organisation',
      iam('//cloudresourcemanager.googleapis.com/organizations/9', [['roles/viewer', 'allUsers']]),
      [],
    ],
    ['on a project with nothing of ours', iam(projectName('acme-web'), [['roles/viewer', 'allUsers']]), []],
    [
      'as long as they have signed in',
      iam(bucket('ledger'), [[VIEWER, 'allAuthenticatedUsers']]),
      [`open: Everyone with a Google account (allAuthenticatedUsers) holds ${VIEWER} on bucket:ledger`],
    ],
    ['of one domain: that is not everybody', iam(bucket('ledger'), [[VIEWER, 'domain:acme.example']]), []],
  ])('%s', (_what, granted, expected) => {
    // The project says where it lies.
    const observations = [...ACCOUNTS, ksa('payments/api', API), iam(projectName('acme-prod'), []), granted];
    expect(says(DETECTOR, { observations, policy: POLICY })).toEqual(expected);
    if (expected.length > 0)
      expect(foundBy('undeclared-grant', { observations, policy: POLICY })).toEqual([]);
  });

  it('under a condition that is over: that is for the report', () => {
    const over = { expression: 'request.time < timestamp("2020-01-01T00:00:00Z")' };
    const observations = [iam(bucket('ledger'), [[VIEWER, 'allUsers', over]])];
    expect(only(DETECTOR, { observations })).toMatchObject({ class: 'posture', severity: 'low' });
  });
});

it('the finding says what the policy has to do with it, and how to take the grant away', () => {
  const on = (name: string) =>
    only(DETECTOR, {
      observations: [iam(bucket(name), [[VIEWER, 'allAuthenticatedUsers']])],
      policy: POLICY,
    });
  expect(on('ledger')).toMatchObject({
    class: 'attack',
    severity: 'critical',
    explanation:
      'The entry api counts on bucket:ledger. Whoever finds it can use it, and nobody has to break in.',
    why: { line: lineOf('on: "bucket:ledger", condition: required') },
    remediation: [
      {
        text: `gcloud storage buckets remove-iam-policy-binding gs://ledger --member=allAuthenticatedUsers --role=${VIEWER}`,
      },
    ],
  });
  expect(on('acme-pii-eu')).toMatchObject({
    explanation:
      'The policy calls customers sensitive. Whoever finds it can use it, and nobody has to break in.',
    why: { entry: 'sensitive[customers]' },
    blastRadius: { sensitive: ['customers (restricted)'] },
  });
});
