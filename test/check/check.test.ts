/** What a change would bring about: the states of edges, and the findings that only it causes. */
import { describe, expect, it } from '@jest/globals';
import { CLUSTER, iam, ksa, member, WI } from '../world.ts';
import {
  API,
  API_ID,
  bindingOf,
  checked,
  detectorsOf,
  edgeLines,
  ksaYaml,
  ON_API,
  whole,
} from './checking.ts';

const BINDING = { service_account_id: ON_API, role: WI, condition: [] };
const ACCOUNT = {
  account_id: 'worker',
  project: 'acme-prod',
  disabled: false,
};

describe('onto a snapshot', () => {
  it('an annotation that nothing binds leaves the edge half', () => {
    const result = checked({ yaml: ksaYaml('payments/worker', API) }, whole());
    expect(edgeLines(result)).toEqual(['payments/worker as api: none -> annotated-only']);
    expect(detectorsOf(result.caused)).toContain('annotation-without-binding');
  });

  it('a binding that no KSA uses is a free identity', () => {
    const result = checked({ plan: [bindingOf('payments/worker')] }, whole());
    expect(edgeLines(result)).toEqual(['payments/worker as api: none -> granted-only']);
    expect(detectorsOf(result.caused)).toContain('dangling-binding');
  });

  it('a plan and a manifest together make both halves', () => {
    const result = checked(
      { plan: [bindingOf('payments/worker')], yaml: ksaYaml('payments/worker', API) },
      whole(),
    );
    expect(edgeLines(result)).toEqual(['payments/worker as api: none -> bound']);
    expect(detectorsOf(result.caused)).not.toContain('annotation-without-binding');
    expect(detectorsOf(result.caused)).toContain('undeclared-identity');
  });

  it('a KSA that holds a role itself', () => {
    const address = 'google_storage_bucket_iam_member.ledger';
    const after = {
      bucket: 'ledger',
      role: 'roles/storage.objectCreator',
      member: member('payments/exporter'),
      condition: [],
    };
    const result = checked({ plan: [{ address, after }] }, whole(ksa('payments/exporter')));
    expect(edgeLines(result)).toEqual(['payments/exporter: none -> direct']);
  });

  it('a deleted binding takes the identity away', () => {
    const { after, address } = bindingOf('payments/api');
    const result = checked({ plan: [{ address, after: null, before: after! }] }, whole());
    expect(edgeLines(result)).toEqual(['payments/api as api: bound -> annotated-only']);
    expect(detectorsOf(result.caused)).toContain('annotation-without-binding');
  });

  it('a deleted account breaks the edge', () => {
    const before = { account_id: 'api', project: 'acme-prod', email: API, unique_id: API_ID };
    const result = checked(
      { plan: [{ address: 'google_service_account.api', after: null, before }] },
      whole(),
    );
    expect(edgeLines(result)).toEqual(['payments/api as api: bound -> broken (the account is deleted)']);
    expect(detectorsOf(result.caused)).toContain('account-missing');
  });

  it('a deleted manifest leaves the binding to whoever makes the KSA', () => {
    const result = checked({ gone: ksaYaml('payments/api', API) }, whole());
    expect(edgeLines(result)).toEqual(['payments/api as api: bound -> granted-only']);
  });

  it('an annotation that is taken away, or points elsewhere', () => {
    expect(edgeLines(checked({ yaml: ksaYaml('payments/api', undefined) }, whole()))).toEqual([
      'payments/api as api: bound -> granted-only',
    ]);
    const elsewhere = checked(
      { yaml: ksaYaml('payments/api', 'other@acme-prod.iam.gserviceaccount.com') },
      whole(),
    );
    expect(edgeLines(elsewhere)).toEqual([
      'payments/api as api: bound -> granted-only',
      'payments/api as other: none -> broken (the account is not there)',
    ]);
  });

  it('annotations that go do not take the KSA with them', () => {
    const before = {
      api_version: 'v1',
      kind: 'ServiceAccount',
      metadata: [{ name: 'api', namespace: 'payments' }],
      annotations: { 'iam.gke.io/gcp-service-account': API },
    };
    const result = checked(
      { plan: [{ address: 'kubernetes_annotations.api', after: null, before }] },
      whole(),
    );
    expect(edgeLines(result)).toEqual(['payments/api as api: bound -> granted-only']);
    expect(
      result.caused.find(({ finding }) => finding.detector === 'dangling-binding')?.finding.title,
    ).toContain('does not point at it');
  });

  it('annotations of other kinds leave the account alone', () => {
    const after = {
      api_version: 'v1',
      kind: 'ServiceAccount',
      metadata: [{ name: 'api', namespace: 'payments' }],
      annotations: { team: 'payments' },
    };
    expect(edgeLines(checked({ plan: [{ address: 'kubernetes_annotations.api', after }] }, whole()))).toEqual(
      [],
    );
  });

  it('a binding that takes a role for its members wipes the others', () => {
    const after = { ...BINDING, members: [member('payments/worker')] };
    const result = checked({ plan: [{ address: 'google_service_account_iam_binding.api', after }] }, whole());
    expect(edgeLines(result)).toEqual([
      'payments/api as api: bound -> annotated-only',
      'payments/worker as api: none -> granted-only',
    ]);
  });

  it('of a role under another condition a binding takes nothing', () => {
    const condition = [{ title: 'later', expression: 'request.time > timestamp("2020-01-01T00:00:00Z")' }];
    const after = { ...BINDING, condition, members: [member('payments/worker')] };
    const result = checked({ plan: [{ address: 'google_service_account_iam_binding.api', after }] }, whole());
    expect(edgeLines(result)).toEqual(['payments/worker as api: none -> granted-only']);
  });

  it('what the snapshot holds already causes nothing', () => {
    const result = checked(
      { plan: [bindingOf('payments/api')], yaml: ksaYaml('payments/api', API) },
      whole(),
    );
    expect(edgeLines(result)).toEqual(['payments/api as api: bound -> bound']);
    expect({ ...result, edges: [] }).toEqual({
      edges: [],
      caused: [],
      undecided: [],
      resolved: [],
      unknown: [],
      gaps: [],
      failed: [],
    });
  });

  it('only what the change causes: what stood before stays untold', () => {
    const base = whole(ksa('payments/stray', API));
    expect(checked({ yaml: ksaYaml('payments/api', API) }, base).caused).toEqual([]);
  });

  it('what it mends is told apart', () => {
    const base = whole(ksa('payments/stray', API));
    const result = checked({ yaml: ksaYaml('payments/stray', undefined) }, base);
    expect(result.caused).toEqual([]);
    expect(result.resolved.map(({ detector }) => detector)).toContain('annotation-without-binding');
    expect(edgeLines(result)).toEqual(['payments/stray as api: annotated-only -> none']);
  });

  it('a finding that becomes worse is caused, and says what it was', () => {
    const direct = '//cloudresourcemanager.googleapis.com/projects/acme-prod';
    const base = whole(iam(direct, []));
    const address = 'google_project_iam_member.editor';
    const after = {
      project: 'acme-prod',
      role: 'roles/editor',
      member: `serviceAccount:${API}`,
      condition: [],
    };
    expect(detectorsOf(checked({ plan: [{ address, after }] }, base).caused)).toContain('forbidden-role');
  });
});

describe('a plan', () => {
  it('says itself how things stood: nothing that stays is blamed on the change', () => {
    const unchanged = bindingOf('payments/worker', { actions: ['no-op'] });
    const result = checked({ plan: [{ ...unchanged, before: unchanged.after! }] }, whole());
    expect(result.caused).toEqual([]);
    expect(edgeLines(result)).toEqual([]);
  });

  it('forgets what stays', () => {
    const { address, after } = bindingOf('payments/api');
    const result = checked(
      { plan: [{ address, after: null, before: after!, actions: ['forget'] }] },
      whole(),
    );
    expect(edgeLines(result)).toEqual([]);
  });

  it('a replaced binding leaves a gap that before and after do not show', () => {
    const { address, after } = bindingOf('payments/api');
    const result = checked(
      { plan: [{ address, after, before: after!, actions: ['delete', 'create'] }] },
      whole(),
    );
    expect(edgeLines(result)).toEqual(['payments/api as api: bound -> bound']);
    expect(result.gaps.map(({ text }) => text)).toEqual([
      `between the two the workload has no identity: payments/api as ${API}`,
    ]);
  });

  it('one that is created before the old one is deleted may end up missing', () => {
    const { address, after } = bindingOf('payments/api');
    const result = checked(
      { plan: [{ address, after, before: after!, actions: ['create', 'delete'] }] },
      whole(),
    );
    expect(result.gaps.map(({ text }) => text)).toEqual([
      `the new binding is the old one, which is deleted last and takes it away: payments/api as ${API} may be left without it`,
    ]);
  });

  it('the same binding under another address is made and deleted in no order', () => {
    const { after } = bindingOf('payments/api');
    const result = checked(
      {
        plan: [
          { address: 'google_service_account_iam_member.old', after: null, before: after! },
          { address: 'google_service_account_iam_member.new', after },
        ],
      },
      whole(),
    );
    expect(edgeLines(result)).toEqual(['payments/api as api: bound -> bound']);
    expect(result.gaps.map(({ item, text }) => `${item.name}: ${text}`)).toEqual([
      expect.stringContaining(
        'google_service_account_iam_member.old: google_service_account_iam_member.new makes',
      ),
    ]);
  });

  it('an account that is made anew loses what the old one had', () => {
    const before = { account_id: 'api', project: 'acme-prod', email: API, unique_id: API_ID };
    const after = { account_id: 'api', project: 'acme-prod' };
    const result = checked(
      {
        plan: [
          {
            address: 'google_service_account.api',
            before,
            after,
            unknown: { email: true, unique_id: true },
            actions: ['delete', 'create'],
          },
        ],
      },
      whole(),
    );
    expect(edgeLines(result)).toEqual(['payments/api as api: bound -> annotated-only']);
    expect(result.gaps.map(({ text }) => text)).toEqual([
      expect.stringContaining('the account is made anew'),
    ]);
  });
});

describe('what only applying tells', () => {
  const created = {
    address: 'google_service_account.worker',
    after: ACCOUNT,
    unknown: { email: true, unique_id: true },
  };
  const yaml = ksaYaml('payments/worker', 'worker@acme-prod.iam.gserviceaccount.com');
  const bound = (unknown: object, refers: readonly string[]) => ({
    address: 'google_service_account_iam_member.worker',
    after: { role: WI, member: null, service_account_id: null, condition: [], ...unknown },
    unknown: { service_account_id: true, ...('member' in unknown ? {} : { member: true }) },
    refers: { service_account_id: refers, member: { references: ['var.member'] } },
  });

  it('is followed where the configuration shows it plainly', () => {
    const binding = bound({ member: member('payments/worker') }, ['google_service_account.worker.name']);
    expect(edgeLines(checked({ plan: [created, binding], yaml }))).toEqual([
      'payments/worker as worker: none -> bound',
    ]);
  });

  it('a member that is not known may be the one: the edge is undecided, and says which argument', () => {
    const binding = bound({}, ['google_service_account.worker.name']);
    const result = checked({ plan: [created, binding], yaml });
    const why = 'google_service_account_iam_member.worker: member is known only after apply';
    expect(edgeLines(result)).toEqual([`payments/worker as worker: none -> undecided (${why})`]);
    expect(result.unknown.map(({ item, argument }) => `${item.name} ${argument.argument}`)).toEqual([
      'google_service_account_iam_member.worker member',
    ]);
    expect(detectorsOf(result.caused)).not.toContain('annotation-without-binding');
    expect(result.undecided.map(({ finding }) => finding.explanation)).toContain(`${why}.`);
  });

  it('a role that links nobody leaves it decided', () => {
    const binding = {
      ...bound({ role: 'roles/iam.serviceAccountUser' }, ['google_service_account.worker.name']),
    };
    expect(edgeLines(checked({ plan: [created, binding], yaml }))).toEqual([
      'payments/worker as worker: none -> annotated-only',
    ]);
  });

  it('an account that is not known may be any', () => {
    const binding = bound({ member: member('payments/worker') }, ['data.google_service_account.other.name']);
    expect(edgeLines(checked({ plan: [created, binding], yaml }))).toEqual([
      'payments/worker as worker: none -> undecided (google_service_account_iam_member.worker: service_account_id is known only after apply)',
    ]);
  });

  it('an annotation that is not known may point at the account', () => {
    const address = 'kubernetes_service_account.worker';
    const after = { metadata: [{ name: 'worker', namespace: 'payments', annotations: {} }] };
    const unknown = { metadata: [{ annotations: { 'iam.gke.io/gcp-service-account': true } }] };
    const result = checked({ plan: [bindingOf('payments/worker'), { address, after, unknown }] }, whole());
    expect(edgeLines(result)).toEqual([
      `payments/worker as api: none -> undecided (${address}: annotations is known only after apply)`,
    ]);
  });
});

describe('onto nothing', () => {
  it('an account that the plan makes is known from its birth', () => {
    const plan = [{ address: 'google_service_account.worker', after: ACCOUNT, unknown: { email: true } }];
    const result = checked({
      plan,
      yaml: ksaYaml('payments/worker', 'worker@acme-prod.iam.gserviceaccount.com'),
    });
    expect(edgeLines(result)).toEqual(['payments/worker as worker: none -> annotated-only']);
    expect(detectorsOf(result.caused)).toContain('annotation-without-binding');
  });

  it('of one that it does not make, who may use it is not known', () => {
    const result = checked({ yaml: ksaYaml('payments/worker', API) });
    expect(edgeLines(result)).toEqual([
      `payments/worker as api: none -> undecided (it is annotated, and who may use ${API} is not known)`,
    ]);
    expect(detectorsOf(result.caused)).not.toContain('annotation-without-binding');
  });

  it('whether a KSA is there that the change does not speak of is not known', () => {
    expect(edgeLines(checked({ plan: [bindingOf('payments/worker')] }))).toEqual([
      'payments/worker as api: none -> undecided (it has a binding, and the service accounts of prod-euw1 have not been read)',
    ]);
  });
});

describe('where it is', () => {
  it('an object of YAML has its line and column, its annotation too', () => {
    const [, item] = [
      ...checked({
        yaml: `${ksaYaml('payments/one', API)}---\n${ksaYaml('payments/two', API)}`,
      }).edges.flatMap(({ items }) => items),
    ];
    expect(item).toMatchObject({
      name: 'ServiceAccount payments/two',
      place: { file: 'app.yaml', line: 9, column: 1 },
      annotationAt: { file: 'app.yaml', line: 15, column: 37 },
    });
  });

  it('so does one of a list', () => {
    const yaml = `apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ServiceAccount
    metadata:
      name: one
      namespace: payments
      annotations: {iam.gke.io/gcp-service-account: ${API}}
`;
    expect(checked({ yaml }).edges[0]?.items[0]).toMatchObject({
      place: { line: 4, column: 5 },
      annotationAt: { line: 9 },
    });
  });

  it('a finding has that of the half that is there', () => {
    const { caused } = checked(
      { yaml: ksaYaml('payments/worker', API), plan: [bindingOf('payments/walker')] },
      whole(),
    );
    const itemOf = (detector: string) =>
      caused.find(({ finding }) => finding.detector === detector)?.item?.name;
    expect(itemOf('annotation-without-binding')).toBe('ServiceAccount payments/worker');
    expect(itemOf('dangling-binding')).toBe('google_service_account_iam_member.api');
  });
});

it('speaks of the cluster that manifests are for, and of no other', () => {
  expect(CLUSTER).toContain('prod-euw1');
  const { edges } = checked({ yaml: ksaYaml('payments/api', API) }, whole());
  expect(edges).toHaveLength(1);
});
