import type { AssetName } from '../model/asset.ts';
import type { Grant, GrantChange } from '../model/grant.ts';
import type { FactType, Source } from '../model/observation.ts';
import type { Nanos } from '../model/time.ts';

/** What is known of one asset's IAM policy, or of the asset itself. Merging is commutative, associative and idempotent. */
export type Register = PolicyRegister | ResourceRegister;

export interface PolicyRegister {
  readonly content: 'policy';
  readonly name: AssetName;
  readonly ancestors: readonly string[];
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
export interface ResourceRegister {
  readonly content: 'resource';
  readonly name: AssetName;
  readonly ancestors: readonly string[];
  readonly type: FactType | undefined;
  readonly fields: { readonly [field: string]: Stamped };
  /** When the whole object was last seen: a field older than that was absent then. */
  readonly whole: Stamped | undefined;
  readonly exists: Stamped | undefined;
  /** When it was last seen to be deleted, also when it has been made anew since: what lay in it went then. */
  readonly goneAt: Nanos | undefined;
  /** When things of a type below this asset were last said to have been deleted together, without saying which. */
  readonly unsure: { readonly [type: string]: Nanos };
}

export interface Stamped {
  readonly value: string | boolean | undefined;
  readonly time: Nanos;
  readonly source: Source;
}
