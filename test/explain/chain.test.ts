import { describe, expect, it } from '@jest/globals';
import { serviceAccountName } from '../../shared/model/asset.ts';
import {
  CLUSTER,
  COMPLETE,
  cluster,
  customRole,
  gone,
  iam,
  ksa,
  POLICY_YAML,
  POOL,
  policyOf,
  SECOND_CLUSTER,
  account as theAccount,
} from '../world.ts';
import {
  API,
  API_ASSET,
  API_ID,
  answers,
  autopilot,
  BUCKET,
  chain,
  MEMBER,
  nodePool,
  PROJECT,
  step,
  told,
  USER,
  workload,
} from './asking.ts';

const ADD_BINDING = `gcloud iam service-accounts add-iam-policy-binding ${API} --project=acme-prod '--member=${MEMBER}' --role=${USER}`;
const ANNOTATE = `kubectl annotate serviceaccount api --namespace=payments --overwrite iam.gke.io/gcp-service-account=${API}`;
const UNANNOTATE =
  'kubectl annotate serviceaccount tool --namespace=payments --overwrite iam.gke.io/gcp-service-account-';

describe('the chain of a KSA', () => {
  it('holds when every link does, and says so in one sentence', () => {
    const holds = chain();
    expect(answers(holds)).toBe(
      'cluster yes, node-pools yes, pod yes, ksa yes, annotation yes, account yes, binding yes, grants yes',
    );
    expect(holds.verdict).toEqual({
      answer: 'yes',
      text: 'The chain holds: pods of payments/api get tokens of api@acme-prod.',
    });
    expect(holds.owner).toBe('team-payments');
  });

  it('tells of each piece of evidence since when it stands and who told', () => {
    for (const { evidence } of chain().steps) for (const { source } of evidence) expect(source).toBe('scan');
    expect(step('binding', chain()).evidence).toEqual([
      { text: `${USER} for ${MEMBER}`, since: expect.anything(), source: 'scan' },
    ]);
  });

  it('gives the first failing step as the verdict, with the name in it', () => {
    const broken = chain('payments/api', {
      parts: { ksa: [ksa('payments/api', '')], binding: [iam(API_ASSET, [])] },
    });
    expect(broken.verdict).toEqual({
      answer: 'no',
      step: 'annotation',
      text: `payments/api has no annotation, and the policy has it act as ${API}.`,
    });
    expect(step('binding', broken).answer).toBe('no');
  });

  it('does not call fine what is not known', () => {
    const open = chain('payments/api', { parts: { pods: [] } });
    expect(open.verdict).toEqual({
      answer: 'undecided',
      step: 'pod',
      text: 'Nothing that is known stands in the way; not known: whether pods run as this KSA.',
    });
  });
});

describe('the cluster', () => {
  it('without a workload pool fails, with the command that switches it on', () => {
    expect(told('cluster', chain('payments/api', { parts: { cluster: [cluster(CLUSTER, '')] } }))).toEqual([
      'no: Workload Identity is off in prod-euw1',
      `gcloud container clusters update prod-euw1 --location=europe-west1 --project=acme-prod --workload-pool=${POOL}`,
    ]);
  });

  it('is switched on only for a pool that the policy trusts', () => {
    const other = 'projects/lab/locations/europe-west1/clusters/lab';
    const lab = chain('lab payments/api', {
      more: [cluster(other, ''), ksa('payments/api', '', { cluster: other })],
    });
    expect(step('cluster', lab)).toMatchObject({
      answer: 'no',
      fix: [],
      drift: 'the policy does not trust pool lab.svc.id.goog',
    });
  });

  it('that has not been read is undecided; one that was deleted fails', () => {
    expect(step('cluster', chain('payments/api', { parts: { cluster: [] } })).answer).toBe('undecided');
    const deleted = chain('prod-euw1 payments/api', {
      parts: {
        cluster: [
          cluster(),
          gone(`//container.googleapis.com/${CLUSTER}`, { time: 9_999_999_999_999_999_999n }),
        ],
      },
    });
    expect(told('cluster', deleted)).toEqual(['no: cluster prod-euw1 was deleted']);
  });

  it('that the policy does not list works, and is told as drift', () => {
    const second = chain('prod-use4 payments/api', {
      more: [cluster(SECOND_CLUSTER), ksa('payments/api', API, { cluster: SECOND_CLUSTER })],
    });
    expect(step('cluster', second)).toMatchObject({
      answer: 'yes',
      drift: 'the policy does not list prod-use4 among the clusters of prod',
    });
  });
});

describe('the node pools', () => {
  it('fail when none runs the metadata server', () => {
    const pools = [nodePool('general', 'GCE_METADATA'), nodePool('old', '')];
    expect(told('node-pools', chain('payments/api', { parts: { pools } }))).toEqual([
      "no: no node pool of prod-euw1 runs it (general and old): pods there get the node's own account",
      'gcloud container node-pools update general --cluster=prod-euw1 --location=europe-west1 --project=acme-prod --workload-metadata=GKE_METADATA',
      'gcloud container node-pools update old --cluster=prod-euw1 --location=europe-west1 --project=acme-prod --workload-metadata=GKE_METADATA',
    ]);
  });

  it('leave it undecided when some do, since the scheduler decides', () => {
    const pools = [nodePool('general'), nodePool('old', 'GCE_METADATA')];
    expect(told('node-pools', chain('payments/api', { parts: { pools } }))[0]).toBe(
      'undecided: old of prod-euw1 does not run it, so it depends on the node a pod lands on',
    );
  });

  it('are undecided when none was read', () => {
    expect(told('node-pools', chain('payments/api', { parts: { pools: [] } }))).toEqual([
      'undecided: the node pools of prod-euw1 have not been read',
    ]);
  });

  it('need no looking at on Autopilot, where it cannot be switched off', () => {
    const on = chain('payments/api', {
      parts: { cluster: [autopilot()], pools: [nodePool('x', 'GCE_METADATA')] },
    });
    expect(told('node-pools', on)).toEqual(['yes: prod-euw1 is Autopilot, where it is always on']);
  });
});

describe('the pods', () => {
  it('on the host network go past it', () => {
    const pods = [workload('DaemonSet/payments/api', 'api', { hostNetwork: true })];
    expect(told('pod', chain('payments/api', { parts: { pods } }))).toEqual([
      "no: DaemonSet api is on the host's network (hostNetwork: true), past the metadata server: it gets the node's own account",
      `kubectl patch daemonset api --namespace=payments '--patch={"spec":{"template":{"spec":{"hostNetwork":false}}}}'`,
    ]);
  });

  it('are undecided when only some of several do', () => {
    const pods = [
      workload('DaemonSet/payments/agent', 'api', { hostNetwork: true }),
      workload('Deployment/payments/api', 'api'),
    ];
    expect(step('pod', chain('payments/api', { parts: { pods } })).answer).toBe('undecided');
  });

  it('that name no serviceAccountName run as default, and the KSA they meant is named', () => {
    const pods = [workload('Deployment/payments/api', 'default')];
    const asDefault = chain('deployment/payments/api', { parts: { pods } });
    expect(told('pod', asDefault)).toEqual([
      'no: Deployment api names no serviceAccountName, so it runs as default',
      'near: payments/api has an identity',
      'kubectl set serviceaccount deployment api api --namespace=payments',
    ]);
    expect(asDefault.subject).toBe('deployment/payments/api');
  });

  it('lead to the KSA they run as', () => {
    const asked = chain('deploy/payments/api');
    expect(asked.identity).toBe(`${POOL}[payments/api]`);
    expect(asked.verdict.answer).toBe('yes');
  });
});

describe('the KSA', () => {
  it('that is declared and does not exist is to be created, annotated', () => {
    expect(
      told('ksa', chain('payments/api', { parts: { ksa: [ksa('payments/ap', ''), ksa('billing/api')] } })),
    ).toEqual([
      'no: payments/api does not exist in prod-euw1',
      'near: billing/api exists',
      'near: payments/ap exists',
      'kubectl create serviceaccount api --namespace=payments',
      ANNOTATE,
    ]);
  });

  it('that is not declared is not to be created: its binding goes', () => {
    const member = `serviceAccount:${POOL}[payments/ghost]`;
    const ghost = chain('payments/ghost', { parts: { binding: [iam(API_ASSET, [[USER, member]])] } });
    expect(told('ksa', ghost)).toEqual([
      'no: payments/ghost does not exist in prod-euw1',
      `gcloud iam service-accounts remove-iam-policy-binding ${API} --project=acme-prod '--member=${member}' --role=${USER}`,
    ]);
    expect(ghost.owner).toBe('platform@acme.example');
  });

  it('is undecided where the service accounts were not read', () => {
    const coverage = COMPLETE.filter(({ assetType }) => assetType !== 'k8s.io/ServiceAccount');
    expect(step('ksa', chain('payments/api', { parts: { ksa: [] }, coverage })).answer).toBe('undecided');
  });
});

describe('the annotation', () => {
  it('that is missing is added when the policy declares the account', () => {
    expect(told('annotation', chain('payments/api', { parts: { ksa: [ksa('payments/api')] } }))).toEqual([
      `no: it has no annotation, and the policy has it act as ${API}`,
      ANNOTATE,
    ]);
  });

  it('that is mistyped is told by the letter', () => {
    const typo = 'apii@acme-prod.iam.gserviceaccount.com';
    expect(
      told('annotation', chain('payments/api', { parts: { ksa: [ksa('payments/api', typo)] } })),
    ).toEqual([
      `no: it points at ${typo}, and the policy says ${API}`,
      `near: ${typo} differs from ${API} in one letter`,
      ANNOTATE,
    ]);
  });

  it('that names the right account in another project is told so', () => {
    const elsewhere = 'api@acme-integration.iam.gserviceaccount.com';
    expect(
      told('annotation', chain('payments/api', { parts: { ksa: [ksa('payments/api', elsewhere)] } }))[1],
    ).toBe(`near: ${elsewhere} has the right name in another project`);
  });

  it('that is absent in one cluster only is mended there', () => {
    const both = chain('payments/api', {
      more: [cluster(SECOND_CLUSTER), ksa('payments/api', '', { cluster: SECOND_CLUSTER })],
    });
    expect(step('annotation', both)).toMatchObject({
      answer: 'no',
      says: `it has no annotation in prod-use4, and the policy has it act as ${API}`,
      fix: [{ text: ANNOTATE, where: 'in cluster prod-use4' }],
    });
  });

  it('is none for direct access, and the chain goes on without an account', () => {
    const member =
      'principal://iam.googleapis.com/projects/111122223333/locations/global/workloadIdentityPools/acme-prod.svc.id.goog/subject/ns/payments/sa/exporter';
    const direct = chain('payments/exporter', {
      parts: { bucket: [iam(BUCKET, [['roles/storage.objectCreator', member]])] },
      more: [ksa('payments/exporter'), workload('CronJob/payments/exporter', 'exporter')],
    });
    expect(answers(direct)).toBe('cluster yes, node-pools yes, pod yes, ksa yes, annotation yes, grants yes');
    expect(direct.verdict.text).toBe('The chain holds: payments/exporter uses its own roles.');
  });

  it('of a KSA that nobody declared is left away when an account waits for it: the binding goes', () => {
    const member = `serviceAccount:${POOL}[payments/tool]`;
    const waiting = chain('payments/tool', {
      parts: { binding: [iam(API_ASSET, [[USER, member]])] },
      more: [ksa('payments/tool')],
    });
    expect(told('annotation', waiting)).toEqual([
      'no: it points at no account, though api@acme-prod lets it in',
      `gcloud iam service-accounts remove-iam-policy-binding ${API} --project=acme-prod '--member=${member}' --role=${USER}`,
    ]);
  });
});

describe('the account', () => {
  const enable = `gcloud iam service-accounts enable ${API}`;

  it('that is disabled is enabled when declared, and let go when not', () => {
    const account = theAccount(API, API_ID, { disabled: true });
    expect(told('account', chain('payments/api', { parts: { account } }))).toEqual([
      'no: api@acme-prod is disabled',
      enable,
    ]);
    const stranger = chain('payments/tool', { parts: { account }, more: [ksa('payments/tool', API)] });
    expect(told('account', stranger)).toEqual(['no: api@acme-prod is disabled', UNANNOTATE]);
  });

  it('that was deleted is undeleted by its unique id', () => {
    const account = [...theAccount(API, API_ID), gone(API_ASSET, { time: 9_999_999_999_999_999_999n })];
    expect(told('account', chain('payments/api', { parts: { account } }))).toEqual([
      'no: api@acme-prod is deleted',
      `gcloud iam service-accounts undelete ${API_ID}`,
    ]);
  });

  it('that does not exist is created when declared; its look-alikes are named', () => {
    const other = 'api@acme-data.iam.gserviceaccount.com';
    const missing = chain('payments/api', {
      parts: { account: theAccount(other, '100000000000000000007'), binding: [] },
    });
    expect(told('account', missing)).toEqual([
      `no: project acme-prod has no account ${API}`,
      `near: ${other} exists`,
      'gcloud iam service-accounts create api --project=acme-prod',
    ]);
  });

  it('is undecided where the accounts of its project were not read', () => {
    const unread = chain('payments/api', { parts: { account: [], binding: [] }, coverage: [] });
    expect(told('account', unread)).toEqual([
      'undecided: the service accounts of project acme-prod have not been read',
    ]);
  });
});

describe('the binding', () => {
  const without = (...bindings: Parameters<typeof iam>[1]) =>
    chain('payments/api', { parts: { binding: [iam(API_ASSET, bindings)] } });
  const none = `no: ${API} has no ${USER} for payments/api of ${POOL}`;

  it('that is missing is added when the policy declares it', () => {
    expect(told('binding', without())).toEqual([none, ADD_BINDING]);
    expect(step('binding', without())).toMatchObject({
      side: 'api declares it, so the binding is the side that is missing',
      ask: 'team-payments',
    });
  });

  it('that nobody declares is not added: the annotation goes', () => {
    const tool = chain('payments/tool', { more: [ksa('payments/tool', API)] });
    expect(told('binding', tool)).toEqual([
      `no: ${API} has no ${USER} for payments/tool of ${POOL}`,
      UNANNOTATE,
    ]);
  });

  it('written with a dot is named, and goes', () => {
    const dotted = `serviceAccount:${POOL}[payments.api]`;
    expect(told('binding', without([USER, dotted]))).toEqual([
      none,
      `near: ${dotted}: a dot where IAM needs a slash: [payments/api]`,
      ADD_BINDING,
      `gcloud iam service-accounts remove-iam-policy-binding ${API} --project=acme-prod '--member=${dotted}' --role=${USER}`,
    ]);
  });

  it("written with the account's project for the cluster's is named", () => {
    const email = 'far@acme-data.iam.gserviceaccount.com';
    const asset = serviceAccountName('100000000000000000009');
    const policy = policyOf(POLICY_YAML.replace(`gsa: ${API}`, `gsa: ${email}`));
    const far = chain('payments/api', {
      policy,
      parts: { ksa: [ksa('payments/api', email)] },
      more: [
        ...theAccount(email, '100000000000000000009'),
        iam(asset, [[USER, 'serviceAccount:acme-data.svc.id.goog[payments/api]']]),
      ],
    });
    expect(told('binding', far)[1]).toBe(
      `near: serviceAccount:acme-data.svc.id.goog[payments/api]: it names the account's project acme-data; the pool is the cluster's project's: ${POOL}`,
    );
  });

  it.each([
    [`serviceAccount:${POOL}[billing/api]`, 'it lets in namespace billing, not payments'],
    [`serviceAccount:${POOL}[payments/apo]`, 'it lets in payments/apo, not payments/api'],
    [
      `deleted:serviceAccount:${POOL}[payments/api]?uid=1`,
      'the deleted: prefix says that it was removed; it lets nobody in',
    ],
    [`serviceAccount:${POOL}[Payments/api]`, 'Payments/api is in capitals; names are matched by the letter'],
    [
      'principalSet://iam.googleapis.com/projects/111122223333/locations/global/workloadIdentityPools/acme-prod.svc.id.goog/namespace/billing',
      'it covers namespace billing, not payments',
    ],
    [
      'principal://iam.googleapis.com/projects/111122223333/locations/global/workloadIdentityPools/acme-prod.svc.id.goog/kubernetes.serviceaccount.uid/gone',
      'it names another uid: a KSA that was made anew has a new one',
    ],
  ])('names the near miss %s', (member, why) => {
    expect(step('binding', without([USER, member]))).toMatchObject({
      answer: 'no',
      nearMisses: [`${member}: ${why}`],
    });
  });

  it('names a role that gives no token', () => {
    expect(step('binding', without(['roles/iam.serviceAccountUser', MEMBER])).nearMisses).toEqual([
      'it holds roles/iam.serviceAccountUser there, which gives no token: roles/iam.workloadIdentityUser does',
    ]);
  });

  it.each([
    ['its namespace', 'namespace/payments'],
    ['its cluster', `kubernetes.cluster/https://container.googleapis.com/v1/${CLUSTER}`],
    ['its pool', '*'],
  ])('may come through a set of %s', (_what, selector) => {
    const member = `principalSet://iam.googleapis.com/projects/111122223333/locations/global/workloadIdentityPools/${POOL}/${selector}`;
    expect(step('binding', without([USER, member])).answer).toBe('yes');
  });

  it('may come by token creation, and from the project', () => {
    expect(step('binding', without(['roles/iam.serviceAccountTokenCreator', MEMBER])).answer).toBe('yes');
    const above = chain('payments/api', {
      parts: { binding: [iam(API_ASSET, [])], project: [iam(PROJECT, [[USER, MEMBER]])] },
    });
    expect(told('binding', above)).toEqual([
      `yes: api@acme-prod does, by name through ${USER} on project:acme-prod`,
    ]);
  });

  it('under a condition that is met now lets it in', () => {
    const expression = 'request.time < timestamp("2030-01-01T00:00:00Z")';
    expect(step('binding', without([USER, MEMBER, { expression }])).answer).toBe('yes');
  });

  it('under a condition that has ended does not, and the end is shown', () => {
    const expression = 'request.time < timestamp("2025-01-01T00:00:00Z")';
    const ended = step('binding', without([USER, MEMBER, { expression }]));
    expect(ended.answer).toBe('no');
    expect(ended.nearMisses).toEqual([
      `it holds ${USER} there (its condition ended on 2025-01-01 00:00 UTC)`,
    ]);
  });

  it('under a condition that cannot be told is undecided, and the condition is shown', () => {
    expect(told('binding', without([USER, MEMBER, { expression: 'request.time < x' }]))).toEqual([
      'undecided: api@acme-prod does if request.time < x (its condition is not decided: it asks for x, which only a request tells)',
    ]);
  });

  it('by a custom role is undecided until the role has been read', () => {
    const role = 'projects/acme-prod/roles/wi';
    const through = (...permissions: readonly string[]) =>
      chain('payments/api', {
        parts: { binding: [iam(API_ASSET, [[role, MEMBER]])] },
        more: [customRole(role, permissions)],
      });
    expect(step('binding', without([role, MEMBER])).answer).toBe('undecided');
    expect(step('binding', through('iam.serviceAccounts.getAccessToken')).answer).toBe('yes');
    expect(step('binding', through('pubsub.topics.publish')).answer).toBe('no');
  });

  it('is undecided as long as the policy was not read', () => {
    expect(told('binding', chain('payments/api', { parts: { binding: [] }, coverage: [] }))).toEqual([
      'undecided: the IAM policy of api@acme-prod has not been read',
    ]);
  });

  it('that works without being declared is told as drift', () => {
    const tool = chain('payments/tool', {
      parts: { binding: [iam(API_ASSET, [[USER, `serviceAccount:${POOL}[payments/tool]`]])] },
      more: [ksa('payments/tool', API), workload('Deployment/payments/tool', 'tool')],
    });
    expect(step('binding', tool)).toMatchObject({
      answer: 'yes',
      drift: 'no policy declares that payments/tool may act as api@acme-prod',
    });
    expect(tool.verdict.text).toContain('It is not all as the policy declares.');
  });
});

describe('the roles', () => {
  it('that are declared and not granted fail, with the command that grants them', () => {
    const without = chain('payments/api', { parts: { project: [iam(PROJECT, [])] } });
    expect(told('grants', without)).toEqual([
      'no: roles/cloudsql.client on project:acme-prod is declared and not granted',
      `gcloud projects add-iam-policy-binding acme-prod --member=serviceAccount:${API} --role=roles/cloudsql.client`,
    ]);
  });

  it('are undecided when a folder or organisation above was not read', () => {
    const without = chain('payments/api', { parts: { project: [iam(PROJECT, [])], above: [] } });
    expect(step('grants', without)).toMatchObject({
      answer: 'undecided',
      says: 'roles/cloudsql.client on project:acme-prod is declared and not seen (not read: organization:123456789012)',
    });
  });

  it('that nobody declared are told as drift', () => {
    const more = chain('payments/api', {
      parts: {
        project: [
          iam(PROJECT, [
            ['roles/cloudsql.client', `serviceAccount:${API}`],
            ['roles/editor', `serviceAccount:${API}`],
          ]),
        ],
      },
    });
    expect(step('grants', more)).toMatchObject({
      answer: 'yes',
      drift: 'no policy allows roles/editor on project:acme-prod',
    });
  });
});

describe('the resource', () => {
  const asking = (words: string, parts = {}) => chain(`payments/api ${words}`, { parts });

  it('is reached by a role on it, or by one above it that speaks of it', () => {
    expect(told('resource', asking('project:acme-prod'))).toEqual([
      'yes: api@acme-prod has roles/cloudsql.client there',
    ]);
    const above = asking('bucket:ledger', {
      bucket: [iam(BUCKET, [])],
      above: [
        iam('//cloudresourcemanager.googleapis.com/organizations/123456789012', [
          ['roles/storage.admin', `serviceAccount:${API}`],
        ]),
      ],
    });
    expect(told('resource', above)).toEqual(['yes: api@acme-prod has roles/storage.admin there']);
  });

  it('is not reached by a role above it that speaks of something else', () => {
    const other = asking('topic:acme-prod/orders', {
      above: [iam('//cloudresourcemanager.googleapis.com/organizations/123456789012', [])],
    });
    // The topic's own policy was not read.
    expect(step('resource', other)).toMatchObject({
      answer: 'undecided',
      says: 'no role of api@acme-prod on it is seen; not read: topic:acme-prod/orders',
    });
    const read = chain('payments/api topic:acme-prod/orders', {
      more: [iam('//pubsub.googleapis.com/projects/acme-prod/topics/orders', [])],
    });
    expect(told('resource', read)).toEqual([
      'no: api@acme-prod has no role on topic:acme-prod/orders or above it',
    ]);
    expect(step('resource', read).side).toBe(
      'no policy gives it a role there: declare it first, then grant it',
    );
  });

  it('that the policy gives it is to be granted', () => {
    const without = asking('project:acme-prod', { project: [iam(PROJECT, [])] });
    expect(told('resource', without)).toEqual([
      'no: api@acme-prod has no role on project:acme-prod or above it',
      `gcloud projects add-iam-policy-binding acme-prod --member=serviceAccount:${API} --role=roles/cloudsql.client`,
    ]);
  });

  it.each([
    [
      'request.time < timestamp("2030-01-01T00:00:00Z")',
      'yes: api@acme-prod has roles/storage.objectViewer there',
    ],
    [
      'request.time < timestamp("2025-01-01T00:00:00Z")',
      'no: api@acme-prod has no role on bucket:ledger or above it now: roles/storage.objectViewer (its condition ended on 2025-01-01 00:00 UTC)',
    ],
    [
      'resource.name.startsWith("projects/_/buckets/ledger")',
      'yes: api@acme-prod has roles/storage.objectViewer there',
    ],
    [
      'resource.name.startsWith("projects/_/buckets/other")',
      'no: api@acme-prod has no role on bucket:ledger or above it now: roles/storage.objectViewer (its condition is never met here)',
    ],
    [
      'resource.name.startsWith("projects/_/buckets/ledger/objects/2026")',
      'undecided: its roles there are under conditions: roles/storage.objectViewer (narrowed to things whose name begins with projects/_/buckets/ledger/objects/2026)',
    ],
    [
      "resource.matchTag('1/env', 'dev')",
      'undecided: its roles there are under conditions: roles/storage.objectViewer (its condition is not decided: it asks for tags, which are not read)',
    ],
  ])('under the condition %s', (expression, expected) => {
    const bucket = [iam(BUCKET, [['roles/storage.objectViewer', `serviceAccount:${API}`, { expression }]])];
    expect(told('resource', asking('bucket:ledger', { bucket }))[0]).toBe(expected);
  });

  it('is undecided where a group may stand for it', () => {
    const group = asking('bucket:ledger', {
      bucket: [iam(BUCKET, [['roles/storage.admin', 'group:ops@acme.example']])],
    });
    expect(told('resource', group)[0]).toBe(
      'undecided: no role of api@acme-prod on it is seen; whether it is in ops@acme.example is not known',
    );
  });
});
