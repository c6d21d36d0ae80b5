import { describe, expect, it } from '@jest/globals';
import { projectName } from '../../shared/model/asset.ts';
import type { Condition } from '../../shared/model/grant.ts';
import type { Observation } from '../../shared/model/observation.ts';
import {
  act,
  change,
  delta,
  foundBy,
  iam,
  inPool,
  ksa,
  lineOf,
  member,
  only,
  POLICY_YAML,
  policyOf,
  says,
  TERRAFORM,
  TOKEN_CREATOR,
  t,
  WI,
} from '../world.ts';
import { ACCOUNTS, ADMIN, ADMIN_ASSET, API, API_ASSET, DECLARED } from './cast.ts';

const DETECTOR = 'condition-dropped';
const BUCKET = '//storage.googleapis.com/ledger';
const PROJECT = projectName('acme-prod');
const API_MEMBER = `serviceAccount:${API}`;
const VIEWER = 'roles/storage.objectViewer';
const SOME: Condition = {
  expression: 'request.time < timestamp("2027-01-01T00:00:00Z")',
  title: 'till 2027',
};
const bare = (who: string, role = VIEWER, on = 'bucket:ledger') => [
  `open: ${who} holds ${role} on ${on} without a condition`,
];

describe('where the policy asks for a condition, a grant', () => {
  it.each<[string, Condition | undefined, readonly string[]]>([
    ['without one', undefined, bare('api@acme-prod')],
    ['with an empty one', { expression: '  ' }, bare('api@acme-prod')],
    [
      'with one that is always true',
      { expression: 'true' },
      [
        'open: api@acme-prod holds roles/storage.objectViewer on bucket:ledger under a condition that is always true',
      ],
    ],
    [
      'with one that keeps nothing of the bucket out',
      { expression: 'resource.name.startsWith("projects/_/buckets/ledger")' },
      [
        'open: api@acme-prod holds roles/storage.objectViewer on bucket:ledger under a condition that is always true',
      ],
    ],
    [
      'with one that narrows',
      { expression: 'resource.name.startsWith("projects/_/buckets/ledger/objects/a")' },
      [],
    ],
    ['with one that ends', SOME, []],
    ['with one that has ended', { expression: 'request.time < timestamp("2020-01-01T00:00:00Z")' }, []],
    ['with one that nobody can evaluate', { expression: 'resource.matchTag("a/env", "prod")' }, []],
  ])('%s', (_what, condition, expected) => {
    const observations = [...ACCOUNTS, iam(BUCKET, [[VIEWER, API_MEMBER, condition]])];
    expect(says(DETECTOR, { observations })).toEqual(expected);
    expect(foundBy('undeclared-grant', { observations })).toEqual([]);
  });

  it.each<[string, string, readonly string[]]>([
    ['always true, and asked for to the letter', 'true', []],
    ['always true, where another is asked for', 'resource.name == "a"', ['open']],
  ])('that is %s', (_what, asked, expected) => {
    const policy = policyOf(POLICY_YAML.replace('condition: required', `condition: '${asked}'`));
    const observations = [...ACCOUNTS, iam(BUCKET, [[VIEWER, API_MEMBER, { expression: 'true' }]])];
    expect(foundBy(DETECTOR, { observations, policy }).map(({ state }) => state)).toEqual(expected);
  });
});

describe('a grant that stood with a condition', () => {
  const first = (asset: string, role: string, who: string, condition: Condition | undefined = SOME) =>
    iam(asset, [[role, who, condition]], { time: t(10), etag: 'e1' });
  const then = (asset: string, role: string, who: string, condition?: Condition, seconds = 100) =>
    iam(asset, [[role, who, condition]], { time: t(seconds), etag: 'e2', source: 'feed' });

  it.each<[string, readonly Observation[], readonly string[]]>([
    [
      'and has none now',
      [first(API_ASSET, WI, member('payments/api')), then(API_ASSET, WI, member('payments/api'))],
      bare('payments/api', WI, 'serviceAccount:api@acme-prod'),
    ],
    [
      'in the other spelling of its KSA',
      [
        first(API_ASSET, WI, member('payments/api')),
        then(API_ASSET, WI, inPool('subject/ns/payments/sa/api')),
      ],
      bare('payments/api', WI, 'serviceAccount:api@acme-prod'),
    ],
    [
      'told by a delta',
      [
        first(API_ASSET, TOKEN_CREATOR, 'user:jane@acme.example'),
        delta(
          API_ASSET,
          [
            change('remove', API_ASSET, TOKEN_CREATOR, 'user:jane@acme.example', SOME),
            change('add', API_ASSET, TOKEN_CREATOR, 'user:jane@acme.example'),
          ],
          { time: t(100), source: 'audit-log' },
        ),
      ],
      bare('jane@acme.example', TOKEN_CREATOR, 'serviceAccount:api@acme-prod'),
    ],
    [
      'and has another now',
      [
        first(API_ASSET, WI, member('payments/api')),
        then(API_ASSET, WI, member('payments/api'), { expression: 'resource.name == "x"' }),
      ],
      [],
    ],
    [
      'that was always true',
      [
        first(API_ASSET, WI, member('payments/api'), { expression: 'true' }),
        then(API_ASSET, WI, member('payments/api')),
      ],
      [],
    ],
    [
      'and was gone for two days',
      [
        first(API_ASSET, WI, member('payments/api')),
        iam(API_ASSET, [], { time: t(100), etag: 'e3' }),
        then(API_ASSET, WI, member('payments/api'), undefined, 100 + 2 * 86_400),
      ],
      [],
    ],
    [
      'as somebody else’s',
      [first(API_ASSET, WI, member('payments/api')), then(API_ASSET, WI, member('payments/web'))],
      [],
    ],
    ['which nobody saw', [iam(API_ASSET, [[WI, member('payments/api')]])], []],
    [
      'beside which it stood without one all the time',
      [
        iam(
          API_ASSET,
          [
            [WI, member('payments/api'), SOME],
            [WI, member('payments/api')],
          ],
          { time: t(10), etag: 'e1' },
        ),
        then(API_ASSET, WI, member('payments/api')),
      ],
      [],
    ],
    [
      'of an account that we do not watch',
      [
        first(PROJECT, 'roles/viewer', `serviceAccount:${ADMIN}`),
        then(PROJECT, 'roles/viewer', `serviceAccount:${ADMIN}`),
      ],
      [],
    ],
    [
      'on an account that we do not watch',
      [
        first(ADMIN_ASSET, TOKEN_CREATOR, 'user:jane@acme.example'),
        then(ADMIN_ASSET, TOKEN_CREATOR, 'user:jane@acme.example'),
      ],
      [],
    ],
    [
      'which the entry allows with or without',
      [
        first(PROJECT, 'roles/cloudsql.client', API_MEMBER),
        then(PROJECT, 'roles/cloudsql.client', API_MEMBER),
      ],
      [],
    ],
    [
      'of a set that no entry declares in that form',
      [
        first(BUCKET, VIEWER, inPool('namespace/payments')),
        then(BUCKET, VIEWER, inPool('namespace/payments')),
      ],
      bare('every workload of namespace payments (acme-prod.svc.id.goog)'),
    ],
    [
      'of a set that one does',
      [
        first(PROJECT, 'roles/monitoring.metricWriter', inPool('namespace/monitoring')),
        then(PROJECT, 'roles/monitoring.metricWriter', inPool('namespace/monitoring')),
      ],
      [],
    ],
  ])('%s', (_what, news, expected) => {
    const observations = [...ACCOUNTS, ksa('payments/api', API), ...news];
    expect(says(DETECTOR, { observations, asOf: t(3 * 86_400) })).toEqual(expected);
  });
});

describe('what the finding tells', () => {
  it('what it had, who dropped it, by which line, and how to put it back before it is taken away', () => {
    const world = {
      observations: [
        ...DECLARED.slice(0, 3),
        iam(API_ASSET, [[WI, member('payments/api'), SOME]], { time: t(10), etag: 'e1' }),
        iam(API_ASSET, [[WI, member('payments/api')]], { time: t(100), etag: 'e2', source: 'feed' as const }),
      ],
      acts: [act('a1', API_ASSET, { time: t(99), etag: 'e2' })],
    };
    expect(only(DETECTOR, world)).toMatchObject({
      class: 'attack',
      severity: 'high',
      actor: { principal: 'jane@acme.example' },
      before: [`${WI} on serviceAccount:api@acme-prod for ${member('payments/api')} if ${SOME.expression}`],
      explanation: 'It stood with one until 2026-11-21 09:01 UTC. What the condition kept out is let in.',
      remediation: [
        {
          text: `gcloud iam service-accounts add-iam-policy-binding ${API} --project=acme-prod '--member=${member('payments/api')}' --role=${WI} '--condition=expression=${SOME.expression},title=till 2027'`,
        },
        {
          text: `gcloud iam service-accounts remove-iam-policy-binding ${API} --project=acme-prod '--member=${member('payments/api')}' --role=${WI}`,
        },
      ],
    });
  });

  it('which item asks for one, and that a trusted changer may be ahead of the policy', () => {
    const world = {
      observations: [...ACCOUNTS, iam(BUCKET, [[VIEWER, API_MEMBER]], { time: t(100), etag: 'e2' })],
      acts: [act('a1', BUCKET, { time: t(100), etag: 'e2', actor: TERRAFORM })],
    };
    expect(only(DETECTOR, { ...world, asOf: t(200) }).state).toBe('undecided');
    expect(only(DETECTOR, { ...world, asOf: t(1100) })).toMatchObject({
      state: 'open',
      explanation:
        'The policy allows this role here only with a condition; the grant has none. What the condition kept out is let in.',
      why: { line: lineOf('on: "bucket:ledger", condition: required') },
      remediation: [{ text: expect.stringContaining('remove-iam-policy-binding') }],
    });
  });
});
