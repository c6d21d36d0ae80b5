import { describe, expect, it } from '@jest/globals';
import { decodeLogEntry } from '../../shared/decode/audit-log.ts';
import { fieldsOf } from '../../shared/decode/fields.ts';
import { sinkFilter } from '../../shared/deployment/sink-filter.ts';
import { outOfBandChange } from '../../shared/detectors/out-of-band-change.ts';
import type { Act, Actor } from '../../shared/model/act.ts';
import { keyName, projectName, serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { fixtures, itOnFixtures } from '../fixtures.ts';
import { matches } from '../logging-query.ts';
import {
  act,
  CLUSTER,
  change,
  cluster,
  excepting,
  found,
  foundBy,
  gone,
  gsa,
  iam,
  JANE,
  key,
  ksa,
  lineOf,
  member,
  only,
  POLICY,
  POLICY_YAML,
  policyOf,
  policyWith,
  SECOND_CLUSTER,
  says,
  TERRAFORM,
  TOKEN_CREATOR,
  t,
  WI,
  type World,
  wakesAt,
} from '../world.ts';
import { ACCOUNTS, ADMIN, ADMIN_ASSET, API, API_ASSET, trusting } from './cast.ts';

const DETECTOR = 'out-of-band-change';
const BUCKET = '//storage.googleapis.com/ledger';
const PROJECT = projectName('acme-prod');
const DAY = 24 * 3600;
const BY_JANE = 'open: jane@acme.example changed the IAM policy of api@acme-prod by hand';
const GIVEN = iam(API_ASSET, [[WI, member('sandbox/debug')]]);
const GIVE = { changes: [change('add', API_ASSET, WI, member('sandbox/debug'))], time: t(100) };

const by = (actor: Actor, more: Partial<Act> = {}): World => ({
  observations: [...ACCOUNTS, GIVEN],
  acts: [act('a1', API_ASSET, { ...GIVE, actor, ...more })],
});
const actor = (principal: string, more: Partial<Actor> = {}): Actor => ({
  principal,
  delegation: [],
  ...more,
});

describe('who changed it', () => {
  const GITHUB = TERRAFORM.delegation[0]!;
  const through = (delegation: readonly string[]) => ({ ...TERRAFORM, delegation });
  it.each<[string, Actor, boolean]>([
    ['a person', JANE, true],
    ['Terraform', through([]), false],
    ['Terraform, by the pipeline that may use it', TERRAFORM, false],
    ['Terraform, by a person', through(['user:jane@acme.example']), true],
    ['Terraform, by a person through that pipeline', through([GITHUB, 'user:jane@acme.example']), true],
    ['Terraform, by a pipeline of another repository', through([GITHUB.replace('infra', 'other')]), true],
    ['an account next to it', actor('tf2@acme-iac.iam.gserviceaccount.com'), true],
    ['the same name in another project', actor('tf@acme-prod.iam.gserviceaccount.com'), true],
    [
      'a person whose user agent says Terraform',
      { ...JANE, userAgent: 'Terraform/1.9 (+https://www.terraform.io)' },
      true,
    ],
    ['nobody that the entry names', actor(''), true],
    ['Google’s own agent', actor('service-1@gcp-sa-pubsub.iam.gserviceaccount.com'), false],
    [
      'Google, when it switches a service on',
      actor('service-agent-manager@system.gserviceaccount.com'),
      false,
    ],
    [
      'Google’s own agent, through which somebody acts',
      actor('service-1@gcp-sa-pubsub.iam.gserviceaccount.com', { delegation: ['user:jane@acme.example'] }),
      true,
    ],
    [
      'Google’s own agent, through which another acts',
      actor('service-1@gcp-sa-pubsub.iam.gserviceaccount.com', {
        delegation: ['serviceAccount:service-2@gcp-sa-pubsub.iam.gserviceaccount.com'],
      }),
      false,
    ],
    ['the account that builds run as', actor('1@cloudbuild.gserviceaccount.com'), true],
    ['the account that deployments run as', actor('1@cloudservices.gserviceaccount.com'), true],
    ['a domain that ends like Google’s', actor('1@evilgserviceaccount.com'), true],
  ])('%s', (_what, who, isFound) => {
    expect(says(DETECTOR, by(who))).toHaveLength(isFound ? 1 : 0);
  });

  it('is not judged by a policy without trusted changers', () => {
    const policy = policyOf(POLICY_YAML.replace(/ {2}trustedChangers:(?:.|\n)*?(?= {2}exceptions)/, ''));
    expect(says(DETECTOR, { ...by(JANE), policy })).toEqual([]);
  });
});

describe('what was changed', () => {
  const on = (asset: string, ...changes: Act['changes']): Act => act('a1', asset, { changes });
  it.each<[string, Act, readonly Observation[], readonly string[]]>([
    ['the policy of an account that is declared', on(API_ASSET), [], [BY_JANE]],
    ['of one that is not', on(ADMIN_ASSET), [], []],
    [
      'of one that is linked',
      on(ADMIN_ASSET),
      [ksa('sandbox/debug', ADMIN)],
      ['open: jane@acme.example changed the IAM policy of admin@acme-prod by hand'],
    ],
    [
      'a bucket, for a declared account',
      on(BUCKET, change('add', BUCKET, 'roles/x', `serviceAccount:${API}`)),
      [iam(BUCKET, [['roles/x', `serviceAccount:${API}`]])],
      ['open: jane@acme.example changed the IAM policy of bucket:ledger by hand'],
    ],
    [
      'for a KSA',
      on(BUCKET, change('add', BUCKET, 'roles/x', member('a/b'))),
      [iam(BUCKET, [['roles/x', member('a/b')]])],
      ['open: jane@acme.example changed the IAM policy of bucket:ledger by hand'],
    ],
    [
      'for a pool that is not trusted',
      on(BUCKET, change('add', BUCKET, 'roles/x', member('a/b', 'x.svc.id.goog'))),
      [iam(BUCKET, [['roles/x', member('a/b', 'x.svc.id.goog')]])],
      ['open: jane@acme.example changed the IAM policy of bucket:ledger by hand'],
    ],
    [
      'for a person',
      on(BUCKET, change('add', BUCKET, 'roles/x', 'user:sam@acme.example')),
      [iam(BUCKET, [['roles/x', 'user:sam@acme.example']])],
      [],
    ],
    [
      'for everybody, which is forbidden',
      on(BUCKET, change('add', BUCKET, 'roles/x', 'allUsers')),
      [iam(BUCKET, [['roles/x', 'allUsers']])],
      ['open: jane@acme.example changed the IAM policy of bucket:ledger by hand'],
    ],
    [
      'for an account that is deleted',
      on(BUCKET, change('remove', BUCKET, 'roles/x', `deleted:serviceAccount:${API}?uid=1001`)),
      [],
      [],
    ],
    [
      'an account that is declared',
      act('a1', API_ASSET, { kind: 'update-service-account' }),
      [],
      ['open: jane@acme.example changed api@acme-prod by hand'],
    ],
    ['an account that is not', act('a1', ADMIN_ASSET, { kind: 'update-service-account' }), [], []],
    [
      'a key, of whatever account',
      act('a1', keyName('k1'), { kind: 'create-key', account: ADMIN }),
      [key('k1', '1002')],
      ['open: jane@acme.example created a key for admin@acme-prod by hand'],
    ],
    [
      'a key whose id the entry does not tell',
      act('a1', ADMIN_ASSET, { kind: 'upload-key', account: ADMIN }),
      [],
      ['open: jane@acme.example uploaded a key for admin@acme-prod by hand'],
    ],
  ])('%s', (_what, one, observations, expected) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, ...observations], acts: [one] })).toEqual(expected);
  });
});

describe('what an entry trusts it with', () => {
  const entry = (more: string) =>
    policyOf(
      POLICY_YAML.replace('subject: serviceAccount:tf@', `${more}\n      subject: serviceAccount:tf@`),
    );
  const IN_FOLDER = { ancestors: ['projects/111122223333', 'folders/4', 'organizations/123456789012'] };

  it.each<[string, string, Act, readonly Observation[], boolean]>([
    ['bindings', 'may: [bindings]', act('a1', API_ASSET, GIVE), [GIVEN], false],
    ['not accounts', 'may: [bindings]', act('a1', API_ASSET, { kind: 'update-service-account' }), [], true],
    [
      'not the making of keys',
      'may: [bindings, serviceAccounts, keyDelete]',
      act('a1', keyName('k'), { kind: 'create-key' }),
      [key('k', '1001')],
      true,
    ],
    [
      'but their deletion',
      'may: [bindings, serviceAccounts, keyDelete]',
      act('a1', keyName('k'), { kind: 'delete-key' }),
      [],
      false,
    ],
    [
      'in a project: an account, by its e-mail',
      'within: ["project:acme-*"]',
      act('a1', API_ASSET, GIVE),
      [GIVEN],
      false,
    ],
    ['another project', 'within: ["project:beta-*"]', act('a1', API_ASSET, GIVE), [GIVEN], true],
    [
      'a key, by the project it was logged in',
      'within: ["project:acme-*"]',
      act('a1', keyName('k'), { kind: 'delete-key' }),
      [],
      false,
    ],
    [
      'a bucket, by the project it was logged in',
      'within: ["project:acme-*"]',
      act('a1', BUCKET, { changes: [change('add', BUCKET, 'roles/x', member('a/b'))] }),
      [iam(BUCKET, [['roles/x', member('a/b')]])],
      false,
    ],
    [
      'a bucket, by the folder it lies in',
      'within: ["folder:4"]',
      act('a1', BUCKET, { changes: [change('add', BUCKET, 'roles/x', member('a/b'))] }),
      [{ ...iam(BUCKET, [['roles/x', member('a/b')]]), ...IN_FOLDER }],
      false,
    ],
    [
      'not in another folder',
      'within: ["folder:5"]',
      act('a1', BUCKET, { changes: [change('add', BUCKET, 'roles/x', member('a/b'))] }),
      [{ ...iam(BUCKET, [['roles/x', member('a/b')]]), ...IN_FOLDER }],
      true,
    ],
  ])('%s', (_what, more, one, observations, isFound) => {
    const world = { observations: [...ACCOUNTS, ...observations], acts: [{ ...one, actor: TERRAFORM }] };
    expect(says(DETECTOR, { ...world, policy: entry(more) })).toHaveLength(isFound ? 1 : 0);
  });
});

describe('what was changed in a cluster', () => {
  const K8S = `//container.googleapis.com/${CLUSTER}/k8s`;
  const of = (name: string, cluster = CLUSTER) => ksa(name, '', { cluster }).asset;
  const inCluster = (kind: Act['kind'], asset: string, more: Partial<Act> = {}) =>
    act('a1', asset, { kind, ...more });
  const BINDING = `${K8S}/namespaces/payments/rbac.authorization.k8s.io/rolebindings/deployer`;
  const JANE_SAYS = 'open: jane@acme.example';

  it.each<[string, Act, readonly Observation[], readonly string[]]>([
    [
      'a KSA that is declared',
      inCluster('update-ksa', of('payments/api')),
      [ksa('payments/api', API)],
      [`${JANE_SAYS} changed KSA payments/api by hand`],
    ],
    [
      'one that is declared among many',
      inCluster('create-ksa', of('monitoring/agent')),
      [ksa('monitoring/agent')],
      [`${JANE_SAYS} created KSA monitoring/agent by hand`],
    ],
    [
      'one that is annotated',
      inCluster('update-ksa', of('sandbox/debug')),
      [ksa('sandbox/debug', ADMIN)],
      [`${JANE_SAYS} changed KSA sandbox/debug by hand`],
    ],
    [
      'one that holds something',
      inCluster('delete-ksa', of('sandbox/debug')),
      [iam(BUCKET, [['roles/x', member('sandbox/debug')]])],
      [`${JANE_SAYS} deleted KSA sandbox/debug by hand`],
    ],
    [
      'one that may act as an account, and is not there yet',
      inCluster('create-ksa-token', of('sandbox/debug')),
      [GIVEN],
      [`${JANE_SAYS} made a token for KSA sandbox/debug by hand`],
    ],
    ['one that is nothing to us', inCluster('update-ksa', of('sandbox/debug')), [ksa('sandbox/debug')], []],
    [
      'one of a pool that is not trusted',
      inCluster('update-ksa', of('payments/api', CLUSTER.replaceAll('acme-prod', 'acme-dev'))),
      [],
      [],
    ],
    [
      'one of a cluster without Workload Identity',
      inCluster('update-ksa', of('payments/api')),
      [cluster(CLUSTER, '')],
      [],
    ],
    [
      'all KSAs of a namespace',
      inCluster('delete-ksa', `${K8S}/namespaces/payments`),
      [],
      [`${JANE_SAYS} deleted all KSAs in payments by hand`],
    ],
    [
      'all of a cluster',
      inCluster('delete-ksa', `//container.googleapis.com/${CLUSTER}`),
      [],
      [`${JANE_SAYS} deleted all KSAs in prod-euw1 by hand`],
    ],
    [
      'who may do what beside a declared one',
      inCluster('change-role-binding', BINDING),
      [],
      [`${JANE_SAYS} changed role binding deployer in payments by hand`],
    ],
    [
      'beside an annotated one',
      inCluster('change-role-binding', BINDING.replace('payments', 'sandbox')),
      [ksa('sandbox/debug', ADMIN)],
      [`${JANE_SAYS} changed role binding deployer in sandbox by hand`],
    ],
    [
      'beside one that is nothing to us',
      inCluster('change-role-binding', BINDING.replace('payments', 'sandbox')),
      [ksa('sandbox/debug'), ksa('other/debug', ADMIN)],
      [],
    ],
    [
      'who may do what everywhere',
      inCluster('change-role-binding', `${K8S}/rbac.authorization.k8s.io/clusterrolebindings/admins`),
      [],
      [`${JANE_SAYS} changed cluster role binding admins in prod-euw1 by hand`],
    ],
    [
      'the namespace of declared ones',
      inCluster('delete-namespace', `${K8S}/namespaces/payments`),
      [],
      [`${JANE_SAYS} deleted namespace payments by hand`],
    ],
    [
      'a shell, which changes nothing',
      inCluster('exec-into-pod', `${K8S}/namespaces/payments/pods/api-0`),
      [],
      [],
    ],
  ])('%s', (_what, one, observations, expected) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, ...observations], acts: [one] })).toEqual(expected);
  });

  it.each<[string, Act, readonly Observation[], boolean]>([
    [
      'a KSA that was made is there',
      inCluster('create-ksa', of('payments/api')),
      [ksa('payments/api')],
      true,
    ],
    [
      'and is gone',
      inCluster('create-ksa', of('payments/api')),
      [ksa('payments/api'), gone(of('payments/api'), { time: t(9) })],
      false,
    ],
    [
      'and lives on in another cluster only',
      inCluster('create-ksa', of('payments/api')),
      [ksa('payments/api', '', { cluster: SECOND_CLUSTER })],
      false,
    ],
    [
      'a KSA that was deleted is',
      inCluster('delete-ksa', of('payments/api')),
      [gone(of('payments/api'))],
      true,
    ],
    [
      'and is back',
      inCluster('delete-ksa', of('payments/api')),
      [ksa('payments/api', '', { time: t(9) })],
      false,
    ],
    [
      'a KSA that was changed: to what, the act does not hold',
      inCluster('update-ksa', of('payments/api')),
      [ksa('payments/api')],
      true,
    ],
  ])('undone: %s', (_what, one, observations, isFound) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, ...observations], acts: [one] })).toHaveLength(
      isFound ? 1 : 0,
    );
  });

  it('a KSA that is not known is not known to be gone', () => {
    const made = { observations: ACCOUNTS, acts: [inCluster('create-ksa', of('payments/api'))] };
    expect(says(DETECTOR, { ...made, coverage: [] })).toHaveLength(1);
    expect(says(DETECTOR, made)).toHaveLength(0);
  });

  describe('by whom', () => {
    const ARGO = 'system:serviceaccount:argocd:argocd-application-controller';
    const policy = policyOf(
      POLICY_YAML.replace(
        '  trustedChangers:\n',
        '  trustedChangers:\n    - {name: argo, kubernetes: {cluster: acme-prod/europe-west1/prod-euw1, namespace: argocd, serviceAccount: argocd-application-controller}}\n',
      ),
    );
    it.each<[string, string, Act['kind'], boolean]>([
      ['the controller that is trusted there', ARGO, 'update-ksa', false],
      ['its namespaces too', ARGO, 'create-namespace', false],
      ['but not with tokens', ARGO, 'create-ksa-token', true],
      ['another account of its namespace', ARGO.replace('application', 'notifications'), 'update-ksa', true],
      ['a person', 'jane@acme.example', 'update-ksa', true],
      ['a person, of a token', 'jane@acme.example', 'create-ksa-token', true],
      [
        'the pipeline’s account, which nobody named',
        'ci@acme-ci.iam.gserviceaccount.com',
        'update-ksa',
        true,
      ],
      ['the controller manager', 'system:kube-controller-manager', 'update-ksa', false],
      ['the scheduler', 'system:kube-scheduler', 'update-ksa', false],
      [
        'a controller of kube-system',
        'system:serviceaccount:kube-system:generic-garbage-collector',
        'delete-ksa',
        false,
      ],
      [
        'the one that empties namespaces',
        'system:serviceaccount:kube-system:namespace-controller',
        'delete-namespace',
        false,
      ],
      ['a node, of a token', 'system:node:gke-prod-default-abcd', 'create-ksa-token', false],
      ['GKE’s own', 'system:gke-common-webhooks', 'update-ksa', false],
      [
        'GKE’s own, from outside',
        'service-1@container-engine-robot.iam.gserviceaccount.com',
        'update-ksa',
        false,
      ],
      [
        'a namespace that is called like kube-system',
        'system:serviceaccount:kube-system-2:x',
        'update-ksa',
        true,
      ],
      ['nobody who signed in', 'system:anonymous', 'update-ksa', true],
      ['nobody', '', 'update-ksa', true],
    ])('%s', (_what, principal, kind, isFound) => {
      const asset = kind.endsWith('-namespace') ? `${K8S}/namespaces/payments` : of('payments/api');
      const observations = kind === 'delete-ksa' ? [] : [ksa('payments/api', API)];
      const one = inCluster(kind, asset, { actor: actor(principal) });
      expect(
        says(DETECTOR, { observations: [...ACCOUNTS, ...observations], acts: [one], policy }),
      ).toHaveLength(isFound ? 1 : 0);
    });

    it('the controller of another cluster is not the one that is trusted', () => {
      const one = inCluster('update-ksa', of('payments/api', SECOND_CLUSTER), { actor: actor(ARGO) });
      const observations = [...ACCOUNTS, ksa('payments/api', API, { cluster: SECOND_CLUSTER })];
      expect(only(DETECTOR, { observations, acts: [one], policy })).toMatchObject({
        explanation:
          'argo is trusted in acme-prod/europe-west1/prod-euw1 only, and this was in acme-prod/us-east4/prod-use4.',
        why: { entry: 'trustedChangers[argo]' },
      });
    });

    it('a person behind a part of the cluster', () => {
      const who = actor('system:kube-controller-manager', { delegation: ['user:jane@acme.example'] });
      const one = inCluster('update-ksa', of('payments/api'), { actor: who });
      expect(says(DETECTOR, { observations: [ksa('payments/api', API)], acts: [one], policy })).toHaveLength(
        1,
      );
    });
  });

  it('tells whose it is and where', () => {
    const one = inCluster('update-ksa', of('payments/api'), { time: t(100) });
    expect(
      only(DETECTOR, { observations: [...ACCOUNTS, ksa('payments/api', API)], acts: [one] }),
    ).toMatchObject({
      class: 'posture',
      severity: 'medium',
      identity: 'payments/api',
      namespace: 'payments',
      cluster: CLUSTER,
      project: 'acme-prod',
      owner: 'team-payments',
      resource: of('payments/api'),
      eventTime: t(100),
    });
  });

  it('is excepted by the name of its entry', () => {
    const one = inCluster('update-ksa', of('payments/api'));
    const observations = [...ACCOUNTS, ksa('payments/api', API)];
    for (const match of ['identity: api', 'identity: payments/api', 'namespace: payments']) {
      const policy = excepting(`detector: ${DETECTOR}, ${match}`);
      expect(only(DETECTOR, { observations, acts: [one], policy }).state).toBe('excepted');
    }
  });
});

/** Entries as GKE writes them, through the decoder. */
describe('a real entry', () => {
  const entry = (principal: string, method: string, path: string, response: object = {}) => ({
    logName: 'projects/acme-prod/logs/cloudaudit.googleapis.com%2Factivity',
    insertId: 'i1',
    timestamp: '2026-11-21T09:00:00Z',
    resource: {
      type: 'k8s_cluster',
      labels: { cluster_name: 'prod-euw1', location: 'europe-west1', project_id: 'acme-prod' },
    },
    protoPayload: {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      serviceName: 'k8s.io',
      methodName: `io.k8s.${method}`,
      resourceName: path,
      authenticationInfo: { principalEmail: principal },
      requestMetadata: { callerIp: '203.0.113.9', callerSuppliedUserAgent: 'kubectl/v1.33' },
      response,
    },
  });
  const judgedBy = (raw: unknown, policy = POLICY) => {
    const decoded = decodeLogEntry(fieldsOf(raw, ''), { receivedAt: t(0) });
    if (decoded.kind !== 'news') return [`${decoded.kind}: ${decoded.why}`];
    const { observations, acts, time } = decoded;
    return says(DETECTOR, { observations, acts, coverage: [], policy, asOf: time });
  };
  const KSA = {
    kind: 'ServiceAccount',
    apiVersion: 'v1',
    metadata: {
      name: 'api',
      namespace: 'payments',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '2026-11-20T09:00:00Z',
    },
  };
  const PATH = 'core/v1/namespaces/payments/serviceaccounts/api';

  it.each<[string, object, readonly string[]]>([
    [
      'kubectl annotate',
      entry('jane@acme.example', 'core.v1.serviceaccounts.patch', PATH, KSA),
      ['open: jane@acme.example changed KSA payments/api by hand'],
    ],
    [
      'kubectl create token',
      entry('jane@acme.example', 'core.v1.serviceaccounts.token.create', `${PATH}/token`),
      ['open: jane@acme.example made a token for KSA payments/api by hand'],
    ],
    [
      'a kubelet that fetches a token',
      entry(
        'system:node:gke-prod-euw1-default-abcdefgh-abcd',
        'core.v1.serviceaccounts.token.create',
        `${PATH}/token`,
      ),
      ['ignored: token fetched by a part of the cluster: system:node:gke-prod-euw1-default-abcdefgh-abcd'],
    ],
    [
      'the garbage collector',
      entry(
        'system:serviceaccount:kube-system:generic-garbage-collector',
        'core.v1.serviceaccounts.delete',
        PATH,
      ),
      [],
    ],
    [
      'kubectl create rolebinding',
      entry(
        'jane@acme.example',
        'authorization.rbac.v1.rolebindings.create',
        'rbac.authorization.k8s.io/v1/namespaces/payments/rolebindings/deployer',
        {
          kind: 'RoleBinding',
          metadata: { name: 'deployer', namespace: 'payments' },
          roleRef: { kind: 'Role', name: 'x' },
        },
      ),
      ['open: jane@acme.example changed role binding deployer in payments by hand'],
    ],
  ])('%s', (_what, raw, expected) => {
    expect(judgedBy(raw)).toEqual(expected);
  });

  itOnFixtures('captured: what the parts of a cluster did to pods, done to a declared KSA', () => {
    const policy = policyOf(
      POLICY_YAML.replaceAll('acme-prod.svc.id.goog', 'sample-project.svc.id.goog').replace(
        'namespace: payments',
        'namespace: "*"',
      ),
    );
    const captured = fixtures('khi/k8s_audit.json').map((raw) => JSON.stringify(raw));
    const tried = captured.map((text) => {
      const asKsa = text
        .replace(/"methodName":"[^"]*"/, '"methodName":"io.k8s.core.v1.serviceaccounts.patch"')
        .replace(
          /"resourceName":"[^"]*"/,
          '"resourceName":"core/v1/namespaces/payments/serviceaccounts/api"',
        );
      const says = (by: string) => judgedBy(JSON.parse(by), policy).length;
      const who = /"principalEmail":"([^"]*)"/.exec(text)?.[1] ?? '';
      return [who, says(asKsa), says(asKsa.replace(`"${who}"`, '"jane@acme.example"'))];
    });
    expect(tried).toEqual([
      ['system:serviceaccount:kube-system:replicaset-controller', 0, 1],
      ['system:node:gke-sample-cluster-default-abcdefgh-abcd', 0, 1],
      ['system:node:gke-sample-cluster-default-abcdefgh-abcd', 0, 1],
    ]);
  });

  it('is of a method that the sink lets through', () => {
    const filter = sinkFilter([outOfBandChange]);
    const logName = 'projects/p/logs/cloudaudit.googleapis.com%2Factivity';
    for (const method of [
      'core.v1.serviceaccounts.patch',
      'core.v1.serviceaccounts.token.create',
      'core.v1.namespaces.delete',
      'authorization.rbac.v1.rolebindings.create',
      'authorization.rbac.v1.clusterrolebindings.create',
    ])
      expect(matches(filter, { logName, protoPayload: { methodName: `io.k8s.${method}` } })).toBe(true);
  });
});

describe('a change that was undone', () => {
  const removed = { changes: [change('remove', API_ASSET, WI, member('payments/api'))] };
  const twice = {
    changes: [...GIVE.changes, change('add', API_ASSET, TOKEN_CREATOR, member('sandbox/debug'))],
  };
  const made = (kind: Act['kind'], asset = keyName('k1')) => act('a1', asset, { kind, account: API });

  it.each<[string, Act, readonly Observation[], boolean]>([
    ['what it added stands', act('a1', API_ASSET, GIVE), [GIVEN], true],
    [
      'under the account’s other name too',
      act('a1', API_ASSET, GIVE),
      [iam(serviceAccountName(API), [[WI, member('sandbox/debug')]])],
      true,
    ],
    [
      'what it added is gone',
      act('a1', API_ASSET, GIVE),
      [GIVEN, iam(API_ASSET, [], { time: t(200) })],
      false,
    ],
    ['only half of it', act('a1', API_ASSET, twice), [GIVEN], true],
    [
      'it stands with a condition only',
      act('a1', API_ASSET, GIVE),
      [iam(API_ASSET, [[WI, member('sandbox/debug'), { expression: 'x' }]])],
      false,
    ],
    ['what it took is missing', act('a1', API_ASSET, removed), [iam(API_ASSET, [])], true],
    [
      'what it took is back',
      act('a1', API_ASSET, removed),
      [iam(API_ASSET, [[WI, member('payments/api')]])],
      false,
    ],
    ['what it did is not known', act('a1', API_ASSET), [iam(API_ASSET, [])], true],
    ['the key it made is there', made('create-key'), [key('k1', '1001')], true],
    ['and is deleted', made('create-key'), [key('k1', '1001'), gone(keyName('k1'), { time: t(9) })], false],
    ['the key it disabled is enabled', made('disable-key'), [key('k1', '1001')], false],
    ['the key it disabled still is', made('disable-key'), [key('k1', '1001', { disabled: true })], true],
    ['the key it enabled is disabled', made('enable-key'), [key('k1', '1001', { disabled: true })], false],
    ['the key it enabled still is', made('enable-key'), [key('k1', '1001')], true],
    ['the key it deleted: that cannot be undone', made('delete-key'), [gone(keyName('k1'))], true],
    [
      'the account it disabled is',
      made('disable-service-account', API_ASSET),
      [gsa(API, '1001', { disabled: true, time: t(9) })],
      true,
    ],
    ['and is enabled', made('disable-service-account', API_ASSET), [], false],
    [
      'the account it enabled is disabled',
      made('enable-service-account', API_ASSET),
      [gsa(API, '1001', { disabled: true, time: t(9) })],
      false,
    ],
    [
      'the account it deleted is',
      made('delete-service-account', API_ASSET),
      [gone(API_ASSET, { time: t(9) })],
      true,
    ],
    ['and is back', made('delete-service-account', API_ASSET), [], false],
    ['the account it made is there', made('create-service-account', API_ASSET), [], true],
    ['and is deleted', made('create-service-account', API_ASSET), [gone(API_ASSET, { time: t(9) })], false],
  ])('%s', (_what, one, observations, isFound) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, ...observations], acts: [one] })).toHaveLength(
      isFound ? 1 : 0,
    );
  });
});

it('closes after seven days, and is looked at then', () => {
  const end = t(100 + 7 * DAY);
  expect(wakesAt(by(JANE))).toBe(end);
  expect(says(DETECTOR, { ...by(JANE), asOf: end - 1n })).toEqual([BY_JANE]);
  expect(says(DETECTOR, { ...by(JANE), asOf: end })).toEqual([]);
});

describe('what the finding tells', () => {
  it('who, through whom, what they took and gave, and that nobody trusts them to', () => {
    const changes = [
      change('remove', API_ASSET, WI, member('payments/api')),
      change('add', API_ASSET, WI, member('sandbox/debug'), { expression: 'resource.name == "a"' }),
    ];
    const observations = [
      ...ACCOUNTS,
      iam(API_ASSET, [[WI, member('sandbox/debug'), { expression: 'resource.name == "a"' }]]),
    ];
    expect(
      only(DETECTOR, { observations, acts: [act('a1', API_ASSET, { changes, time: t(100) })] }),
    ).toMatchObject({
      class: 'posture',
      severity: 'medium',
      subject: 'act:a1',
      identity: 'api@acme-prod',
      resource: API_ASSET,
      project: 'acme-prod',
      owner: 'team-payments',
      actor: { principal: 'jane@acme.example', delegation: [], ip: '203.0.113.9', userAgent: 'gcloud' },
      observedBy: 'audit-log',
      eventTime: t(100),
      before: [`${WI} for ${member('payments/api')}`],
      after: [`${WI} for ${member('sandbox/debug')} if resource.name == "a"`],
      path: ['jane@acme.example'],
      explanation: expect.stringContaining('jane@acme.example'),
      why: { line: lineOf('trustedChangers:'), entry: 'trustedChangers' },
      remediation: [],
    });
  });

  it('the delegate that the entry does not list, and the entry', () => {
    const who = { ...TERRAFORM, delegation: ['user:jane@acme.example'] };
    expect(only(DETECTOR, by(who))).toMatchObject({
      path: ['user:jane@acme.example', TERRAFORM.principal],
      explanation: `user:jane@acme.example acted through ${TERRAFORM.principal}, and terraform does not list that delegate.`,
      why: { line: lineOf('name: terraform'), entry: 'trustedChangers[terraform]' },
    });
  });

  it('the owner of the identity that was given something, where the resource has none', () => {
    const changes = [change('add', PROJECT, 'roles/x', member('payments/exporter'))];
    const observations = [iam(PROJECT, [['roles/x', member('payments/exporter')]])];
    expect(only(DETECTOR, { observations, acts: [act('a1', PROJECT, { changes })] })).toMatchObject({
      identity: 'project:acme-prod',
      owner: 'team-payments',
    });
  });

  it('that it is as grave as the entry says that names the actor, or the policy', () => {
    const policy = policyOf(
      POLICY_YAML.replace('- name: terraform', '- name: terraform\n      severity: high'),
    );
    expect(
      only(DETECTOR, { ...by({ ...TERRAFORM, delegation: ['user:x@y.example'] }), policy }).severity,
    ).toBe('high');
    expect(only(DETECTOR, { ...by(JANE), policy }).severity).toBe('medium');
    const raised = policyWith('  severity: [{detector: out-of-band-change, set: critical}]\n');
    expect(only(DETECTOR, { ...by(JANE), policy: raised }).severity).toBe('critical');
  });

  it('that an exception covers it, by the account of a key too', () => {
    const policy = excepting(`detector: ${DETECTOR}, serviceAccount: ${API}`);
    const ofKey = {
      observations: [...ACCOUNTS, key('k1', '1001')],
      acts: [act('a1', keyName('k1'), { kind: 'create-key', account: API })],
    };
    expect(only(DETECTOR, { ...by(JANE), policy }).state).toBe('excepted');
    expect(only(DETECTOR, { ...ofKey, policy }).state).toBe('excepted');
    const other = excepting(`detector: ${DETECTOR}, serviceAccount: ${ADMIN}`);
    expect(only(DETECTOR, { ...by(JANE), policy: other }).state).toBe('open');
  });
});

describe('how others make changes', () => {
  const ARGO = actor('system:serviceaccount:argocd:argocd-application-controller');
  const SYNC = actor('system:serviceaccount:config-management-system:root-reconciler');
  const HCP = 'principal://iam.googleapis.com/projects/4/locations/global/workloadIdentityPools/hcp/subject';
  const RUN = `${HCP}/organization:acme:project:iam:workspace:prod:run_phase:apply`;
  const ATLANTIS = 'serviceAccount:acme-iac.svc.id.goog[atlantis/atlantis]';
  const through = (delegate: string) => ({ ...TERRAFORM, delegation: [delegate] });
  const ofKsa = (who: Actor): World => ({
    observations: [ksa('payments/api', API), ...ACCOUNTS],
    acts: [act('a1', ksa('payments/api').asset, { kind: 'update-ksa', actor: who })],
  });
  const inCluster = (namespace: string, serviceAccount: string) =>
    trusting(
      `{name: sync, kubernetes: {cluster: acme-prod/europe-west1/prod-euw1, namespace: ${namespace}, serviceAccount: "${serviceAccount}"}}`,
    );
  const tf = (delegate: string) =>
    trusting(
      `{name: terraform, subject: "serviceAccount:tf@acme-iac.iam.gserviceaccount.com", delegates: ["${delegate}"]}`,
    );
  const argo = inCluster('argocd', 'argocd-application-controller');
  const sync = inCluster('config-management-system', '*-reconciler');
  it.each<[string, World, Policy, boolean]>([
    ['Argo CD', ofKsa(ARGO), argo, false],
    [
      'Argo CD, by somebody who calls kubectl that',
      ofKsa({ ...JANE, userAgent: 'argocd-application-controller' }),
      argo,
      true,
    ],
    ['another of its accounts', ofKsa(actor('system:serviceaccount:argocd:argocd-server')), argo, true],
    ['Config Sync', ofKsa(SYNC), sync, false],
    [
      'a reconciler of another namespace',
      ofKsa(actor('system:serviceaccount:default:root-reconciler')),
      sync,
      true,
    ],
    ['Terraform Cloud', by(through(RUN)), tf(`${HCP}/organization:acme:project:iam:*`), false],
    [
      'Terraform Cloud, for another organisation',
      by(through(RUN.replace('acme', 'mallory'))),
      tf(`${HCP}/organization:acme:project:iam:*`),
      true,
    ],
    ['Atlantis', by(through(ATLANTIS)), tf(ATLANTIS), false],
    ['Atlantis of another cluster’s pool', by(through(ATLANTIS.replace('iac', 'dev'))), tf(ATLANTIS), true],
  ])('%s', (_what, world, policy, isFound) => {
    expect(says(DETECTOR, { ...world, policy })).toHaveLength(isFound ? 1 : 0);
  });
});

describe('Config Connector', () => {
  const CNRM = 'serviceAccount:acme-prod.svc.id.goog[cnrm-system/cnrm-controller-manager]';
  const KCC = actor('kcc@acme-prod.iam.gserviceaccount.com', { delegation: [CNRM] });
  const GRANT = change('add', BUCKET, 'roles/storage.admin', `serviceAccount:${API}`);
  const STANDS = iam(BUCKET, [['roles/storage.admin', `serviceAccount:${API}`]], {
    time: t(101),
    etag: 'e2',
  });
  const OBJECT = `//container.googleapis.com/${CLUSTER}/k8s/namespaces/payments/iam.cnrm.cloud.google.com/iampolicymembers/reader`;
  const meant = (who: Actor, more: Partial<Act> = {}) =>
    act('k1', OBJECT, {
      kind: 'change-connector-object',
      actor: who,
      changes: [GRANT],
      time: t(90),
      ...more,
    });
  const done = act('g1', BUCKET, { actor: KCC, changes: [GRANT], time: t(100), etag: 'e2' });
  const policy = trusting(
    '{name: cnrm, configConnector: {cluster: acme-prod/europe-west1/prod-euw1}}',
    '{name: argo, kubernetes: {cluster: acme-prod/europe-west1/prod-euw1, namespace: argocd, serviceAccount: argocd-application-controller}}',
  );
  const world = (acts: readonly Act[], more = policy): World => ({
    observations: [...ACCOUNTS, STANDS],
    acts,
    policy: more,
  });

  it('is trusted, and whoever changed its object by hand is told of', () => {
    expect(says(DETECTOR, world([done, meant(JANE)]))).toEqual([
      'open: jane@acme.example changed IAMPolicyMember payments/reader by hand',
    ]);
    expect(only(DETECTOR, world([done, meant(JANE)]))).toMatchObject({
      cluster: CLUSTER,
      after: [`roles/storage.admin for serviceAccount:${API}`],
    });
  });

  it('is nobody’s news where Argo CD changed the object', () => {
    const sync = actor('system:serviceaccount:argocd:argocd-application-controller');
    expect(says(DETECTOR, world([done, meant(sync)]))).toEqual([]);
  });

  it('says who is behind it where it is not trusted itself, whichever was seen first', () => {
    const others = trusting('{name: ops, subject: "user:ops@acme.example"}');
    for (const acts of [
      [done, meant(JANE)],
      [meant(JANE), done],
    ]) {
      const found = says(DETECTOR, world(acts, others));
      expect(found).toHaveLength(2);
      const finding = foundBy(DETECTOR, world(acts, others)).find(({ resource }) => resource === BUCKET);
      expect(finding?.path).toEqual(['jane@acme.example', CNRM, KCC.principal]);
      expect(finding?.explanation).toContain(
        'jane@acme.example changed IAMPolicyMember payments/reader, which made Config Connector do it.',
      );
    }
  });

  it('gives the change that others find its human', () => {
    const finding = found(world([done, meant(JANE)])).find(({ detector }) => detector === 'undeclared-grant');
    expect(finding?.actor).toMatchObject({
      principal: KCC.principal,
      delegation: ['jane@acme.example', CNRM],
    });
  });

  it.each<[string, Act]>([
    [
      'an object that means another grant',
      meant(JANE, { changes: [change('add', BUCKET, 'roles/x', `serviceAccount:${API}`)] }),
    ],
    ['a change that came later', meant(JANE, { time: t(300) })],
  ])('is not joined with %s', (_what, other) => {
    const finding = found(world([done, other])).find(({ detector }) => detector === 'undeclared-grant');
    expect(finding?.actor).toMatchObject({ delegation: [CNRM] });
  });

  it('what its object gives to nobody we watch is no news, nor one whose grant is gone', () => {
    const nobody = change('add', BUCKET, 'roles/x', 'user:sam@acme.example');
    expect(says(DETECTOR, world([meant(JANE, { changes: [nobody] })]))).toEqual([]);
    expect(says(DETECTOR, { ...world([meant(JANE)]), observations: [...ACCOUNTS, iam(BUCKET, [])] })).toEqual(
      [],
    );
  });
});

describe('break-glass through Privileged Access Manager', () => {
  const ENTITLEMENT = 'projects/acme-prod/locations/global/entitlements/break-glass';
  const GRANT = `//privilegedaccessmanager.googleapis.com/${ENTITLEMENT}/grants/7d1f`;
  const asked = act('p1', GRANT, {
    kind: 'request-privilege',
    actor: { ...JANE, reason: 'INC-7: ledger down' },
    time: t(0),
    privilege: { lasts: 3_600_000_000_000n, awaitsApproval: true },
  });
  const agreed = act('p2', GRANT, {
    kind: 'approve-privilege',
    actor: actor('kim@acme.example'),
    time: t(50),
  });
  const policy = trusting('{name: elevated, via: pam}');
  const world = (...acts: readonly Act[]): World => ({
    ...by(JANE),
    acts: [...by(JANE).acts!, ...acts],
    policy,
  });
  const GLASS = 'open: jane@acme.example changed the IAM policy of api@acme-prod by break-glass';

  it('is told as such, with its reason and who agreed', () => {
    expect(says(DETECTOR, world(asked, agreed))).toEqual([GLASS]);
    expect(only(DETECTOR, world(asked, agreed))).toMatchObject({
      class: 'posture',
      severity: 'low',
      explanation: `With a grant of Privileged Access Manager (${ENTITLEMENT}, until 2026-11-21); kim@acme.example agreed; reason as claimed: INC-7: ledger down.`,
      why: { entry: 'trustedChangers[elevated]' },
    });
  });

  it.each<[string, readonly Act[], readonly string[]]>([
    ['nobody agreed', [asked], [BY_JANE]],
    [
      'nobody had to agree',
      [{ ...asked, privilege: { lasts: 3_600_000_000_000n, awaitsApproval: false } }],
      [GLASS],
    ],
    ['they agreed too late', [asked, { ...agreed, time: t(200) }], [BY_JANE]],
    [
      'it was over by then',
      [{ ...asked, privilege: { lasts: 10_000_000_000n, awaitsApproval: true } }, agreed],
      [BY_JANE],
    ],
    [
      'it was taken back',
      [
        asked,
        agreed,
        act('p3', GRANT, { kind: 'end-privilege', actor: actor('kim@acme.example'), time: t(60) }),
      ],
      [BY_JANE],
    ],
    ['it was somebody else’s', [{ ...asked, actor: actor('sam@acme.example') }, agreed], [BY_JANE]],
    [
      'it was for another project',
      [{ ...asked, asset: GRANT.replace('acme-prod', 'acme-dev') }, agreed],
      [BY_JANE],
    ],
    [
      'it was for the organisation above',
      [
        { ...asked, asset: GRANT.replace('projects/acme-prod', 'organizations/123456789012') },
        { ...agreed, asset: GRANT.replace('projects/acme-prod', 'organizations/123456789012') },
      ],
      [GLASS],
    ],
  ])('%s', (_what, acts, expected) => {
    expect(says(DETECTOR, world(...acts))).toEqual(expected);
  });

  it('is no more than a change by hand where the policy does not speak of it', () => {
    expect(says(DETECTOR, { ...world(asked, agreed), policy: POLICY })).toEqual([BY_JANE]);
  });
});
