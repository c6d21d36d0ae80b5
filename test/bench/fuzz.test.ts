/** What the fuzzing does, on our own examples: captured payloads need not be at hand. */
import { describe, expect, it } from '@jest/globals';
import { Broken, checkBytes, checkDecoding, Prototypes } from '../../bench/fuzz/checks.ts';
import { mutated, spoiltBytes } from '../../bench/fuzz/mutate.ts';
import { shrunk } from '../../bench/fuzz/shrink.ts';
import { Dice } from '../../bench/soak/dice.ts';
import { EDITOR_ENTRY, EDITOR_FEED } from '../pipeline/bodies.ts';

const SEED = 20261122;
const CASES = 300;

describe(`some hundred spoilt payloads, seed ${SEED}`, () => {
  it('are answered, and change no prototype', () => {
    const prototypes = new Prototypes();
    for (let index = 0; index < CASES; index++) {
      const dice = new Dice(SEED + index);
      checkDecoding(mutated(EDITOR_ENTRY, EDITOR_FEED, dice));
      checkBytes(spoiltBytes(JSON.stringify(EDITOR_FEED), dice));
    }
    prototypes.check();
  });

  it('are the same again for the same seed, and leave the payload as it was', () => {
    const before = structuredClone(EDITOR_FEED);
    const twice = [1, 2].map(() => JSON.stringify(mutated(EDITOR_FEED, EDITOR_ENTRY, new Dice(SEED))));
    expect(twice[0]).toBe(twice[1]);
    expect(EDITOR_FEED).toEqual(before);
  });
});

it('notices that a prototype was changed', () => {
  const prototypes = new Prototypes();
  Object.defineProperty(Object.prototype, 'polluted', { value: true, configurable: true });
  try {
    expect(() => prototypes.check()).toThrow(Broken);
  } finally {
    Reflect.deleteProperty(Object.prototype, 'polluted');
  }
});

it('makes a case as small as it can be', async () => {
  const large = { a: [1, 2, { deep: 'xxxxxxxxbadxxxx' }], b: { c: 'bad' }, d: 5 };
  const smallest = await shrunk(large, async (value) => JSON.stringify(value).includes('bad'));
  expect(smallest).toBe('bad');
});
