import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  contentsOf,
  emptyRegister,
  fieldOf,
  mergePolicies,
  mergeResources,
  registerId,
} from '../../shared/inventory/absorb.ts';
import { effectivePolicy } from '../../shared/inventory/effective.ts';
import { serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { alias, gone, gsa, iam, ksa, t } from '../world.ts';
import { ASSET, policyOf, resourceOf, sightings, toldTwoWays } from './sightings.ts';

const RUNS = { numRuns: 1_000 };
const API = 'api@acme-prod.iam.gserviceaccount.com';

describe('what is known of an asset', () => {
  it('does not depend on the order in which it was told, nor on what was told twice', () => {
    fc.assert(
      fc.property(toldTwoWays, ([all, told]) => {
        expect(policyOf(told)).toEqual(policyOf(all));
        expect(resourceOf(told)).toEqual(resourceOf(all));
      }),
      RUNS,
    );
  });

  it('is the same when it was told under two names and joined, in either order', () => {
    fc.assert(
      fc.property(sightings, fc.infiniteStream(fc.boolean()), (all, coins) => {
        const [here, there] = [[] as Observation[], [] as Observation[]];
        for (const one of all) (coins.next().value ? here : there).push(one);
        const policies = [policyOf(here), policyOf(there)];
        const resources = [resourceOf(here), resourceOf(there)];
        expect(mergePolicies(policies)).toEqual(policyOf(all));
        expect(mergePolicies(policies.toReversed())).toEqual(policyOf(all));
        expect(mergeResources(resources)).toEqual(resourceOf(all));
        expect(mergeResources(resources.toReversed())).toEqual(resourceOf(all));
      }),
      RUNS,
    );
  });

  it('of many versions of a policy is the newest sixteen, in whatever order they came', () => {
    const versions = Array.from({ length: 30 }, (_, n) =>
      iam(ASSET, [[`roles/r${n}`, 'allUsers']], { time: t(n), etag: `e${n}` }),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(versions, { minLength: 30 }), (told) => {
        expect(policyOf(told).versions.map(({ etag }) => etag)).toEqual(
          Array.from({ length: 16 }, (_, n) => `e${29 - n}`),
        );
      }),
    );
  });

  it('of an asset told of under no name is nothing', () => {
    expect(mergePolicies([])).toBeUndefined();
    expect(mergeResources([])).toBeUndefined();
  });
});

describe('an observation', () => {
  it.each<[string, Observation, readonly string[]]>([
    ['a policy', iam(ASSET, []), ['policy']],
    ['a change of it', { ...iam(ASSET, []), kind: 'policy-delta', changes: [] } as Observation, ['policy']],
    ['that it changed', { ...iam(ASSET, []), kind: 'policy-unknown' } as Observation, ['policy']],
    ['a resource', gsa(API, '1001'), ['resource']],
    ['a deletion, which ends both', gone(ASSET), ['resource', 'policy']],
    ['a name, which is kept apart', alias(API, '1001'), []],
  ])('%s', (_what, observation, contents) => {
    expect(contentsOf(observation)).toEqual(contents);
  });

  it.each<[string, Observation]>([
    ['a name', alias(API, '1001')],
    ['a policy', iam(ASSET, [['roles/a', 'allUsers']])],
  ])('tells a resource nothing when it is %s', (_what, observation) => {
    expect(resourceOf([observation])).toEqual(emptyRegister('resource', ASSET));
  });

  it.each<[string, Observation]>([
    ['a name', alias(API, '1001')],
    ['a resource', gsa(API, '1001')],
  ])('tells a policy nothing when it is %s', (_what, observation) => {
    expect(policyOf([observation])).toEqual(emptyRegister('policy', ASSET));
  });

  it('is kept under what it is of, and whose', () => {
    expect(registerId('policy', ASSET)).not.toBe(registerId('resource', ASSET));
  });
});

describe('a value of a field', () => {
  const told = (email: string, seconds: number, principal?: string): Observation => ({
    ...(gsa(API, '1001', { time: t(seconds) }) as Extract<Observation, { kind: 'resource' }>),
    facts: { type: 'service-account', email },
    ...(principal && { by: { principal, delegation: [] } }),
  });
  const values = (...observations: Observation[]) => resourceOf(observations).fields.email ?? [];

  it('has those who set it, the latest first, each with the first time and the last', () => {
    const [value] = values(told('a', 1, 'jane'), told('a', 2), told('a', 3, 'sam'), told('a', 9, 'jane'));
    expect(value?.by).toEqual([
      { principal: 'jane', delegation: [], first: t(1), last: t(9) },
      { principal: 'sam', delegation: [], first: t(3), last: t(3) },
    ]);
  });

  it('has nobody where no message told', () => {
    expect(values(told('a', 1), told('a', 2))[0]).not.toHaveProperty('by');
  });

  it('is kept when it is one of the newest eight, or the first of all', () => {
    const many = Array.from({ length: 12 }, (_, n) => told(`v${n}`, n));
    fc.assert(
      fc.property(fc.shuffledSubarray(many, { minLength: 12 }), (all) => {
        expect(values(...all).map(({ value }) => value)).toEqual([
          'v11',
          'v10',
          'v9',
          'v8',
          'v7',
          'v6',
          'v5',
          'v4',
          'v0',
        ]);
      }),
    );
  });
});

describe('a resource', () => {
  const partial = (facts: object, seconds: number): Observation => ({
    ...(gsa(API, '1001', { time: t(seconds) }) as Extract<Observation, { kind: 'resource' }>),
    whole: false,
    facts: { type: 'service-account', ...facts },
  });
  const field = (name: string, ...observations: Observation[]) =>
    fieldOf(resourceOf(observations), name)?.value;
  const stands = (...observations: Observation[]) => resourceOf(observations).exists?.value;

  it.each([
    [
      'a field is what was said last',
      [partial({ disabled: true }, 1), partial({ disabled: false }, 2)],
      false,
    ],
    ['not what was told last', [partial({ disabled: false }, 2), partial({ disabled: true }, 1)], false],
    [
      'a message without the field says nothing of it',
      [partial({ disabled: true }, 1), partial({ email: API }, 2)],
      true,
    ],
    [
      'a whole object without it says that it is not there',
      [partial({ disabled: true }, 1), { ...partial({ email: API }, 2), whole: true } as Observation],
      undefined,
    ],
    [
      'unless it was said later',
      [{ ...partial({ email: API }, 2), whole: true } as Observation, partial({ disabled: true }, 3)],
      true,
    ],
    [
      'at the same instant a field is what it is, whoever comes first',
      [partial({ disabled: true }, 2), partial({ disabled: false }, 2)],
      true,
    ],
    ['and that again', [partial({ disabled: false }, 2), partial({ disabled: true }, 2)], true],
  ])('%s', (_what, observations, expected) => {
    expect(field('disabled', ...observations)).toBe(expected);
  });

  it.each([
    ['is there when it was seen', [gsa(API, '1001', { time: t(1) })], true],
    [
      'is gone when that was seen later',
      [gsa(API, '1001', { time: t(1) }), gone(ASSET, { time: t(2) })],
      false,
    ],
    ['in whatever order', [gone(ASSET, { time: t(2) }), gsa(API, '1001', { time: t(1) })], false],
    [
      'is there again when it was made anew',
      [gone(ASSET, { time: t(2) }), gsa(API, '1001', { time: t(3) })],
      true,
    ],
    [
      'at the same instant it is there: nothing is given up lightly',
      [gone(ASSET, { time: t(2) }), gsa(API, '1001', { time: t(2) })],
      true,
    ],
    ['is not known when only its policy was', [iam(ASSET, [])], undefined],
  ])('%s', (_what, observations, expected) => {
    expect(stands(...observations)).toBe(expected);
  });

  it('remembers that it was gone, also when it was made anew: what lay in it went then', () => {
    expect(resourceOf([gone(ASSET, { time: t(2) }), gsa(API, '1001', { time: t(3) })]).goneAt).toBe(t(2));
    expect(resourceOf([gone(ASSET, { time: t(5) }), gone(ASSET, { time: t(2) })]).goneAt).toBe(t(5));
  });

  it.each<[string, readonly (readonly [seconds: number, ...ancestors: string[]])[], readonly string[]]>([
    ['lies nowhere when nobody told', [[1]], []],
    [
      'lies where the most telling message says',
      [[1], [2, 'projects/1', 'folders/2'], [3, 'projects/1']],
      ['projects/1', 'folders/2'],
    ],
    [
      'lies where the newest says that tells all, for projects move',
      [
        [1, 'projects/1', 'folders/2', 'folders/3', 'organizations/9'],
        [2, 'projects/1', 'folders/4', 'organizations/9'],
      ],
      ['projects/1', 'folders/4', 'organizations/9'],
    ],
    [
      'not where a newer one says that breaks off',
      [
        [1, 'projects/1', 'organizations/9'],
        [2, 'projects/1', 'folders/4'],
      ],
      ['projects/1', 'organizations/9'],
    ],
  ])('%s', (_what, told, expected) => {
    const observations = told.map(
      ([seconds, ...ancestors]): Observation => ({ ...gsa(API, '1001', { time: t(seconds) }), ancestors }),
    );
    expect(resourceOf(observations).ancestors).toEqual(expected);
    expect(resourceOf(observations.toReversed()).ancestors).toEqual(expected);
  });

  const KSA = ksa('payments/api').asset;
  const annotated = (annotation: string, seconds: number, source: 'audit-log' | 'feed' = 'audit-log') =>
    ksa('payments/api', annotation, { time: t(seconds), source });
  /** A KSA of which a request told the name and nothing else. */
  const made = (seconds: number): Observation => ({
    ...(ksa('payments/api', '', { time: t(seconds) }) as Extract<Observation, { kind: 'resource' }>),
    whole: false,
    facts: { type: 'kubernetes-service-account', namespace: 'payments', name: 'api' },
  });

  it.each<[string, readonly Observation[], object | undefined]>([
    [
      'a field is what it is since that was said first',
      [annotated('a', 1), annotated('b', 2), annotated('b', 5, 'feed'), annotated('b', 9, 'feed')],
      { value: 'b', time: t(2), source: 'audit-log' },
    ],
    [
      'and when it was something else in between, since that was said last',
      [annotated('b', 1), annotated('a', 2), annotated('b', 5)],
      { value: 'b', time: t(5) },
    ],
    [
      'what was told late changes nothing of what came after',
      [annotated('b', 5), annotated('b', 6), annotated('a', 1)],
      { value: 'b', time: t(5) },
    ],
    [
      'what was said before it went was said of another one',
      [annotated('a', 1), gone(KSA, { time: t(5) }), made(6)],
      undefined,
    ],
    [
      'and of this one it is known since it was made',
      [annotated('a', 1), gone(KSA, { time: t(5) }), annotated('a', 6)],
      { value: 'a', time: t(6) },
    ],
  ])('%s', (_what, observations, expected) => {
    for (const told of [observations, observations.toReversed()]) {
      const field = fieldOf(resourceOf(told, KSA), 'annotation');
      if (expected === undefined) expect(field).toBeUndefined();
      else expect(field).toMatchObject(expected);
    }
  });

  it('that can be restored is itself again', () => {
    const restored = partial({ uniqueId: '1001' }, 6);
    const observations = [
      gsa(API, '1001', { disabled: true, time: t(1) }),
      gone(ASSET, { time: t(5) }),
      restored,
    ];
    expect(field('disabled', ...observations)).toBe(true);
  });
});

describe('a policy', () => {
  it('of a bucket that was made anew may have the etag and the grants of the one before', () => {
    const grants: Parameters<typeof iam>[1] = [['roles/a', 'allUsers']];
    const life = (seconds: number) => iam(ASSET, grants, { time: t(seconds), etag: 'CAE=' });
    fc.assert(
      fc.property(
        fc.shuffledSubarray([life(1), life(2), gone(ASSET, { time: t(5) }), life(9)], { minLength: 4 }),
        (told) => {
          const { grants, wholeSince } = effectivePolicy(policyOf(told));
          expect([...grants.values()].map(({ since }) => since)).toEqual([t(9)]);
          expect(wholeSince).toBe(t(9));
        },
      ),
    );
    expect(
      effectivePolicy(policyOf([life(1), gone(ASSET, { time: t(5) }), life(2)])).wholeSince,
    ).toBeUndefined();
  });

  it('does not grow with every reading of the same version', () => {
    const account = serviceAccountName('1001');
    const readings = Array.from({ length: 40 }, (_, n) =>
      iam(account, [['roles/a', 'allUsers']], { time: t(n), etag: 'e1' }),
    );
    expect(policyOf(readings).versions).toEqual([
      expect.objectContaining({ etag: 'e1', time: t(0), seenAgain: t(39) }),
    ]);
  });
});
