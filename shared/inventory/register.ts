import type { Setter } from '../model/act.ts';
import type { AssetName } from '../model/asset.ts';
import type { Grant, GrantChange } from '../model/grant.ts';
import type { FactType, Source } from '../model/observation.ts';
import type { Nanos } from '../model/time.ts';
import type { Habits, Use, Visitor, Watch } from '../model/usage.ts';

/** What is known of one asset's IAM policy, of the asset itself, of its use, or of who comes there. Merging is commutative, associative and idempotent. */
export type Register = PolicyRegister | ResourceRegister | UsageRegister | VisitsRegister;

/** Where an asset lies, nearest first, as far as messages told, and when that was told. */
export interface Place {
  readonly ancestors: readonly string[];
  readonly placedAt: Nanos;
}

export interface PolicyRegister extends Place {
  readonly content: 'policy';
  readonly name: AssetName;
  /** Whole policies seen, newest first, at most `KEPT_VERSIONS`. */
  readonly versions: readonly PolicyVersion[];
  /** The newest word on single grants. */
  readonly deltas: readonly StampedChange[];
  /** Etags known to have been replaced, with the time of that. */
  readonly superseded: readonly { readonly etag: string; readonly time: Nanos }[];
  readonly goneAt: Nanos | undefined;
}

export interface PolicyVersion {
  readonly etag: string | undefined;
  readonly time: Nanos;
  /** When it was last seen, when that is later. */
  readonly seenAgain?: Nanos;
  readonly source: Source;
  readonly grants: readonly Grant[];
}

export type StampedChange = GrantChange & {
  readonly time: Nanos;
  readonly source: Source;
  /** Of the version that the change made. */
  readonly etag: string | undefined;
};

/** Each field carries its own time: a message that brings one field says nothing of the others. */
export interface ResourceRegister extends Place {
  readonly content: 'resource';
  readonly name: AssetName;
  readonly type: FactType | undefined;
  /** What was said of each field, newest first, at most `KEPT_VALUES` values. */
  readonly fields: { readonly [field: string]: readonly SaidValue[] };
  /** When the whole object was last seen: a field older than that was absent then. */
  readonly whole: Stamped | undefined;
  readonly exists: Stamped | undefined;
  /** When it was last seen to be deleted, also when it has been made anew since: what lay in it went then. */
  readonly goneAt: Nanos | undefined;
  /** When things of a type below this asset were last said to have been deleted together, without saying which. */
  readonly unsure: { readonly [type: string]: Nanos };
}

/** Of a key, an account, or a KSA by itself: the latest of everything that was told, and what was told day by day. */
export interface UsageRegister extends Place {
  readonly content: 'usage';
  readonly name: AssetName;
  /** Each way once, newest first, at most `KEPT_USES`. */
  readonly uses: readonly Use[];
  readonly lastUse: Nanos | undefined;
  /** Nanos within which somebody saw every use; `lastUse` may be later. */
  readonly watch: Watch | undefined;
  /** Absent where no audit entry told, and of keys. */
  readonly habits?: Habits;
}

/** Of a network, or of a service whose data access is logged: who comes there, and since when. */
export interface VisitsRegister extends Place {
  readonly content: 'visits';
  readonly name: AssetName;
  readonly first: Nanos | undefined;
  /** Sorted by who, at most `KEPT_VISITORS`. */
  readonly by: readonly Visitor[];
  readonly more: boolean;
}

export interface Stamped {
  readonly value: string | boolean | undefined;
  readonly time: Nanos;
  readonly source: Source;
}

/** One value of a field: `time` and `source` are those of its latest telling. */
export type SaidValue = Stamped & {
  readonly first: { readonly time: Nanos; readonly source: Source };
  /** Who set it, as far as messages told, the latest first, at most `KEPT_SETTERS`. */
  readonly by?: readonly SetBy[];
};

/** Somebody who set a value, when they did so first and when last. */
export type SetBy = Setter & { readonly first: Nanos; readonly last: Nanos };
