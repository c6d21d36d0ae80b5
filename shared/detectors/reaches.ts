import { isBelow } from '../inventory/below.ts';
import type { GrantFact } from '../inventory/facts.ts';
import type { View } from '../inventory/view.ts';
import { type AssetName, projectName, type ResourceKind, resourceKind } from '../model/asset.ts';
import { hasCaptures } from '../policy/captures.ts';
import { isGlob } from '../policy/glob.ts';
import { matchesResource, resourceNamed } from '../policy/match.ts';
import type { Policy, SensitiveResource } from '../policy/policy.ts';
import { kindOfPattern } from '../policy/resource-pattern.ts';
import { permits } from '../roles/role.ts';

const CONTAINERS: ReadonlySet<ResourceKind> = new Set(['project', 'folder', 'organization']);

export function isContainer(resource: AssetName): boolean {
  return CONTAINERS.has(resourceKind(resource));
}

/** Whether what is granted on a resource reaches something that the policy names: that itself, or what it lies in. */
export function reachesPattern(on: string, resource: AssetName, view: View): boolean {
  if (matchesResource(on, view.spellings(resource))) return true;
  if (!isContainer(resource)) return false;
  const place = placeOf(on);
  return place !== undefined && isBelow(view.canonical(place), resource, view) === 'yes';
}

/** What a pattern names or, of one with globs, the project it lies in where it says that. */
function placeOf(on: string): AssetName | undefined {
  if (!isGlob(on) && !hasCaptures(on)) return resourceNamed(on);
  const [, project = '*'] = /^(?:topic|subscription|secret|dataset|key):([^/]+)\//.exec(on) ?? [];
  return isGlob(project) || hasCaptures(project) ? undefined : projectName(project);
}

/** What there is to take, of each kind of thing, for whoever holds a role on what it lies in. */
const TAKES: Partial<Readonly<Record<ResourceKind, string>>> = {
  bucket: 'storage.objects.get',
  dataset: 'bigquery.tables.getData',
  secret: 'secretmanager.versions.access',
  key: 'cloudkms.cryptoKeyVersions.useToDecrypt',
  subscription: 'pubsub.subscriptions.consume',
};

/** The sensitive things that a grant reaches: whatever it is on, and what its role takes from there of what lies below. */
export function sensitiveBehind(
  { grant }: GrantFact,
  view: View,
  policy: Policy,
): readonly SensitiveResource[] {
  const { resource, role } = grant;
  return policy.sensitive.filter(({ on }) => {
    if (matchesResource(on, view.spellings(resource))) return true;
    const takes = TAKES[kindOfPattern(on)];
    return (
      takes !== undefined && permits(view.role(role), takes) === 'yes' && reachesPattern(on, resource, view)
    );
  });
}
