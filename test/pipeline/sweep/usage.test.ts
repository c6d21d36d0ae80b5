/** After a sweep it is asked how keys and accounts are used, of an Activity Analyzer and a Monitoring over HTTP. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { googleUsage } from '../../../shared/adapters/google-usage.ts';
import { DAY, HOUR, type Nanos, parseTime } from '../../../shared/model/time.ts';
import { work } from '../../../shared/pipeline/work.ts';
import { OutsideUnavailable } from '../../../shared/ports.ts';
import { activityOf, DENIED, startUsageServer, type UsageServer } from '../../usage-server.ts';
import { ACME, Sweeping } from './sweeping.ts';

/** Project acme-data by its number, as Asset Inventory has it. */
const DATA = '222233334444';
const REPORTS_KEY =
  '//iam.googleapis.com/projects/acme-data/serviceAccounts/reports@acme-data.iam.gserviceaccount.com/keys/8f385303e0a5da81b534828f6d4013176ed686ad';
const KEYS = `${DATA}/serviceAccountKeyLastAuthentication`;
const MARCH = parseTime('2026-03-02T08:00:00Z')!;
const LOOKED = { from: parseTime('2025-10-01T07:00:00Z')!, until: parseTime('2026-11-19T07:00:00Z')! };

jest.setTimeout(30_000);

let on: Sweeping;
let server: UsageServer;
beforeEach(async () => {
  on = await Sweeping.open();
  server = await startUsageServer();
  on.serve(ACME);
  on.besides = { usage: usage() };
});
afterEach(async () => {
  await on.close();
  await server.close();
});

function usage() {
  const origins = { policyAnalyzer: server.url, monitoring: server.url };
  return googleUsage({ clock: { now: () => on.now }, token: async () => 'our-token', origins });
}

/** Findings about one key, as `detector state: title`. */
async function ofKey(id: string): Promise<readonly string[]> {
  return (await on.findings())
    .filter(({ detector, title }) => /^key-(unused|in-use)$/.test(detector) && title.includes(id))
    .map(
      ({ detector, state, confirming, title }) =>
        `${detector} ${state}${confirming ? ' (confirming)' : ''}: ${title}`,
    )
    .sort();
}

/** Projects that were asked about, each as often as its keys were. */
function asked(): readonly string[] {
  return server.requests.flatMap(({ pathname }) => /^\/v3\/projects\/([^/]+)/.exec(pathname)?.[1] ?? []);
}

describe('after a sweep', () => {
  it('a key is unused where somebody watched, and not known to be where nobody did', async () => {
    await on.sweep();
    const unknown =
      'key-unused undecided: Whether anybody uses key 8f385303… of reports@acme-data is not known';
    expect(await ofKey('8f385303')).toEqual([unknown]);
    on.now += 6n * HOUR;
    server.activities.set(KEYS, [activityOf(REPORTS_KEY, { ...LOOKED, lastUse: MARCH })]);
    await on.sweep();
    expect(await ofKey('8f385303')).toEqual([
      'key-unused open: Key 8f385303… of reports@acme-data has not been used since 2026-03-02',
    ]);
  });

  it('a key that is counted is in use; that it was unused is over, and the next sweep confirms it', async () => {
    server.activities.set(KEYS, [activityOf(REPORTS_KEY, { ...LOOKED, lastUse: MARCH })]);
    await on.sweep();
    const id = REPORTS_KEY.split('/').at(-1)!;
    server.samples.set(DATA, [{ keyId: id, at: on.now - DAY, count: 4 }]);
    const used = 'key-in-use open: Key 8f385303… of reports@acme-data must go and was used on 2026-11-20';
    const unused = (state: string) =>
      `key-unused ${state}: Key 8f385303… of reports@acme-data has not been used since 2026-03-02`;
    for (const state of ['resolved (confirming)', 'resolved']) {
      on.now += 6n * HOUR;
      await on.sweep();
      expect(await ofKey('8f385303')).toEqual([used, unused(state)]);
    }
  });

  it('an account that nobody used holds roles for nothing', async () => {
    const email = 'ledger-writer@acme-prod.iam.gserviceaccount.com';
    const account = ACME.find(({ resource }) =>
      JSON.stringify(resource ?? '').includes(`"email":"${email}"`),
    )!
      .name.split('/')
      .at(-1)!;
    server.activities.set('111122223333/serviceAccountLastAuthentication', [
      activityOf(`//iam.googleapis.com/projects/acme-prod/serviceAccounts/${email}`, { ...LOOKED, account }),
    ]);
    await on.sweep();
    expect(await on.told('unused-privilege')).toEqual([`open gsa:${account}`]);
  });

  it('is asked once for each project that has keys or accounts, and not where it may not be asked at all', async () => {
    await on.sweep();
    expect(asked()).toEqual([DATA]);
    on.besides = {};
    await on.sweep();
    expect(asked()).toEqual([DATA]);
  });
});

describe('what may not be read', () => {
  it('leaves what is known as it was, and takes nothing for unused', async () => {
    server.instead.set('/v', DENIED);
    await on.sweep();
    expect(await ofKey('8f385303')).toEqual([
      'key-unused undecided: Whether anybody uses key 8f385303… of reports@acme-data is not known',
    ]);
    expect(on.warnings).toEqual([]);
  });
});

describe('what takes its time', () => {
  const jobs = () => on.jobs.map(({ job }) => job);

  it('is gone on with by the next call: each does a project', async () => {
    await on.sweep();
    server.requests.length = 0;
    let ticks: Nanos = 0n;
    on.besides = { usage: usage(), budget: 1n, clock: { now: () => on.now + ticks++ } };
    await work({ kind: 'usage' }, on.now, on.ports);
    const accounts = () =>
      server.requests.flatMap(
        ({ pathname }) => /^\/v1\/projects\/([^/]+).*\/serviceAccountLast/.exec(pathname)?.[1] ?? [],
      );
    expect(accounts()).toEqual(['111122223333']);
    expect(jobs()).toContainEqual({ kind: 'usage', after: '111122223333' });
    await on.drain();
    expect(accounts()).toEqual(['111122223333', DATA]);
    expect(jobs()).toEqual([]);
  });

  it('a source that is down is asked again later, from the project where it failed', async () => {
    await on.sweep();
    server.requests.length = 0;
    server.instead.set(`/v1/projects/${DATA}/`, { status: 503, body: '' });
    await work({ kind: 'usage' }, on.now, on.ports);
    const before = server.requests.length;
    expect(jobs()).toEqual([{ kind: 'usage', after: '111122223333' }]);
    await expect(work(on.jobs[0]!.job, on.now, on.ports)).rejects.toThrow(OutsideUnavailable);
    server.instead.clear();
    await on.drain();
    expect(server.requests.slice(before).some(({ pathname }) => pathname.includes('/111122223333/'))).toBe(
      false,
    );
  });
});
