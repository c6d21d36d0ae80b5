/** Law 3: what was told once is not told again, whatever comes again and in whatever order. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { DAY, HOUR, type Nanos } from '../../shared/model/time.ts';
import { deliver } from '../../shared/pipeline/deliver.ts';
import { keepCoverage } from '../../shared/pipeline/keep.ts';
import { receive, take } from '../../shared/pipeline/receive.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import type { MessageHandle, SendResult } from '../../shared/ports.ts';
import { EDITOR_ENTRY, EDITOR_FEED, EDITOR_GONE, pushed } from '../pipeline/bodies.ts';
import { BARE_POLICY } from '../pipeline/policies.ts';
import { t } from '../world.ts';
import { type World, world } from './arbitrary-world.ts';
import { LAW_POLICY } from './news/policy.ts';
import { THROWING_LOG } from './pipeline-of.ts';
import { RUNS } from './runs.ts';

const FEWER = { numRuns: Math.ceil(RUNS.numRuns / 4) };

/** A deployment that notes what it says. */
async function deployed(policy: Policy, coverage: World['coverage'] = []) {
  const store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
  await store.transaction(async (tx) => {
    for (const one of coverage) keepCoverage(tx, one);
  });
  const said: string[] = [];
  let now: Nanos = t(900);
  const sent = async (what: string, ts: string, channel: string): Promise<SendResult> => {
    said.push(what);
    return { kind: 'sent', handle: { channel, ts } };
  };
  const ports = {
    store,
    policy: fixedPolicy(() => policy),
    clock: { now: () => now },
    log: THROWING_LOG,
    queue: { work: async () => {}, nudgeDeliver: async () => {} },
    notifier: {
      post: (channel: string, { text }: { readonly text: string }) =>
        sent(`post ${text}`, `${said.length}.000001`, channel),
      update: (
        { channel, ts }: { readonly channel: string; readonly ts: string },
        { text }: { readonly text: string },
      ) => sent(`edit ${text}`, ts, channel),
      answer: async () => ({ kind: 'wait', seconds: 1, ambiguous: false, why: 'nobody asks here' }) as const,
      attach: async (handle: MessageHandle) => ({ kind: 'sent', handle }) as const,
      find: async () => ({ kind: 'absent' }) as const,
      permalink: async () => undefined,
    },
  };
  return {
    store,
    said,
    ports,
    /** Everything is said that there is to say by then. */
    async quiet(at: Nanos): Promise<void> {
      now = at;
      while ((await deliver(ports)) > 0);
    },
  };
}

describe('law 3: replaying everything says nothing new', () => {
  it.each<[string, (id: string) => string, Nanos]>([
    ['the same messages, minutes later', (id) => id, t(1_800)],
    ['the same messages, a week later', (id) => id, t(900) + 7n * DAY],
    ['the same news in other messages', (id) => `${id}-again`, t(1_800)],
  ])('%s', async (_what, renamed, later) => {
    await fc.assert(
      fc.asyncProperty(
        world.chain((one) =>
          fc.tuple(
            fc.constant(one),
            fc.shuffledSubarray([...one.news, ...one.news], { minLength: one.news.length }),
          ),
        ),
        async ([{ news, coverage }, again]) => {
          // One in which it is replayed, and one in which it is not: time passes in both.
          const [replayed, left] = [
            await deployed(LAW_POLICY, coverage),
            await deployed(LAW_POLICY, coverage),
          ];
          for (const here of [replayed, left]) {
            for (const one of news) await take(one, here.ports, { offline: false, now: t(900) });
            await here.quiet(t(960));
            await here.quiet(later);
          }
          for (const one of again)
            await take({ ...one, id: renamed(one.id) }, replayed.ports, { offline: false, now: later });
          for (const here of [replayed, left]) await here.quiet(later + HOUR);
          expect(replayed.said).toEqual(left.said);
          for (const here of [replayed, left]) await here.store.close();
        },
      ),
      FEWER,
    );
  });

  it('as pushes, under the message ids they had and under others', async () => {
    const here = await deployed(BARE_POLICY);
    const bodies = [EDITOR_ENTRY, EDITOR_FEED, EDITOR_GONE];
    for (const [index, body] of bodies.entries()) await receive(pushed(body, `${index}`), here.ports);
    await here.quiet(t(1_800));
    const before = [...here.said];
    expect(before.length).toBeGreaterThan(0);
    for (const [index, body] of bodies.toReversed().entries()) {
      await receive(pushed(body, `${index}`), here.ports);
      await receive(pushed(body, `again-${index}`), here.ports);
    }
    await here.quiet(here.ports.clock.now());
    expect(here.said).toEqual(before);
    await here.store.close();
  });
});
