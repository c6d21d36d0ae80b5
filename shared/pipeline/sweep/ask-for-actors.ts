import { decodeMessage } from '../../decode/decode.ts';
import { registerId } from '../../inventory/absorb.ts';
import { Aliases } from '../../inventory/aliases.ts';
import type { AssetName } from '../../model/asset.ts';
import type { Finding } from '../../model/finding.ts';
import { formatTime, HOUR, MINUTE, type Nanos } from '../../model/time.ts';
import { OutsideUnavailable, type Store } from '../../ports.ts';
import { take } from '../receive.ts';
import { allFindings } from '../standing-now.ts';
import type { SweepPorts } from './ports.ts';

/** The log is asked about so many changes after one sweep; the next asks about the rest. */
const MOST = 200;
/** Of what happened longer ago nobody asks who did it. Admin Activity entries are kept for 400 days. */
const SINCE = 30n * 24n * HOUR;
/** The state and its entry may be dated this far apart: the feed's clock is not the API's. */
const AROUND = 10n * MINUTE;
const ASKED = 'asked-actor|';

/** Asks the queue to look up who brought about what was only seen as a state: each change once. */
export async function askForActors(ports: SweepPorts): Promise<void> {
  if (ports.history === undefined) return;
  const { store, clock, queue } = ports;
  const now = clock.now();
  const nameless = await allFindings(
    store,
    ({ actor, state, eventTime, observedBy }) =>
      actor === 'unknown' &&
      (state === 'open' || state === 'acknowledged') &&
      observedBy !== 'scan' &&
      eventTime > now - SINCE &&
      eventTime < now - AROUND,
  );
  const places = await placesOf(
    nameless.flatMap((finding) => (logOf(finding) === undefined ? [finding.resource] : [])),
    store,
  );
  const changes = new Map(
    nameless.flatMap((finding) => {
      const { resource, eventTime } = finding;
      const within = logOf(finding) ?? places.get(resource);
      return within === undefined
        ? []
        : [[`${ASKED}${resource}|${eventTime}`, { asset: resource, eventTime, within }] as const];
    }),
  );
  const known = await store.transaction((tx) => tx.getMany('meta', changes.keys()), 'read-only');
  const fresh = [...changes].filter(([key]) => !known.has(key)).slice(0, MOST);
  for (const [key, { asset, within, eventTime }] of fresh) {
    await queue.work({ kind: 'backfill', asset, within, time: formatTime(eventTime) });
    await store.transaction(async (tx) =>
      tx.put('meta', key, { value: formatTime(now) }, { expiresAt: now + SINCE + AROUND }),
    );
  }
}

/** Whose log holds what was done to a resource: its project's, or that of the folder or organisation that it is. */
function logOf({ resource, project }: Finding): string | undefined {
  const own = /^\/\/cloudresourcemanager\.googleapis\.com\/((?:folders|organizations|projects)\/[^/]+)$/;
  return own.exec(resource)?.[1] ?? (project === undefined ? undefined : `projects/${project}`);
}

/** What resources lie in whose names do not tell it, as buckets: as they were read. Projects by their ids, as their logs are called. */
async function placesOf(
  resources: readonly AssetName[],
  store: Store,
): Promise<ReadonlyMap<AssetName, string>> {
  if (resources.length === 0) return new Map();
  return store.transaction(async (tx) => {
    const ids = [...new Set(resources)].flatMap((name) => [
      registerId('policy', name),
      registerId('resource', name),
    ]);
    const places = new Map(
      [...(await tx.getMany('registers', ids)).values()].flatMap(({ name, ancestors: [nearest] }) =>
        nearest === undefined ? [] : [[name, nearest] as const],
      ),
    );
    const numbers = [...places.values()].map((place) => place.replace(/^projects\//, ''));
    const aliases = new Aliases();
    for (const alias of (await tx.find('aliases', new Set(numbers.map((one) => `alias:${one}`)))).values())
      aliases.add(alias);
    return new Map(
      [...places].map(([name, place]) => [
        name,
        place.replace(/^projects\/(.+)$/, (_, project: string) => `projects/${aliases.project(project)}`),
      ]),
    );
  }, 'read-only');
}

/** Looks up who did it, and takes in what the log holds about it as if it had come by the sink. */
export async function lookUpActor(
  { asset, within }: { readonly asset: AssetName; readonly within: string },
  time: Nanos,
  ports: SweepPorts,
): Promise<void> {
  const { history, clock, log } = ports;
  if (history === undefined) return;
  const told = await history.entries(within, asset, { from: time - AROUND, to: time + AROUND });
  if (told.kind === 'wait') throw new OutsideUnavailable(`the log of ${within}: ${told.why}`);
  if (told.kind !== 'entries') {
    log.warn('an audit log may not be read', { within, why: told.why });
    return;
  }
  for (const entry of told.entries) {
    const decoded = decodeMessage(entry, { receivedAt: clock.now() });
    if (decoded.kind === 'news')
      await take(decoded, ports, { offline: false, now: clock.now(), judge: 'few' });
  }
}
