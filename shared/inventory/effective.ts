import type { AssetName } from '../model/asset.ts';
import { type Grant, grantKey } from '../model/grant.ts';
import type { Source } from '../model/observation.ts';
import type { Nanos } from '../model/time.ts';
import type { PolicyRegister, PolicyVersion } from './register.ts';

/** A grant that stands, and the change that brought it. */
export interface StandingGrant {
  readonly grant: Grant;
  readonly since: Nanos;
  readonly source: Source;
  /** Etag of the version that first showed it, when that was a whole policy. */
  readonly etag: string | undefined;
  /** False when the oldest version we have already held it: then `since` is only when we first saw it. */
  readonly arrivalSeen: boolean;
}

export interface EffectivePolicy {
  readonly resource: AssetName;
  readonly ancestors: readonly string[];
  readonly grants: ReadonlyMap<string, StandingGrant>;
  /** Whether a whole policy has been seen, so that an absent grant is known to be absent. */
  readonly whole: boolean;
  /** Grants whose last word is a removal told only as a delta: gone by report, not yet by a reading of the policy. */
  readonly removedByDelta: ReadonlySet<string>;
}

/**
 * The policy in force, from everything heard of it: the newest whole policy writes every grant, a delta after it overrides.
 * A version known to be replaced counts as made just before it was, whatever time the message that carried it claims: late news stays old.
 */
export function effectivePolicy(register: PolicyRegister): EffectivePolicy {
  const goneAt = register.goneAt;
  // An asset that was deleted and made anew may count its etags from the start again.
  const replaced = register.superseded.filter(({ time }) => goneAt === undefined || time > goneAt);
  const superseded = new Map(replaced.map(({ etag, time }) => [etag, time]));
  const madeAt = (version: PolicyVersion): Nanos => {
    const replacedAt = version.etag === undefined ? undefined : superseded.get(version.etag);
    return replacedAt !== undefined && replacedAt <= version.time ? replacedAt - 1n : version.time;
  };
  const versions = register.versions
    .map((version) => ({ version, at: madeAt(version) }))
    .filter(({ at }) => goneAt === undefined || at > goneAt)
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));

  const grants = new Map<string, StandingGrant>();
  let first = true;
  let wholeAt: Nanos | undefined;
  for (const { version, at } of versions) {
    const present = new Map(version.grants.map((grant) => [grantKey(grant), grant]));
    for (const key of grants.keys()) if (!present.has(key)) grants.delete(key);
    for (const [key, grant] of present) {
      if (!grants.has(key)) {
        grants.set(key, {
          grant,
          since: at,
          source: version.source,
          etag: version.etag,
          arrivalSeen: !first,
        });
      }
    }
    first = false;
    wholeAt = at;
  }

  const removedByDelta = new Set<string>();
  for (const delta of register.deltas) {
    if (goneAt !== undefined && delta.time <= goneAt) continue;
    if (wholeAt !== undefined && delta.time <= wholeAt) {
      earlierArrival(grants, delta);
      continue;
    }
    const key = grantKey(delta.grant);
    if (delta.action === 'remove') {
      grants.delete(key);
      removedByDelta.add(key);
    } else if (!grants.has(key)) {
      grants.set(key, {
        grant: delta.grant,
        since: delta.time,
        source: delta.source,
        etag: undefined,
        arrivalSeen: true,
      });
    }
  }
  return {
    resource: register.name,
    ancestors: register.ancestors,
    grants,
    whole: wholeAt !== undefined,
    removedByDelta,
  };
}

/** A delta that told of the grant before a whole policy showed it says when it really came. */
function earlierArrival(grants: Map<string, StandingGrant>, delta: PolicyRegister['deltas'][number]): void {
  const key = grantKey(delta.grant);
  const standing = grants.get(key);
  if (delta.action === 'add' && standing !== undefined && delta.time <= standing.since) {
    grants.set(key, { ...standing, since: delta.time, source: delta.source, arrivalSeen: true });
  }
}
