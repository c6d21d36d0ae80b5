import { later, type Nanos } from './time.ts';

/** One use of a key, or of an account by a workload, as an audit entry tells it. */
export interface Use {
  /** The hour it fell in: told to the second, every call of a program would be news. */
  readonly time: Nanos;
  /** Whom the call was made as. */
  readonly principal: string;
  /** `serviceAccount:POOL[NAMESPACE/KSA]` for a workload without a key. */
  readonly through?: string;
  /** Address or VPC network that it came from. */
  readonly network?: string;
  /** Programs of the user agent without their versions: the caller's own words, shown "as claimed". */
  readonly tool?: string;
  /** The API that was called: `storage.googleapis.com`. */
  readonly service?: string;
}

/** Somebody looked at every use within this time, so that what they did not see did not happen. */
export interface Watch {
  readonly from: Nanos;
  readonly until: Nanos;
}

/** What is known of the use of a key or an account. Neither `lastUse` nor `watch`: nobody could see, which is not "unused". */
export interface Usage {
  readonly lastUse: Nanos | undefined;
  /** How it was used, newest first, each way once: only what audit entries told. */
  readonly uses: readonly Use[];
  readonly watch: Watch | undefined;
}

export const NOBODY_COULD_SEE: Usage = { lastUse: undefined, uses: [], watch: undefined };

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
