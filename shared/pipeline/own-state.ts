import { ALL_DETECTORS } from '../detectors/index.ts';
import type { Trouble } from '../inventory/watch-facts.ts';
import type { AssetName } from '../model/asset.ts';
import { DAY, earliest, MINUTE, type Nanos, parseTime, SECOND } from '../model/time.ts';
import type { Documents, OutboxRow, Store, SweepRun } from '../ports.ts';
import { lastAlive } from './alive.ts';
import { failedKey } from './evaluate.ts';
import { runId } from './sweep/runs.ts';

/** What the watch knows of itself from its own store. */
export interface OwnState {
  readonly detectors: readonly Trouble[];
  readonly quarantine: readonly Trouble[];
  readonly quarantined: number;
  readonly outbox: readonly Trouble[];
  /** Messages that should have been sent by now, and for how many seconds the oldest has waited. */
  readonly waiting: number;
  readonly oldestSeconds: number;
  readonly deliver: Nanos | undefined;
  readonly sweep: SweepRun | undefined;
}

/** What lies in quarantine is spoken of for a week after the last of it came. */
const QUARANTINE_TOLD = 7n * DAY;
/** A message that has waited this long does not come through. */
const STUCK_AFTER = 15n * MINUTE;
/** Most of the time the sweep before last is younger. */
const SWEPT_WITHIN = DAY;
const PAGE = 500;

export async function ownState(store: Store, now: Nanos): Promise<OwnState> {
  const failing = await store.transaction(
    (tx) =>
      tx.find(
        'subjects',
        ALL_DETECTORS.map(({ id }) => failedKey(id)),
      ),
    'read-only',
  );
  const quarantine = (await all(store, 'quarantine')).filter(({ at }) => at + QUARANTINE_TOLD > now);
  const waiting = (await all(store, 'outbox')).filter(
    ({ attempts, notBefore }) => attempts > 0 || notBefore <= now,
  );
  const since = earliest(waiting.map((row) => row.since)) ?? now;
  return {
    detectors: ALL_DETECTORS.flatMap(({ id }) => {
      const subjects = [...failing].filter(([, { reads }]) => reads.includes(failedKey(id)));
      const [first] = subjects.map(([key]) => key).sort();
      return first === undefined
        ? []
        : [{ about: id, words: `It threw on ${counted(subjects.length, 'subject')}, ${first} among them` }];
    }),
    quarantine: [...Map.groupBy(quarantine, ({ why }) => kindOf(why))].map(([kind, rows]) => ({
      about: kind,
      words: `${counted(rows.length, 'message')}: ${rows[0]!.why}`,
    })),
    quarantined: quarantine.length,
    outbox: [...Map.groupBy(waiting, ({ destination }) => destination)].flatMap(([destination, rows]) => {
      const words = stuckWords(rows, now);
      return words === undefined ? [] : [{ about: destination, words }];
    }),
    waiting: waiting.length,
    oldestSeconds: Number((now - since) / SECOND),
    deliver: await store.transaction((tx) => lastAlive(tx, 'deliver')),
    sweep: (await newestSweep(store, runId(now - SWEPT_WITHIN))) ?? (await newestSweep(store)),
  };
}

/** The sweep that was begun last of those that have ended, `after` the id of one. They are kept for more than a year, and this is asked often. */
async function newestSweep(store: Store, after?: string): Promise<SweepRun | undefined> {
  return (await all(store, 'runs', after)).findLast(({ state }) => state === 'done');
}

/** When a stream showed the canary last; `undefined` when it never did. `stream`: one of `STREAMS`. */
export async function lastShown(store: Store, stream: AssetName): Promise<Nanos | undefined> {
  const register = await store.transaction((tx) => tx.get('registers', `resource|${stream}`), 'read-only');
  const value = register?.content === 'resource' ? register.fields.last?.[0]?.value : undefined;
  return typeof value === 'string' ? parseTime(value) : undefined;
}

/** Without a number that changes with every heartbeat: it would be news each time. */
function stuckWords(rows: readonly OutboxRow[], now: Nanos): string | undefined {
  const parked = rows.flatMap((row) => row.parked ?? [])[0];
  if (parked !== undefined) return parked;
  return rows.some(({ since }) => since + STUCK_AFTER <= now)
    ? 'Messages have waited for more than a quarter of an hour'
    : undefined;
}

/** The part before the detail, so that messages of one kind are counted together. */
function kindOf(why: string): string {
  return why.split(':')[0] ?? why;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

async function all<C extends 'quarantine' | 'outbox' | 'runs'>(
  store: Store,
  collection: C,
  beginAfter?: string,
): Promise<readonly Documents[C][]> {
  const found: Documents[C][] = [];
  let after = beginAfter;
  for (;;) {
    const from = after;
    const page = await store.transaction((tx) => tx.list(collection, from, PAGE), 'read-only');
    found.push(...page.values());
    after = [...page.keys()].at(-1);
    if (page.size < PAGE || after === undefined) return found;
  }
}
