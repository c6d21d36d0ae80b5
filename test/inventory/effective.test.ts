import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { effectivePolicy } from '../../shared/inventory/effective.ts';
import type { Observation } from '../../shared/model/observation.ts';
import type { Nanos } from '../../shared/model/time.ts';
import { change, delta, gone, iam, inPool, member, t } from '../world.ts';
import { ASSET, policyOf } from './sightings.ts';

const A = ['roles/a', 'user:a@acme.example'] as const;
const B = ['roles/b', 'user:b@acme.example'] as const;
type Versions = { readonly etag?: string; readonly supersedes?: string };

const whole = (seconds: number, grants: Parameters<typeof iam>[1], versions: Versions = {}) =>
  iam(ASSET, grants, { time: t(seconds), source: 'feed', ...versions });
const added = (seconds: number, grant: readonly [string, string], versions: Versions = {}) =>
  delta(ASSET, [change('add', ASSET, ...grant)], { time: t(seconds), source: 'audit-log', ...versions });
const removed = (seconds: number, grant: readonly [string, string], versions: Versions = {}) =>
  delta(ASSET, [change('remove', ASSET, ...grant)], { time: t(seconds), source: 'audit-log', ...versions });
const changed = (seconds: number, supersedes: string): Observation => ({
  kind: 'policy-unknown',
  asset: ASSET,
  time: t(seconds),
  source: 'audit-log',
  ancestors: [],
  supersedes,
});

/** Checks something of the policy in force, in every order in which the same can be told. */
function inEveryOrder(
  observations: readonly Observation[],
  check: (policy: ReturnType<typeof effectivePolicy>) => void,
) {
  fc.assert(
    fc.property(fc.shuffledSubarray([...observations], { minLength: observations.length }), (told) =>
      check(effectivePolicy(policyOf(told))),
    ),
    { numRuns: 20 },
  );
}

describe('the grants that stand', () => {
  it.each<[string, readonly Observation[], readonly (readonly [string, Nanos])[]]>([
    ['none of a policy that nobody told of', [], []],
    ['those of the newest whole policy', [whole(1, [A]), whole(2, [B])], [['roles/b', t(2)]]],
    [
      'with what was added since',
      [whole(1, [A]), added(2, B)],
      [
        ['roles/a', t(1)],
        ['roles/b', t(2)],
      ],
    ],
    ['without what was taken since', [whole(1, [A, B]), removed(2, A)], [['roles/b', t(1)]]],
    ['not what was added before, and is not in it', [added(1, B), whole(2, [A])], [['roles/a', t(2)]]],
    ['what was taken before, and is in it', [removed(1, A), whole(2, [A])], [['roles/a', t(2)]]],
    [
      'at the same instant the whole policy has the last word',
      [whole(2, [A]), removed(2, A)],
      [['roles/a', t(2)]],
    ],
    [
      'and of two changes the addition, which gives access',
      [added(2, A), removed(2, A)],
      [['roles/a', t(2)]],
    ],
    [
      'what changes alone tell, where no whole policy was seen',
      [added(1, A), added(2, B), removed(3, A)],
      [['roles/b', t(2)]],
    ],
    ['the newest word on each grant', [added(1, A), removed(2, A), added(3, A)], [['roles/a', t(3)]]],
  ])('%s', (_what, observations, expected) => {
    inEveryOrder(observations, ({ grants }) => {
      expect([...grants.values()].map(({ grant, since }) => [grant.role, since]).sort()).toEqual(expected);
    });
  });
});

describe('late news', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    [
      'of a version that was seen before is as old as it was then',
      [whole(1, [A], { etag: 'e1' }), whole(2, [B], { etag: 'e2' }), whole(9, [A], { etag: 'e1' })],
      ['roles/b'],
    ],
    [
      'of a version that is known to be replaced is older than what replaced it',
      [whole(2, [B], { etag: 'e2', supersedes: 'e1' }), whole(9, [A], { etag: 'e1' })],
      ['roles/b'],
    ],
    [
      'also when only the change that replaced it was told',
      [added(2, B, { supersedes: 'e1' }), whole(9, [A], { etag: 'e1' })],
      ['roles/a', 'roles/b'],
    ],
    [
      'or that there was one',
      [whole(1, [B], { etag: 'e0' }), changed(2, 'e1'), whole(9, [A], { etag: 'e1' })],
      ['roles/a'],
    ],
    [
      'of a version that nobody knows counts by its time',
      [whole(2, [B], { etag: 'e2' }), whole(9, [A], { etag: 'e1' })],
      ['roles/a'],
    ],
    [
      'of a chain of versions, each read after it was replaced',
      [
        whole(9, [A], { etag: 'e1' }),
        whole(8, [B], { etag: 'e2' }),
        changed(2, 'e1'),
        whole(5, [A, B], { etag: 'e3', supersedes: 'e2' }),
      ],
      ['roles/a', 'roles/b'],
    ],
    [
      'that a version replaces itself says nothing',
      [whole(2, [A], { etag: 'e1', supersedes: 'e1' }), whole(1, [B], { etag: 'e0' })],
      ['roles/a'],
    ],
    [
      'of equal times goes by what was replaced',
      [whole(2, [A], { etag: 'e1' }), whole(2, [B], { etag: 'e2', supersedes: 'e1' })],
      ['roles/b'],
    ],
  ])('%s', (_what, observations, expected) => {
    inEveryOrder(observations, ({ grants }) => {
      expect([...grants.values()].map(({ grant }) => grant.role).sort()).toEqual(expected);
    });
  });
});

describe('a deletion', () => {
  it.each<[string, readonly Observation[], readonly string[], boolean]>([
    ['ends every grant', [whole(1, [A]), added(2, B), gone(ASSET, { time: t(3) })], [], false],
    ['at its own instant too', [whole(3, [A]), added(3, B), gone(ASSET, { time: t(3) })], [], false],
    [
      'of the last one counts',
      [whole(2, [A]), gone(ASSET, { time: t(1) }), gone(ASSET, { time: t(3) })],
      [],
      false,
    ],
    [
      'leaves what was made anew',
      [whole(1, [A]), gone(ASSET, { time: t(3) }), whole(4, [B])],
      ['roles/b'],
      true,
    ],
    [
      'and what was added to it',
      [whole(1, [A]), gone(ASSET, { time: t(3) }), added(4, B)],
      ['roles/b'],
      false,
    ],
    [
      'ends what was known to be replaced: etags may begin again',
      [
        whole(1, [A], { etag: 'e1' }),
        whole(2, [], { etag: 'e2', supersedes: 'e1' }),
        gone(ASSET, { time: t(3) }),
        whole(4, [B], { etag: 'e1' }),
      ],
      ['roles/b'],
      true,
    ],
  ])('%s', (_what, observations, expected, isWhole) => {
    inEveryOrder(observations, ({ grants, wholeSince }) => {
      expect([...grants.values()].map(({ grant }) => grant.role).sort()).toEqual(expected);
      expect(wholeSince !== undefined).toBe(isWhole);
    });
  });
});

describe('how a grant came', () => {
  const arrival = (role: string, observations: readonly Observation[], check: object) =>
    inEveryOrder(observations, ({ grants }) => {
      expect([...grants.values()].find(({ grant }) => grant.role === role)).toMatchObject(check);
    });

  it.each<[string, readonly Observation[], object]>([
    [
      'in the oldest version we have: we saw it only',
      [whole(1, [A], { etag: 'e1' })],
      { since: t(1), etag: 'e1', source: 'feed', arrivalSeen: false },
    ],
    [
      'in a later one',
      [whole(0, []), whole(1, [A], { etag: 'e1' }), whole(2, [A, B], { etag: 'e2' })],
      { since: t(1), etag: 'e1', source: 'feed', arrivalSeen: true },
    ],
    [
      'told as a change, before any version showed it',
      [added(1, A, { etag: 'e1' }), whole(2, [A, B], { etag: 'e2' })],
      { since: t(1), etag: 'e1', source: 'audit-log', arrivalSeen: true },
    ],
    [
      'first told by the feed, then by the audit log, under one etag',
      [
        whole(0, []),
        whole(3, [A], { etag: 'e1' }),
        iam(ASSET, [A], { time: t(1), source: 'audit-log', etag: 'e1' }),
      ],
      { since: t(1), etag: 'e1', source: 'audit-log', arrivalSeen: true },
    ],
    [
      'again, after it was taken away: who gave it back is who gave it',
      [whole(0, [A], { etag: 'e0' }), removed(5, A), whole(9, [A], { etag: 'e2' })],
      { since: t(9), etag: 'e2', arrivalSeen: true },
    ],
    [
      'again, as the versions show',
      [whole(0, [A], { etag: 'e0' }), whole(5, [], { etag: 'e1' }), whole(9, [A], { etag: 'e2' })],
      { since: t(9), etag: 'e2', arrivalSeen: true },
    ],
    [
      'once, although it was given again while it stood',
      [whole(0, [A], { etag: 'e0' }), added(5, A, { etag: 'e1' }), whole(9, [A], { etag: 'e2' })],
      { since: t(0), etag: 'e0' },
    ],
  ])('%s', (_what, observations, expected) => {
    arrival('roles/a', observations, expected);
  });

  it('is the same in another spelling; commands repeat the one it has now', () => {
    const [old, now] = [member('payments/api'), inPool('subject/ns/payments/sa/api')];
    arrival(
      'roles/a',
      [
        whole(1, [['roles/a', old, { expression: 'x', title: 'old' }]]),
        whole(2, [['roles/a', now, { expression: ' x ', title: 'new' }]]),
      ],
      { since: t(1), grant: { member: now, condition: { title: 'new' } } },
    );
  });
});

describe('what was taken away', () => {
  it.each<[string, readonly Observation[], readonly string[], readonly string[]]>([
    [
      'is gone by report, until a whole policy shows it',
      [whole(1, [A]), removed(2, A)],
      ['roles/a'],
      ['roles/a'],
    ],
    ['is gone, when it does', [whole(1, [A]), removed(2, A), whole(3, [B])], [], ['roles/a']],
    ['is not gone, when it shows that it is there', [whole(1, [A]), removed(2, A), whole(3, [A])], [], []],
    ['is back, when that is told', [whole(1, [A]), removed(2, A), added(3, A)], [], []],
    ['is gone by report also where no whole policy was seen', [added(1, A), removed(2, A)], ['roles/a'], []],
    ['is nothing that never stood', [whole(1, [B])], [], []],
    ['is forgotten with the asset', [whole(1, [A]), removed(2, A), gone(ASSET, { time: t(3) })], [], []],
  ])('%s', (_what, observations, byReport, all) => {
    inEveryOrder(observations, ({ removedByDelta, removed }) => {
      expect([...removedByDelta.values()].map(({ role }) => role)).toEqual(byReport);
      expect([...removed.values()].map(({ grant }) => grant.role)).toEqual(all);
    });
  });

  it('remembers when, and by which version', () => {
    inEveryOrder([whole(1, [A], { etag: 'e1' }), whole(5, [], { etag: 'e2' })], ({ removed }) => {
      expect([...removed.values()]).toMatchObject([{ since: t(5), etag: 'e2', source: 'feed' }]);
    });
  });
});
