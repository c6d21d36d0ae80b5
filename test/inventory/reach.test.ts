/** What an identity can become, and the shortest way there. */
import { describe, expect, it } from '@jest/globals';
import { Inventory } from '../../shared/inventory/inventory.ts';
import { type Place, type Reach, reachOf } from '../../shared/inventory/reach.ts';
import { pathTo } from '../../shared/inventory/shortest-path.ts';
import { View } from '../../shared/inventory/view.ts';
import { projectName, serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { type Principal, parseMember } from '../../shared/model/principal.ts';
import type { Catalogue } from '../../shared/roles/catalogue.ts';
import {
  alias,
  customRole,
  gone,
  gsa,
  inPool,
  known,
  member,
  NOW,
  POOL,
  projectAlias,
  TOKEN_CREATOR,
  t,
  iam as told,
  WI,
} from '../world.ts';

/** `a`: the account a@acme-prod, by its e-mail; `d9`: one of acme-data. */
const email = (name: string) =>
  `${name}@${name.startsWith('d') ? 'acme-data' : 'acme-prod'}.iam.gserviceaccount.com`;
const named = (name: string) => `serviceAccount:${email(name)}`;
const on = (name: string) => serviceAccountName(email(name));
const PROD = projectName('acme-prod');
const DATA = projectName('acme-data');
const FOLDER = '//cloudresourcemanager.googleapis.com/folders/401';
const ORGANIZATION = '//cloudresourcemanager.googleapis.com/organizations/123456789012';
const A = parseMember(named('a'));

/** A policy, told with nothing of where its resource lies; `below` says that. */
function iam(
  asset: string,
  bindings: Parameters<typeof told>[1],
  more: Parameters<typeof told>[2] = {},
): Observation {
  return below(told(asset, bindings, more));
}

function below(observation: Observation, ...ancestors: readonly string[]): Observation {
  return observation.kind === 'alias' ? observation : { ...observation, ancestors };
}

function reach(
  observations: readonly Observation[],
  {
    who = [A],
    depth = 4,
    nodes = 100,
    catalogue,
  }: {
    readonly who?: readonly Principal[];
    readonly depth?: number;
    readonly nodes?: number;
    readonly catalogue?: Catalogue;
  } = {},
): Reach {
  const inventory = new Inventory(known({ observations, coverage: [] }));
  return reachOf(who, new View(inventory, NOW, () => undefined, catalogue), { depth, nodes });
}

function words(place: Place): string {
  const name = 'account' in place ? (place.account.email ?? place.account.id) : place.of.split('/').at(-1)!;
  return `${place.kind} ${name.split('@')[0]}`;
}

/** Every step, the nearest first: `account b by iam.serviceAccounts.getAccessToken`. */
const steps = (observations: readonly Observation[], more: Parameters<typeof reach>[1] = {}) =>
  reach(observations, more).steps.map(
    ({ to, permissions, isSure }) => `${words(to)} by ${permissions.join(' + ')}${isSure ? '' : '?'}`,
  );

const ACT_AS = 'iam.serviceAccounts.actAs';
const RUN = 'run.services.create';
const ROLE = 'projects/acme-prod/roles/helper';

describe('one step, by a grant on an account', () => {
  it.each<[string, string, readonly string[]]>([
    ['tokens', TOKEN_CREATOR, ['account b by iam.serviceAccounts.getAccessToken']],
    ['tokens, by workload identity', WI, ['account b by iam.serviceAccounts.getAccessToken']],
    [
      'OpenID tokens',
      'roles/iam.serviceAccountOpenIdTokenCreator',
      ['account b by iam.serviceAccounts.getOpenIdToken'],
    ],
    ['keys', 'roles/iam.serviceAccountKeyAdmin', ['account b by iam.serviceAccountKeys.create']],
    ['its IAM policy', 'roles/iam.serviceAccountAdmin', ['account b by iam.serviceAccounts.setIamPolicy']],
    ['actAs alone is nothing', 'roles/iam.serviceAccountUser', []],
    ['looking at it is nothing', 'roles/iam.serviceAccountViewer', []],
  ])('%s', (_what, role, expected) => {
    expect(steps([iam(on('b'), [[role, named('a')]])])).toEqual(expected);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['signatures', ['iam.serviceAccounts.signBlob'], ['account b by iam.serviceAccounts.signBlob']],
    ['signed tokens', ['iam.serviceAccounts.signJwt'], ['account b by iam.serviceAccounts.signJwt']],
    [
      'delegation',
      ['iam.serviceAccounts.implicitDelegation'],
      ['delegate b by iam.serviceAccounts.implicitDelegation'],
    ],
    ['nothing', ['iam.serviceAccounts.get'], []],
  ])('a custom role: %s', (_what, permissions, expected) => {
    expect(steps([customRole(ROLE, permissions), iam(on('b'), [[ROLE, named('a')]])])).toEqual(expected);
  });

  it('a role that has not been read may let it in, and is not gone on from', () => {
    const observations = [iam(on('b'), [[ROLE, named('a')]]), iam(on('c'), [[TOKEN_CREATOR, named('b')]])];
    expect(steps(observations)).toEqual(['account b by iam.serviceAccounts.getAccessToken?']);
  });

  it.each<[string, readonly Observation[]]>([
    [
      'that is deleted',
      [gsa(email('b'), '1'), alias(email('b'), '1'), gone(serviceAccountName('1'), { time: t(5) })],
    ],
    ['that is disabled', [gsa(email('b'), '1', { disabled: true }), alias(email('b'), '1')]],
  ])('nobody becomes an account %s', (_what, account) => {
    expect(steps([...account, iam(on('b'), [[TOKEN_CREATOR, named('a')]])])).toEqual([]);
  });

  it('nobody becomes itself', () => {
    expect(steps([iam(on('a'), [[TOKEN_CREATOR, named('a')]])])).toEqual([]);
  });

  it.each([
    ['is over', 'request.time < timestamp("2020-01-01T00:00:00Z")', []],
    [
      'is still on',
      'request.time < timestamp("2030-01-01T00:00:00Z")',
      ['account b by iam.serviceAccounts.getAccessToken'],
    ],
  ])('a grant whose condition %s', (_what, expression, expected) => {
    expect(steps([iam(on('b'), [[TOKEN_CREATOR, named('a'), { expression }]])])).toEqual(expected);
  });
});

describe('one step, by a grant on a project, folder or organisation', () => {
  it.each<[string, string, string, readonly string[]]>([
    ['tokens', PROD, TOKEN_CREATOR, ['every-account acme-prod by iam.serviceAccounts.getAccessToken']],
    [
      'keys, which editors may make',
      PROD,
      'roles/editor',
      ['every-account acme-prod by iam.serviceAccountKeys.create'],
    ],
    [
      'roles on a project',
      PROD,
      'roles/resourcemanager.projectIamAdmin',
      ['any-role acme-prod by resourcemanager.projects.setIamPolicy'],
    ],
    [
      'roles on a folder',
      FOLDER,
      'roles/resourcemanager.folderIamAdmin',
      ['any-role 401 by resourcemanager.folders.setIamPolicy'],
    ],
    [
      'roles on the projects of a folder',
      FOLDER,
      'roles/resourcemanager.projectIamAdmin',
      ['any-role 401 by resourcemanager.projects.setIamPolicy'],
    ],
    [
      'roles on an organisation',
      ORGANIZATION,
      'roles/resourcemanager.organizationAdmin',
      ['any-role 123456789012 by resourcemanager.organizations.setIamPolicy'],
    ],
    [
      'identity providers',
      PROD,
      'roles/iam.workloadIdentityPoolAdmin',
      ['federation acme-prod by iam.googleapis.com/workloadIdentityPoolProviders.update'],
    ],
    ['custom roles, none of which it holds', PROD, 'roles/iam.roleAdmin', []],
    ['nothing of the kind', PROD, 'roles/storage.admin', []],
  ])('%s', (_what, resource, role, expected) => {
    expect(steps([iam(resource, [[role, named('a')]])])).toEqual(expected);
  });

  it('a custom role it holds, and may rewrite where that is kept', () => {
    const rewriting = (home: string) =>
      steps([
        customRole(ROLE, ['pubsub.topics.publish']),
        iam(DATA, [[ROLE, named('a')]]),
        iam(home, [['roles/iam.roleAdmin', named('a')]]),
      ]);
    expect(rewriting(PROD)).toEqual(['any-role acme-data by iam.roles.update']);
    expect(rewriting(projectName('acme-other'))).toEqual([]);
  });
});

describe('running code as an account', () => {
  const user = (resource: string, who = 'a') => iam(resource, [['roles/iam.serviceAccountUser', named(who)]]);
  const runner = (resource: string, role = 'roles/run.developer') => iam(resource, [[role, named('a')]]);
  const lies = (observation: Observation) =>
    below(observation, 'projects/111122223333', 'folders/402', 'organizations/123456789012');
  const prodLies = lies(told(PROD, []));

  it.each<[string, readonly Observation[], readonly string[]]>([
    ['where it lies', [user(on('b')), runner(PROD)], [`account b by ${ACT_AS} + ${RUN}`]],
    ['in another project: by default no account goes there', [user(on('d')), runner(PROD)], []],
    [
      'below a folder that its project lies in',
      [user(on('b')), runner(ORGANIZATION), prodLies],
      [`account b by ${ACT_AS} + ${RUN}`],
    ],
    ['below a folder in which it does not lie', [user(on('b')), runner(FOLDER), prodLies], []],
    [
      'below a folder of which nobody knows what it holds',
      [user(on('b')), runner(FOLDER)],
      [`account b by ${ACT_AS} + ${RUN}?`],
    ],
    [
      'with a role that has not been read',
      [user(on('b')), runner(PROD, ROLE)],
      [
        `account b by ${ACT_AS} + compute.instances.create?`,
        'any-role acme-prod by resourcemanager.projects.setIamPolicy?',
        'every-account acme-prod by iam.serviceAccounts.getAccessToken?',
        'federation acme-prod by iam.googleapis.com/workloadIdentityPoolProviders.update?',
      ],
    ],
    [
      'every one of the project',
      [
        iam(DATA, [
          ['roles/iam.serviceAccountUser', named('a')],
          ['roles/run.developer', named('a')],
        ]),
      ],
      [`every-account acme-data by ${ACT_AS} + ${RUN}`],
    ],
    [
      'every one of the project in which it may, of all below the organisation',
      [user(ORGANIZATION), lies(runner(PROD))],
      [`every-account acme-prod by ${ACT_AS} + ${RUN}`],
    ],
    ['as somebody else', [user(on('b'), 'c'), runner(PROD)], []],
  ])('%s', (_what, observations, expected) => {
    expect(steps([projectAlias('acme-prod', '111122223333'), ...observations])).toEqual(expected);
  });

  it('by one grant that lets it do both', () => {
    const both = customRole(ROLE, [ACT_AS, RUN]);
    const [step] = reach([both, iam(PROD, [[ROLE, named('a')]])]).steps;
    expect(step?.permissions).toEqual([ACT_AS, RUN]);
    expect(step?.by).toHaveLength(1);
  });
});

describe('who holds a grant', () => {
  it('may be a KSA, under all its names', () => {
    const ksa = { kind: 'ksa' as const, pool: POOL, namespace: 'payments', name: 'api' };
    const observations = [
      iam(on('b'), [[WI, member('payments/api')]]),
      iam(on('c'), [[WI, inPool('kubernetes.serviceaccount.uid/u1')]]),
    ];
    expect(steps(observations, { who: [ksa, { kind: 'ksa-uid', pool: POOL, uid: 'u1' }] })).toEqual([
      'account b by iam.serviceAccounts.getAccessToken',
      'account c by iam.serviceAccounts.getAccessToken',
    ]);
  });

  it('may be every account of the project in which the account that is become lies', () => {
    const all =
      'principalSet://cloudresourcemanager.googleapis.com/projects/111122223333/type/ServiceAccount';
    const observations = [
      projectAlias('acme-prod', '111122223333'),
      iam(on('b'), [[TOKEN_CREATOR, named('a')]]),
      iam(on('d'), [[TOKEN_CREATOR, all]]),
    ];
    expect(steps(observations)).toContain('account d by iam.serviceAccounts.getAccessToken');
  });
});

describe('step by step', () => {
  const chain = [...'abcdef']
    .slice(1)
    .map((name, i) => iam(on(name), [[TOKEN_CREATOR, named('abcdef'[i]!)]]));
  const far = (found: Reach) => found.reached.map(({ place, distance }) => `${words(place)} ${distance}`);

  it('goes on from everybody it becomes, the nearest first', () => {
    expect(far(reach(chain, { depth: 8 }))).toEqual([
      'account b 1',
      'account c 2',
      'account d 3',
      'account e 4',
      'account f 5',
    ]);
    expect(reach(chain, { depth: 8 }).stoppedAt).toBeUndefined();
  });

  it('stops after so many accounts in a row, and says so', () => {
    expect(far(reach(chain, { depth: 2 }))).toEqual(['account b 1', 'account c 2']);
    expect(reach(chain, { depth: 2 }).stoppedAt).toBe('depth');
    expect(reach(chain, { depth: 5 }).stoppedAt).toBeUndefined();
  });

  it('stops after so many accounts, and says so', () => {
    const fan = [...'bcdef'].map((name) => iam(on(name), [[TOKEN_CREATOR, named('a')]]));
    expect(far(reach(fan, { nodes: 3 }))).toEqual(['account b 1', 'account c 1', 'account d 1']);
    expect(reach(fan, { nodes: 3 }).stoppedAt).toBe('nodes');
    expect(reach(fan, { nodes: 5 }).stoppedAt).toBeUndefined();
  });

  it('tells what the last account administers, though it follows it no further', () => {
    const admin = iam(PROD, [['roles/resourcemanager.projectIamAdmin', named('b')]]);
    expect(steps([chain[0]!, admin], { depth: 1 })).toEqual([
      'account b by iam.serviceAccounts.getAccessToken',
      'any-role acme-prod by resourcemanager.projects.setIamPolicy',
    ]);
  });

  it('comes to an end where accounts may become each other', () => {
    const ring = [
      ...chain,
      iam(on('b'), [
        [TOKEN_CREATOR, named('a')],
        [TOKEN_CREATOR, named('f')],
      ]),
    ];
    expect(far(reach(ring, { depth: 100 }))).toHaveLength(5);
  });

  it('delegates hand on the tokens of those they may speak as, and nothing else', () => {
    const delegating = customRole(ROLE, ['iam.serviceAccounts.implicitDelegation']);
    const observations = [
      delegating,
      iam(on('b'), [[ROLE, named('a')]]),
      iam(on('c'), [[TOKEN_CREATOR, named('b')]]),
      iam(on('d'), [['roles/iam.serviceAccountKeyAdmin', named('b')]]),
      iam(on('e'), [[ROLE, named('b')]]),
      iam(on('f'), [[TOKEN_CREATOR, named('e')]]),
      iam(PROD, [['roles/owner', named('b')]]),
    ];
    expect(far(reach(observations))).toEqual(['delegate b 1', 'account c 2', 'delegate e 2', 'account f 3']);
  });

  it('gives the same answer whatever the order in which things were told', () => {
    const world = [
      ...chain,
      iam(
        on('c'),
        [
          [TOKEN_CREATOR, named('a')],
          [TOKEN_CREATOR, named('b')],
        ],
        { time: t(9) },
      ),
      iam(PROD, [['roles/editor', named('c')]]),
    ];
    expect(reach([...world].reverse())).toEqual(reach(world));
  });
});

describe('the shortest way', () => {
  const goal = (found: Reach, place: string) => {
    const step = found.steps.find(({ to }) => words(to) === place);
    if (step === undefined) throw new Error(`no step to ${place}`);
    return pathTo(step, found);
  };
  const way = (found: Reach, place: string) => {
    const { steps: taken, cut, cutsAll } = goal(found, place);
    return {
      way: taken.map(({ to }) => words(to)),
      cut: `${cut.grant.member.split(/[:@]/)[1]} on ${cut.grant.resource.split('/').at(-1)!.split('@')[0]}`,
      cutsAll,
    };
  };
  const lets = (name: string, ...who: readonly string[]) =>
    iam(
      on(name),
      who.map((one) => [TOKEN_CREATOR, named(one)] as const),
    );
  const ownsProject = (name: string) => iam(PROD, [['roles/owner', named(name)]]);

  it('cuts the last grant, where all go through it', () => {
    const found = reach([lets('b', 'a'), lets('c', 'b'), ownsProject('c')]);
    expect(way(found, 'any-role acme-prod')).toEqual({
      way: ['account b', 'account c', 'any-role acme-prod'],
      cut: 'c on acme-prod',
      cutsAll: true,
    });
  });

  it('cuts the last grant that cannot be gone round', () => {
    const found = reach([
      lets('b', 'a'),
      lets('c', 'b'),
      lets('d', 'b'),
      iam(PROD, [
        ['roles/owner', named('c')],
        ['roles/owner', named('d')],
      ]),
    ]);
    expect(way(found, 'any-role acme-prod')).toEqual({
      way: ['account b', 'account c', 'any-role acme-prod'],
      cut: 'a on b',
      cutsAll: true,
    });
  });

  it('cuts the first, where each can be gone round, and says so', () => {
    const found = reach([
      lets('b', 'a'),
      lets('c', 'a'),
      iam(PROD, [
        ['roles/owner', named('b')],
        ['roles/owner', named('c')],
      ]),
    ]);
    expect(way(found, 'any-role acme-prod')).toEqual({
      way: ['account b', 'any-role acme-prod'],
      cut: 'a on b',
      cutsAll: false,
    });
  });

  it('is not the way round', () => {
    const found = reach([lets('b', 'a'), lets('c', 'a', 'b')]);
    expect(way(found, 'account c').way).toEqual(['account c']);
  });

  it('of two grants that do a step together cuts the one that names the goal', () => {
    const found = reach([
      iam(on('b'), [['roles/iam.serviceAccountUser', named('a')]]),
      iam(PROD, [['roles/run.developer', named('a')]]),
    ]);
    expect(way(found, 'account b')).toEqual({ way: ['account b'], cut: 'a on b', cutsAll: true });
  });

  it('ends with a step that may be, where nothing better is known', () => {
    const found = reach([lets('b', 'a'), iam(on('c'), [[ROLE, named('b')]])]);
    expect(way(found, 'account c')).toEqual({
      way: ['account b', 'account c'],
      cut: 'b on c',
      cutsAll: true,
    });
  });
});
