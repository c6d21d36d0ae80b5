import type { AssetName } from './asset.ts';
import { type KsaId, parseMember } from './principal.ts';
import { later, type Nanos } from './time.ts';

/** One use of a key, of an account or of a KSA by itself, as an audit entry tells it. */
export interface Use {
  /** The hour it fell in: told to the second, every call of a program would be news. */
  readonly time: Nanos;
  /** Whom the call was made as. */
  readonly principal: string;
  /** Who acts as an account: `serviceAccount:POOL[NAMESPACE/KSA]` for a workload, or whoever else is first in the chain of delegates. */
  readonly through?: string;
  /** Address or VPC network that it came from. */
  readonly network?: string;
  /** Programs of the user agent without their versions: the caller's own words, shown "as claimed". */
  readonly tool?: string;
  /** The API that was called: `storage.googleapis.com`. */
  readonly service?: string;
}

/** Services by which an identity is only become: they say nothing of what it is used for. */
export const TOKEN_SERVICES: ReadonlySet<string> = new Set([
  'iamcredentials.googleapis.com',
  'sts.googleapis.com',
]);

/** Somebody looked at every use within this time, so that what they did not see did not happen. */
export interface Watch {
  readonly from: Nanos;
  readonly until: Nanos;
}

/** One value of how an identity is used: a service, a network, or whom it is used through. */
export interface Way {
  readonly value: string;
  /** The first hour of each day (UTC) on which it was seen, as hours since 1970, the earliest first. */
  readonly hours: readonly number[];
}

/** Thirty days of ways, counted from 1970. */
export interface HabitMonth {
  readonly month: number;
  readonly ways: readonly Way[];
  /** There were more ways in that month than are kept: of one that is not here, nothing can be said. */
  readonly more: boolean;
}

/** How an identity is used, each aspect by itself, the newest month first. */
export type Habits = { readonly [aspect in Aspect]?: readonly HabitMonth[] };
export type Aspect = 'service' | 'network' | 'through';

/** Who calls from a network, or calls a service whose data access is logged. */
export interface Visits {
  /** The first time anybody did. */
  readonly first: Nanos;
  /** Assets of the identities, each with the first time it did. */
  readonly by: readonly Visitor[];
  /** There are more of them than are kept. */
  readonly more: boolean;
}

export interface Visitor {
  readonly who: AssetName;
  readonly first: Nanos;
}

/** What is known of the use of a key or an account. Neither `lastUse` nor `watch`: nobody could see, which is not "unused". */
export interface Usage {
  readonly lastUse: Nanos | undefined;
  /** How it was used, newest first, each way once: only what audit entries told. */
  readonly uses: readonly Use[];
  readonly watch: Watch | undefined;
  /** What audit entries told of it day by day; nothing of keys. */
  readonly habits: Habits;
}

export const NOBODY_COULD_SEE: Usage = { lastUse: undefined, uses: [], watch: undefined, habits: {} };

/** Under which the use of a KSA by itself is kept: its pool has it once, whatever the cluster. */
export function workloadName({ pool, namespace, name }: KsaId): AssetName {
  return `//iam.googleapis.com/locations/global/workloadIdentityPools/${pool}/subject/ns/${namespace}/sa/${name}`;
}

/** The KSA whose use is kept under a name; `undefined` for any other name. */
export function workloadOf(name: AssetName): KsaId | undefined {
  const path = /^\/\/iam\.googleapis\.com\/(locations\/global\/workloadIdentityPools\/.+)$/.exec(name)?.[1];
  const who =
    path === undefined ? undefined : parseMember(`principal://iam.googleapis.com/projects/-/${path}`);
  return who?.kind === 'ksa' ? { pool: who.pool, namespace: who.namespace, name: who.name } : undefined;
}

/** Under which it is kept who calls a service whose data access is logged. */
export function serviceName(service: string): AssetName {
  return `//${service}`;
}

/** Under which it is kept who calls from a network, as `networkOf` names it. */
export function networkName(network: string): AssetName {
  return `//networks/${network}`;
}

/** What usage comes to at a time, for a key that must be idle for a while to count as unused. `why` is a clause to show. */
export type UsageVerdict =
  | { readonly kind: 'unknown'; readonly why: string }
  /** Used within that while. */
  | { readonly kind: 'used'; readonly last: Nanos }
  /** Watched, and not used since then; not long enough yet. */
  | { readonly kind: 'idle'; readonly since: Nanos }
  | { readonly kind: 'unused'; readonly since: Nanos };

/**
 * Whether something has been idle for as long as `idle`, at `asOf`. A watch that ended more than `fresh` ago tells nothing of today.
 * `born`: when it came to be, so that it is not idle for longer than it exists.
 */
export function usageAt(
  { lastUse, watch }: Usage,
  {
    asOf,
    idle,
    fresh,
    born,
  }: { readonly asOf: Nanos; readonly idle: Nanos; readonly fresh: Nanos; readonly born: Nanos },
): UsageVerdict {
  if (lastUse !== undefined && lastUse + idle > asOf) return { kind: 'used', last: lastUse };
  if (watch === undefined)
    return {
      kind: 'unknown',
      why:
        lastUse === undefined ? 'nobody could see' : 'a use was seen once, and since then nobody could see',
    };
  if (watch.until + fresh <= asOf) return { kind: 'unknown', why: 'it is too long ago that anybody looked' };
  const since = [lastUse ?? 0n, born].reduce(later, watch.from);
  return { kind: watch.until - since >= idle ? 'unused' : 'idle', since };
}
