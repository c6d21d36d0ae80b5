import {
  type AssetName,
  projectName,
  projectOf,
  projectOfEmail,
  resourceKind,
  serviceAccountOf,
} from '../model/asset.ts';
import type { Answer } from '../roles/role.ts';
import type { View } from './view.ts';

/**
 * Whether something is a project, folder or organisation, or lies in it, so that what is granted there reaches it. `unknown` where nobody told
 * what is above it.
 */
export function isBelow(name: AssetName, container: AssetName, view: View): Answer {
  const above = view.canonical(container);
  if (view.canonical(name) === above) return 'yes';
  const homes = homesOf(name, view);
  const ancestors = [name, ...homes].flatMap((place) => view.ancestorsOf(place)).map(resourceAt);
  const projects = [...homes, ...ancestors].filter((place) => resourceKind(place) === 'project');
  if ([...projects, ...ancestors].some((place) => view.canonical(place) === above)) return 'yes';
  // A project's number says nothing of one that is known by its id.
  const isTold =
    resourceKind(above) === 'project'
      ? projects.some((place) => isNumber(view.canonical(place)) === isNumber(above))
      : ancestors.some((place) => resourceKind(place) === 'organization');
  return isTold ? 'no' : 'unknown';
}

/** The project a name tells; that of an account its address does. */
function homesOf(name: AssetName, view: View): readonly AssetName[] {
  const account = serviceAccountOf(name);
  const email = account === undefined ? undefined : view.account(account).email;
  const home = email === undefined ? projectOf(name) : projectOfEmail(email);
  return home === undefined ? [] : [projectName(home)];
}

/** `folders/401` as an asset. */
function resourceAt(ancestor: string): AssetName {
  return `//cloudresourcemanager.googleapis.com/${ancestor}`;
}

function isNumber(project: AssetName): boolean {
  return /\/\d+$/.test(project);
}
