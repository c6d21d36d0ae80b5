import type { View } from '../inventory/view.ts';
import type { Finding } from '../model/finding.ts';

/** Who repaired a finding: whoever changed its resource last, after it came about. `undefined` while no audit entry says so. */
export function undoneBy(finding: Finding, view: View): string | undefined {
  const later = view.actsOn(view.canonical(finding.resource)).filter((act) => act.time > finding.eventTime);
  const last = later.sort((a, b) =>
    a.time !== b.time ? (a.time < b.time ? 1 : -1) : a.id < b.id ? -1 : 1,
  )[0];
  if (last === undefined) return undefined;
  const { delegation, principal } = last.actor;
  return [delegation[0], principal].find((name) => name !== undefined && name !== '');
}
