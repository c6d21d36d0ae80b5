import type { Finding } from '../model/finding.ts';

import { hashOf } from './fingerprint.ts';

/** The findings of one change. A change is known by several keys (the act, the version it made): news that shares one is the same change. */
export interface ChangeGroup {
  readonly id: string;
  readonly causes: readonly string[];
}

/**
 * The incident a finding belongs to: the one it already has in this episode, else a known one that shares a cause, else a new one.
 * `known` holds incidents by id; the caller adds what this returns to it, so that the next finding of the same change finds it.
 */
export function incidentFor(
  finding: Finding,
  tenant: string,
  known: ReadonlyMap<string, ChangeGroup>,
): ChangeGroup {
  const own = finding.incident === '' ? undefined : known.get(finding.incident);
  const shared =
    own ??
    [...known.values()]
      .sort(byId)
      .find((incident) => incident.causes.some((cause) => finding.causes.includes(cause)));
  const id =
    shared?.id ?? hashOf(['incident', tenant, ...finding.causes.slice(0, 1), String(finding.episode)]);
  return { id, causes: [...new Set([...(shared?.causes ?? []), ...finding.causes])].sort() };
}

function byId(a: ChangeGroup, b: ChangeGroup): number {
  return a.id < b.id ? -1 : 1;
}
