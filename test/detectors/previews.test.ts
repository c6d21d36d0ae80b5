/** Identities that come and go by themselves (`ephemeral`), and those that stay. */
import { describe, expect, it } from '@jest/globals';
import { projectName, serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { formatTime, type Nanos } from '../../shared/model/time.ts';
import {
  account,
  CLUSTER,
  change,
  delta,
  found,
  gone,
  iam,
  inPool,
  ksa,
  member,
  only,
  policyOf,
  SECOND_CLUSTER,
  says,
  t,
  WI,
  wakesAt,
} from '../world.ts';

const DAY = 24 * 3600;
/** So many days before the time of the tests. */
const ago = (days: number) => t(3600 - days * DAY);

const PREVIEW = 'preview@acme-dev.iam.gserviceaccount.com';
const PREVIEW_ASSET = serviceAccountName('2001');
const OWN = 'pr-7@acme-dev.iam.gserviceaccount.com';
const OWN_ASSET = serviceAccountName('2002');
const BUCKET = '//storage.googleapis.com/dev-previews';

const TEXT = `
apiVersion: anchorwatch.dev/v1
kind: WorkloadIdentityPolicy
metadata: {name: acme, owner: platform@acme.example}
spec:
  trust:
    pools: [{name: prod, pool: acme-prod.svc.id.goog, clusters: [acme-prod/europe-west1/prod-euw1, acme-prod/us-east4/prod-use4], identitySameness: accepted}]
  workloadIdentities:
    - name: shared
      identity: {pool: prod, namespace: "pr-*", serviceAccount: app}
      gsa: ${PREVIEW}
      owner: team-web
      ephemeral: {maxAge: 7d, by: ci, within: ["bucket:dev-*"]}
      allow: [{role: roles/storage.objectUser, on: "bucket:dev-*"}]
    - name: own
      identity: {pool: prod, namespace: "pr-*", serviceAccount: own}
      gsa: <namespace>@acme-dev.iam.gserviceaccount.com
      ephemeral: {maxAge: 7d, by: ci, within: ["project:acme-dev", "bucket:dev-*"]}
      allow: [{role: roles/storage.objectUser, on: "bucket:dev-*"}]
    - name: direct
      identity: {pool: prod, namespace: "pr-*", serviceAccount: direct}
      ephemeral: {maxAge: 7d, by: ci, within: ["bucket:dev-*"]}
      allow: [{role: roles/storage.objectUser, on: "bucket:dev-*"}]
  trustedChangers: [{name: ci, subject: "user:ci@acme.example"}]
`;
const POLICY = policyOf(TEXT);

/** A KSA that says when it was made. */
function made(
  name: string,
  annotation: string,
  createdAt: Nanos | undefined,
  cluster = CLUSTER,
): Observation {
  const seen = ksa(name, annotation, { cluster, time: ago(0.01) });
  if (seen.kind !== 'resource') throw new Error('a KSA is a resource');
  const facts = createdAt === undefined ? seen.facts : { ...seen.facts, createdAt: formatTime(createdAt) };
  return { ...seen, facts } as Observation;
}

/** A binding that came at that time, after the policy had been seen without it. */
function bound(time: Nanos, asset = PREVIEW_ASSET, name = 'pr-7/app'): readonly Observation[] {
  return [
    iam(asset, [], { time: ago(30), etag: 'e0' }),
    iam(asset, [[WI, member(name)]], { time, etag: 'e1' }),
  ];
}

const ACCOUNTS = [...account(PREVIEW, '2001'), ...account(OWN, '2002')];
const world = (observations: readonly Observation[], policy = POLICY) => ({
  observations: [...ACCOUNTS, ...observations.flat()],
  policy,
});
const OLD = 'open: pr-7/app as preview@acme-dev has outlived the 7 days of a preview';
const MAYBE =
  'undecided: Whether pr-7/app as preview@acme-dev has outlived the 7 days of a preview is not known';

describe('a preview: its KSA and its binding', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['young, both', [made('pr-7/app', PREVIEW, ago(3)), ...bound(ago(3))], []],
    ['an old KSA', [made('pr-7/app', PREVIEW, ago(8)), ...bound(ago(1))], [OLD]],
    ['an old KSA that was annotated anew', [made('pr-7/app', PREVIEW, ago(8))], [OLD]],
    [
      'an old binding of a KSA that was made anew',
      [made('pr-7/app', PREVIEW, ago(1)), ...bound(ago(8))],
      [OLD],
    ],
    ['an old binding that was left behind', [...bound(ago(8))], [OLD]],
    [
      'a KSA that is old in another cluster',
      [
        made('pr-7/app', PREVIEW, ago(1)),
        made('pr-7/app', PREVIEW, ago(9), SECOND_CLUSTER),
        ...bound(ago(1)),
      ],
      [OLD],
    ],
    [
      'a KSA that does not say when it was made',
      [made('pr-7/app', PREVIEW, undefined), ...bound(ago(3))],
      [MAYBE],
    ],
    [
      'a KSA that was told of long ago, whenever it was made',
      [ksa('pr-7/app', PREVIEW, { time: ago(8) }), ...bound(ago(3))],
      [OLD],
    ],
    [
      'a binding that was there when the policy was first seen',
      [made('pr-7/app', PREVIEW, ago(3)), iam(PREVIEW_ASSET, [[WI, member('pr-7/app')]], { time: ago(3) })],
      [MAYBE],
    ],
    [
      'such a binding, seen long enough ago',
      [made('pr-7/app', PREVIEW, ago(3)), iam(PREVIEW_ASSET, [[WI, member('pr-7/app')]], { time: ago(8) })],
      [OLD],
    ],
    [
      'a KSA that went and came back, whose new birth nobody told',
      [
        { ...made('pr-7/app', PREVIEW, ago(20)), time: ago(20) },
        gone(ksa('pr-7/app').asset, { time: ago(3) }),
        ksa('pr-7/app', PREVIEW, { time: ago(2) }),
        ...bound(ago(2)),
      ],
      [MAYBE],
    ],
    ['a KSA with nothing to its name', [made('pr-7/app', '', ago(30))], []],
    [
      'a binding that somebody took away',
      [...bound(ago(8)), iam(PREVIEW_ASSET, [], { time: ago(1), etag: 'e2' })],
      [],
    ],
  ])('%s', (_what, observations, expected) => {
    expect(says('undeclared-identity', world(observations))).toEqual(expected);
  });

  it('turns at the moment at which it is too old, and is looked at then', () => {
    const young = world([made('pr-7/app', PREVIEW, ago(6.5)), ...bound(ago(6))]);
    const turns = ago(-0.5);
    expect(wakesAt(young)).toBe(turns);
    expect(says('undeclared-identity', { ...young, asOf: turns - 1n })).toEqual([]);
    expect(says('undeclared-identity', { ...young, asOf: turns })).toEqual([OLD]);
  });

  it('goes to the digest, with its owner, the line of its age, and the commands that end it', () => {
    expect(
      only('undeclared-identity', world([made('pr-7/app', PREVIEW, ago(9)), ...bound(ago(8))])),
    ).toMatchObject({
      class: 'posture',
      severity: 'medium',
      owner: 'team-web',
      eventTime: ago(9),
      explanation: `The KSA pr-7/app (prod-euw1) came about on ${formatTime(ago(9)).slice(0, 10)}, and its entry lets a preview live for 7 days. Whoever made it has not taken it away.`,
      why: {
        entry: 'workloadIdentities[shared].ephemeral',
        line: TEXT.split('\n').findIndex((line) => line.includes('ephemeral')) + 1,
      },
      remediation: [
        { text: expect.stringContaining('remove-iam-policy-binding') },
        { text: expect.stringContaining('iam.gke.io/gcp-service-account-') },
      ],
    });
  });

  it('says what is not known, and offers no command for it', () => {
    const [finding] = found(world([made('pr-7/app', PREVIEW, undefined)])).filter(
      ({ detector }) => detector === 'undeclared-identity',
    );
    expect(finding).toMatchObject({ state: 'undecided', class: 'posture', remediation: [] });
    expect(finding?.explanation).toMatch(
      /^The KSA pr-7\/app \(prod-euw1\) was there already when it was first told of/,
    );
  });

  it('is declared for good where another entry says so, and for as long as the longest says', () => {
    const old = [made('pr-7/app', PREVIEW, ago(8)), ...bound(ago(8))];
    const entry = (more: string) =>
      policyOf(
        TEXT.replace(
          '  trustedChangers:',
          `    - {name: more, identity: {pool: prod, namespace: pr-7, serviceAccount: app}, gsa: "${PREVIEW}"${more}}\n  trustedChangers:`,
        ),
      );
    expect(says('undeclared-identity', world(old, entry('')))).toEqual([]);
    const longer = entry(', ephemeral: {maxAge: 9d, by: ci, within: ["bucket:dev-*"]}');
    expect(says('undeclared-identity', world(old, longer))).toEqual([]);
    const shorter = entry(', ephemeral: {maxAge: 1d, by: ci, within: ["bucket:dev-*"]}');
    expect(says('undeclared-identity', world(old, shorter))).toEqual([OLD]);
  });

  it('that points elsewhere reaches out, whatever its age, and is critical', () => {
    const admin = 'admin@acme-prod.iam.gserviceaccount.com';
    const reaching = world([...account(admin, '1002'), made('pr-7/app', admin, ago(1))]);
    expect(only('redirected-identity', reaching)).toMatchObject({ class: 'attack', severity: 'critical' });
  });
});

describe('what a preview holds', () => {
  const HOLDS = 'roles/storage.objectUser';
  const granted = (who: string, time: Nanos): readonly Observation[] => [
    iam(BUCKET, [], { time: ago(30), etag: 'b0' }),
    delta(BUCKET, [change('add', BUCKET, HOLDS, who)], { time, etag: 'b1', source: 'audit-log' }),
  ];
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['a young grant to the KSA itself', granted(member('pr-7/direct'), ago(3)), []],
    [
      'an old one',
      granted(member('pr-7/direct'), ago(8)),
      [`open: ${HOLDS} of pr-7/direct on bucket:dev-previews has outlived the 7 days of a preview`],
    ],
    [
      'in the newer spelling',
      granted(inPool('subject/ns/pr-7/sa/direct'), ago(8)),
      [`open: ${HOLDS} of pr-7/direct on bucket:dev-previews has outlived the 7 days of a preview`],
    ],
    [
      'one that was there when the policy was first seen',
      [iam(BUCKET, [[HOLDS, member('pr-7/direct')]], { time: ago(3) })],
      [
        `undecided: Whether ${HOLDS} of pr-7/direct on bucket:dev-previews has outlived the 7 days of a preview is not known`,
      ],
    ],
    [
      'an account that all previews share keeps what it holds',
      granted(`serviceAccount:${PREVIEW}`, ago(8)),
      [],
    ],
    [
      'an account that each preview has to itself does not',
      [...granted(`serviceAccount:${OWN}`, ago(8)), made('pr-7/own', OWN, ago(1))],
      [`open: ${HOLDS} of pr-7@acme-dev on bucket:dev-previews has outlived the 7 days of a preview`],
    ],
  ])('%s', (_what, observations, expected) => {
    expect(says('undeclared-grant', world(observations))).toEqual(expected);
  });

  it('is told by the KSA too, once that is old', () => {
    const both = world([...granted(member('pr-7/direct'), ago(8)), made('pr-7/direct', '', ago(9))]);
    expect(only('undeclared-identity', both)).toMatchObject({
      state: 'open',
      class: 'posture',
      title: 'pr-7/direct has outlived the 7 days of a preview',
      why: { entry: 'workloadIdentities[direct].ephemeral' },
    });
    expect(only('undeclared-grant', both).class).toBe('posture');
  });

  it('is looked at when it is too old', () => {
    expect(wakesAt(world(granted(member('pr-7/direct'), ago(3))))).toBe(ago(-4));
  });

  it('beyond where previews may be is critical, however young', () => {
    const prod = projectName('acme-prod');
    const beyond = world([
      iam(prod, [], { time: ago(30), etag: 'p0' }),
      delta(prod, [change('add', prod, HOLDS, member('pr-7/direct'))], { time: ago(1), etag: 'p1' }),
      made('pr-7/direct', '', ago(1)),
    ]);
    expect(only('undeclared-grant', beyond)).toMatchObject({ class: 'attack', severity: 'critical' });
  });
});

describe('what the namespace of a preview holds', () => {
  const policy = policyOf(TEXT.replace('gsa: <namespace>@', 'grantForm: namespace\n      gsa: <namespace>@'));
  const set = inPool('namespace/pr-7');
  const at = (time: Nanos) => [
    iam(OWN_ASSET, [], { time: ago(30), etag: 'e0' }),
    iam(OWN_ASSET, [[WI, set]], { time, etag: 'e1' }),
  ];

  it.each<[string, readonly Observation[], readonly string[]]>([
    ['young', at(ago(3)), []],
    [
      'left behind',
      at(ago(8)),
      [
        `open: ${WI} of every workload of namespace pr-7 (acme-prod.svc.id.goog) on serviceAccount:pr-7@acme-dev has outlived the 7 days of a preview`,
      ],
    ],
  ])('%s', (_what, observations, expected) => {
    expect(says('wide-member', world(observations, policy))).toEqual(expected);
  });

  it('goes to the digest, and is told at the moment it turns', () => {
    expect(only('wide-member', world(at(ago(8)), policy)).class).toBe('posture');
    expect(wakesAt(world(at(ago(3)), policy))).toBe(ago(-4));
  });
});

it('whoever else takes the account of previews is no preview', () => {
  const debug = world([
    iam(PREVIEW_ASSET, [[WI, member('sandbox/debug')]]),
    made('sandbox/debug', PREVIEW, ago(1)),
  ]);
  expect(only('undeclared-identity', debug)).toMatchObject({
    class: 'attack',
    severity: 'critical',
  });
});

it('the account of each preview has an age of its own', () => {
  expect(
    says(
      'undeclared-identity',
      world([made('pr-7/own', OWN, ago(1)), ...bound(ago(9), OWN_ASSET, 'pr-7/own')]),
    ),
  ).toEqual(['open: pr-7/own as pr-7@acme-dev has outlived the 7 days of a preview']);
});
