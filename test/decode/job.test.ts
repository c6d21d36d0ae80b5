import { describe, expect, it } from '@jest/globals';
import { decodeJob } from '../../shared/decode/job.ts';
import type { Job } from '../../shared/model/job.ts';
import { parseTime } from '../../shared/model/time.ts';
import { pushed } from '../pipeline/bodies.ts';

const JOBS: readonly Job[] = [
  { kind: 'verify', asset: '//storage.googleapis.com/acme-ledger', why: 'only a delta was told' },
  { kind: 'shard', shard: '2026-11-21T09:00:00.000000000Z|0003' },
  { kind: 'conclude', run: '2026-11-21T09:00:00.000000000Z' },
  {
    kind: 'backfill',
    asset: '//storage.googleapis.com/acme-ledger',
    within: 'projects/acme-data',
    time: '2026-11-21T09:00:00Z',
  },
  { kind: 'usage' },
  { kind: 'usage', after: '111122223333' },
  { kind: 'groups' },
  { kind: 'groups', after: 'devs@acme.example' },
  { kind: 'evaluate' },
];

describe('a job', () => {
  it.each(JOBS)('%j comes out as it was put in, with the time when it was first asked for', (job) => {
    expect(decodeJob(pushed({ ...job }))).toEqual({
      kind: 'job',
      job,
      askedAt: parseTime('2026-11-21T09:00:12Z'),
    });
  });

  it.each([
    [{ kind: 'dance' }, 'kind: not a kind of work'],
    [{}, 'kind: missing'],
    [{ kind: 'verify', asset: 'acme-ledger' }, 'asset: not a full resource name'],
    [{ kind: 'usage', after: 7 }, 'after'],
    [{ kind: 'backfill', asset: '//x/y', within: 'projects/p', time: 'lately' }, 'time: not a time'],
  ])('%j is none, and says why', (body, why) => {
    expect(decodeJob(pushed(body))).toEqual({ kind: 'malformed', why: expect.stringContaining(why) });
  });
});
