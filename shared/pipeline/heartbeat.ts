import { hash } from 'node:crypto';
import { fieldsOf } from '../decode/fields.ts';
import { etagOf, grantsOf } from '../decode/iam-policy.ts';
import { present } from '../decode/present.ts';
import { troublesText } from '../inventory/watch-facts.ts';
import type { FactsByType, Observation } from '../model/observation.ts';
import { formatTime, type Nanos, SECOND } from '../model/time.ts';
import {
  ABSENT,
  CANARY,
  CANARY_EVERY,
  type DeclaredPart,
  ownPart,
  type PartKind,
  partName,
  type Setting,
  STREAMS,
  settingsText,
} from '../model/watch-part.ts';
import type { Canary, Metrics, OwnParts, PartReading } from '../ports.ts';
import { canaryTitle } from './canary.ts';
import { lastShown, type OwnState, ownState } from './own-state.ts';
import { weaknessesOf } from './policy-watch.ts';
import { type Received, type ReceivePorts, take } from './receive.ts';

export interface HeartbeatPorts extends ReceivePorts {
  readonly ownParts: OwnParts;
  /** Without it nothing is flipped, and no stream can be called silent. */
  readonly canary?: Canary | undefined;
}

type PartFacts = Omit<FactsByType['watch-part'], 'part' | 'resource'>;

/** Parts read at a time: few enough for any quota. */
const AT_ONCE = 6;

/**
 * Looks at the watch itself: reads what it is made of, flips the canary when it is time, and takes in what that shows like any other news, so
 * that it is judged, told and closed like any other drift. What cannot be read, and a canary that cannot be flipped, keep nothing else from
 * being looked at.
 */
export async function heartbeat(ports: HeartbeatPorts): Promise<Received> {
  const { store, log, clock, watch } = ports;
  const now = clock.now();
  const deployed = await readParts(watch?.parts ?? [], ports);
  const state = await ownState(store, now);
  const flipped = await flip(ports, now);
  const policy = await policyFacts(ports, now);
  tellMetrics(ports.metrics, state, now);
  await tellStreams(ports, now);
  const news = {
    kind: 'news',
    id: `heartbeat|${formatTime(now)}`,
    time: now,
    observations: [
      ...deployed.flatMap(({ part, reading, readAt }) => observationsOf(part, reading, readAt, ports)),
      ...(watch?.canary === undefined
        ? []
        : [
            told('canary', CANARY, now, flipped === undefined ? {} : { last: formatTime(flipped) }),
            ...Object.values(STREAMS).map((stream) => told('stream', stream, now, {})),
          ]),
      told('heartbeat', ownPart('heartbeat'), now, { last: formatTime(now) }),
      told('deliver', ownPart('deliver'), now, lastOf(state.deliver)),
      told('sweep', ownPart('sweep'), now, lastOf(state.sweep?.endedAt)),
      told('detectors', ownPart('detectors'), now, { troubles: troublesText(state.detectors) }),
      told('quarantine', ownPart('quarantine'), now, { troubles: troublesText(state.quarantine) }),
      told('outbox', ownPart('outbox'), now, { troubles: troublesText(state.outbox) }),
      told('policy', ownPart('policy'), now, policy),
    ],
    acts: [],
  } as const;
  const received = await take(news, ports, { offline: true, now });
  log.info('heartbeat', { parts: deployed.length, unread: deployed.filter(isUnread).length });
  return received;
}

interface Deployed {
  readonly part: DeclaredPart;
  readonly reading: PartReading;
  /** Taken before the reading: a change that comes while it is read is news after it. */
  readonly readAt: Nanos;
}

async function readParts(
  parts: readonly DeclaredPart[],
  { ownParts, clock }: HeartbeatPorts,
): Promise<readonly Deployed[]> {
  const read: Deployed[] = [];
  for (let start = 0; start < parts.length; start += AT_ONCE) {
    const some = parts.slice(start, start + AT_ONCE).map(async (part): Promise<Deployed> => {
      const readAt = clock.now();
      return { part, readAt, reading: await ownParts.read(part) };
    });
    read.push(...(await Promise.all(some)));
  }
  return read;
}

function isUnread({ part, reading }: Deployed): boolean {
  return reading.kind === 'unknown' && part.kind !== 'function';
}

function observationsOf(
  part: DeclaredPart,
  reading: PartReading,
  readAt: Nanos,
  { log }: HeartbeatPorts,
): readonly Observation[] {
  const { kind, resource, wanted } = part;
  const facts = { resource, wanted: settingsText(wanted), ...factsOf(part, reading) };
  if (isUnread({ part, reading, readAt }))
    log.warn('a part of the watch cannot be read', { resource, ...reading });
  const own = told(kind, partName(resource), readAt, facts);
  if (kind !== 'topic' || reading.kind !== 'found' || reading.policy === undefined) return [own];
  const policy = fieldsOf(reading.policy, 'policy');
  return [
    own,
    {
      kind: 'policy',
      asset: resource,
      time: readAt,
      source: 'sweep',
      ancestors: [],
      grants: grantsOf(policy, resource),
      ...present({ etag: etagOf(policy) }),
    },
  ];
}

function factsOf({ kind, wanted }: DeclaredPart, reading: PartReading): PartFacts {
  if (kind === 'function') return {};
  switch (reading.kind) {
    case 'found':
      return { found: settingsText(comparable(reading.settings, wanted, kind)), unread: '' };
    case 'absent':
      return { found: settingsText([ABSENT]), unread: '' };
    case 'unknown':
      return { unread: reading.why };
  }
}

/**
 * What was found in the words of what was deployed: a filter that is known by its hash stands as that hash while it is the same. Who may
 * publish on a topic is known by its grants.
 */
function comparable(
  found: readonly Setting[],
  wanted: readonly Setting[],
  kind: PartKind,
): readonly Setting[] {
  const publishers = kind === 'topic' ? wanted.filter(({ name }) => name === 'publisher') : [];
  const hashed = wanted.find(({ name, value }) => name === 'filter' && value.startsWith('sha256:'));
  return [
    ...publishers,
    ...found.map((one) =>
      one.name === 'filter' && hashed?.value === `sha256:${hash('sha256', one.value, 'hex')}` ? hashed : one,
    ),
  ];
}

function told(
  part: PartKind,
  asset: string,
  time: Nanos,
  facts: Omit<FactsByType['watch-part'], 'part'>,
): Observation {
  return {
    kind: 'resource',
    asset,
    time,
    source: 'sweep',
    ancestors: [],
    facts: { type: 'watch-part', part, ...facts },
    whole: false,
  };
}

function lastOf(time: Nanos | undefined): PartFacts {
  return time === undefined ? {} : { last: formatTime(time) };
}

const FLIPPED = 'canary-flipped';

/** Flips the canary when it is time: gives when it was flipped, if it was now. */
async function flip({ canary, store, log, watch }: HeartbeatPorts, now: Nanos): Promise<Nanos | undefined> {
  if (canary === undefined || watch?.canary === undefined) return undefined;
  const last = BigInt((await store.transaction((tx) => tx.get('meta', FLIPPED), 'read-only'))?.value ?? '0');
  // A heartbeat that comes a little early still flips, so that a schedule of five minutes makes quarters of an hour.
  if (last + CANARY_EVERY - 60n * SECOND > now) return undefined;
  try {
    await canary.flip(canaryTitle(now));
  } catch (error) {
    log.error('the canary could not be flipped', {
      error: error instanceof Error ? error.message : String(error),
    });
    return undefined;
  }
  await store.transaction(async (tx) => tx.put('meta', FLIPPED, { value: String(now) }));
  return now;
}

/** Whether the policy loads, in which ways it is weaker, and where exceptions may come from. */
async function policyFacts(
  { policy, watch, store, metrics }: HeartbeatPorts,
  now: Nanos,
): Promise<PartFacts> {
  const state = await policy.state();
  metrics?.record('policy_last_load_ok', state.kind === 'good' ? 1 : 0);
  const inForce = await policy.current();
  metrics?.record('policy_hash_info', 1, { hash: inForce.hash });
  const wanted = [
    ...(watch?.exceptionsFrom ?? []).map((value) => ({ name: 'exceptionsFrom', value })),
    ...(watch?.policyGeneration === undefined ? [] : [{ name: 'generation', value: watch.policyGeneration }]),
  ];
  const troubles = [
    ...(state.kind === 'bad' ? state.problems : []).map((words) => ({ about: 'problem', words })),
    ...(await weaknessesOf(inForce, store, now)),
  ];
  return {
    wanted: settingsText(wanted),
    troubles: troublesText(troubles),
    unread: state.kind === 'unreadable' ? state.why : '',
    ...(state.kind === 'good'
      ? { found: settingsText([{ name: 'generation', value: state.generation }]) }
      : {}),
  };
}

function tellMetrics(metrics: Metrics | undefined, state: OwnState, now: Nanos): void {
  if (metrics === undefined) return;
  metrics.record('quarantine_depth', state.quarantined);
  metrics.record('outbox_depth', state.waiting);
  metrics.record('outbox_oldest_seconds', state.oldestSeconds);
  const { sweep } = state;
  if (sweep?.endedAt === undefined) return;
  metrics.record('last_sweep_age_seconds', secondsBetween(sweep.endedAt, now));
  const { complete, shards } = sweep.counts;
  if (shards > 0) metrics.record('scan_coverage_ratio', complete / shards);
}

/** How long ago each stream showed the canary. */
async function tellStreams({ store, metrics }: HeartbeatPorts, now: Nanos): Promise<void> {
  if (metrics === undefined) return;
  for (const [stream, asset] of Object.entries(STREAMS)) {
    const seen = await lastShown(store, asset);
    if (seen !== undefined) metrics.record('last_canary_age_seconds', secondsBetween(seen, now), { stream });
  }
}

function secondsBetween(from: Nanos, to: Nanos): number {
  return Math.max(0, Number((to - from) / SECOND));
}
