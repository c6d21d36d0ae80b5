import { describe, expect, it } from '@jest/globals';
import { projectName, serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { DAY, type Nanos } from '../../shared/model/time.ts';
import { iam, NOW, only, says, wakesAt } from '../world.ts';
import { ACCOUNTS, ADMIN, ADMIN_ASSET, API, API_ASSET, DECLARED } from './cast.ts';

const DETECTOR = 'unused-privilege';
const PROJECT = projectName('acme-prod');
const CLIENT = 'roles/cloudsql.client';
const holds = iam(PROJECT, [[CLIENT, `serviceAccount:${API}`]]);

/** Somebody looked at every use of an account, for so many days up to a day ago. */
function watched(days: number, lastUse?: Nanos, asset = API_ASSET): Observation {
  const until = NOW - DAY;
  return {
    kind: 'watched',
    asset,
    time: until,
    source: 'sweep',
    ancestors: [],
    from: until - BigInt(days) * DAY,
    until,
    ...(lastUse === undefined ? {} : { lastUse }),
  };
}

/** An audit entry showed a use. */
function used(time: Nanos): Observation {
  const use = { time, principal: API };
  return { kind: 'used', asset: API_ASSET, time, source: 'audit-log', ancestors: [], use };
}

const unknown = ['undecided: Whether anybody uses api@acme-prod is not known'];

describe('an account that a policy declares for a workload', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['holds a role, and nobody ever told of its use', [holds], []],
    [
      'was used once, longer ago than that, and nobody looked since',
      [holds, used(NOW - 101n * DAY)],
      unknown,
    ],
    ['was used once, of late', [holds, used(NOW - 10n * DAY)], []],
    [
      'holds a role, and was watched for a hundred days',
      [holds, watched(100)],
      ['open: api@acme-prod has not been used since 2026-08-12, and holds a role'],
    ],
    ['was watched for too short a time', [holds, watched(20)], []],
    ['was used a week ago', [holds, watched(100, NOW - 7n * DAY)], []],
    [
      'was used a hundred days ago',
      [holds, watched(200, NOW - 101n * DAY)],
      ['open: api@acme-prod has not been used since 2026-08-12, and holds a role'],
    ],
    [
      'was given the role a week ago, as somebody saw',
      [
        iam(PROJECT, [], { time: NOW - 9n * DAY, etag: 'p1' }),
        iam(PROJECT, [[CLIENT, `serviceAccount:${API}`]], { time: NOW - 7n * DAY, etag: 'p2' }),
        watched(100),
      ],
      [],
    ],
    ['holds nothing', [watched(100)], []],
    [
      'holds nothing any more',
      [
        iam(PROJECT, [
          [
            CLIENT,
            `serviceAccount:${API}`,
            { expression: 'request.time < timestamp("2020-01-01T00:00:00Z")' },
          ],
        ]),
        watched(100),
      ],
      [],
    ],
  ])('%s', (_what, news, expected) => {
    expect(says(DETECTOR, { observations: [...DECLARED, ...news] })).toEqual(expected);
  });
});

it('accounts that we do not watch are not spoken of', () => {
  const observations = [
    ...ACCOUNTS,
    iam(PROJECT, [[CLIENT, `serviceAccount:${ADMIN}`]]),
    watched(100, undefined, ADMIN_ASSET),
  ];
  expect(says(DETECTOR, { observations })).toEqual([]);
});

it('the watch may be told by the address of the account', () => {
  const observations = [...DECLARED, holds, watched(100, undefined, serviceAccountName(API))];
  expect(only(DETECTOR, { observations })).toMatchObject({
    class: 'posture',
    severity: 'low',
    owner: 'team-payments',
    after: [`${CLIENT} on project:acme-prod`],
    explanation:
      'Nobody has needed them for 90 days, and whoever becomes the account has them. Take them away, or have them given for the time they are needed.',
    remediation: [
      {
        text: `gcloud projects remove-iam-policy-binding acme-prod --member=serviceAccount:${API} --role=${CLIENT}`,
      },
    ],
  });
});

it('a look that is a week old tells nothing of today', () => {
  const world = { observations: [...DECLARED, holds, watched(100)] };
  expect(wakesAt(world)).toBe(NOW + 6n * DAY);
  expect(says(DETECTOR, { ...world, asOf: NOW + 6n * DAY })).toEqual(unknown);
});
