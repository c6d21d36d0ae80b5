import type { Decoded } from '../model/decoded.ts';
import { type Nanos, SECOND } from '../model/time.ts';
import type { Metrics } from '../ports.ts';

/** Counts one message by where it came from and what became of it, and how late it was. */
export function tellReceived(
  decoded: Decoded,
  received: { readonly kind: string },
  metrics: Metrics | undefined,
  now: Nanos,
): void {
  if (metrics === undefined) return;
  const source = sourceOf(decoded);
  metrics.record('events_total', 1, { source, outcome: received.kind });
  if (received.kind === 'stale') metrics.record('stale_dropped_total', 1);
  if (decoded.kind !== 'news' || source !== 'feed') return;
  metrics.record('feed_lag_seconds', Math.max(0, Number((now - decoded.time) / SECOND)));
}

function sourceOf(decoded: Decoded): string {
  if (decoded.kind !== 'news') return 'unknown';
  if (decoded.acts.length > 0) return 'audit-log';
  return decoded.observations.find(({ kind }) => kind !== 'alias')?.source ?? 'unknown';
}
