import { describe, expect, it } from '@jest/globals';
import { localQueue } from '../../shared/adapters/local-queue.ts';
import type { Log } from '../../shared/ports.ts';

function collecting() {
  const lines: string[] = [];
  const line = (level: string) => (message: string, fields?: object) =>
    void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const log: Log = { info: line('info'), warn: line('warn'), error: line('error') };
  return { log, lines };
}

describe('a nudge', () => {
  it('runs deliver soon, and idle waits for it', async () => {
    let runs = 0;
    const queue = localQueue(async () => void runs++, collecting().log);
    await queue.nudgeDeliver();
    await queue.idle();
    expect(runs).toBe(1);
  });

  it('together with others is one run', async () => {
    let runs = 0;
    const queue = localQueue(async () => void runs++, collecting().log);
    for (let at = 0; at < 10; at++) void queue.nudgeDeliver();
    await queue.idle();
    expect(runs).toBe(1);
  });

  it('that comes while deliver runs is another run, after it and not beside it', async () => {
    let [running, most, runs] = [0, 0, 0];
    const queue = localQueue(async () => {
      most = Math.max(most, ++running);
      if (++runs === 1) {
        await queue.nudgeDeliver();
        await queue.nudgeDeliver();
      }
      await Promise.resolve();
      running--;
    }, collecting().log);
    await queue.nudgeDeliver();
    await queue.idle();
    await queue.idle();
    expect({ runs, most }).toEqual({ runs: 2, most: 1 });
  });

  it.each<[string, () => Promise<void>]>([
    ['rejects', () => Promise.reject(new Error('away'))],
    [
      'throws before there is a promise',
      () => {
        throw new Error('away');
      },
    ],
  ])('that %s is logged, and the next one runs all the same', async (_how, failing) => {
    const { log, lines } = collecting();
    let runs = 0;
    const queue = localQueue(() => (++runs === 1 ? failing() : Promise.resolve()), log);
    await queue.nudgeDeliver();
    await queue.idle();
    await queue.nudgeDeliver();
    await queue.idle();
    expect(runs).toBe(2);
    expect(lines).toEqual(['error deliver failed {"error":"Error: away"}']);
  });
});

describe('a wish to read a policy', () => {
  it('is told to the log: there is nothing here to read it with', async () => {
    const { log, lines } = collecting();
    await localQueue(async () => {}, log).verify('//storage.googleapis.com/ledger', 'only a delta was told');
    expect(lines).toEqual([
      'info policy read wanted {"asset":"//storage.googleapis.com/ledger","why":"only a delta was told"}',
    ]);
  });
});
