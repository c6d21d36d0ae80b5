import { projectOf, projectOfEmail, serviceAccountOf } from '../model/asset.ts';
import { globMatches } from './glob.ts';
import type { Policy } from './policy.ts';

/**
 * Whether an asset lies in the policy's scope. `ancestors` are `projects/…`, `folders/…`, `organizations/…`, nearest first, as far as
 * they are known; `spellings` are the asset's names. `exclude` wins; an empty `include` is everything; `unknown` when what is above the
 * asset would decide and is not known.
 */
export function inScope(
  policy: Policy,
  ancestors: readonly string[],
  spellings: readonly string[],
): boolean | 'unknown' {
  const places = new Set([...ancestors, ...spellings.flatMap(placesOf)]);
  const { include, exclude } = policy.scope;
  const excluded = isAmong(exclude, places);
  const included = include.length === 0 ? true : isAmong(include, places);
  if (excluded === true || included === false) return false;
  return excluded === 'unknown' || included === 'unknown' ? 'unknown' : true;
}

/** Whether one of the places is in the list; `unknown` when none is, and one that is not known could be. */
function isAmong(entries: readonly string[], places: ReadonlySet<string>): boolean | 'unknown' {
  const all = [...places];
  if (entries.some((entry) => all.some((place) => globMatches(entry, place)))) return true;
  return entries.some((entry) => !isSettled(entry, all)) ? 'unknown' : false;
}

/** Whether enough is known to say that an entry which matches none of the places does not hold. */
function isSettled(entry: string, places: readonly string[]): boolean {
  const projects = places.filter((place) => place.startsWith('projects/'));
  if (entry.startsWith('projects/') && projects.length > 0) {
    return projects.some((project) => isNumber(project) === isNumber(entry));
  }
  // Messages that tell ancestors tell all of them, so one folder or organisation means that none is missing.
  return places.some((place) => /^(folders|organizations)\//.test(place));
}

/** A project's number says nothing of an entry that has its id, nor the other way about. */
function isNumber(project: string): boolean {
  return /^projects\/\d+$/.test(project);
}

/** What an asset's own name says of where it lies. */
function placesOf(name: string): readonly string[] {
  const container =
    /^\/\/cloudresourcemanager\.googleapis\.com\/((?:projects|folders|organizations)\/[^/]+)$/.exec(
      name,
    )?.[1];
  if (container !== undefined) return [container];
  const project = projectOf(name) ?? projectOfEmail(serviceAccountOf(name) ?? '');
  return project === undefined ? [] : [`projects/${project}`];
}
