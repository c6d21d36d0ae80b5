import { type ConditionVerdict, givesAccess } from '../conditions/verdict.ts';
import { resourceWords } from '../detectors/grant-facts.ts';
import type { GrantFact } from '../inventory/facts.ts';
import type { AssetName } from '../model/asset.ts';
import { projectOf, resourceKind } from '../model/asset.ts';
import { type Principal, principalKey } from '../model/principal.ts';
import { serves } from './serves.ts';
import { unique } from './words.ts';
import type { World } from './world.ts';

/** What a set of members has on a resource, there and above it. */
export interface Access {
  readonly answer: 'yes' | 'no' | 'undecided';
  /** Without condition, or under one that is met for all of it now. */
  readonly held: readonly GrantFact[];
  /** Under a condition that some of it meets, or that is not decided. */
  readonly conditional: readonly GrantFact[];
  /** Under a condition that is not met now. */
  readonly lapsed: readonly GrantFact[];
  /** Roles whose permissions are not known, and groups whose members are not. */
  readonly opaque: readonly GrantFact[];
  /** Levels whose policy has not been read. */
  readonly unread: readonly string[];
}

/** The resource and everything above it, nearest first. */
export function levelsOf(resource: AssetName, world: World): readonly AssetName[] {
  const { view } = world;
  const named = projectOf(resource);
  const above = view.ancestorsOf(resource);
  const project = named === undefined ? [] : [`projects/${named}`];
  const names = [...project, ...above, ...(named === undefined ? [] : aboveProject(named, world))].map(
    (place) => view.canonical(`//cloudresourcemanager.googleapis.com/${place}`),
  );
  return unique([view.canonical(resource), ...names]);
}

function aboveProject(project: string, { view }: World): readonly string[] {
  return view.ancestorsOf(`//cloudresourcemanager.googleapis.com/projects/${project}`);
}

export function levelLabel(name: AssetName, world: World): string {
  return resourceWords(name, world.view).label;
}

export function accessTo(resource: AssetName, members: readonly Principal[], world: World): Access {
  const keys = new Set(members.map(principalKey));
  const held: GrantFact[] = [];
  const conditional: GrantFact[] = [];
  const lapsed: GrantFact[] = [];
  const opaque: GrantFact[] = [];
  const unread: string[] = [];
  const levels = levelsOf(resource, world);
  for (const [index, level] of levels.entries()) {
    if (!isRead(level, world)) unread.push(levelLabel(level, world));
    for (const fact of world.grantsOn(level)) {
      const { grant } = fact;
      const reach = index === 0 ? 'yes' : serves(grant.role, resource, world);
      if (reach === 'no') continue;
      const isGroup = grant.principal.kind === 'group';
      if (!isGroup && !keys.has(principalKey(grant.principal))) continue;
      const verdict = world.view.conditionOf(grant, resource);
      if (!givesAccess(verdict)) lapsed.push(fact);
      else if (isGroup || reach === 'unknown') opaque.push(fact);
      else if (isMet(verdict)) held.push(fact);
      else conditional.push(fact);
    }
  }
  // A bucket's own name does not say where it lies: without ancestors nothing above it has been looked at.
  const hasRoof = levels.some((level) => resourceKind(level) === 'organization');
  if (!hasRoof)
    unread.push(levels.length === 1 ? 'whatever it lies in' : 'the folders and organisation above');
  const answer =
    held.length > 0 ? 'yes' : conditional.length + opaque.length + unread.length > 0 ? 'undecided' : 'no';
  return { answer, held, conditional, lapsed, opaque, unread };
}

/** Whether a condition takes nothing away now. */
export function isMet({ kind }: ConditionVerdict): boolean {
  return kind === 'always' || kind === 'until';
}

function isRead(level: AssetName, { view }: World): boolean {
  return view.policyKnown(level, ASSET_TYPES[resourceKind(level)] ?? '');
}

const ASSET_TYPES: Readonly<Record<string, string>> = {
  serviceAccount: 'iam.googleapis.com/ServiceAccount',
};
