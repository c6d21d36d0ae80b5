import { arrivalsMessage } from '../alerts/arrivals-message.ts';
import { CONSOLE } from '../alerts/route.ts';
import { ALL_DETECTORS } from '../detectors/index.ts';
import { Inventory } from '../inventory/inventory.ts';
import { DAY, type Nanos } from '../model/time.ts';
import type { Policy } from '../policy/policy.ts';
import type { Store, Transaction } from '../ports.ts';
import { judgeAllAnew } from './adopt-policy.ts';
import { allSubjects } from './baseline.ts';
import { keepDirty } from './keep.ts';
import { newRow, putRow } from './outbox.ts';

/** When each detector came, as far as it came with a new version: JSON, by id. */
const KNOWN = 'detectors';
/** Where finding what new detectors judge has come to: the last register looked at. Absent when it is done. */
const CURSOR = 'detectors-cursor';
const PAGE = 500;

/** How long a detector that came with a new version alerts nobody, unless the policy says otherwise. */
export const TRIAL: Nanos = 14n * DAY;

type Known = Readonly<Record<string, string>>;

/** Of a detector: what tells it from the others, and people what it looks for. */
type About = Pick<(typeof ALL_DETECTORS)[number], 'id' | 'title' | 'class'>;

/**
 * Notes which detectors there are. Those that no version before had are told once, have everything judged anew, things of a kind that nobody
 * judged before among it, and are on trial for a while. The first version of all brings no news. Begins again where it was left.
 *
 * Gives the ids of those on trial. What tells that the watch itself is blind (`self-…`) is never on trial.
 */
export async function adoptDetectors(
  policy: Policy,
  store: Store,
  now: Nanos,
  detectors: readonly About[] = ALL_DETECTORS,
): Promise<readonly string[]> {
  const known = await store.transaction((tx) => noted(tx, policy, detectors, now));
  while (await store.transaction((tx) => markPage(tx, policy, now)));
  return detectors
    .map(({ id }) => id)
    .filter((id) => !id.startsWith('self-') && now < BigInt(known[id] ?? '0') + TRIAL);
}

async function noted(
  tx: Transaction,
  policy: Policy,
  detectors: readonly About[],
  now: Nanos,
): Promise<Known> {
  const stored = (await tx.get('meta', KNOWN))?.value;
  const before: Known = stored === undefined ? {} : JSON.parse(stored);
  const arrived = detectors.filter(({ id }) => before[id] === undefined);
  if (arrived.length === 0) return before;
  // One that another version had keeps its day: while one version replaces another, both may be at work.
  const came = stored === undefined ? '0' : String(now);
  const known = { ...before, ...Object.fromEntries(arrived.map(({ id }) => [id, came])) };
  tx.put('meta', KNOWN, { value: JSON.stringify(known) });
  if (stored === undefined) return known;
  judgeAllAnew(tx);
  tx.put('meta', CURSOR, { value: '' });
  const told = arrived.filter((one) => one.class !== 'posture' && !one.id.startsWith('self-'));
  if (told.length > 0) {
    const { digest, fallbackChannel } = policy.routing;
    const note = { kind: 'message', message: arrivalsMessage(told, now + TRIAL), thread: undefined } as const;
    putRow(tx, `detectors|${now}`, newRow(note, digest?.channel ?? fallbackChannel ?? CONSOLE, now));
  }
  return known;
}

/** Marks what lies in a page of registers and was never judged: new kinds of things among what has long been known. */
async function markPage(tx: Transaction, policy: Policy, now: Nanos): Promise<boolean> {
  const cursor = (await tx.get('meta', CURSOR))?.value;
  if (cursor === undefined) return false;
  const registers = await tx.list('registers', cursor === '' ? undefined : cursor, PAGE);
  const inventory = new Inventory({ registers, aliases: new Map(), acts: new Map(), coverage: new Map() });
  const keys = allSubjects(inventory, policy, now);
  const judged = await tx.getMany('subjects', keys);
  for (const key of keys) if (!judged.has(key)) keepDirty(tx, key, undefined, now);
  const last = [...registers.keys()].at(-1);
  if (registers.size < PAGE || last === undefined) tx.delete('meta', CURSOR);
  else tx.put('meta', CURSOR, { value: last });
  return registers.size === PAGE;
}
