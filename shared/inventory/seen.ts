import type { Source } from '../model/observation.ts';
import type { Nanos } from '../model/time.ts';

/** Since when a fact is what it is, who told, and where it lies. */
export interface Seen {
  readonly ancestors: readonly string[];
  readonly since: Nanos;
  readonly source: Source;
}

/** What lies in something that may die: `seenAt` is when it was last seen to exist; a parent that died since then took it along. */
export interface SeenAlive extends Seen {
  readonly seenAt: Nanos;
}
