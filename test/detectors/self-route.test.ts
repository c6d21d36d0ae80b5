import { describe, expect, it } from '@jest/globals';
import { found, says } from '../world.ts';
import { part } from './watch.ts';

const DETECTOR = 'self-route';
const outbox = (...troubles: Parameters<typeof part>[2]['troubles'] & object) => ({
  observations: [part('outbox', 'own:outbox', { troubles })],
});

describe('self-route', () => {
  it('says nothing while everything can be sent', () => {
    expect(says(DETECTOR, outbox())).toEqual([]);
  });

  it('tells of each destination that takes nothing, and why', () => {
    const world = outbox(
      { about: 'C0GONE', words: '3 messages: channel_not_found' },
      { about: 'C0SLOW', words: '1 message has waited for 20 minutes' },
    );
    expect(says(DETECTOR, world)).toEqual([
      'open: Alerts do not reach C0GONE',
      'open: Alerts do not reach C0SLOW',
    ]);
    expect(found(world)[0]).toMatchObject({ class: 'outage', after: ['3 messages: channel_not_found'] });
  });

  it('is not meant by the troubles of others', () => {
    const troubles = [{ about: 'wide-member', words: 'it threw' }];
    expect(says(DETECTOR, { observations: [part('detectors', 'own:detectors', { troubles })] })).toEqual([]);
  });
});
