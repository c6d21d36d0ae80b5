import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { formatTime, HOUR, MINUTE, type Nanos } from '../../../shared/model/time.ts';
import { startSweep } from '../../../shared/pipeline/sweep/start.ts';
import { work } from '../../../shared/pipeline/work.ts';
import { judgementsOf } from '../../laws/pipeline-of.ts';
import { exported } from '../../scenarios/morning.ts';
import { ACME, ORGANISATION, Sweeping, withBinding } from './sweeping.ts';

const BUCKET = '//storage.googleapis.com/acme-ledger';
const CHECKOUT = 'checkout@acme-prod.iam.gserviceaccount.com';
/** What nobody declared. */
const ADMIN = { role: 'roles/storage.admin', members: [`serviceAccount:${CHECKOUT}`] };
/** The KSA that a binding of the example waits for. */
const DANGLING = 'open edge:acme-prod.svc.id.goog[payments/legacy-batch] -> 118545311130600723083';
const KEY = /keys\/8f385303/;

jest.setTimeout(30_000);

let on: Sweeping;
beforeEach(async () => {
  on = await Sweeping.open({ pageSize: 7 });
  on.serve(ACME);
});
afterEach(() => on.close());

/** Long enough for what was told by then to have come to Asset Inventory. */
const TWO_DAYS = 48n * HOUR;

function later(by: Nanos): void {
  on.now += by;
}

describe('a first sweep', () => {
  it('comes to the findings of a scan of the export, and has missed nothing', async () => {
    const { store } = await exported();
    const rows = await store.transaction((tx) => tx.list('findings', undefined, 10_000));
    await store.close();
    const run = await on.sweep();
    expect(run.counts).toEqual({
      assets: ACME.length,
      missed: 0,
      gone: 0,
      complete: run.counts.shards,
      shards: run.counts.shards,
    });
    const scanned = [...rows.values()].map(({ finding }) => finding);
    expect(judgementsOf(await on.findings())).toEqual(judgementsOf(scanned).map(bySweep));
  });

  it('calls nothing missing before it has ended', async () => {
    await startSweep(on.ports);
    while (on.jobs[0]?.job.kind === 'shard') await work(on.jobs.shift()!.job, on.now, on.ports);
    expect((await on.findings()).length).toBeGreaterThan(0);
    expect((await on.told('dangling-binding')).filter((line) => line.startsWith('open'))).toEqual([]);
    await on.drain();
    expect(await on.told('dangling-binding')).toEqual([DANGLING]);
  });
});

describe('what events missed', () => {
  beforeEach(() => on.sweep());

  it('is found, counted, and said to be found by the sweep', async () => {
    later(6n * HOUR);
    on.serve(withBinding(ACME, BUCKET, ADMIN, on.now - HOUR));
    const { counts } = await on.sweep();
    expect(counts).toMatchObject({ missed: 1, gone: 0 });
    const found = (await on.findings()).filter(({ role }) => role === ADMIN.role);
    expect(found.map(({ detector, state, observedBy }) => ({ detector, state, observedBy }))).toEqual([
      { detector: 'undeclared-grant', state: 'open', observedBy: 'sweep' },
    ]);
  });

  it('is not called missed while its events may still be under way', async () => {
    later(6n * HOUR);
    on.serve(withBinding(ACME, BUCKET, ADMIN, on.now - MINUTE));
    expect((await on.sweep()).counts.missed).toBe(0);
  });

  it('changes nothing when it is nothing', async () => {
    const before = await on.findings();
    later(6n * HOUR);
    on.serve(ACME);
    expect((await on.sweep()).counts).toMatchObject({ missed: 0, gone: 0 });
    expect(judgementsOf(await on.findings())).toEqual(judgementsOf(before));
  });
});

describe('what is gone', () => {
  beforeEach(() => on.sweep());
  const withoutKey = ACME.filter(({ name }) => !KEY.test(name));

  it('closes what stood on it, once it is long enough ago that it was told', async () => {
    later(TWO_DAYS);
    on.serve(withoutKey);
    expect((await on.sweep()).counts).toMatchObject({ gone: 1 });
    expect((await on.told('key-not-allowed')).filter((line) => line.startsWith('open'))).toEqual([]);
  });

  it('is not called gone when it was told so lately that Asset Inventory may not list it yet', async () => {
    later(HOUR);
    on.serve(withoutKey);
    expect((await on.sweep()).counts).toMatchObject({ gone: 0 });
    expect(await on.told('key-not-allowed')).toHaveLength(1);
  });

  it('is a policy without bindings where its resource is no longer listed among the policies', async () => {
    later(MINUTE);
    const bound = withBinding(ACME, BUCKET, ADMIN, on.now);
    on.serve(bound);
    await on.sweep();
    expect(await on.told('undeclared-grant')).toHaveLength(1);
    later(TWO_DAYS);
    on.serve(bound.filter(({ name, iamPolicy }) => name !== BUCKET || iamPolicy === undefined));
    await on.sweep();
    expect((await on.told('undeclared-grant')).filter((line) => line.startsWith('open'))).toEqual([]);
  });

  it('takes a declared grant with it, which is then missing', async () => {
    later(TWO_DAYS);
    on.serve(ACME.filter(({ name, iamPolicy }) => name !== BUCKET || iamPolicy === undefined));
    await on.sweep();
    expect((await on.told('declared-grant-missing')).length).toBeGreaterThan(0);
  });
});

describe('a sweep that is not whole', () => {
  const less = ACME.filter(({ name }) => !KEY.test(name) && !name.includes('serviceaccounts/otel'));

  it.each([0, 15, 30, 45])('closes nothing when a listing is refused, that of call %s say', async (after) => {
    await on.sweep();
    const open = await on.findings();
    later(TWO_DAYS);
    on.serve(less);
    on.server.fail('ListAssets', { code: 'PERMISSION_DENIED', after });
    const { counts } = await on.sweep();
    expect([counts.gone, counts.shards - counts.complete]).toEqual([0, 1]);
    expect(judgementsOf(await on.findings())).toEqual(judgementsOf(open));
  });

  it('does not wait for ever for what may not be read any more', async () => {
    await on.sweep();
    for (const gone of [0, 4]) {
      later(TWO_DAYS);
      on.serve(less);
      on.server.fail('ListAssets', { code: 'PERMISSION_DENIED', after: 3 });
      expect((await on.sweep()).counts).toMatchObject({ gone });
    }
  });

  it('writes no coverage for what it could not read', async () => {
    on.server.fail('ListAssets', { code: 'PERMISSION_DENIED', times: 1_000 });
    await on.sweep();
    expect(await on.coverage()).toEqual([]);
    expect(on.warnings.map(({ message }) => message)).toContain('a part of the sweep may not be read');
  });

  it('does not believe that a fifth is gone until the next sweep says so too', async () => {
    const many = Array.from({ length: 30 }, (_, at) => topic(at));
    on.serve([...ACME, ...many]);
    await on.sweep();
    for (const gone of [0, 10]) {
      later(TWO_DAYS);
      on.serve([...ACME, ...many.slice(0, 20)]);
      expect((await on.sweep()).counts).toMatchObject({ gone });
    }
    expect(on.warnings).toEqual([
      {
        message: 'a part of the sweep shrank',
        fields: {
          shard: `${ORGANISATION} resource pubsub.googleapis.com/Topic`,
          why: '21 where there were 31',
        },
      },
    ]);
  });
});

describe('what messages said, and was not so', () => {
  const key = ACME.find(({ name }) => KEY.test(name))!;
  const deleted = () => ({
    asset: { ...key, resource: undefined },
    deleted: true,
    window: { startTime: formatTime(on.now) },
  });

  it('is overruled once Asset Inventory must have heard of it: a forged deletion hides a key for two days at most', async () => {
    await on.sweep();
    later(MINUTE);
    await on.receive({
      message: {
        data: Buffer.from(JSON.stringify(deleted())).toString('base64'),
        messageId: '1',
        publishTime: formatTime(on.now),
      },
    });
    expect((await on.told('key-not-allowed'))[0]).toMatch(/^resolved/);
    later(HOUR);
    on.serve(ACME);
    await on.sweep();
    expect((await on.told('key-not-allowed'))[0]).toMatch(/^resolved \(confirming\)/);
    later(TWO_DAYS);
    on.serve(ACME);
    await on.sweep();
    expect((await on.told('key-not-allowed'))[0]).toMatch(/^open/);
  });

  it('is not confirmed by sweeps that may not read what it was about', async () => {
    const unread = async (): Promise<void> => {
      const { assets } = on.ports;
      on.besides = {
        assets: {
          ...assets,
          list: async (query, token) =>
            query.assetTypes.includes('iam.googleapis.com/ServiceAccountKey')
              ? { kind: 'refused', why: 'not granted' }
              : assets.list(query, token),
        },
      };
    };
    await unread();
    await on.sweep();
    const push = (body: object, messageId: string) =>
      on.receive({
        message: {
          data: Buffer.from(JSON.stringify(body)).toString('base64'),
          messageId,
          publishTime: formatTime(on.now),
        },
      });
    await push({ asset: key, window: { startTime: formatTime(on.now) } }, '1');
    expect((await on.told('key-not-allowed'))[0]).toMatch(/^open/);
    later(MINUTE);
    await push(deleted(), '2');
    later(TWO_DAYS);
    await on.sweep();
    expect((await on.told('key-not-allowed'))[0]).toMatch(/^resolved \(confirming\)/);
  });

  it('and was so, is confirmed by a whole sweep that comes later', async () => {
    await on.sweep();
    later(MINUTE);
    const otel = ACME.find(({ name }) => name.includes('serviceaccounts/otel-agent'))!;
    const data = Buffer.from(
      JSON.stringify({ asset: otel, deleted: true, window: { startTime: formatTime(on.now) } }),
    ).toString('base64');
    await on.receive({ message: { data, messageId: '2', publishTime: formatTime(on.now) } });
    expect(await on.told('annotation-without-binding')).toEqual([
      expect.stringMatching(/^resolved \(confirming\)/),
    ]);
    later(TWO_DAYS);
    on.serve(ACME.filter((asset) => asset !== otel));
    await on.sweep();
    expect(await on.told('annotation-without-binding')).toEqual([expect.stringMatching(/^resolved edge/)]);
  });
});

describe('what goes wrong on the way', () => {
  const whole = async (): Promise<readonly object[]> => {
    const alone = await Sweeping.open();
    alone.serve(ACME);
    await alone.sweep();
    const findings = judgementsOf(await alone.findings());
    await alone.close();
    return findings;
  };

  it.each(['RESOURCE_EXHAUSTED', 'UNAVAILABLE', 'DEADLINE_EXCEEDED'] as const)(
    '%s: the page is asked for again, later',
    async (code) => {
      on.server.fail('ListAssets', { code, after: 5, times: 4 });
      expect((await on.sweep()).counts.assets).toBe(ACME.length);
      expect(judgementsOf(await on.findings())).toEqual(await whole());
    },
  );

  it('page tokens expire: the listing begins anew, and what it showed before does not count', async () => {
    let calls = 0;
    const { assets } = on.ports;
    on.besides = {
      assets: {
        ...assets,
        list: (query, token) => {
          if (token !== undefined && ++calls === 4) on.server.expireTokens();
          return assets.list(query, token);
        },
      },
    };
    const { counts } = await on.sweep();
    expect([counts.assets, counts.complete]).toEqual([ACME.length, counts.shards]);
    expect((await on.shards()).filter(({ attempt }) => attempt > 0).length).toBeGreaterThan(0);
  });

  it('time is short: each call does one page, and leaves the rest to the next', async () => {
    let ticks = 0n;
    on.besides = { budget: 1n, clock: { now: () => on.now + ticks++ } };
    expect((await on.sweep()).counts.assets).toBe(ACME.length);
    expect(judgementsOf(await on.findings())).toEqual(await whole());
  });

  it('every job comes twice: nothing is different for it', async () => {
    const { queue } = on.ports;
    on.besides = {
      queue: {
        ...queue,
        work: async (job) => {
          await queue.work(job);
          await queue.work(job);
        },
      },
    };
    expect((await on.sweep()).counts).toMatchObject({ assets: ACME.length, missed: 0, gone: 0 });
    expect(judgementsOf(await on.findings())).toEqual(await whole());
  });

  it('an asset that cannot be read is quarantined, and what it stands for is not gone', async () => {
    await on.sweep();
    later(TWO_DAYS);
    on.serve(ACME.map((asset) => (KEY.test(asset.name) ? { ...asset, name: 'no name' } : asset)));
    expect((await on.sweep()).counts).toMatchObject({ gone: 0 });
    expect((await on.told('key-not-allowed')).filter((line) => line.startsWith('open'))).toHaveLength(1);
    const kept = await on.store.transaction((tx) => tx.list('quarantine', undefined, 10));
    expect([...kept.values()].map(({ body }) => body)).toEqual([expect.stringContaining('8f385303')]);
  });

  it('a sweep whose work was lost is gone on with by the next call', async () => {
    const first = await startSweep(on.ports);
    on.jobs.splice(3);
    await on.drain();
    later(HOUR);
    expect(await startSweep(on.ports)).toBe(first);
    await on.drain();
    const run = await on.store.transaction((tx) => tx.get('runs', first));
    expect(run).toMatchObject({ state: 'done', counts: { assets: ACME.length } });
  });
});

function topic(at: number) {
  return {
    name: `//pubsub.googleapis.com/projects/acme-prod/topics/t${at}`,
    assetType: 'pubsub.googleapis.com/Topic',
    ancestors: ['projects/111122223333', 'folders/987654321098', ORGANISATION],
    updateTime: formatTime(on.now),
    resource: { version: 'v1', data: { name: `projects/acme-prod/topics/t${at}` } },
  };
}

function bySweep(judgement: object): object {
  return 'observedBy' in judgement && judgement.observedBy === 'scan'
    ? { ...judgement, observedBy: 'sweep' }
    : judgement;
}
