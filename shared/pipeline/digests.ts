import { digestMessage } from '../alerts/digest-message.ts';
import { DAY, type Nanos } from '../model/time.ts';
import { daysAfter, instantOf, localTime } from '../policy/local-time.ts';
import { ownChannel } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import type { Store } from '../ports.ts';
import type { DeliverPorts } from './deliver-ports.ts';
import { type DigestBackground, digestOf, saysAnything } from './digest-of.ts';
import { everything } from './everything.ts';
import { newRow, putRow } from './outbox.ts';
import { reviewToTell } from './review-progress.ts';
import { allFindings } from './standing-now.ts';

export interface Plan {
  readonly name: string;
  readonly every: 'daily' | 'weekly';
  /** `HH:MM` in the time zone of the policy; the weekly ones come on Mondays. */
  readonly at: string;
  readonly channel: string;
}

const DEFAULT_AT = '09:00';

/**
 * Writes the digests whose time has come: one for everybody, also when it is empty, because it shows that the watch is awake; and each owner
 * with a channel of their own gets theirs, when there is something in it. One that was slept through comes late, and once.
 */
export async function planDigests(policy: Policy, ports: DeliverPorts): Promise<void> {
  for (const plan of plansOf(policy)) await planDigest(plan, policy, ports);
}

export function plansOf(policy: Policy): readonly Plan[] {
  const { digest, fallbackChannel } = policy.routing;
  const at = digest?.at ?? DEFAULT_AT;
  const daily: readonly Plan[] =
    digest === undefined ? [] : [{ name: 'routing', every: 'daily', at, channel: digest.channel }];
  const others = policy.destinations.flatMap((destination): readonly Plan[] => {
    if (destination.kind !== 'digest') return [];
    const channel = destination.channel ?? digest?.channel ?? fallbackChannel;
    return channel === undefined ? [] : [{ name: destination.name, every: destination.every, at, channel }];
  });
  return [...daily, ...others];
}

async function planDigest(plan: Plan, policy: Policy, { store, clock }: DeliverPorts): Promise<void> {
  const asOf = clock.now();
  const slot = latestSlot(plan, policy.timezone, asOf);
  const id = `digest|${plan.name}`;
  const last = await store.transaction(async (tx) => {
    const known = (await tx.get('meta', id))?.value;
    // Nobody was watching before: the first digest comes at the next time.
    if (known === undefined) tx.put('meta', id, { value: String(slot) });
    return known;
  });
  if (last === undefined || BigInt(last) >= slot) return;
  const findings = await allFindings(store, () => true);
  const background = await backgroundOf(policy, store, asOf);
  const period = { period: plan.every, day: localTime(slot, policy.timezone).date, from: BigInt(last), asOf };
  const letters = [
    { channel: plan.channel, owner: undefined },
    ...ownersElsewhere(policy, plan.channel).map(({ owner, channel }) => ({ channel, owner })),
  ].flatMap(({ channel, owner }) => {
    const digest = digestOf(findings, policy, period, owner, background);
    const isWorthIt = owner === undefined || saysAnything(digest);
    return isWorthIt ? [{ channel, owner, message: digestMessage(digest) }] : [];
  });
  await store.transaction(async (tx) => {
    // Another call may have written it meanwhile.
    if ((await tx.get('meta', id))?.value !== last) return;
    tx.put('meta', id, { value: String(slot) });
    for (const { channel, owner, message } of letters) {
      const row = newRow({ kind: 'message', message, thread: undefined }, channel, asOf);
      putRow(tx, `${id}|${slot}|${owner ?? ''}`, row);
    }
  });
}

/** Reports are made every week, as a rule: what an older one said of keys and coverage is no news. */
const RECENT = 8n * DAY;

async function backgroundOf(policy: Policy, store: Store, asOf: Nanos): Promise<DigestBackground> {
  const newest = [...(await everything(store, 'posture')).values()].at(-1);
  return {
    point: newest !== undefined && newest.at + RECENT > asOf ? newest : undefined,
    reviewed: await reviewToTell(policy, store, asOf),
  };
}

/** Owners who have a channel of their own. */
function ownersElsewhere(policy: Policy, channel: string) {
  const owners = new Set(policy.identities.flatMap(({ owner }) => (owner === undefined ? [] : [owner])));
  return [...owners].flatMap((owner) => {
    const own = ownChannel(policy, owner);
    return own === undefined || own === channel ? [] : [{ owner, channel: own }];
  });
}

/** The latest time at which this digest was due. */
function latestSlot({ every, at }: Plan, timezone: string, asOf: Nanos): Nanos {
  const today = localTime(asOf, timezone).date;
  for (let back = 0; ; back++) {
    const slot = instantOf(daysAfter(today, -back), at, timezone);
    if (slot <= asOf && (every === 'daily' || localTime(slot, timezone).weekday === 'mon')) return slot;
  }
}
