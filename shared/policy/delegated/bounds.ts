import { projectOf, projectOfEmail, serviceAccountOf } from '../../model/asset.ts';
import { globCovers } from '../glob-covers.ts';
import { type Place, type Problem, problemAt } from '../problem.ts';
import type { Sections } from '../sections.ts';

export type Bounds = Sections['delegations'][number]['value'];

export function outside(place: Place, { name }: Bounds, message: string, hint?: string): Problem {
  return problemAt(place, {
    code: 'outside-delegation',
    message: `${message}, which is outside what \`${name}\` delegates`,
    hint,
  });
}

export function isNamespaceWithin(pattern: string, { namespaces }: Bounds): boolean {
  return namespaces.some((bound) => globCovers(bound, pattern));
}

export function isRoleWithin(role: string, { maxRoles }: Bounds): boolean {
  return maxRoles === undefined || maxRoles.some((bound) => globCovers(bound, role));
}

/** Whether an account's e-mail, perhaps with wildcards or captures, is of a project within the bounds. */
export function isAccountWithin(email: string, { projects }: Bounds): boolean {
  if (projects === undefined) return true;
  const project = projectOfEmail(wild(email).toLowerCase());
  return project !== undefined && projects.some((bound) => globCovers(bound, project));
}

/** Whether a resource pattern speaks only of what lies in the bounds. What does not say its project must be named by `resources`. */
export function isResourceWithin(on: string, bounds: Bounds): boolean {
  const { projects, resources } = bounds;
  if (projects === undefined && resources === undefined) return true;
  const pattern = wild(on);
  if (resources?.some((bound) => globCovers(bound, pattern))) return true;
  const account = accountIn(pattern);
  if (account !== undefined) return projects !== undefined && isAccountWithin(account, bounds);
  const project = projectIn(pattern);
  return project !== undefined && (projects ?? []).some((bound) => globCovers(bound, project));
}

/** Captures stand for names that are not known here. */
function wild(text: string): string {
  return text.replaceAll(/<(ksa|namespace)>/g, '*');
}

function accountIn(pattern: string): string | undefined {
  return pattern.startsWith('serviceAccount:')
    ? pattern.slice('serviceAccount:'.length)
    : serviceAccountOf(pattern);
}

const WITH_PROJECT = /^(?:project|topic|subscription|secret|dataset|key):([^/]+)/;

function projectIn(pattern: string): string | undefined {
  const project = pattern.startsWith('//') ? projectOf(pattern) : WITH_PROJECT.exec(pattern)?.[1];
  // `**` crosses the slash behind the project, and then nothing is known of what comes after.
  return project?.includes('**') ? undefined : project;
}
