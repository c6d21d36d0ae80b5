import { describe, expect, it } from '@jest/globals';
import { found, says } from '../world.ts';
import { part } from './watch.ts';

const DETECTOR = 'self-detector-failed';
const failing = (...troubles: Parameters<typeof part>[2]['troubles'] & object) => ({
  observations: [part('detectors', 'own:detectors', { troubles })],
});

describe('self-detector-failed', () => {
  it('says nothing while all of them judge', () => {
    expect(says(DETECTOR, failing())).toEqual([]);
  });

  it('tells of each that throws, whatever it threw on', () => {
    const one = { about: 'key-unused', words: 'it threw on 3 subjects, key:abc among them' };
    const other = { about: 'wide-member', words: 'it threw on 1 subject' };
    expect(says(DETECTOR, failing(one, other))).toEqual([
      'open: The detector key-unused fails',
      'open: The detector wide-member fails',
    ]);
    const again = { ...one, words: 'it threw on 400 subjects' };
    const [before, after] = [failing(one), failing(again)].map((world) => found(world)[0]!);
    expect(before!.id).toBe(after!.id);
  });

  it('leaves troubles of other parts to others', () => {
    const troubles = [{ about: 'key-unused', words: 'x' }];
    expect(says(DETECTOR, { observations: [part('outbox', 'own:outbox', { troubles })] })).toEqual([]);
  });
});
