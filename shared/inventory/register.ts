import type { Setter } from '../model/act.ts';
import type { AssetName } from '../model/asset.ts';
import type { Grant, GrantChange } from '../model/grant.ts';
import type { FactType, Source } from '../model/observation.ts';
import type { Nanos } from '../model/time.ts';
import type { Use, Watch } from '../model/usage.ts';

/** What is known of one asset's IAM policy, of the asset itself, or of its use. Merging is commutative, associative and idempotent. */
export type Register = PolicyRegister | ResourceRegister | UsageRegister;

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

/** Of a key, or of an account that workloads use: the latest of everything that was told. */
export interface UsageRegister extends Place {
  readonly content: 'usage';
  readonly name: AssetName;
  /** Each way once, newest first, at most `KEPT_USES`. */
  readonly uses: readonly Use[];
  readonly lastUse: Nanos | undefined;
  /** Nanos within which somebody saw every use; `lastUse` may be later. */
  readonly watch: Watch | undefined;
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
