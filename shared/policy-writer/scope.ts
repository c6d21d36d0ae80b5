import { projectOf, resourceKind } from '../model/asset.ts';
import { isScope } from './declarable.ts';
import { type Ground, viewOf } from './ground.ts';
import { sortedTexts } from './sorted.ts';

/**
 * `scope.include`: the organisation when everything that tells where it lies tells that one, else each project that was seen (and folders
 * and organisations whose own policies were). Empty when nothing tells: then everything is watched.
 */
export function scopeOf(ground: Ground): readonly string[] {
  const registers = [...ground.known.registers.values()];
  const places = registers.map(({ ancestors }) => ancestors).filter((ancestors) => ancestors.length > 0);
  const tops = new Set(places.map((ancestors) => ancestors.at(-1)!));
  const [top = ''] = tops;
  if (tops.size === 1 && top.startsWith('organizations/') && isScope(top)) return [top];
  const containers = registers.flatMap(({ name }) => {
    const kind = resourceKind(name);
    return kind === 'folder' || kind === 'organization' ? [name.split('/').slice(-2).join('/')] : [];
  });
  const projects = [...projectsOf(ground)].map((project) => `projects/${project}`);
  return sortedTexts([...projects, ...containers].filter(isScope));
}

/** Every project that something seen lies in, by its id where that is known. */
export function projectsOf(ground: Ground): ReadonlySet<string> {
  const view = viewOf(ground);
  const projects = new Set<string>();
  const add = (project: string | undefined): void => {
    if (project !== undefined && project !== '') projects.add(view.projectId(project));
  };
  for (const { name, ancestors } of ground.known.registers.values()) {
    add(projectOf(name));
    for (const ancestor of ancestors) if (ancestor.startsWith('projects/')) add(ancestor.slice(9));
  }
  for (const alias of ground.known.aliases.values()) if (alias.of === 'project') projects.add(alias.name);
  for (const fact of ground.inventory.facts()) {
    if (fact.kind === 'account' && fact.email !== undefined) add(homeOf(fact.email));
    if (fact.kind === 'cluster') add(fact.cluster.split('/')[1]);
  }
  return projects;
}

/** The project in the e-mail of an account that a customer made. */
function homeOf(email: string): string | undefined {
  return /^[^@]+@([a-z0-9.:-]+)\.iam\.gserviceaccount\.com$/.exec(email)?.[1];
}
