import type { Decoded } from '../model/decoded.ts';

/**
 * What a file of intent (manifest, plan) says. `notes` are about news that is not all there is to know: what was left out, or what will
 * happen beside it. One for each time, in equal words, so that they can be counted.
 */
export interface Intent {
  readonly decoded: readonly Decoded[];
  readonly notes: readonly string[];
}
