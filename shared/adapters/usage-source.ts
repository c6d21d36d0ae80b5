import type { AssetName } from '../model/asset.ts';
import { earliest, later, type Nanos } from '../model/time.ts';
import type { Watch } from '../model/usage.ts';
import type { NoAnswer } from '../ports.ts';

/** What a source saw of one key or account. */
export interface SeenUse {
  /** Within this time it would have seen every use. */
  readonly watch: Watch;
  readonly lastUse: Nanos | undefined;
}

/** What one source tells of a project's keys, or of its accounts. Of whatever it leaves out it tells nothing. */
export type UsageSource = (
  project: string,
) => Promise<{ readonly kind: 'told'; readonly seen: ReadonlyMap<AssetName, SeenUse> } | NoAnswer>;

/** What two sources saw of one key or account, as one: where their watches meet, one of them was always looking. */
export function seenTogether(a: SeenUse, b: SeenUse): SeenUse {
  const [first, second] = a.watch.until <= b.watch.until ? [a.watch, b.watch] : [b.watch, a.watch];
  const from = earliest([first.from, second.from]) ?? second.from;
  return {
    watch: second.from <= first.until ? { from, until: second.until } : second,
    lastUse:
      a.lastUse === undefined || b.lastUse === undefined
        ? (a.lastUse ?? b.lastUse)
        : later(a.lastUse, b.lastUse),
  };
}
