import type { AssetName } from '../model/asset.ts';
import type { Decoded } from '../model/decoded.ts';

/**
 * What a file of intent (manifest, plan) says. `notes` are about news that is not all there is to know: what was left out, or what will
 * happen beside it. One for each time, in equal words, so that they can be counted.
 */
export interface Intent {
  readonly decoded: readonly Decoded[];
  readonly notes: readonly string[];
  readonly unknown?: readonly UnknownArgument[];
}

/** An argument whose value only applying tells, and what may come of it. */
export interface UnknownArgument {
  /** As people write it: `member`, `metadata.annotations`. */
  readonly argument: string;
  /** A grant; a part of it that is absent may be anything. */
  readonly mayGrant?: { readonly asset?: AssetName; readonly role?: string; readonly member?: string };
  /** An annotation that makes this Kubernetes account point somewhere. */
  readonly mayAnnotate?: AssetName;
}
