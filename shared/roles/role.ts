import type { PermissionSet } from './permission-set.ts';

/** What is known of one role. */
export interface Role {
  /** As grants spell it: `roles/pubsub.publisher`, `projects/acme-prod/roles/publisher`. */
  readonly name: string;
  readonly title: string | undefined;
  /** What it permits; where it is not complete, a lower bound. */
  readonly permissions: PermissionSet;
  readonly complete: boolean;
  /** What it is known not to permit, where it is not complete. */
  readonly lacks: PermissionSet;
}

/** `unknown` is never taken for `no`: the role has not been read, or only in part. */
export type Answer = 'yes' | 'no' | 'unknown';

/** Whether a role holds a permission. `undefined` is a role of which nothing is known. */
export function permits(role: Role | undefined, permission: string): Answer {
  if (role === undefined) return 'unknown';
  if (role.permissions.has(permission)) return 'yes';
  return role.complete || role.lacks.has(permission) ? 'no' : 'unknown';
}

/** Whether a role holds any of these permissions. */
export function permitsAny(role: Role | undefined, permissions: readonly string[]): Answer {
  const answers = permissions.map((permission) => permits(role, permission));
  if (answers.includes('yes')) return 'yes';
  return answers.includes('unknown') ? 'unknown' : 'no';
}

/** Whether a role holds anything that a pattern names (`storage.*`, `*.setIamPolicy`). */
export function permitsLike(role: Role | undefined, pattern: string): Answer {
  if (role === undefined) return 'unknown';
  if (role.permissions.like(pattern).length > 0) return 'yes';
  return role.complete ? 'no' : 'unknown';
}

/** Whether all that a role permits is among what is allowed. */
export function isWithin(role: Role | undefined, allowed: PermissionSet): Answer {
  if (role === undefined) return 'unknown';
  if (!role.permissions.isSubsetOf(allowed)) return 'no';
  return role.complete ? 'yes' : 'unknown';
}

/** A custom role is somebody's own; a predefined one (`roles/…`) is Google's. */
export function isPredefined(role: string): boolean {
  return role.startsWith('roles/');
}

/** Roles meant for accounts that Google runs. */
export function isForServiceAgents(role: string): boolean {
  return isPredefined(role) && /serviceagent/i.test(role);
}
