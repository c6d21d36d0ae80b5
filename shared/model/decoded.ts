import type { Act } from './act.ts';
import type { Observation } from './observation.ts';
import type { Nanos } from './time.ts';

/** What one message turned out to be. Nothing is lost: what is not news says why. */
export type Decoded =
  | {
      readonly kind: 'news';
      /** Equal for equal content, however often and through whichever subscription it is delivered. */
      readonly id: string;
      /** When it happened, by the message's own word. */
      readonly time: Nanos;
      readonly observations: readonly Observation[];
      readonly acts: readonly Act[];
    }
  | { readonly kind: 'ignored'; readonly why: string }
  | { readonly kind: 'malformed'; readonly why: string };
