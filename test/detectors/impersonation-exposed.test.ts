import { describe, expect, it } from '@jest/globals';
import { projectName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import {
  account,
  act,
  CLUSTER,
  cluster,
  foundBy,
  gone,
  iam,
  ksa,
  only,
  POLICY_YAML,
  policyOf,
  policyWith,
  SECOND_CLUSTER,
  says,
  TOKEN_CREATOR,
  t,
} from '../world.ts';
import { API, API_ASSET, DECLARED } from './cast.ts';
import { kubernetesRole, rbacAsset, roleBinding } from './rbac.ts';

const DETECTOR = 'impersonation-exposed';
const JANE = 'User/jane@acme.example';
const PROJECT = projectName('acme-prod');

const with_ = (...observations: readonly Observation[]) => ({ observations: [...DECLARED, ...observations] });
const titles = (...observations: readonly Observation[]) => says(DETECTOR, with_(...observations));

describe('a role binding', () => {
  it('lets somebody make tokens of a KSA in its namespace', () => {
    const finding = only(
      DETECTOR,
      with_(roleBinding('payments/deployers', 'ClusterRole/edit', JANE, { time: t(60) })),
    );
    expect(finding).toMatchObject({
      state: 'open',
      class: 'attack',
      severity: 'high',
      title: 'jane@acme.example can become payments/api',
      namespace: 'payments',
      owner: 'team-payments',
      path: ['jane@acme.example', 'payments/api'],
      after: [
        'jane@acme.example: role binding deployers in payments of prod-euw1 (ClusterRole edit: make tokens of it)',
      ],
      eventTime: t(60),
      remediation: [{ kind: 'kubectl', text: 'kubectl delete rolebinding deployers --namespace=payments' }],
    });
    expect(finding.explanation).toContain('Take away the role binding deployers in payments of prod-euw1');
  });

  it('is told with who made it', () => {
    const asset = rbacAsset('rolebindings', 'payments/deployers');
    const { actor } = only(DETECTOR, {
      ...with_(
        roleBinding('payments/deployers', 'ClusterRole/edit', JANE, { time: t(60), source: 'audit-log' }),
      ),
      acts: [act('bound', asset, { kind: 'change-role-binding', time: t(60) })],
    });
    expect(actor).toMatchObject({ principal: 'jane@acme.example' });
  });

  it('of another namespace lets nobody become it, one of the whole cluster does', () => {
    expect(titles(roleBinding('sandbox/deployers', 'ClusterRole/edit', JANE))).toEqual([]);
    expect(titles(roleBinding('admins', 'ClusterRole/cluster-admin', JANE))).toEqual([
      'open: jane@acme.example can become payments/api',
    ]);
  });

  it('that is gone, or whose namespace is, lets in nobody any more', () => {
    const bound = roleBinding('payments/deployers', 'ClusterRole/edit', JANE);
    expect(titles(bound, gone(rbacAsset('rolebindings', 'payments/deployers'), { time: t(5) }))).toEqual([]);
    const namespace = `//container.googleapis.com/${CLUSTER}/k8s/namespaces/payments`;
    expect(titles(bound, gone(namespace, { time: t(5) }), ksa('payments/api', API, { time: t(9) }))).toEqual(
      [],
    );
  });

  it('names everybody in one finding: those of whom nobody knows how many they are before single people', () => {
    const finding = only(
      DETECTOR,
      with_(
        roleBinding('payments/deployers', 'ClusterRole/edit', [JANE, 'Group/devs@acme.example']),
        roleBinding('payments/ops', 'ClusterRole/admin', 'ServiceAccount/ops/runner'),
      ),
    );
    expect(finding.title).toBe('whoever is in group:devs@acme.example and 2 others can become payments/api');
    expect(finding.after.map((line) => line.split(':')[0])).toEqual([
      'whoever is in group',
      'jane@acme.example',
      'ops/runner',
    ]);
    expect(finding.explanation).toContain('2 of the 3 come by it');
    // Others are bound by it as well: it is not ours to delete.
    expect(finding.remediation).toMatchObject([
      { text: 'kubectl edit rolebinding deployers --namespace=payments' },
    ]);
  });

  it('to everybody with a Google account is critical', () => {
    expect(
      only(DETECTOR, with_(roleBinding('open', 'ClusterRole/cluster-admin', 'Group/system:authenticated'))),
    ).toMatchObject({ severity: 'critical' });
  });

  it.each([
    ['User/system:kube-controller-manager'],
    ['Group/system:masters'],
    ['ServiceAccount/kube-system/daemon-set-controller'],
    ['User/service-4@container-engine-robot.iam.gserviceaccount.com'],
    ['ServiceAccount/payments/api'],
    [`User/${API}`],
  ])('to %s is no news: a part of the cluster, Google, or the identity itself', (subject) => {
    expect(titles(roleBinding('admins', 'ClusterRole/cluster-admin', subject))).toEqual([]);
  });
});

describe('what a role permits', () => {
  const of = (...rules: readonly string[]) =>
    titles(kubernetesRole('payments/some', rules), roleBinding('payments/some', 'Role/some', JANE));
  const ofAll = (...rules: readonly string[]) =>
    titles(kubernetesRole('some', rules), roleBinding('some', 'ClusterRole/some', JANE));
  const OPEN = ['open: jane@acme.example can become payments/api'];

  it.each([
    ['create core serviceaccounts/token'],
    ['create core serviceaccounts/token api'],
    ['create core pods'],
    ['patch core pods web-0'],
    ['patch apps deployments'],
    ['patch apps deployments web'],
    ['create batch cronjobs'],
    ['create core pods/exec'],
    ['get core pods/exec'],
    ['patch core pods/ephemeralcontainers'],
    ['impersonate core serviceaccounts'],
    ['* * *'],
  ])('%s lets its holder become a KSA of the namespace', (rule) => {
    expect(of(rule)).toEqual(OPEN);
  });

  it.each([
    ['create core serviceaccounts/token cart'],
    ['get,list,watch core pods,pods/log,services'],
    ['create core configmaps'],
    ['create core pods/portforward'],
    ['patch core serviceaccounts'],
    ['create example.com pods'],
    ['impersonate core users'],
    ['get core nodes/proxy'],
    ['escalate rbac.authorization.k8s.io roles'],
    ['create rbac.authorization.k8s.io rolebindings'],
  ])('%s does not', (rule) => {
    expect(of(rule)).toEqual([]);
  });

  it('of the whole cluster it may be more', () => {
    for (const rule of [
      'impersonate core users',
      'get core nodes/proxy',
      'patch admissionregistration.k8s.io mutatingwebhookconfigurations',
    ])
      expect(ofAll(rule)).toEqual(OPEN);
  });

  it('to give out roles takes two permissions', () => {
    expect(
      of('create rbac.authorization.k8s.io rolebindings', 'bind rbac.authorization.k8s.io clusterroles'),
    ).toEqual(OPEN);
    expect(
      of('create rbac.authorization.k8s.io rolebindings', 'bind rbac.authorization.k8s.io clusterroles view'),
    ).toEqual([]);
    expect(of('patch,escalate rbac.authorization.k8s.io roles')).toEqual(OPEN);
  });

  it('to read Secrets is less: a token of the old kind is the KSA for the cluster alone', () => {
    expect(
      only(
        DETECTOR,
        with_(
          kubernetesRole('payments/reader', ['get core secrets']),
          roleBinding('payments/reader', 'Role/reader', JANE),
        ),
      ),
    ).toMatchObject({ severity: 'medium' });
  });

  it('is not decided while nobody has read it, and nothing once it is gone', () => {
    const bound = roleBinding('payments/some', 'Role/some', JANE);
    expect(titles(bound)).toEqual(['undecided: Who else can become payments/api is not fully known']);
    const role = kubernetesRole('payments/some', ['create core pods']);
    expect(titles(bound, role, gone(rbacAsset('roles', 'payments/some'), { time: t(5) }))).toEqual([]);
  });

  it('is what came last when the role came to permit it after it was bound', () => {
    const finding = only(
      DETECTOR,
      with_(
        roleBinding('payments/some', 'Role/some', JANE),
        kubernetesRole('payments/some', ['get core pods']),
        kubernetesRole('payments/some', ['create core pods'], { time: t(50) }),
      ),
    );
    expect(finding.eventTime).toBe(t(50));
  });
});

describe('another cluster of the pool', () => {
  const edit = roleBinding('payments/deployers', 'ClusterRole/edit', JANE, { cluster: SECOND_CLUSTER });

  it('has the same identity under the same name', () => {
    expect(titles(cluster(SECOND_CLUSTER), edit)).toEqual([
      'open: jane@acme.example can become payments/api',
    ]);
  });

  it('of another pool has not', () => {
    expect(titles(cluster(SECOND_CLUSTER, 'other.svc.id.goog'), edit)).toEqual([]);
  });

  it('where there is no such KSA, whoever may make one and pods is it', () => {
    const pods = (verbs: string) => [
      cluster(SECOND_CLUSTER),
      kubernetesRole('payments/some', [verbs], { cluster: SECOND_CLUSTER }),
      roleBinding('payments/some', 'Role/some', JANE, { cluster: SECOND_CLUSTER }),
    ];
    expect(titles(...pods('create core pods'))).toEqual([]);
    expect(titles(...pods('create core pods,serviceaccounts'))).toHaveLength(1);
  });
});

describe('roles of IAM', () => {
  it("that GKE takes for the cluster's own let their holder become its KSAs", () => {
    const finding = only(
      DETECTOR,
      with_(iam(PROJECT, [['roles/container.developer', 'user:sam@acme.example']], { time: t(30) })),
    );
    expect(finding).toMatchObject({
      title: 'sam@acme.example can become payments/api',
      eventTime: t(30),
      remediation: [
        {
          kind: 'gcloud',
          text: 'gcloud projects remove-iam-policy-binding acme-prod --member=user:sam@acme.example --role=roles/container.developer',
        },
      ],
    });
    expect(finding.after[0]).toContain('(container.serviceAccounts.createToken)');
  });

  it('on the organisation reach the cluster and the account below', () => {
    expect(
      titles(
        iam('//cloudresourcemanager.googleapis.com/organizations/123456789012', [
          ['roles/owner', 'user:sam@acme.example'],
        ]),
      ),
    ).toEqual([
      'open: sam@acme.example can become api@acme-prod',
      'open: sam@acme.example can become payments/api',
    ]);
  });

  it('that let nobody in are no news', () => {
    expect(
      titles(
        iam(PROJECT, [
          ['roles/viewer', 'user:sam@acme.example'],
          ['roles/container.clusterViewer', 'group:devs@acme.example'],
          ['roles/editor', 'serviceAccount:111122223333@cloudservices.gserviceaccount.com'],
        ]),
      ),
    ).toEqual([]);
  });

  it('to make keys, to write policies, or to run code as an account let their holder become it', () => {
    for (const roles of [
      ['roles/iam.serviceAccountKeyAdmin'],
      ['roles/iam.serviceAccountAdmin'],
      ['roles/resourcemanager.projectIamAdmin'],
      ['roles/iam.serviceAccountUser', 'roles/run.admin'],
    ])
      expect(
        titles(
          iam(
            PROJECT,
            roles.map((role) => [role, 'user:sam@acme.example'] as const),
          ),
        ),
      ).toContain('open: sam@acme.example can become api@acme-prod');
    expect(titles(iam(PROJECT, [['roles/iam.serviceAccountUser', 'user:sam@acme.example']]))).toEqual([]);
  });

  it('under a condition that is not met let in nobody', () => {
    const over = { expression: 'request.time < timestamp("2020-01-01T00:00:00Z")' };
    expect(titles(iam(PROJECT, [['roles/container.admin', 'user:sam@acme.example', over]]))).toEqual([]);
  });
});

describe('what is told elsewhere', () => {
  it('is not told again: grants on the account, on every account of a project, and what is forbidden', () => {
    const grants = [
      iam(API_ASSET, [[TOKEN_CREATOR, 'user:sam@acme.example']], { time: t(9), etag: 'e9' }),
      iam(PROJECT, [
        [TOKEN_CREATOR, 'user:jane@acme.example'],
        ['roles/owner', 'serviceAccount:ci@acme-ci.iam.gserviceaccount.com'],
      ]),
    ];
    expect(foundBy('undeclared-grant', with_(...grants))).toHaveLength(1);
    expect(foundBy('wide-member', with_(...grants))).toHaveLength(1);
    expect(foundBy('forbidden-role', with_(...grants))).toHaveLength(1);
    expect(titles(...grants)).toEqual([]);
  });
});

describe('further steps', () => {
  const CI = 'ci@acme-ci.iam.gserviceaccount.com';
  const chain = [
    ...account(CI, '3001'),
    roleBinding('payments/ci', 'ClusterRole/edit', `User/${CI}`),
    iam('//iam.googleapis.com/projects/-/serviceAccounts/3001', [[TOKEN_CREATOR, 'group:devs@acme.example']]),
  ];

  it('are followed, edge by edge', () => {
    const finding = only(DETECTOR, with_(...chain));
    expect(finding.title).toBe('whoever is in group:devs@acme.example and 1 other can become payments/api');
    expect(finding.path).toEqual(['ci@acme-ci', 'payments/api']);
    expect(finding.after[0]).toContain(', which makes it ci@acme-ci; then role binding ci in payments');
  });

  it('are followed as far as the policy says, and that there is more is said', () => {
    const short = only(DETECTOR, { ...with_(...chain), policy: policyWith('  become: {depth: 1}\n') });
    expect(short.title).toBe('At least ci@acme-ci can become payments/api');
    expect(short.explanation).toContain('Ways of more than one step were not followed (become.depth).');
    const many = Array.from({ length: 12 }, (_, i) => `User/ci-${i}@acme-ci.iam.gserviceaccount.com`);
    const few = only(DETECTOR, {
      ...with_(roleBinding('payments/many', 'ClusterRole/edit', many)),
      policy: policyWith('  become: {nodes: 10}\n'),
    });
    expect(few.title).toBe('ci-0@acme-ci and at least 11 others can become payments/api');
    expect(few.explanation).toContain('No more than 10 identities were looked at (become.nodes)');
  });
});

describe('who may', () => {
  const bound = roleBinding('payments/deployers', 'ClusterRole/edit', 'Group/devs@acme.example');
  const allowing = (entry: string) => policyWith(`  become:\n    allowed:\n      - {name: devs, ${entry}}\n`);

  it('is what become.allowed says, everywhere or in some namespaces', () => {
    const says_ = (entry: string) => says(DETECTOR, { ...with_(bound), policy: allowing(entry) });
    expect(says_('subject: "group:devs@acme.example"')).toEqual([]);
    expect(says_('subject: "group:*@acme.example", namespaces: ["pay*"]')).toEqual([]);
    expect(says_('subject: "group:devs@acme.example", namespaces: [checkout]')).toHaveLength(1);
    expect(says_('subject: "group:ops@acme.example"')).toHaveLength(1);
  });

  it('are the trusted changers, a KSA in its own cluster alone', () => {
    const argo = policyOf(
      POLICY_YAML.replace(
        '  trustedChangers:\n',
        '  trustedChangers:\n    - {name: argo, kubernetes: {cluster: acme-prod/europe-west1/prod-euw1, namespace: argocd, serviceAccount: "argocd-*"}}\n',
      ),
    );
    const argocd = 'ServiceAccount/argocd/argocd-controller';
    const here = roleBinding('argocd', 'ClusterRole/cluster-admin', argocd);
    const there = roleBinding('argocd', 'ClusterRole/cluster-admin', argocd, { cluster: SECOND_CLUSTER });
    expect(says(DETECTOR, { ...with_(here), policy: argo })).toEqual([]);
    expect(says(DETECTOR, { ...with_(cluster(SECOND_CLUSTER), there), policy: argo })).toEqual([
      'open: argocd/argocd-controller can become payments/api',
    ]);
    const tf = roleBinding('tf', 'ClusterRole/cluster-admin', 'User/tf@acme-iac.iam.gserviceaccount.com');
    expect(titles(tf)).toEqual([]);
  });

  it('is nobody of whom nothing is read: a KSA that is not ours has no finding', () => {
    const mine = [ksa('sandbox/debug'), roleBinding('sandbox/devs', 'ClusterRole/edit', JANE)];
    expect(titles(...mine)).toEqual([]);
  });
});
