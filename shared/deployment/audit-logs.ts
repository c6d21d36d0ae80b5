import type { AuditLog, Detector } from '../detectors/detector.ts';

/** The Data Access logs that must be switched on, by service: Admin Activity is always on (gcp-facts 3.2). */
export function auditLogsOf(
  detectors: readonly Detector[],
): ReadonlyMap<string, readonly AuditLog['type'][]> {
  const logs = detectors.flatMap(({ sources }) => sources.logs ?? []);
  const byService = Map.groupBy(logs, ({ service }) => service);
  return new Map(
    [...byService]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([service, some]) => [service, [...new Set(some.map(({ type }) => type))].sort()]),
  );
}
