import { describe, expect, it } from '@jest/globals';
import { localQueue } from '../../shared/adapters/local-queue.ts';
import type { Job, Log } from '../../shared/ports.ts';

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
    const queue = localQueue({ deliver: async () => void runs++, log: collecting().log });
    await queue.nudgeDeliver();
    await queue.idle();
    expect(runs).toBe(1);
  });

  it('together with others is one run', async () => {
    let runs = 0;
    const queue = localQueue({ deliver: async () => void runs++, log: collecting().log });
    for (let at = 0; at < 10; at++) void queue.nudgeDeliver();
    await queue.idle();
    expect(runs).toBe(1);
  });

  it('that comes while deliver runs is another run, after it and not beside it', async () => {
    let [running, most, runs] = [0, 0, 0];
    const queue = localQueue({
      log: collecting().log,
      deliver: async () => {
        most = Math.max(most, ++running);
        if (++runs === 1) {
          await queue.nudgeDeliver();
          await queue.nudgeDeliver();
        }
        await Promise.resolve();
        running--;
      },
    });
    await queue.nudgeDeliver();
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
    const queue = localQueue({ deliver: () => (++runs === 1 ? failing() : Promise.resolve()), log });
    await queue.nudgeDeliver();
    await queue.idle();
    await queue.nudgeDeliver();
    await queue.idle();
    expect(runs).toBe(2);
    expect(lines).toEqual(['error deliver failed {"error":"Error: away"}']);
  });
});

describe('work', () => {
  const verify: Job = {
    kind: 'verify',
    asset: '//storage.googleapis.com/ledger',
    why: 'only a delta was told',
  };

  it('is told to the log where nothing can do it', async () => {
    const { log, lines } = collecting();
    await localQueue({ deliver: async () => {}, log }).work(verify);
    expect(lines).toEqual([`info nothing here does this work ${JSON.stringify(verify)}`]);
  });

  it('is done in its order, the work it asks for included', async () => {
    const done: string[] = [];
    const queue = localQueue({
      deliver: async () => void done.push('deliver'),
      work: async ({ kind }) => {
        done.push(kind);
        if (kind === 'verify') await queue.work({ kind: 'evaluate' });
      },
      log: collecting().log,
    });
    void queue.work(verify);
    void queue.nudgeDeliver();
    await queue.idle();
    expect(done).toEqual(['verify', 'deliver', 'evaluate']);
  });
});
