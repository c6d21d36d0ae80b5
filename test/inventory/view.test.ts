import { describe, expect, it } from '@jest/globals';
import type { Coverage } from '../../shared/inventory/coverage.ts';
import { Inventory } from '../../shared/inventory/inventory.ts';
import { View } from '../../shared/inventory/view.ts';
import type { Act } from '../../shared/model/act.ts';
import { keyName, projectName, serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { parseMember } from '../../shared/model/principal.ts';
import type { Nanos } from '../../shared/model/time.ts';
import {
  account,
  act,
  alias,
  CLUSTER,
  COMPLETE,
  change,
  cluster,
  delta,
  gone,
  gsa,
  iam,
  inPool,
  key,
  known,
  ksa,
  member,
  NOW,
  POOL,
  projectAlias,
  SECOND_CLUSTER,
  TOKEN_CREATOR,
  t,
  WI,
  workload,
} from '../world.ts';

const API = 'api@acme-prod.iam.gserviceaccount.com';
const ID = serviceAccountName('1001');
const BY_EMAIL = serviceAccountName(API);
const KSA = { pool: POOL, namespace: 'payments', name: 'api' };
const NAMESPACE = `//container.googleapis.com/${CLUSTER}/k8s/namespaces/payments`;

function view(
  observations: readonly Observation[],
  {
    acts = [],
    coverage = [],
    declared,
  }: { acts?: readonly Act[]; coverage?: readonly Coverage[]; declared?: string } = {},
): View {
  return new View(new Inventory(known({ observations, acts, coverage })), NOW, (name) =>
    name === CLUSTER ? declared : undefined,
  );
}

function project(time = t(0)): Observation {
  return {
    kind: 'resource',
    asset: projectName('acme-prod'),
    time,
    source: 'feed',
    ancestors: [],
    facts: { type: 'project', projectId: 'acme-prod' },
    whole: true,
  };
}

/** A cluster that somebody asked for: whether Workload Identity is on, the service decides. */
function created(time = t(2)): Observation {
  return {
    ...(cluster(CLUSTER, POOL, { time }) as Extract<Observation, { kind: 'resource' }>),
    facts: { type: 'cluster', cluster: CLUSTER },
    whole: false,
  };
}

describe('the pool of a cluster', () => {
  it.each<[string, readonly Observation[], string | undefined, string | undefined]>([
    [
      'is what the cluster says',
      [cluster(CLUSTER, 'fleet.svc.id.goog')],
      'declared.svc.id.goog',
      'fleet.svc.id.goog',
    ],
    ['else what the policy says', [], 'declared.svc.id.goog', 'declared.svc.id.goog'],
    ['else its project’s', [], undefined, POOL],
    ['is none where Workload Identity is off', [cluster(CLUSTER, '')], 'declared.svc.id.goog', undefined],
    [
      'is what it says now',
      [cluster(CLUSTER, '', { time: t(9) }), cluster(CLUSTER, POOL)],
      undefined,
      undefined,
    ],
    ['is its project’s while a new one has not told', [created()], undefined, POOL],
    ['or what the policy says', [created()], 'declared.svc.id.goog', 'declared.svc.id.goog'],
    [
      'and not that of the cluster which had the name before',
      [cluster(CLUSTER, ''), gone(cluster().asset, { time: t(1) }), created(t(2))],
      undefined,
      POOL,
    ],
    ['is none when the cluster is gone', [cluster(), gone(cluster().asset, { time: t(9) })], POOL, undefined],
    [
      'is there again when it was made anew',
      [gone(cluster().asset, { time: t(9) }), cluster(CLUSTER, POOL, { time: t(10) })],
      undefined,
      POOL,
    ],
  ])('%s', (_what, observations, declared, expected) => {
    expect(view(observations, declared === undefined ? {} : { declared }).poolOf(CLUSTER)).toBe(expected);
  });

  it('leads back to the cluster', () => {
    const clusters = view([cluster(), cluster(SECOND_CLUSTER, 'x.svc.id.goog')]).clustersOf(POOL);
    expect(clusters.map((one) => one.cluster)).toEqual([CLUSTER]);
    expect(view([cluster(), gone(cluster().asset, { time: t(9) })]).clustersOf(POOL)).toEqual([]);
    expect(view([created()]).clustersOf(POOL)).toHaveLength(1);
    expect(view([created()], { declared: 'x.svc.id.goog' }).clustersOf(POOL)).toEqual([]);
  });

  it('is lost with a cluster that was seen to be deleted, and with no other', () => {
    expect(view([cluster(), gone(cluster().asset, { time: t(9) })]).isGone(CLUSTER)).toBe(true);
    expect(view([cluster()]).isGone(CLUSTER)).toBe(false);
    expect(view([]).isGone(CLUSTER)).toBe(false);
  });
});

describe('a KSA', () => {
  const seen = ksa('payments/api', API, { time: t(5) });
  const there = (...observations: readonly Observation[]) =>
    view(observations)
      .ksas(KSA)
      .map((one) => one.cluster);

  it.each<[string, readonly Observation[], readonly string[]]>([
    ['is seen in a cluster', [seen], [CLUSTER]],
    [
      'in each cluster of its pool',
      [seen, ksa('payments/api', '', { cluster: SECOND_CLUSTER })],
      [CLUSTER, SECOND_CLUSTER],
    ],
    [
      'not in one of another pool',
      [seen, ksa('payments/api', '', { cluster: SECOND_CLUSTER }), cluster(SECOND_CLUSTER, 'x.svc.id.goog')],
      [CLUSTER],
    ],
    ['not where Workload Identity is off', [seen, cluster(CLUSTER, '')], []],
    ['not when it is gone', [seen, gone(seen.asset, { time: t(6) })], []],
    ['again when it was made anew', [gone(seen.asset, { time: t(4) }), seen], [CLUSTER]],
    ['not when its namespace went after it was seen', [seen, gone(NAMESPACE, { time: t(6) })], []],
    ['but in a namespace that was made anew', [gone(NAMESPACE, { time: t(4) }), seen], [CLUSTER]],
    ['not when its cluster went', [seen, gone(`//container.googleapis.com/${CLUSTER}`, { time: t(6) })], []],
    ['not when its project went', [seen, gone(projectName('acme-prod'), { time: t(6) })], []],
    [
      'not when that went under its number',
      [seen, gone(projectName('111'), { time: t(6) }), projectAlias('acme-prod', '111')],
      [],
    ],
    [
      'and not when that was restored',
      [seen, gone(projectName('acme-prod'), { time: t(6) }), project(t(7))],
      [CLUSTER],
    ],
    ['when another project went', [seen, gone(projectName('acme-stage'), { time: t(6) })], [CLUSTER]],
    ['another of that name elsewhere is another', [ksa('payments2/api', API)], []],
  ])('%s', (_what, observations, expected) => {
    expect(there(...observations).toSorted()).toEqual(expected);
  });

  it('is found by what it points at, by where it is, and by its uid', () => {
    const { annotation } = view([seen]).ksas(KSA)[0]!;
    expect(annotation).toBe(API);
    const world = view([...account(API, '1001'), seen]);
    expect(world.annotatedTo(world.account('1001'))).toHaveLength(1);
    expect(world.ksasIn(CLUSTER)).toHaveLength(1);
    expect(world.ksasIn(SECOND_CLUSTER)).toEqual([]);
    expect(world.ksaOfUid(POOL, 'uid-payments/api')).toEqual(KSA);
    expect(world.ksaOfUid('x.svc.id.goog', 'uid-payments/api')).toBeUndefined();
    expect(view([seen, gone(seen.asset, { time: t(6) })]).ksaOfUid(POOL, 'uid-payments/api')).toBeUndefined();
  });

  it('points at the account that has the address now', () => {
    const world = view([...account(API, '1001'), alias(API, '1009', { time: t(9) }), seen]);
    expect(world.annotatedTo(world.account('1001'))).toEqual([]);
    expect(world.annotatedTo(world.account('1009'))).toHaveLength(1);
  });
});

describe('what lies in a cluster', () => {
  const pool: Observation = {
    kind: 'resource',
    asset: `//container.googleapis.com/${CLUSTER}/nodePools/one`,
    time: t(5),
    source: 'feed',
    ancestors: [],
    facts: { type: 'node-pool', cluster: CLUSTER, name: 'one' },
    whole: true,
  };
  const place: Observation = {
    ...pool,
    asset: NAMESPACE,
    facts: { type: 'namespace', cluster: CLUSTER, name: 'payments', owner: 'team-payments' },
  };
  const all = [pool, place, workload('Deployment payments/web', 'payments/api', { time: t(5) })];
  const left = (...more: readonly Observation[]) => {
    const world = view([...all, ...more]);
    return [
      ...world.nodePoolsOf(CLUSTER).map(({ kind }) => kind),
      ...[world.namespace(CLUSTER, 'payments')].flatMap((one) => one?.kind ?? []),
      ...world.workloads('payments', 'web').map(({ kind }) => kind),
      ...world.workloadsAs('payments', 'api').map(({ kind }) => kind),
    ];
  };

  it.each<[string, readonly Observation[], readonly string[]]>([
    ['is there', [], ['node-pool', 'namespace', 'workload', 'workload']],
    ['goes with the cluster', [gone(cluster().asset, { time: t(6) })], []],
    ['goes with the project', [gone(projectName('acme-prod'), { time: t(6) })], []],
    ['goes with its namespace', [gone(NAMESPACE, { time: t(6) })], ['node-pool']],
    [
      'does not go with what went before it came',
      [gone(cluster().asset, { time: t(4) })],
      ['node-pool', 'namespace', 'workload', 'workload'],
    ],
  ])('%s', (_what, observations, expected) => {
    expect(left(...observations)).toEqual(expected);
  });
});

describe('an account', () => {
  it.each<[string, readonly Observation[], string]>([
    ['that was never seen is not known, which is not missing', [], 'unknown'],
    ['that only its policy tells of', [iam(ID, [])], 'unknown'],
    ['that was seen', account(API, '1001'), 'active'],
    ['that is disabled', account(API, '1001', { disabled: true }), 'disabled'],
    [
      'that was enabled',
      [...account(API, '1001', { disabled: true }), gsa(API, '1001', { time: t(9) })],
      'active',
    ],
    ['that was deleted', [...account(API, '1001'), gone(ID, { time: t(9) })], 'deleted'],
    [
      'that was deleted under its e-mail',
      [...account(API, '1001'), gone(BY_EMAIL, { time: t(9) })],
      'deleted',
    ],
    ['that was undeleted', [...account(API, '1001', { time: t(10) }), gone(ID, { time: t(9) })], 'active'],
    [
      'whose project was deleted',
      [...account(API, '1001'), gone(projectName('acme-prod'), { time: t(9) })],
      'deleted',
    ],
    [
      'whose project was deleted under its number',
      [...account(API, '1001'), gone(projectName('111'), { time: t(9) }), projectAlias('acme-prod', '111')],
      'deleted',
    ],
    [
      'whose project was restored',
      [...account(API, '1001'), gone(projectName('acme-prod'), { time: t(9) }), project(t(10))],
      'active',
    ],
  ])('%s', (_what, observations, state) => {
    expect(view(observations).account('1001').state).toBe(state);
  });

  it('is the same by both names', () => {
    const world = view(account(API, '1001'));
    expect(world.account(API)).toEqual(world.account('1001'));
    expect(world.account(API)).toMatchObject({ id: '1001', email: API });
  });

  it('by its address is the newest that has it', () => {
    const world = view([
      ...account(API, '1001'),
      gone(ID, { time: t(5) }),
      ...account(API, '1009', { time: t(9) }),
    ]);
    expect(world.account(API)).toMatchObject({ id: '1009', state: 'active' });
    expect(world.account('1001')).toMatchObject({ id: '1001', email: API, state: 'deleted' });
  });

  it('that has told nothing but its names is not the one that had the address before', () => {
    const world = view([
      ...account(API, '1001'),
      gone(ID, { time: t(5) }),
      alias(API, '1009', { time: t(9) }),
    ]);
    expect(world.account(API)).toMatchObject({ id: '1009', state: 'unknown', firstTold: t(9) });
  });

  it('has its keys under both names', () => {
    const world = view([
      ...account(API, '1001'),
      key('k1', '1001'),
      key('k2', API),
      key('k3', '2002'),
      gone(keyName('k4')),
    ]);
    expect(
      world
        .keysOf(world.account('1001'))
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(['k1', 'k2']);
    expect(world.key('k1')).toMatchObject({ account: '1001', managedBy: 'user', disabled: false });
    expect(world.key('k4')).toBeUndefined();
  });
});

describe('grants', () => {
  const subject = (resource: string, who: string) => ({
    kind: 'grant' as const,
    resource,
    role: WI,
    principal: who,
    condition: '',
  });
  const DEBUG = `ksa:${POOL}[sandbox/debug]`;

  it('on an account are the same under both its names', () => {
    const world = view([alias(API, '1001'), iam(BY_EMAIL, [[WI, member('sandbox/debug')]])]);
    expect(world.grant(subject(ID, DEBUG))?.grant).toMatchObject({ resource: ID, role: WI });
    expect(world.linksOn(world.account('1001'))).toHaveLength(1);
  });

  it('told under one name are taken away under the other', () => {
    const world = view([
      alias(API, '1001'),
      iam(ID, [[WI, member('sandbox/debug')]], { time: t(1) }),
      delta(BY_EMAIL, [change('remove', BY_EMAIL, WI, member('sandbox/debug'))], { time: t(2) }),
    ]);
    expect(world.grant(subject(ID, DEBUG))).toBeUndefined();
    expect(world.goneByReport(subject(ID, DEBUG))).toBe(true);
  });

  it('told under one name keep their arrival when the other shows them', () => {
    const world = view([
      alias(API, '1001'),
      iam(BY_EMAIL, [[WI, member('sandbox/debug')]], { time: t(1), etag: 'e1' }),
      iam(ID, [[WI, inPool('subject/ns/sandbox/sa/debug')]], { time: t(2), etag: 'e2' }),
    ]);
    expect(world.linksOn(world.account(API))).toMatchObject([{ since: t(1), etag: 'e1' }]);
  });

  it('of a principal are found wherever they are', () => {
    const world = view([
      iam(ID, [[WI, member('sandbox/debug')]]),
      iam('//storage.googleapis.com/x', [['roles/x', inPool('subject/ns/sandbox/sa/debug')]]),
    ]);
    expect(
      world
        .heldBy(parseMember(member('sandbox/debug')))
        .map(({ grant }) => grant.role)
        .toSorted(),
    ).toEqual([WI, 'roles/x']);
    expect(world.heldBy(parseMember(member('sandbox/debug2')))).toEqual([]);
  });

  it('that let their holder become an account stand on it, on its project, and above', () => {
    const FOLDER = '//cloudresourcemanager.googleapis.com/folders/4';
    const world = view([
      { ...gsa(API, '1001'), ancestors: ['projects/111', 'folders/4', 'organizations/1'] },
      alias(API, '1001'),
      projectAlias('acme-prod', '111'),
      iam(ID, [
        [WI, member('a/on')],
        ['roles/viewer', member('a/viewer')],
      ]),
      {
        ...iam(projectName('111'), [
          [TOKEN_CREATOR, member('a/project')],
          ['roles/viewer', member('a/viewer')],
        ]),
        ancestors: ['projects/111', 'folders/4', 'organizations/1'],
      },
      iam(FOLDER, [[WI, member('a/folder')]]),
      iam(FOLDER.replace('4', '5'), [[WI, member('a/other')]]),
    ]);
    const names = (facts: ReturnType<View['linksOn']>) => facts.map(({ grant }) => grant.member);
    expect(names(world.linksOn(world.account(API)))).toEqual([member('a/on')]);
    expect(names(world.linksInProject('acme-prod'))).toEqual([member('a/project')]);
    expect(names(world.linksAbove(world.account(API)))).toEqual([member('a/folder')]);
  });

  it.each<[string, readonly Observation[], boolean]>([
    [
      'taken away by a delta, the policy unread since',
      [
        iam(ID, [[WI, member('sandbox/debug')]]),
        delta(ID, [change('remove', ID, WI, member('sandbox/debug'))], { time: t(2) }),
      ],
      true,
    ],
    [
      'so too where no whole policy was ever read',
      [delta(ID, [change('remove', ID, WI, member('sandbox/debug'))], { time: t(2) })],
      true,
    ],
    [
      'read since',
      [
        delta(ID, [change('remove', ID, WI, member('sandbox/debug'))], { time: t(2) }),
        iam(ID, [], { time: t(3) }),
      ],
      false,
    ],
    ['never there', [iam(ID, [])], false],
  ])('gone by report only: %s', (_what, observations, expected) => {
    expect(view(observations).goneByReport(subject(ID, DEBUG))).toBe(expected);
  });

  it.each<[string, readonly Observation[], boolean]>([
    ['a reading tells it', [iam(ID, [[WI, member('sandbox/debug')]])], false],
    ['a delta alone tells that it came', [delta(ID, [change('add', ID, WI, member('sandbox/debug'))])], true],
    [
      'a reading shows it since',
      [
        delta(ID, [change('add', ID, WI, member('sandbox/debug'))]),
        iam(ID, [[WI, member('sandbox/debug')]], { time: t(3) }),
      ],
      false,
    ],
    [
      'a delta alone tells that it went',
      [
        iam(ID, [[WI, member('sandbox/debug')]]),
        delta(ID, [change('remove', ID, WI, member('sandbox/debug'))], { time: t(2) }),
      ],
      true,
    ],
    [
      'under a condition too',
      [
        iam(ID, [[WI, member('sandbox/debug'), { expression: 'x', title: 'one' }]]),
        delta(ID, [change('remove', ID, WI, member('sandbox/debug'), { expression: ' x ' })], { time: t(2) }),
      ],
      true,
    ],
    [
      'under the other name of the account',
      [
        alias(API, '1001'),
        delta(BY_EMAIL, [change('remove', BY_EMAIL, WI, member('sandbox/debug'))], { time: t(2) }),
      ],
      true,
    ],
    [
      'a reading shows that it is gone',
      [
        delta(ID, [change('remove', ID, WI, member('sandbox/debug'))], { time: t(2) }),
        iam(ID, [], { time: t(3) }),
      ],
      false,
    ],
    [
      'the delta speaks of another account',
      [
        delta(serviceAccountName('1002'), [
          change('add', serviceAccountName('1002'), WI, member('sandbox/debug')),
        ]),
      ],
      false,
    ],
  ])('an answer rests on a report: %s', (_what, observations, expected) => {
    const world = view(observations);
    expect(world.restsOnReport).toBe(false);
    world.linksOn(world.account('1001'));
    expect(world.restsOnReport).toBe(expected);
  });

  it('of a KSA itself rest on a report as well', () => {
    const TOPIC = '//pubsub.googleapis.com/projects/acme-prod/topics/t';
    const world = view([delta(TOPIC, [change('remove', TOPIC, 'roles/x', member('sandbox/debug'))])]);
    expect(world.heldBy(parseMember(member('sandbox/debug')))).toEqual([]);
    expect(world.restsOnReport).toBe(true);
  });

  it.each<[string, readonly Observation[], readonly Coverage[], boolean]>([
    ['when it was seen', [iam(ID, [])], [], true],
    ['under its other name', [iam(BY_EMAIL, []), alias(API, '1001')], [], true],
    ['not when only changes were', [delta(ID, [change('add', ID, WI, 'allUsers')])], [], false],
    ['not when only a removal was', [delta(ID, [change('remove', ID, WI, 'allUsers')])], [], false],
    ['not when it was deleted since', [iam(ID, []), gone(ID, { time: t(9) })], [], false],
  ])('the whole policy is known %s', (_what, observations, coverage, expected) => {
    expect(view(observations, { coverage }).policyKnown(ID, 'iam.googleapis.com/ServiceAccount')).toBe(
      expected,
    );
  });

  it('the whole policy is known of whatever lies in a project that was read', () => {
    const TOPIC = '//pubsub.googleapis.com/projects/111/topics/t';
    const read: Coverage = {
      scope: 'projects/acme-prod',
      assetType: 'pubsub.googleapis.com/Topic',
      content: 'policy',
      asOf: t(0),
    };
    const isKnown = (observations: readonly Observation[]) =>
      view(observations, { coverage: [read] }).policyKnown(TOPIC, 'pubsub.googleapis.com/Topic');
    expect(isKnown([])).toBe(false);
    expect(isKnown([projectAlias('acme-prod', '111')])).toBe(true);
  });
});

describe('where a resource lies', () => {
  const TOPIC = '//pubsub.googleapis.com/projects/acme-prod/topics/t';
  const told = (asset: string, seconds: number, ...ancestors: string[]): Observation => ({
    ...iam(asset, [], { time: t(seconds), etag: `e${seconds}` }),
    ancestors,
  });
  const OLD = ['projects/111', 'folders/4', 'organizations/1'];
  const NEW = ['projects/111', 'folders/5', 'organizations/1'];

  it.each<[string, readonly Observation[], readonly string[]]>([
    ['is not known when nobody told', [told(TOPIC, 1)], []],
    ['is what its own messages tell', [told(TOPIC, 1, ...OLD)], OLD],
    [
      'is where its project lies, when only that was told',
      [told(TOPIC, 1, 'projects/111'), told(projectName('111'), 1, ...OLD)],
      OLD,
    ],
    [
      'is where its project moved, of which no other message tells',
      [told(TOPIC, 1, ...OLD), told(projectName('111'), 1, ...OLD), told(projectName('111'), 5, ...NEW)],
      NEW,
    ],
    [
      'also when the project goes by its id',
      [told(TOPIC, 9, ...OLD), told(projectName('acme-prod'), 5, ...NEW), projectAlias('acme-prod', '111')],
      NEW,
    ],
    [
      'is what its own messages tell, when the project’s tell less',
      [told(TOPIC, 1, ...OLD), told(projectName('111'), 5, 'projects/111')],
      OLD,
    ],
  ])('%s', (_what, observations, expected) => {
    expect(view(observations).ancestorsOf(TOPIC)).toEqual(expected);
  });
});

describe('coverage', () => {
  it.each([
    ['a project that was read', 'projects/acme-prod', 'resource', true],
    ['by its number', 'projects/111', 'resource', true],
    ['with its policies', 'projects/acme-prod', 'policy', true],
    ['another project', 'projects/beta', 'resource', false],
  ] as const)('%s', (_what, scope, content, expected) => {
    const world = view([projectAlias('acme-prod', '111')], { coverage: COMPLETE });
    expect(world.covered(scope, 'iam.googleapis.com/ServiceAccount', content)).toBe(expected);
    expect(world.covered(scope, 'iam.googleapis.com/ServiceAccountKey', content)).toBe(false);
  });

  it('does not speak of what was first told of since', () => {
    const world = view([], { coverage: COMPLETE });
    const knows = (since: Nanos) =>
      world.covered('projects/acme-prod', 'iam.googleapis.com/ServiceAccount', 'resource', since);
    expect([knows(t(-1)), knows(t(0)), knows(t(1))]).toEqual([true, false, false]);
  });

  it('of a pool’s KSAs is since they were read, or since its clusters are known; never since one asked', () => {
    const since = (observations: readonly Observation[], coverage: readonly Coverage[] = []) =>
      view(observations, { coverage }).coveredSince([CLUSTER, SECOND_CLUSTER]);
    expect(since([], COMPLETE)).toBe(t(0));
    expect(since([cluster(CLUSTER, POOL, { time: t(7) })])).toBe(t(7));
    expect(since([])).toBe(0n);
  });

  it('of a cluster is of its KSAs', () => {
    const world = view([], { coverage: COMPLETE.filter(({ scope }) => scope === CLUSTER) });
    expect(world.covered(CLUSTER, 'k8s.io/ServiceAccount', 'resource')).toBe(true);
    expect(world.covered(SECOND_CLUSTER, 'k8s.io/ServiceAccount', 'resource')).toBe(false);
  });
});

describe('acts', () => {
  it('are found by id, and by the asset under any name', () => {
    const world = view([alias(API, '1001')], {
      acts: [act('a', ID), act('b', BY_EMAIL), act('c', projectName('x'))],
    });
    expect(world.act('a')?.asset).toBe(ID);
    expect(world.act('z')).toBeUndefined();
    expect(
      world
        .actsOn(BY_EMAIL)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(['a', 'b']);
  });
});

describe('what a judgement hangs on', () => {
  it('is every question it asked, whatever the answer', () => {
    const world = view([]);
    world.key('k1');
    world.poolOf(CLUSTER);
    world.heldBy(parseMember('user:jane@acme.example'));
    expect([...world.reads]).toEqual(
      expect.arrayContaining(['key:k1', `cluster:${CLUSTER}`, 'of:user:jane@acme.example']),
    );
  });

  it('is the earliest time at which an answer changes, and no time that is past', () => {
    const world = view([]);
    expect(world.nextChangeAt).toBeUndefined();
    for (const time of [undefined, NOW, NOW - 1n, NOW + 20n, NOW + 10n, NOW + 30n]) world.wakeAt(time);
    expect(world.nextChangeAt).toBe(NOW + 10n);
  });
});

describe('what several subjects ask alike', () => {
  const held = (any: View) => any.heldBy(parseMember(member('payments/api'))).map(({ grant }) => grant.role);

  it('is answered once, and noted by each as if it had asked', () => {
    const first = view([iam(ID, [[WI, member('payments/api')]])]);
    const second = first.another();
    let asked = 0;
    const ask = (any: View) => {
      asked++;
      any.wakeAt(t(9_999_999));
      return held(any);
    };
    expect(first.shared('held', ask)).toEqual([WI]);
    expect(second.reads.size).toBe(0);
    expect(second.shared('held', ask)).toEqual([WI]);
    expect(asked).toBe(1);
    expect([...second.reads]).toEqual([...first.reads]);
    expect(second.reads.size).toBeGreaterThan(0);
    expect(second.nextChangeAt).toBe(t(9_999_999));
  });

  it('rests on a report for each', () => {
    const reported = view([delta(ID, [change('add', ID, WI, member('payments/api'))])]);
    const others = [reported, reported.another()];
    for (const other of others) other.shared('held', held);
    expect(others.map(({ restsOnReport }) => restsOnReport)).toEqual([true, true]);
  });

  it('is missing for each where it has not been loaded', () => {
    const partly = new Inventory(known({ observations: [] }), new Set());
    const first = new View(partly, NOW, () => undefined);
    const missedBy = (one: View) => [...partly.noting(() => one.shared('held', held)).missing];
    const missed = missedBy(first);
    expect(missed.length).toBeGreaterThan(0);
    expect(missedBy(first.another())).toEqual(missed);
    expect([...partly.missing]).toEqual(missed);
  });

  it('is asked again, and noted, where the asking fails', () => {
    const first = view([]);
    const fail = (any: View): never => {
      held(any);
      throw new Error('damaged');
    };
    expect(() => first.shared('held', fail)).toThrow('damaged');
    expect(first.reads.size).toBeGreaterThan(0);
    expect(first.another().shared('held', held)).toEqual([]);
  });
});
