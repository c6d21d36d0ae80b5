import type { Catalogue } from './catalogue.ts';
import { missing } from './permission-set.ts';
import { isPredefined } from './role.ts';

/** What became of one predefined role between two readings. */
export interface RoleChange {
  readonly role: string;
  readonly kind: 'new' | 'gone' | 'changed';
  /** Permissions, sorted. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * The predefined roles that Google changed between two readings, by name. Only what both know completely is compared; etags are of no use
 * here, since those of predefined roles stay the same (`AA==`, iann0036/iam-dataset).
 */
export function changesBetween(before: Catalogue, after: Catalogue): readonly RoleChange[] {
  const names = new Set([...before.names(), ...after.names()].filter(isPredefined));
  return [...names].sort().flatMap((name) => changeOf(name, before, after) ?? []);
}

function changeOf(role: string, before: Catalogue, after: Catalogue): RoleChange | undefined {
  const [old, now] = [before.permissionsOf(role), after.permissionsOf(role)];
  if (old === undefined || now === undefined) {
    const [added, removed] = [now?.names() ?? [], old?.names() ?? []];
    return { role, kind: old === undefined ? 'new' : 'gone', added, removed };
  }
  if (before.role(role)?.complete !== true || after.role(role)?.complete !== true) return undefined;
  const [added, removed] = [missing(old, now), missing(now, old)];
  return added.length + removed.length === 0 ? undefined : { role, kind: 'changed', added, removed };
}
