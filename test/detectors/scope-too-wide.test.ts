import { describe, expect, it } from '@jest/globals';
import { projectName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { foundBy, iam, lineOf, member, only, POLICY_YAML, policyOf, says } from '../world.ts';
import { ACCOUNTS, ADMIN, API } from './cast.ts';

const DETECTOR = 'scope-too-wide';
const POLICY = policyOf(
  POLICY_YAML.replace(
    '        - {role: roles/cloudsql.client, on: "project:acme-prod"}\n',
    `        - {role: roles/pubsub.publisher, on: "topic:acme-prod/orders"}
        - {role: roles/pubsub.subscriber, on: "subscription:acme-data/orders"}
        - {role: roles/viewer, on: "project:acme-prod"}
`,
  ),
);
const PROD = projectName('acme-prod');
const FOLDER = '//cloudresourcemanager.googleapis.com/folders/401';
const API_MEMBER = `serviceAccount:${API}`;
const PUBLISHER = 'roles/pubsub.publisher';
const wide = (role: string, on: string, who = 'api@acme-prod') => [
  `open: ${who} holds ${role} on all of ${on}`,
];

describe('a role on', () => {
  it.each<[string, Observation, readonly string[]]>([
    [
      'the project of the topic it is declared for',
      iam(PROD, [[PUBLISHER, API_MEMBER]]),
      wide(PUBLISHER, 'project:acme-prod'),
    ],
    [
      'the folder above, as far as anybody knows',
      iam(FOLDER, [[PUBLISHER, API_MEMBER]]),
      wide(PUBLISHER, 'folder:401'),
    ],
    [
      'the organisation',
      iam('//cloudresourcemanager.googleapis.com/organizations/123456789012', [[PUBLISHER, API_MEMBER]]),
      wide(PUBLISHER, 'organization:123456789012'),
    ],
    [
      'the topic',
      iam('//pubsub.googleapis.com/projects/acme-prod/topics/orders', [[PUBLISHER, API_MEMBER]]),
      [],
    ],
    [
      'another topic: that is no wider',
      iam('//pubsub.googleapis.com/projects/acme-prod/topics/x', [[PUBLISHER, API_MEMBER]]),
      [],
    ],
    [
      'a project in which the subscription does not lie',
      iam(PROD, [['roles/pubsub.subscriber', API_MEMBER]]),
      [],
    ],
    ['the project, as declared', iam(PROD, [['roles/viewer', API_MEMBER]]), []],
    [
      'the folder, where the project is declared',
      iam(FOLDER, [['roles/viewer', API_MEMBER]]),
      wide('roles/viewer', 'folder:401'),
    ],
    ['the project, of which the entry says nothing at all', iam(PROD, [['roles/x', API_MEMBER]]), []],
    [
      'the project, where all that the entry allows is a bucket',
      iam(PROD, [['roles/storage.admin', member('payments/exporter')]]),
      wide('roles/storage.admin', 'project:acme-prod', 'payments/exporter'),
    ],
    [
      'the project, held by somebody without an entry',
      iam(PROD, [[PUBLISHER, `serviceAccount:${ADMIN}`]]),
      [],
    ],
    [
      'the project, under a condition that is over',
      iam(PROD, [
        [PUBLISHER, API_MEMBER, { expression: 'request.time < timestamp("2020-01-01T00:00:00Z")' }],
      ]),
      [],
    ],
  ])('%s', (_what, granted, expected) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, granted], policy: POLICY })).toEqual(expected);
  });
});

it('the finding says where the role belongs, and moves it there before it takes it away', () => {
  const observations = [...ACCOUNTS, iam(PROD, [[PUBLISHER, API_MEMBER]])];
  expect(only(DETECTOR, { observations, policy: POLICY })).toMatchObject({
    class: 'posture',
    severity: 'medium',
    owner: 'team-payments',
    explanation:
      'Its entry allows the role on topic:acme-prod/orders. On project:acme-prod it reaches whatever else is there, and whatever will be.',
    why: { entry: 'workloadIdentities[api].allow[0]' },
    remediation: [
      {
        text: `gcloud pubsub topics add-iam-policy-binding orders --project=acme-prod --member=${API_MEMBER} --role=${PUBLISHER}`,
      },
      {
        text: `gcloud projects remove-iam-policy-binding acme-prod --member=${API_MEMBER} --role=${PUBLISHER}`,
      },
    ],
  });
  // That nobody declared it is a finding of its own: this one wakes nobody.
  expect(foundBy('undeclared-grant', { observations, policy: POLICY })).toHaveLength(1);
});

it('of several places it names one, and moves nothing', () => {
  const observations = [...ACCOUNTS, iam(PROD, [['roles/storage.admin', member('payments/exporter')]])];
  const finding = only(DETECTOR, { observations, policy: POLICY });
  expect(finding.explanation).toBe(
    'All that its entry allows lies on narrower things: bucket:ledger. On project:acme-prod it reaches whatever else is there, and whatever will be.',
  );
  expect(finding.why.line).toBe(lineOf('roles/storage.objectCreator') + 2);
  expect(finding.remediation.map(({ text }) => text.split(' ')[2])).toEqual(['remove-iam-policy-binding']);
});
