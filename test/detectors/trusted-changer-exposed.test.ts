import { expect, it } from '@jest/globals';
import { projectName, serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import {
  account,
  CLUSTER,
  cluster,
  foundBy,
  iam,
  ksa,
  lineOf,
  member,
  only,
  POLICY_YAML,
  policyOf,
  policyWith,
  SECOND_CLUSTER,
  says,
  TOKEN_CREATOR,
  t,
  WI,
} from '../world.ts';
import { trusting } from './cast.ts';
import { roleBinding } from './rbac.ts';

const DETECTOR = 'trusted-changer-exposed';
const TF = 'tf@acme-iac.iam.gserviceaccount.com';
const TF_ASSET = serviceAccountName('9001');
const TERRAFORM = account(TF, '9001');
const GITHUB =
  'principal://iam.googleapis.com/projects/4/locations/global/workloadIdentityPools/github/subject/repo:acme/infra:ref:refs/heads/main';

const onTf = (...bindings: Parameters<typeof iam>[1]) => ({
  observations: [...TERRAFORM, iam(TF_ASSET, bindings)],
});

it('says who can have a token made of an account whose changes are believed', () => {
  const finding = only(DETECTOR, {
    observations: [
      ...TERRAFORM,
      iam(TF_ASSET, [[WI, GITHUB]]),
      iam(
        TF_ASSET,
        [
          [WI, GITHUB],
          [TOKEN_CREATOR, 'user:jane@acme.example'],
        ],
        { time: t(60), source: 'feed', etag: 'e2' },
      ),
    ],
  });
  expect(finding).toMatchObject({
    state: 'open',
    class: 'attack',
    severity: 'high',
    title: `jane@acme.example can become trusted changer terraform (tf@acme-iac)`,
    path: ['jane@acme.example', 'tf@acme-iac'],
    eventTime: t(60),
    why: { entry: 'trustedChangers[terraform]', line: lineOf('- name: terraform') },
  });
  expect(finding.explanation).toContain('What terraform changes is believed, and reported to nobody.');
  expect(finding.remediation[0]?.text).toContain(
    'remove-iam-policy-binding tf@acme-iac.iam.gserviceaccount.com',
  );
});

it('is quiet about the delegates that the entry lists, Google itself, and roles that let nobody in', () => {
  expect(
    says(
      DETECTOR,
      onTf(
        [WI, GITHUB],
        ['roles/iam.serviceAccountViewer', 'user:jane@acme.example'],
        [TOKEN_CREATOR, 'serviceAccount:service-4@gcp-sa-pubsub.iam.gserviceaccount.com'],
      ),
    ),
  ).toEqual([]);
  const other = GITHUB.replace('acme/infra', 'acme/shop');
  expect(says(DETECTOR, onTf([WI, other]))).toEqual([
    'open: repo:acme/shop:ref:refs/heads/main of github can become trusted changer terraform (tf@acme-iac)',
  ]);
});

it('is quiet about whoever become.allowed names for every namespace, and not about those of some', () => {
  const allowing = (more: string) =>
    policyWith(
      `  become:\n    allowed:\n      - {name: admins, subject: "group:admins@acme.example"${more}}\n`,
    );
  const world = onTf([TOKEN_CREATOR, 'group:admins@acme.example']);
  expect(says(DETECTOR, { ...world, policy: allowing('') })).toEqual([]);
  expect(says(DETECTOR, { ...world, policy: allowing(', namespaces: [payments]') })).toHaveLength(1);
});

it('goes on to who can become a delegate', () => {
  const policy = trusting(
    `{name: terraform, subject: "serviceAccount:${TF}", delegates: ["${member('runner/terraform')}"]}`,
  );
  const runner = [
    ...TERRAFORM,
    ksa('runner/terraform', TF),
    iam(TF_ASSET, [[WI, member('runner/terraform')]]),
  ];
  expect(says(DETECTOR, { observations: runner, policy })).toEqual([]);
  const finding = only(DETECTOR, {
    observations: [...runner, roleBinding('runner/devs', 'ClusterRole/edit', 'Group/devs@acme.example')],
    policy,
  });
  expect(finding.path).toEqual(['whoever is in group:devs@acme.example', 'runner/terraform', 'tf@acme-iac']);
});

it('knows roles on the project of the account, and leaves to others what they tell', () => {
  const project = projectName('acme-iac');
  const held = (role: string, who: string) => ({ observations: [...TERRAFORM, iam(project, [[role, who]])] });
  expect(says(DETECTOR, held('roles/owner', 'user:jane@acme.example'))).toHaveLength(1);
  const wide = held(TOKEN_CREATOR, 'user:jane@acme.example');
  expect(foundBy('wide-member', wide)).toHaveLength(1);
  expect(says(DETECTOR, wide)).toEqual([]);
});

it('of a KSA that is trusted in one cluster it looks at that cluster alone', () => {
  const policy = policyOf(
    POLICY_YAML.replace(
      '  trustedChangers:\n',
      '  trustedChangers:\n    - {name: argo, kubernetes: {cluster: acme-prod/europe-west1/prod-euw1, namespace: argocd, serviceAccount: controller}}\n',
    ),
  );
  const bound = (where: string): Observation =>
    roleBinding('argocd/devs', 'ClusterRole/edit', 'User/sam@acme.example', { cluster: where });
  const world = (where: string) => ({
    observations: [cluster(), cluster(SECOND_CLUSTER), ksa('argocd/controller'), bound(where)],
    policy,
  });
  expect(says(DETECTOR, world(CLUSTER))).toEqual([
    'open: sam@acme.example can become trusted changer argo (argocd/controller)',
  ]);
  expect(says(DETECTOR, world(SECOND_CLUSTER))).toEqual([]);
});

it('says nothing of people who are trusted, nor of accounts that are not', () => {
  const policy = trusting('{name: ops, subject: "user:ops@acme.example"}');
  expect(says(DETECTOR, { ...onTf([TOKEN_CREATOR, 'user:jane@acme.example']), policy })).toEqual([]);
});

it('says that it was not followed to the end', () => {
  const CI = 'ci@acme-ci.iam.gserviceaccount.com';
  const finding = only(DETECTOR, {
    ...onTf([TOKEN_CREATOR, `serviceAccount:${CI}`]),
    policy: policyWith('  become: {depth: 1}\n'),
  });
  expect(finding.title).toBe('At least ci@acme-ci can become trusted changer terraform (tf@acme-iac)');
});
