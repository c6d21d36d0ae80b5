import { describe, expect, it } from '@jest/globals';
import { parseRules } from '../../shared/model/rbac.ts';
import { CLUSTER, CLUSTER_ASSET, EMAIL, kubernetesEntry, news, observed, stored, why } from './payloads.ts';

const ANNOTATION = 'iam.gke.io/gcp-service-account';
const KSA_PATH = 'core/v1/namespaces/payments/serviceaccounts/api';
const KSA = `${CLUSTER_ASSET}/k8s/namespaces/payments/serviceaccounts/api`;
const ksa = (metadata: object = {}) =>
  stored('ServiceAccount', 'api', { namespace: 'payments', ...metadata });
const annotated = ksa({ annotations: { [ANNOTATION]: EMAIL }, labels: { team: 'payments' } });
const patched = { '@type': 'k8s.io/Patch', metadata: { annotations: { [ANNOTATION]: EMAIL } } };
const ksaEntry = (verb: string, payload: object = {}, entry: object = {}) =>
  kubernetesEntry(
    `core.v1.serviceaccounts.${verb}`,
    KSA_PATH,
    payload as Readonly<Record<string, unknown>>,
    entry as Readonly<Record<string, unknown>>,
  );

describe('a KSA', () => {
  it.each([
    ['create', 'create-ksa'],
    ['update', 'update-ksa'],
    ['patch', 'update-ksa'],
  ])('%s: the response is its state, and somebody did it', (verb, kind) => {
    const found = news(ksaEntry(verb, { request: patched, response: annotated }));
    expect(found.acts).toMatchObject([
      {
        kind,
        method: `io.k8s.core.v1.serviceaccounts.${verb}`,
        asset: KSA,
        project: 'acme-prod',
        actor: { principal: 'dev@example.com', ip: '198.51.100.7' },
        changes: [],
      },
    ]);
    expect(found.observations).toEqual([
      {
        kind: 'resource',
        asset: KSA,
        time: found.time,
        source: 'audit-log',
        ancestors: ['projects/acme-prod'],
        whole: true,
        facts: {
          type: 'kubernetes-service-account',
          cluster: CLUSTER,
          namespace: 'payments',
          name: 'api',
          uid: '0c5d1f8e',
          annotation: EMAIL,
          createdAt: '2026-01-02T03:04:05.000000000Z',
          owner: 'payments',
        },
      },
    ]);
  });

  it.each([
    ['null, as kubectl prints what is not made yet', null],
    ['no time', 'yesterday'],
    ['a number', 5],
  ])('whose birth is %s says nothing of it', (_what, creationTimestamp) => {
    const response = ksa({ creationTimestamp });
    const { facts } = observed(news(ksaEntry('update', { response })), 'resource');
    expect(facts).not.toHaveProperty('createdAt');
  });

  it('whose annotation was removed has none: null in the patch, absent in the response', () => {
    const request = { '@type': 'k8s.io/Patch', metadata: { annotations: { [ANNOTATION]: null } } };
    const { facts } = observed(news(ksaEntry('patch', { request, response: ksa() })), 'resource');
    expect(facts).toMatchObject({ annotation: '' });
  });

  it.each([
    ['creation', 'create', annotated, EMAIL],
    ['update', 'update', ksa(), ''],
  ])('%s without a response: the request is known, and not to be all', (_what, verb, request, annotation) => {
    const state = observed(news(ksaEntry(verb, { request })), 'resource');
    expect(state).toMatchObject({ whole: false, facts: { annotation } });
  });

  it.each([
    ['a patch without a response', 'patch', { request: patched }],
    ['a patch that is a list of steps', 'patch', { request: [{ op: 'add', path: '/x' }] }],
    ['an answer that is no KSA', 'patch', { response: { kind: 'Status', status: 'Success', metadata: {} } }],
    ['bodies cut off', 'create', {}],
  ])('%s is an act of which nothing more is known', (_what, verb, payload) => {
    const found = news(ksaEntry(verb, payload));
    expect(found.acts).toHaveLength(1);
    expect(found.observations).toEqual([]);
  });

  it('a patch that is a list of steps has its state in the response', () => {
    const found = news(ksaEntry('patch', { request: [{ op: 'remove', path: '/x' }], response: annotated }));
    expect(observed(found, 'resource').facts).toMatchObject({ annotation: EMAIL });
  });

  it('with a generated name has it in the resource name, or in the response', () => {
    const response = stored('ServiceAccount', 'api-x7f', { namespace: 'payments' });
    const named = (path: string) =>
      news(kubernetesEntry('core.v1.serviceaccounts.create', path, { response })).acts[0]?.asset;
    expect(named('core/v1/namespaces/payments/serviceaccounts/api-x7f')).toBe(`${KSA}-x7f`);
    expect(named('core/v1/namespaces/payments/serviceaccounts')).toBe(`${KSA}-x7f`);
  });

  it.each([
    ['with a Status', { kind: 'Status', status: 'Success', metadata: {} }],
    ['with the object', ksa({ deletionTimestamp: '2026-02-03T04:05:06Z' })],
    ['without a response', undefined],
  ])('deleted, answered %s, is gone', (_what, response) => {
    const found = news(ksaEntry('delete', { response }));
    expect(observed(found, 'gone')).toMatchObject({ asset: KSA, type: 'kubernetes-service-account' });
    expect(found.acts).toMatchObject([{ kind: 'delete-ksa', asset: KSA }]);
  });

  it('that is terminating is gone, so that the end of its finalizers does not bring it back', () => {
    const response = ksa({ deletionTimestamp: '2026-02-03T04:05:06Z' });
    expect(observed(news(ksaEntry('patch', { response })), 'gone').asset).toBe(KSA);
  });

  it.each([
    ['of a namespace', 'core/v1/namespaces/payments/serviceaccounts', '/k8s/namespaces/payments'],
    ['of all namespaces', 'core/v1/serviceaccounts', ''],
  ])('deletion of many, %s, leaves all of them in doubt', (_what, path, container) => {
    const found = news(kubernetesEntry('core.v1.serviceaccounts.deletecollection', path));
    expect(found.observations).toMatchObject([
      { kind: 'unsure', asset: `${CLUSTER_ASSET}${container}`, type: 'kubernetes-service-account' },
    ]);
    expect(found.acts).toMatchObject([{ kind: 'delete-ksa', asset: `${CLUSTER_ASSET}${container}` }]);
  });

  it('of a zonal cluster goes by its location like any other', () => {
    const labels = { cluster_name: 'c1', location: 'europe-west1-b', project_id: 'acme-prod' };
    const found = news(
      ksaEntry('create', { response: annotated }, { resource: { type: 'k8s_cluster', labels } }),
    );
    expect(found.acts[0]?.asset).toMatch(/\/locations\/europe-west1-b\/clusters\/c1\/k8s\//);
  });
});

describe('a token of a KSA', () => {
  const token = (principalEmail: string | undefined, method = 'core.v1.serviceaccounts.token.create') =>
    kubernetesEntry(method, `${KSA_PATH}/token`, {
      authenticationInfo: principalEmail === undefined ? {} : { principalEmail },
    });

  it.each([
    ['a person', 'dev@example.com'],
    ['an account from outside', 'ci@other.iam.gserviceaccount.com'],
    ['somebody redacted', undefined],
    ['nobody at all', 'system:anonymous'],
  ])('made by %s is an act', (_what, principal) => {
    expect(news(token(principal))).toMatchObject({
      acts: [{ kind: 'create-ksa-token', asset: KSA }],
    });
  });

  it.each([
    ['a verb left out', 'core.v1.serviceaccounts.token'],
    ['a method of the object itself', 'core.v1.serviceaccounts.create'],
  ])('is known by its path too, with %s', (_what, method) => {
    expect(news(token('dev@example.com', method)).acts).toMatchObject([{ kind: 'create-ksa-token' }]);
  });

  it.each([
    'system:node:gke-c1-default-1',
    'system:serviceaccount:kube-system:gke-metadata-server',
    'system:kube-controller-manager',
  ])('fetched by %s is noise', (principal) => {
    expect(why(token(principal))).toBe(`ignored: token fetched by a part of the cluster: ${principal}`);
  });

  it('is not what a KSA of that name is', () => {
    const path = 'core/v1/namespaces/payments/serviceaccounts/token';
    expect(news(kubernetesEntry('core.v1.serviceaccounts.create', path)).acts).toMatchObject([
      { kind: 'create-ksa', asset: `${CLUSTER_ASSET}/k8s/namespaces/payments/serviceaccounts/token` },
    ]);
  });
});

describe('a way into a pod', () => {
  it.each([
    ['exec', 'create', 'activity'],
    ['exec', 'get', 'data_access'],
    ['attach', 'create', 'activity'],
    ['portforward', 'get', 'data_access'],
    ['ephemeralcontainers', 'patch', 'activity'],
    ['ephemeralcontainers', 'update', 'activity'],
  ])('%s by %s, in the log %s, is an act', (way, verb, log) => {
    const entry = kubernetesEntry(
      `core.v1.pods.${way}.${verb}`,
      `core/v1/namespaces/payments/pods/api-0/${way}`,
      {},
      { logName: `projects/acme-prod/logs/cloudaudit.googleapis.com%2F${log}` },
    );
    expect(news(entry)).toMatchObject({
      acts: [{ kind: 'exec-into-pod', asset: `${CLUSTER_ASSET}/k8s/namespaces/payments/pods/api-0` }],
      observations: [],
    });
  });

  it('that ended by switching protocols, as HTTP says it, did not fail', () => {
    const entry = (code: number) =>
      kubernetesEntry('core.v1.pods.exec.get', 'core/v1/namespaces/payments/pods/api-0/exec', {
        status: { code },
      });
    expect(news(entry(101)).acts).toHaveLength(1);
    expect(why(entry(403))).toMatch(/^ignored: the call failed/);
  });

  it('is not opened by looking at its ephemeral containers', () => {
    expect(
      why(
        kubernetesEntry(
          'core.v1.pods.ephemeralcontainers.get',
          'core/v1/namespaces/payments/pods/api-0/ephemeralcontainers',
        ),
      ),
    ).toMatch(/^ignored: Kubernetes read/);
  });
});

describe('bindings of RBAC', () => {
  const RBAC = `${CLUSTER_ASSET}/k8s/namespaces/payments/rbac.authorization.k8s.io/rolebindings/deploy`;
  const PATH = 'rbac.authorization.k8s.io/v1/namespaces/payments/rolebindings/deploy';
  const content = {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'edit' },
    subjects: [
      { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane@acme.example' },
      { kind: 'ServiceAccount', name: 'deployer', namespace: 'ci' },
      { kind: 'Group', name: 'ops' },
    ],
  };

  it.each(['authorization.rbac.v1', 'rbac.v1', 'rbac.authorization.v1beta1'])(
    'under the group %s: who holds which role',
    (group) => {
      const response = stored(
        'rbac.authorization.k8s.io/v1/RoleBinding',
        'deploy',
        { namespace: 'payments' },
        content,
      );
      const found = news(kubernetesEntry(`${group}.rolebindings.create`, PATH, { response }));
      expect(found.acts).toMatchObject([{ kind: 'change-role-binding', asset: RBAC }]);
      expect(observed(found, 'resource')).toMatchObject({ asset: RBAC, whole: true });
      expect(observed(found, 'resource').facts).toEqual({
        type: 'role-binding',
        cluster: CLUSTER,
        namespace: 'payments',
        name: 'deploy',
        role: 'ClusterRole/edit',
        subjects: 'Group/ops\nServiceAccount/ci/deployer\nUser/jane@acme.example',
      });
    },
  );

  it('of the whole cluster lie in no namespace', () => {
    const path = 'rbac.authorization.k8s.io/v1/clusterrolebindings/all';
    const response = stored('rbac.authorization.k8s.io/v1/ClusterRoleBinding', 'all', {}, content);
    const found = news(
      kubernetesEntry('authorization.rbac.v1.clusterrolebindings.update', path, { response }),
    );
    const name = `${CLUSTER_ASSET}/k8s/rbac.authorization.k8s.io/clusterrolebindings/all`;
    expect(observed(found, 'resource')).toMatchObject({ asset: name, facts: { namespace: '', name: 'all' } });
  });

  it('go when they are deleted', () => {
    const found = news(kubernetesEntry('authorization.rbac.v1.rolebindings.delete', PATH));
    expect(observed(found, 'gone')).toMatchObject({ asset: RBAC, type: 'role-binding' });
    expect(found.acts).toMatchObject([{ kind: 'change-role-binding' }]);
  });

  it('bind roles, whose rules are told as one line each', () => {
    const path = 'rbac.authorization.k8s.io/v1/namespaces/payments/roles/deploy';
    const role = `${CLUSTER_ASSET}/k8s/namespaces/payments/rbac.authorization.k8s.io/roles/deploy`;
    const rules = [
      {
        verbs: ['patch', 'get', 'get'],
        apiGroups: ['apps'],
        resources: ['deployments'],
        resourceNames: ['b', 'a'],
      },
      { verbs: ['create'], apiGroups: ['', 'batch'], resources: ['pods', 'jobs'] },
      { verbs: ['get'], nonResourceURLs: ['/healthz'] },
      { verbs: ['a b,c'], apiGroups: [''], resources: ['50%\nmore'] },
    ];
    const told = (type: string, method: string, at: string, content: Readonly<Record<string, unknown>>) => {
      const response = stored(`rbac.authorization.k8s.io/v1/${type}`, 'deploy', {}, content);
      return news(kubernetesEntry(`authorization.rbac.v1.${method}`, at, { response }));
    };
    const found = told('Role', 'roles.update', path, { rules });
    expect(found.acts).toMatchObject([{ kind: 'change-kubernetes-role', asset: role }]);
    expect(observed(found, 'resource')).toMatchObject({ asset: role, whole: true });
    const { facts } = observed(found, 'resource');
    expect(facts).toEqual({
      type: 'kubernetes-role',
      cluster: CLUSTER,
      namespace: 'payments',
      name: 'deploy',
      rules: 'a%20b%2Cc core 50%25%0Amore\ncreate batch,core jobs,pods\nget,patch apps deployments a,b',
    });
    expect(parseRules(facts.type === 'kubernetes-role' ? (facts.rules ?? '') : '')).toEqual([
      { verbs: ['a b,c'], groups: ['core'], resources: ['50%\nmore'], names: [] },
      { verbs: ['create'], groups: ['batch', 'core'], resources: ['jobs', 'pods'], names: [] },
      { verbs: ['get', 'patch'], groups: ['apps'], resources: ['deployments'], names: ['a', 'b'] },
    ]);
    const wide = 'rbac.authorization.k8s.io/v1/clusterroles/deploy';
    expect(observed(told('ClusterRole', 'clusterroles.create', wide, {}), 'resource')).toMatchObject({
      asset: `${CLUSTER_ASSET}/k8s/rbac.authorization.k8s.io/clusterroles/deploy`,
      facts: { namespace: '', name: 'deploy', rules: '' },
    });
    expect(
      observed(news(kubernetesEntry('authorization.rbac.v1.clusterroles.delete', wide)), 'gone'),
    ).toMatchObject({ type: 'kubernetes-role' });
  });

  it('a line break in a name makes no second subject', () => {
    const response = stored(
      'rbac.authorization.k8s.io/v1/RoleBinding',
      'deploy',
      {},
      { ...content, subjects: [{ kind: 'User', name: 'a\nGroup/system:masters' }] },
    );
    expect(
      observed(
        news(kubernetesEntry('authorization.rbac.v1.rolebindings.create', PATH, { response })),
        'resource',
      ).facts,
    ).toMatchObject({ subjects: 'User/a Group/system:masters' });
  });
});

describe('a namespace', () => {
  const PATH = 'core/v1/namespaces/payments';
  const NAMESPACE = `${CLUSTER_ASSET}/k8s/namespaces/payments`;
  const response = stored('Namespace', 'payments', { labels: { 'app.kubernetes.io/part-of': 'shop' } });

  it('that is made tells its uid and its owner', () => {
    const found = news(kubernetesEntry('core.v1.namespaces.create', PATH, { response }));
    expect(observed(found, 'resource')).toMatchObject({ asset: NAMESPACE, whole: true });
    expect(observed(found, 'resource').facts).toEqual({
      type: 'namespace',
      cluster: CLUSTER,
      name: 'payments',
      uid: '0c5d1f8e',
      owner: 'shop',
    });
    expect(found.acts).toMatchObject([{ kind: 'create-namespace', asset: NAMESPACE }]);
  });

  it('that is changed is as it is, and nobody need answer for that', () => {
    const found = news(kubernetesEntry('core.v1.namespaces.patch', PATH, { response }));
    expect(found.acts).toEqual([]);
    expect(found.observations).toHaveLength(1);
  });

  it('that is deleted is gone; that the machinery finalizes it is nothing new', () => {
    const found = news(kubernetesEntry('core.v1.namespaces.delete', PATH));
    expect(observed(found, 'gone')).toMatchObject({ asset: NAMESPACE, type: 'namespace' });
    expect(found.acts).toMatchObject([{ kind: 'delete-namespace', asset: NAMESPACE }]);
    expect(why(kubernetesEntry('core.v1.namespaces.finalize.update', `${PATH}/finalize`))).toMatch(
      /^ignored: Kubernetes subresource that is not watched/,
    );
  });
});

describe('what runs pods', () => {
  const spec = { serviceAccountName: 'api', hostNetwork: true };
  const template = { template: { spec } };
  it.each([
    ['apps', 'deployments', 'Deployment', template],
    ['apps', 'statefulsets', 'StatefulSet', template],
    ['apps', 'daemonsets', 'DaemonSet', template],
    ['batch', 'jobs', 'Job', template],
    ['batch', 'cronjobs', 'CronJob', { jobTemplate: { spec: template } }],
  ])('%s %s: its KSA, and whether it goes past the metadata server', (group, plural, kind, podSpec) => {
    const path = `${group}/v1/namespaces/payments/${plural}/api`;
    const name = `${CLUSTER_ASSET}/k8s/namespaces/payments/${group}/${plural}/api`;
    const response = stored(`${group}/v1/${kind}`, 'api', {}, { spec: podSpec });
    const found = news(kubernetesEntry(`${group}.v1.${plural}.update`, path, { response }));
    expect(found.acts).toEqual([]);
    expect(observed(found, 'resource')).toMatchObject({ asset: name, whole: true });
    expect(observed(found, 'resource').facts).toEqual({
      type: 'workload',
      cluster: CLUSTER,
      namespace: 'payments',
      name: 'api',
      kind,
      serviceAccount: 'api',
      hostNetwork: true,
      credentials: '',
    });
    const gone = news(kubernetesEntry(`${group}.v1.${plural}.delete`, path));
    expect(gone).toMatchObject({ acts: [], observations: [{ kind: 'gone', asset: name, type: 'workload' }] });
  });

  it('runs as the KSA default where it names none', () => {
    const response = stored('apps/v1/Deployment', 'web', {}, { spec: { template: { spec: {} } } });
    const path = 'apps/v1/namespaces/payments/deployments/web';
    expect(
      observed(news(kubernetesEntry('apps.v1.deployments.create', path, { response })), 'resource').facts,
    ).toMatchObject({ serviceAccount: 'default', hostNetwork: false });
  });
});

describe('what is no news says why', () => {
  it.each([
    [
      'core.v1.pods.create',
      'core/v1/namespaces/n/pods/p',
      'Kubernetes pods, which come and go: what makes them is read',
    ],
    [
      'core.v1.pods.status.patch',
      'core/v1/namespaces/n/pods/p/status',
      'Kubernetes subresource that is not watched',
    ],
    [
      'apps.v1.deployments.scale.update',
      'apps/v1/namespaces/n/deployments/d/scale',
      'Kubernetes subresource that is not watched',
    ],
    [
      'coordination.v1.leases.update',
      'coordination.k8s.io/v1/namespaces/n/leases/l',
      'Kubernetes object that is not watched',
    ],
    ['sigs.x-k8s.v1.jobs.create', 'x-k8s.io/v1/namespaces/n/jobs/j', 'Kubernetes object that is not watched'],
    [
      'core.v1.serviceaccounts.list',
      'core/v1/namespaces/n/serviceaccounts',
      'Kubernetes read, which changes nothing',
    ],
    ['get', 'apis/networking.gke.io/v1', 'Kubernetes call that concerns no object'],
  ])('%s', (method, path, reason) => {
    expect(why(kubernetesEntry(method, path))).toBe(`ignored: ${reason}: io.k8s.${method}`);
  });

  it.each([
    ['a code', { status: { code: 7 } }, {}, '7 PERMISSION_DENIED'],
    [
      'the authorizer',
      {},
      { labels: { 'authorization.k8s.io/decision': 'forbid' } },
      'forbidden by the authorizer',
    ],
  ])('refused by %s', (_what, payload, entry, reason) => {
    expect(why(ksaEntry('create', { response: annotated, ...payload }, entry))).toBe(
      `ignored: the call failed, nothing changed: ${reason}`,
    );
  });

  it.each([
    ['a deletion', 'delete', { request: { kind: 'DeleteOptions', dryRun: ['All'] } }],
    ['a creation', 'create', { response: ksa({ resourceVersion: undefined }) }],
    ['an apply that would create', 'patch', { response: ksa({ resourceVersion: '' }) }],
  ])('%s that was only tried out', (_what, verb, payload) => {
    expect(why(ksaEntry(verb, payload))).toMatch(/^ignored: dry run, nothing was stored/);
  });

  it.each([
    [
      'names no cluster',
      ksaEntry('create', {}, { resource: { type: 'k8s_cluster', labels: { project_id: 'p' } } }),
      'malformed: resource.labels: name no cluster',
    ],
    [
      'has no resource name',
      ksaEntry('create', { resourceName: undefined }),
      'malformed: protoPayload.resourceName: missing',
    ],
    [
      'names another resource',
      ksaEntry('create', { resourceName: 'core/v1/namespaces/n/secrets/s' }),
      'malformed: protoPayload.resourceName: names none of serviceaccounts',
    ],
    [
      'names no object to delete',
      ksaEntry('delete', { resourceName: 'core/v1/namespaces/n/serviceaccounts' }),
      'malformed: protoPayload.resourceName: names no object',
    ],
  ])('an entry that %s is malformed', (_what, entry, expected) => {
    expect(why(entry)).toBe(expected);
  });
});

it('an audit entry and the feed call one object by one name', () => {
  const path = 'batch/v1/namespaces/payments/cronjobs/nightly';
  const response = stored('batch/v1/CronJob', 'nightly', {}, { spec: {} });
  const logged = observed(news(kubernetesEntry('batch.v1.cronjobs.create', path, { response })), 'resource');
  for (const inside of ['batch/cronjobs', 'batch.k8s.io/cronjobs', 'batch/cronJobs']) {
    const fed = {
      name: `${CLUSTER_ASSET}/k8s/namespaces/payments/${inside}/nightly`,
      assetType: 'batch.k8s.io/CronJob',
      resource: { data: response },
    };
    expect(observed(news(fed), 'resource')).toMatchObject({ asset: logged.asset, facts: logged.facts });
  }
});
