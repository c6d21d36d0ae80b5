/** Law 1 does not ask what our clock says: what is told is ordered by its own time, and a day ends where the policy is at home. */
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Finding } from '../../shared/model/finding.ts';
import { later, type Nanos, parseTime } from '../../shared/model/time.ts';
import { take } from '../../shared/pipeline/receive.ts';
import { scan } from '../../shared/pipeline/scan.ts';
import { Stage } from '../pipeline/stage.ts';
import { BEFORE, BINDS, REPAIRED } from '../pipeline/story.ts';
import { COMPLETE, gsa, iam, known, ksa, member, POLICY_YAML, policyOf, t, WI } from '../world.ts';
import { gathered, world } from './arbitrary-world.ts';
import { LAW_POLICY } from './news/policy.ts';
import { asScanned, judgementsOf, openPipeline } from './pipeline-of.ts';
import { RUNS } from './runs.ts';

const SKEW = 600;
const FEWER = { numRuns: Math.ceil(RUNS.numRuns / 2) };

describe('clocks that are up to ten minutes off', () => {
  it('change nothing of what is found', async () => {
    await fc.assert(
      fc.asyncProperty(
        world,
        fc.infiniteStream(fc.integer({ min: -SKEW, max: SKEW })),
        async ({ asOf: any, ...rest }, skews) => {
          // Once they agree again on what time it is.
          const asOf = later(any, t(3_600));
          const pipeline = await openPipeline(rest.coverage);
          for (const message of rest.news) await pipeline.take(message, t(900 + skews.next().value));
          const expected = scan(gathered(rest), LAW_POLICY, asOf).findings;
          expect(asScanned(await pipeline.findings(asOf), expected)).toEqual(judgementsOf(expected));
          await pipeline.store.close();
        },
      ),
      FEWER,
    );
  });

  let stage: Stage | undefined;
  afterEach(async () => {
    await stage?.close();
    stage = undefined;
  });

  it.each([-SKEW, SKEW])('tell people of no time that is less than nothing: %d seconds', async (skew) => {
    const here = await Stage.open();
    stage = here;
    for (const news of [BEFORE, BINDS, REPAIRED]) {
      here.now = news.time + BigInt(skew) * 1_000_000_000n;
      await take(news, here.ports, { offline: false, now: here.now });
      await here.deliver();
    }
    here.advance(60);
    await here.deliver();
    expect(here.messages()).toMatchObject([{ text: expect.stringMatching(/^✅ Repaired/) }]);
    const shown = JSON.stringify([here.messages(), here.notes()]);
    expect(shown).not.toMatch(/[-−]\s?\d+(\.\d+)?\s?(s|sec|seconds?|min|minutes?|h|hours?|d|days?)\b/);
    expect(shown).not.toMatch(/NaN|undefined|Invalid/);
  });
});

/** The first minute of the day after, by the clocks of the place: looked for, not worked out. */
function nextDay(date: string, timezone: string): Nanos {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' });
  let minute = Date.parse(`${date}T00:00:00Z`) / 60_000 - 16 * 60;
  while (day.format(minute * 60_000) <= date) minute++;
  return BigInt(minute) * 60_000_000_000n;
}

describe('an exception that ends with a day', () => {
  it.each([
    ['an ordinary one', '2026-12-10', 'UTC'],
    ['the day of 23 hours in Berlin', '2027-03-28', 'Europe/Berlin'],
    ['the day before it', '2027-03-27', 'Europe/Berlin'],
    ['the day of 25 hours in Berlin', '2027-10-31', 'Europe/Berlin'],
    ['a night without midnight in Cairo', '2027-04-29', 'Africa/Cairo'],
    ['a night with two midnights in Santiago', '2027-04-03', 'America/Santiago'],
    ['half an hour of summer on Lord Howe', '2027-04-04', 'Australia/Lord_Howe'],
  ])('holds until its end there, and no moment longer: %s', async (_what, date, timezone) => {
    const policy = policyOf(`${POLICY_YAML.replace('timezone: UTC', `timezone: ${timezone}`)}---
apiVersion: anchorwatch.dev/v1
kind: PolicyException
metadata: {name: tolerated}
spec:
  match: {detector: undeclared-identity, namespace: sandbox}
  reason: for a test
  requestedBy: lee@acme.example
  approvedBy: kim@acme.example
  expires: ${date}
`);
    const account = 'evil@acme-prod.iam.gserviceaccount.com';
    const asset = '//iam.googleapis.com/projects/-/serviceAccounts/9001';
    const observations = [
      gsa(account, '9001'),
      ksa('sandbox/debug', account),
      iam(asset, [[WI, member('sandbox/debug')]]),
    ];
    const end = nextDay(date, timezone);
    const pipeline = await openPipeline(COMPLETE, policy);
    await pipeline.take({ kind: 'news', id: 'it', time: t(0), observations, acts: [] }, t(10));
    const statesOf = (findings: readonly Finding[]) => [
      ...new Set(findings.filter((one) => one.detector === 'undeclared-identity').map((one) => one.state)),
    ];
    const states = async (at: Nanos) => statesOf(await pipeline.findings(at));
    const scanned = (at: Nanos) => statesOf(scan(known({ observations }), policy, at).findings);
    expect([await states(end - 1n), scanned(end - 1n)]).toEqual([['excepted'], ['excepted']]);
    // Nothing has happened but that the clock went on.
    expect([await states(end), scanned(end)]).toEqual([['open'], ['open']]);
    await pipeline.store.close();
  });

  it('looks for midnight where it is', () => {
    expect(nextDay('2026-09-30', 'UTC')).toBe(parseTime('2026-10-01T00:00:00Z'));
    expect(nextDay('2027-10-31', 'Europe/Berlin')).toBe(parseTime('2027-10-31T23:00:00Z'));
  });
});
