import { describe, expect, it } from '@jest/globals';
import { only, says } from '../world.ts';
import { part } from './watch.ts';

const DETECTOR = 'self-quarantine';

describe('self-quarantine', () => {
  it('says nothing while it is empty', () => {
    expect(
      says(DETECTOR, { observations: [part('quarantine', 'own:quarantine', { troubles: [] })] }),
    ).toEqual([]);
  });

  it('tells how many there are, and of what kind, in one finding', () => {
    const troubles = [
      { about: 'not JSON', words: '2 messages: not JSON' },
      { about: 'asset', words: '1 message: asset: missing' },
    ];
    expect(
      only(DETECTOR, { observations: [part('quarantine', 'own:quarantine', { troubles })] }),
    ).toMatchObject({
      class: 'outage',
      severity: 'medium',
      after: ['1 message: asset: missing', '2 messages: not JSON'],
    });
  });

  it('is not meant by the troubles of others', () => {
    const troubles = [{ about: 'C0X', words: 'channel_not_found' }];
    expect(says(DETECTOR, { observations: [part('outbox', 'own:outbox', { troubles })] })).toEqual([]);
  });
});
