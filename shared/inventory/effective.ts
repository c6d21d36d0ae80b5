import type { AssetName } from '../model/asset.ts';
import { type Grant, grantKey } from '../model/grant.ts';
import type { Source } from '../model/observation.ts';
import type { Nanos } from '../model/time.ts';
import type { PolicyRegister, PolicyVersion, StampedChange } from './register.ts';

/** A grant that stands, and the change that brought it. */
export interface StandingGrant {
  readonly grant: Grant;
  readonly since: Nanos;
  readonly source: Source;
  /** Etag of the version that brought it, as far as the message that told of it says. */
  readonly etag: string | undefined;
  /** False when the oldest version we have already held it: then `since` is only when we first saw it. */
  readonly arrivalSeen: boolean;
  /** Told by a delta alone: no policy that was read since shows it. */
  readonly reported: boolean;
}

/** A grant that stood and was taken away, and the change that took it. */
export interface RemovedGrant {
  readonly grant: Grant;
  readonly since: Nanos;
  readonly source: Source;
  readonly etag: string | undefined;
}

export interface EffectivePolicy {
  readonly resource: AssetName;
  readonly ancestors: readonly string[];
  /** By `grantKey` without the resource: one asset may have been reported under several names. */
  readonly grants: ReadonlyMap<string, StandingGrant>;
  /** Grants that are known to have stood and do no longer, by the same keys. */
  readonly removed: ReadonlyMap<string, RemovedGrant>;
  /** Since when the whole policy is known, so that an absent grant is known to be absent. */
  readonly wholeSince: Nanos | undefined;
  /** Grants whose last word is a removal told only as a delta: gone by report, not yet by a reading of the policy. By the same keys. */
  readonly removedByDelta: ReadonlyMap<string, Grant>;
}

/**
 * The policy in force, from everything heard of it, in the order in which it came about: a whole policy writes every grant, a delta after it
 * overrides. A version known to be replaced counts as made just before it was, whatever time the message that carried it claims: late news
 * stays old.
 */
export function effectivePolicy(register: PolicyRegister): EffectivePolicy {
  const grants = new Map<string, StandingGrant>();
  const removed = new Map<string, RemovedGrant>();
  const removedByDelta = new Map<string, Grant>();
  let wholeSince: Nanos | undefined;
  for (const { at, version, delta } of historyOf(register)) {
    if (version !== undefined) {
      noteRemoved(grants, removed, new Set(version.grants.map(keyOf)), { ...version, since: at });
      takeVersion(grants, version, at, wholeSince !== undefined);
      removedByDelta.clear();
      wholeSince ??= at;
    } else if (delta !== undefined) {
      if (delta.action === 'add') removed.delete(keyOf(delta.grant));
      else noteRemoved(grants, removed, without(grants, keyOf(delta.grant)), { ...delta, since: delta.time });
      takeDelta(grants, delta);
      if (delta.action === 'remove') removedByDelta.set(keyOf(delta.grant), delta.grant);
      else removedByDelta.delete(keyOf(delta.grant));
    }
  }
  return {
    resource: register.name,
    ancestors: register.ancestors,
    grants,
    removed,
    wholeSince,
    removedByDelta,
  };
}

/** What stood and is not among what remains was removed by this change; what remains is not removed, or is back. */
function noteRemoved(
  grants: ReadonlyMap<string, StandingGrant>,
  removed: Map<string, RemovedGrant>,
  remaining: ReadonlySet<string>,
  {
    since,
    source,
    etag,
  }: { readonly since: Nanos; readonly source: Source; readonly etag: string | undefined },
): void {
  for (const [key, { grant }] of grants) {
    if (!remaining.has(key)) removed.set(key, { grant, since, source, etag });
  }
  for (const key of remaining) removed.delete(key);
}

interface Event {
  readonly at: Nanos;
  readonly version?: PolicyVersion;
  readonly delta?: StampedChange;
}

/** What happened since the asset was last made, the earliest first; at the same instant a whole policy has the last word. */
function historyOf({ goneAt, versions, deltas, superseded }: PolicyRegister): readonly Event[] {
  // An asset that was deleted and made anew may count its etags from the start again.
  const replaced = superseded.filter(({ time }) => goneAt === undefined || time > goneAt);
  const replacedAt = new Map(replaced.map(({ etag, time }) => [etag, time]));
  const madeAt = ({ etag, time, seenAgain }: PolicyVersion): Nanos => {
    const until = etag === undefined ? undefined : replacedAt.get(etag);
    const seen = goneAt !== undefined && time <= goneAt ? (seenAgain ?? time) : time;
    return until !== undefined && until <= seen ? until - 1n : seen;
  };
  return [
    ...deltas.map((delta): Event => ({ at: delta.time, delta })),
    ...versions.map((version): Event => ({ at: madeAt(version), version })),
  ]
    .filter(({ at }) => goneAt === undefined || at > goneAt)
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** What stood before keeps its arrival, but takes the spelling and the title it has now: commands must repeat them to the letter. */
function takeVersion(
  grants: Map<string, StandingGrant>,
  { grants: shown, source, etag }: PolicyVersion,
  at: Nanos,
  arrivalSeen: boolean,
): void {
  const present = new Map(shown.map((grant) => [keyOf(grant), grant]));
  for (const key of grants.keys()) if (!present.has(key)) grants.delete(key);
  for (const [key, grant] of present) {
    const standing = grants.get(key) ?? { since: at, source, etag, arrivalSeen };
    grants.set(key, { ...standing, grant, reported: false });
  }
}

function takeDelta(
  grants: Map<string, StandingGrant>,
  { action, grant, time, source, etag }: StampedChange,
): void {
  const key = keyOf(grant);
  if (action === 'remove') grants.delete(key);
  else if (!grants.has(key))
    grants.set(key, { grant, since: time, source, etag, arrivalSeen: true, reported: true });
}

function without(grants: ReadonlyMap<string, unknown>, key: string): ReadonlySet<string> {
  const keys = new Set(grants.keys());
  keys.delete(key);
  return keys;
}

function keyOf(grant: Grant): string {
  return grantKey({ ...grant, resource: '' });
}
