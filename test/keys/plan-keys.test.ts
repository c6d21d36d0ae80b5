import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { World as Everything } from '../../shared/explain/world.ts';
import { Inventory } from '../../shared/inventory/inventory.ts';
import { View } from '../../shared/inventory/view.ts';
import type { KeyPlan, PlanStep, StepId } from '../../shared/keys/plan.ts';
import { planKeys } from '../../shared/keys/plan-keys.ts';
import { keyName, serviceAccountName } from '../../shared/model/asset.ts';
import type { Credential } from '../../shared/model/credential.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { formatTime } from '../../shared/model/time.ts';
import { declaredPoolOf } from '../../shared/pipeline/declared-pool.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { ACCOUNTS, ADMIN, API, API_ASSET, DECLARED } from '../detectors/cast.ts';
import { ago, carrying, hmac, keyMade, ruling, secret, used, usedBy, watched } from '../detectors/keys.ts';
import { shellWords } from '../detectors/shell-words.ts';
import {
  account,
  act,
  CLUSTER,
  cluster,
  gone,
  iam,
  key,
  known,
  ksa,
  member,
  NOW,
  POLICY,
  t,
  WI,
} from '../world.ts';

const POINTER: Credential = { kind: 'application-credentials', path: '/var/secrets/key.json' };
const MOUNT: Credential = { kind: 'mount', of: 'Secret', name: 'api-key', path: '/var/secrets', files: [] };
const CARRIER = carrying('Deployment payments/api', 'payments/api', [POINTER, MOUNT]);

function planned(
  observations: readonly Observation[],
  policy: Policy = POLICY,
  more: Partial<Parameters<typeof known>[0]> = {},
) {
  const inventory = new Inventory(known({ observations, ...more }));
  return planKeys(new Everything(inventory, new View(inventory, NOW, declaredPoolOf(policy)), policy));
}

function planOf(id: string, observations: readonly Observation[], policy: Policy = POLICY): KeyPlan {
  const plan = planned(observations, policy).keys.find((one) => one.id === id);
  if (plan === undefined) throw new Error(`no plan for ${id}`);
  return plan;
}

function step(plan: KeyPlan, id: StepId): PlanStep {
  const found = plan.steps.filter((one) => one.id === id);
  if (found.length !== 1) throw new Error(`${found.length} steps ${id}`);
  return found[0]!;
}

/** `see:done bind:next …`. */
function states(plan: KeyPlan): readonly string[] {
  return plan.steps.map(({ id, state }) => `${id}:${state}`);
}

const texts = ({ steps }: KeyPlan) => steps.flatMap(({ commands }) => commands.map(({ text }) => text));

describe('how far a key is', () => {
  const made = keyMade('k1', '1001', 400);

  it.each<[string, readonly Observation[], string]>([
    [
      'nothing takes its place',
      [...account('old@acme-data.iam.gserviceaccount.com', '3001'), keyMade('k1', '3001', 400)],
      'found',
    ],
    ['the policy has a KSA be the account', [...ACCOUNTS, made], 'path declared'],
    ['both halves stand, and nobody was seen to use them', [...DECLARED, made], 'path declared'],
    [
      'a workload was seen to be the account',
      [...DECLARED, made, usedBy('payments/api', API, 1)],
      'path works',
    ],
    ['another workload was', [...DECLARED, made, usedBy('sandbox/debug', API, 1)], 'path declared'],
    ['it is disabled', [...DECLARED, keyMade('k1', '1001', 400, { disabled: true })], 'disabled'],
  ])('%s', (_what, observations, stage) => {
    expect(planOf('k1', observations).stage).toBe(stage);
  });

  it('is no further than the least of its carriers', () => {
    const other = carrying('Deployment payments/worker', 'payments/worker', [POINTER, MOUNT]);
    const named = secret('payments/api-key', ['key.json'], { account: API });
    const observations = [...DECLARED, made, CARRIER, other, named, usedBy('payments/api', API, 1)];
    expect(
      planOf('k1', observations).paths.map(({ ksa, declared, seen }) => [ksa, declared, seen !== undefined]),
    ).toEqual([
      ['payments/api', true, true],
      ['payments/worker', false, false],
    ]);
    expect(planOf('k1', observations).stage).toBe('found');
  });
});

describe('what carries it', () => {
  const made = keyMade('k1', '1001', 400);
  const id = '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567';
  const because = (observations: readonly Observation[], key = 'k1') =>
    planOf(key, [...ACCOUNTS, ...observations]).carriers.map((one) => `${one.workload}: ${one.because}`);

  it.each<[string, readonly Observation[], readonly string[]]>([
    [
      'its KSA is declared for the account',
      [CARRIER],
      ['Deployment payments/api: the policy has its KSA be the account'],
    ],
    [
      'its KSA points at the account',
      [carrying('Deployment shop/web', 'shop/web', [POINTER]), ksa('shop/web', API)],
      ['Deployment shop/web: its KSA points at the account'],
    ],
    [
      'the Secret is called after it',
      [carrying('Deployment shop/web', 'shop/web', [POINTER, MOUNT])],
      ['Deployment shop/web: the Secret is called after the account'],
    ],
    [
      'the Secret names it',
      [
        carrying('Deployment shop/web', 'shop/web', [MOUNT]),
        secret('shop/api-key', ['key.json'], { account: API }),
      ],
      ['Deployment shop/web: the Secret names the account'],
    ],
    [
      'the Secret names another account, whatever it is called',
      [CARRIER, secret('payments/api-key', ['key.json'], { account: ADMIN })],
      [],
    ],
    ['nothing tells whose it is', [carrying('Deployment shop/web', 'shop/web', [POINTER])], []],
  ])('%s', (_what, observations, expected) => {
    expect(because([made, ...observations])).toEqual(expected);
  });

  it('of two keys of an account: the one that the Secret names', () => {
    const observations = [
      ...ACCOUNTS,
      made,
      keyMade(id, '1001', 10),
      CARRIER,
      secret('payments/api-key', ['key.json'], { account: API, keyId: id }),
    ];
    expect(because(observations, id)).toEqual(['Deployment payments/api: the Secret names this key']);
    expect(because(observations)).toEqual([]);
  });

  it('nobody can tell whose: it stands by itself', () => {
    const plan = planned([...ACCOUNTS, made, carrying('Deployment shop/web', 'shop/web', [POINTER])]);
    expect(plan.unclaimed).toMatchObject([{ workload: 'Deployment shop/web', because: '' }]);
  });
});

describe('the steps', () => {
  const SFTP = 'sftp@acme-data.iam.gserviceaccount.com';
  const upload = carrying('Deployment payments/upload', 'payments/upload', [
    POINTER,
    { ...MOUNT, name: 'sftp-key' } as Credential,
  ]);
  const fresh = [
    ...account(SFTP, '2001'),
    keyMade('k1', '2001', 400),
    upload,
    cluster(),
    iam(serviceAccountName('2001'), []),
  ];

  it('from a key in use to where it is gone, in order', () => {
    const plan = planOf('k1', [...fresh, used('k1', 1, { network: '203.0.113.9' })]);
    expect(states(plan)).toEqual([
      'see:done',
      'declare:next',
      'service-account:later',
      'annotate:later',
      'bind:later',
      'try:later',
      'shift:later',
      'verify:later',
      'disable:later',
      'watch:later',
      'delete:not yet',
      'back-out:later',
    ]);
    expect(step(plan, 'declare').commands[0]!.text).toContain(`gsa: ${SFTP}`);
    expect(step(plan, 'annotate')).toMatchObject({
      where: 'in cluster prod-euw1',
      commands: [
        {
          text: `kubectl annotate serviceaccount upload --namespace=payments --overwrite iam.gke.io/gcp-service-account=${SFTP}`,
        },
      ],
    });
    expect(step(plan, 'bind').commands[0]!.text).toBe(
      `gcloud iam service-accounts add-iam-policy-binding ${SFTP} --project=acme-data '--member=${member('payments/upload')}' --role=${WI}`,
    );
    expect(step(plan, 'shift').commands.map(({ text }) => text)).toEqual([
      'kubectl set env deployment/upload GOOGLE_APPLICATION_CREDENTIALS- --namespace=payments',
      'kubectl rollout status deployment/upload --namespace=payments',
    ]);
    expect(step(plan, 'back-out').commands.map(({ text }) => text)).toEqual([
      `gcloud iam service-accounts keys enable k1 --iam-account=${SFTP}`,
      'kubectl rollout undo deployment/upload --namespace=payments',
    ]);
  });

  it('what is done is done: declared, annotated, bound and seen', () => {
    const observations = [
      ...DECLARED,
      keyMade('k1', '1001', 400),
      CARRIER,
      cluster(),
      used('k1', 1),
      usedBy('payments/api', API, 1),
    ];
    expect(states(planOf('k1', observations))).toEqual([
      'see:done',
      'declare:done',
      'service-account:done',
      'annotate:done',
      'bind:done',
      'shift:next',
      'verify:done',
      'disable:later',
      'watch:later',
      'delete:not yet',
      'back-out:later',
    ]);
  });

  it('turns Workload Identity on first, where it is off', () => {
    const plan = planOf('k1', [...fresh, used('k1', 1), cluster(CLUSTER, '', { time: t(9) })]);
    expect(step(plan, 'platform').commands[0]!.text).toMatch(
      /^gcloud container clusters update prod-euw1 .*--workload-pool=acme-prod\.svc\.id\.goog$/,
    );
  });

  it.each([
    ['default', 'payments/default', []],
    ['another account’s', 'payments/api', []],
  ])(
    'gives a workload that runs as a KSA that is %s one of its own',
    (_what, runsAs, more: readonly Observation[]) => {
      const web = carrying('Deployment payments/web', runsAs, [
        POINTER,
        { ...MOUNT, name: 'sftp-key' } as Credential,
      ]);
      const plan = planOf('k1', [
        ...DECLARED,
        ...account(SFTP, '2001'),
        keyMade('k1', '2001', 400),
        web,
        used('k1', 1),
        ...more,
      ]);
      expect(plan.paths[0]!.ksa).toBe('payments/web');
      expect(step(plan, 'shift').commands[0]!.text).toBe(
        'kubectl set serviceaccount deployment/web web --namespace=payments',
      );
    },
  );

  it('of a key that nobody uses: only to see it out', () => {
    const plan = planOf('k1', [...DECLARED, keyMade('k1', '1001', 400), watched('k1', 400, 2)]);
    expect(states(plan)).toEqual([
      'see:done',
      'disable:next',
      'watch:later',
      'delete:not yet',
      'back-out:later',
    ]);
  });

  it('first of all to see, where nobody could; and to find whoever holds it, where no workload does', () => {
    const plan = planOf('k1', [...DECLARED, keyMade('k1', '1001', 400)]);
    expect(states(plan).slice(0, 2)).toEqual(['see:next', 'find:later']);
    expect(step(plan, 'see').commands.map(({ text }) => text)).toEqual([
      `gcloud policy-intelligence query-activity --activity-type=serviceAccountKeyLastAuthentication --project=acme-prod '--query-filter=activities.full_resource_name="//iam.googleapis.com/projects/acme-prod/serviceAccounts/${API}/keys/k1"' --format=json`,
      `gcloud logging read 'protoPayload.authenticationInfo.serviceAccountKeyName:"/keys/k1"' --project=acme-prod --freshness=90d --format=json`,
    ]);
  });
});

describe('deleting', () => {
  const disabled = (days: number): readonly Observation[] => [
    keyMade('k1', '1001', 400, { disabled: false }, { time: ago(days + 10) }),
    key(
      'k1',
      '1001',
      { disabled: true, validAfter: formatTime(ago(400)) },
      { time: ago(days), source: 'audit-log' },
    ),
  ];
  const deletes = (observations: readonly Observation[]) =>
    texts(planOf('k1', [...ACCOUNTS, ...observations])).filter((text) => text.includes('keys delete'));

  it('is proposed of a key that was disabled for two weeks, and whose use could be seen', () => {
    expect(deletes([...disabled(15), watched('k1', 400, 16, 30)])).toEqual([
      `gcloud iam service-accounts keys delete k1 --iam-account=${API}`,
    ]);
  });

  it.each<[string, readonly Observation[]]>([
    ['that is in use', [keyMade('k1', '1001', 400), used('k1', 1)]],
    ['that nobody uses, and is not disabled', [keyMade('k1', '1001', 400), watched('k1', 400, 2)]],
    ['that nobody could see', [keyMade('k1', '1001', 400)]],
    ['that was disabled for two weeks, and whose use nobody could see', disabled(15)],
    ['that was disabled a week ago', [...disabled(7), watched('k1', 400, 8, 30)]],
    ['that was used after that, as an entry tells', [...disabled(15), used('k1', 2)]],
    [
      'that was not known to be disabled before',
      [keyMade('k1', '1001', 400, { disabled: true }), watched('k1', 400, 30)],
    ],
  ])('is not proposed of one %s', (_what, observations) => {
    expect(deletes(observations)).toEqual([]);
  });

  it('is never proposed without a watch or a use that was seen, and never of what is enabled', () => {
    const day = fc.integer({ min: 0, max: 120 });
    const told = fc.oneof(
      day.map((days) => used('k1', days)),
      fc
        .tuple(day, day, fc.option(day, { nil: undefined }))
        .map(([a, b, last]) => watched('k1', Math.max(a, b), Math.min(a, b), last)),
      fc
        .tuple(day, fc.boolean())
        .map(([days, off]) =>
          key('k1', '1001', { disabled: off, validAfter: formatTime(ago(400)) }, { time: ago(days) }),
        ),
    );
    fc.assert(
      fc.property(fc.array(told, { maxLength: 6 }), (more) => {
        const observations = [keyMade('k1', '1001', 400, {}, { time: ago(200) }), ...more];
        if (deletes(observations).length === 0) return;
        const plan = planOf('k1', [...ACCOUNTS, ...observations]);
        expect(plan.stage).toBe('disabled');
        expect(more.some(({ kind }) => kind === 'used' || kind === 'watched')).toBe(true);
        expect(plan.uses.every(({ time }) => time < plan.disabledSince!)).toBe(true);
      }),
    );
  });
});

describe('the burn-down', () => {
  const policy = ruling('userManaged: forbid', 'retireBy: 2026-12-31');

  it('counts what is gone of all that was ever seen: deleted, run out, or gone with its account', () => {
    const observations = [
      ...DECLARED,
      keyMade('k1', '1001', 400),
      keyMade('k2', '1001', 400),
      gone(keyName('k2'), { time: NOW }),
      keyMade('k3', '1001', 400, { validBefore: formatTime(ago(1)) }),
      keyMade('k4', '1001', 400, { managedBy: 'google' }),
      keyMade('k5', '1001', 400, { disabled: true }),
    ];
    expect(planned(observations, policy).burnDown).toEqual({
      total: 4,
      gone: 2,
      stages: { found: 0, 'path declared': 1, 'path works': 0, disabled: 1, gone: 2 },
      retireBy: '2026-12-31',
      daysLeft: 41,
    });
    const orphaned = [...observations, gone(API_ASSET, { time: NOW })];
    expect(planned(orphaned, policy).burnDown).toMatchObject({ total: 4, gone: 4 });
  });

  it('has no end where the policy sets none, and is late when it is past', () => {
    expect(planned([...ACCOUNTS]).burnDown).toMatchObject({ total: 0, daysLeft: undefined });
    expect(planned([...ACCOUNTS], ruling('retireBy: 2026-11-01')).burnDown.daysLeft).toBe(-20);
    expect(planned([...ACCOUNTS], ruling('retireBy: 2026-11-21')).burnDown.daysLeft).toBe(1);
  });
});

it('puts first what must go, and of that what is furthest', () => {
  const sftp = account('sftp@acme-data.iam.gserviceaccount.com', '2001');
  const observations = [
    ...DECLARED,
    ...sftp,
    keyMade('allowed', '2001', 10),
    keyMade('found', '1002', 10),
    keyMade('declared', '1001', 10),
    keyMade('off', '1001', 10, { disabled: true }),
    hmac('GOOG1E', API),
  ];
  const plan = planned(observations);
  expect(plan.keys.map(({ id, mustGo, stage }) => `${id} ${mustGo} ${stage}`)).toEqual([
    'off yes disabled',
    'declared yes path declared',
    'found yes found',
    'allowed no found',
  ]);
  expect(plan.hmacKeys).toMatchObject([{ accessId: 'GOOG1E', account: API, active: true }]);
});

it('says who made it, and how old it is', () => {
  const acts = [act('a1', keyName('k1'), { kind: 'upload-key', time: ago(10) })];
  const inventory = new Inventory(
    known({ observations: [...ACCOUNTS, keyMade('k1', '1001', 10, { origin: 'uploaded' })], acts }),
  );
  const [plan] = planKeys(
    new Everything(inventory, new View(inventory, NOW, declaredPoolOf(POLICY)), POLICY),
  ).keys;
  expect(plan).toMatchObject({
    madeBy: 'jane@acme.example',
    ageDays: 10,
    origin: 'uploaded',
    owner: 'team-payments',
  });
});

it('gives commands whose every word is one for a shell, whatever the names are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (name) => {
      const workload = carrying(`Deployment payments/${name.replaceAll('/', '')}`, `payments/${name}`, [
        POINTER,
      ]);
      const observations = [
        ...DECLARED,
        key(`k${name}`, '1001', { validAfter: formatTime(ago(400)) }),
        workload,
        used(`k${name}`, 1),
      ];
      for (const { steps } of planned(observations).keys) {
        for (const { kind, text } of steps.flatMap(({ commands }) => commands)) {
          if (kind === 'yaml' || text.startsWith('#')) continue;
          expect(shellWords(text).length).toBeGreaterThan(1);
        }
      }
    }),
    { numRuns: 50 },
  );
});
