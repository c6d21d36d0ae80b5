import { isBelow } from '../inventory/below.ts';
import type { View } from '../inventory/view.ts';
import { type AssetName, type ResourceKind, resourceKind } from '../model/asset.ts';
import type { Grant } from '../model/grant.ts';
import { isGlob } from '../policy/glob.ts';
import { resourceNamed } from '../policy/match.ts';
import type { AllowedGrant, DeclaredIdentity } from '../policy/policy.ts';
import { kindOfPattern } from '../policy/resource-pattern.ts';
import { allowance } from './allowance.ts';
import { LEAST_PRIVILEGE } from './controls.ts';
import type { Detector } from './detector.ts';
import { addGrant, removeGrant } from './grant-commands.ts';
import { entriesFor, grantWords, resourceWords } from './grant-facts.ts';
import { whenGrantIsTaken } from './managed-by.ts';

export const scopeTooWide = {
  id: 'scope-too-wide',
  title: 'A role is held on far more than the identity needs it for',
  class: 'posture',
  severity: 'medium',
  about:
    'An identity holds a role on a project, folder or organisation where its entry allows that role on something narrower, or where all that its entry allows lies on narrower things: a bucket instead of the project, a project instead of the folder. Says where the role belongs; that nobody declared the grant, undeclared-grant says.',
  subject: 'grant',
  sources: {
    assetTypes: [{ type: '*', content: 'policy' }],
    methods: ['*setIamPolicy', '*setIamPermissions'],
  },
  controls: [LEAST_PRIVILEGE],
  heldForPolicy: true,
  detect(subject, view, policy) {
    const fact = view.grant(subject);
    if (fact === undefined || widthOf(resourceKind(fact.grant.resource)) === 0) return [];
    const { grant } = fact;
    const entries = entriesFor(grant.principal, view, policy) ?? [];
    if (entries.length === 0 || !view.givesAccess(fact)) return [];
    if (allowance(entries, grant, view).kind !== 'no') return [];
    const meant = narrowerItems(entries, grant, view);
    const [first, ...others] = meant;
    if (first === undefined) return [];
    const words = grantWords(fact, view, policy);
    const { label, email } = resourceWords(grant.resource, view);
    const isSameRole = first.role === grant.role;
    const where = `${first.on}${others.length === 0 ? '' : ` and ${others.length} more`}`;
    return [
      {
        state: 'open',
        ...words,
        title: `${words.identity} holds ${grant.role} on all of ${label}`,
        explanation: `${
          isSameRole
            ? `Its entry allows the role on ${where}.`
            : `All that its entry allows lies on narrower things: ${where}.`
        } On ${label} it reaches whatever else is there, and whatever will be.${whenGrantIsTaken(grant, view, policy)}`,
        why: first.at,
        remediation: [
          ...(isSameRole && others.length === 0 ? addNarrower(first, grant) : []),
          ...removeGrant({ ...grant, email }),
        ],
      },
    ];
  },
} satisfies Detector<'grant'>;

const WIDTHS: Partial<Readonly<Record<ResourceKind, number>>> = { project: 1, folder: 2, organization: 3 };

/** How far up a kind of resource is; single things are at the bottom. */
function widthOf(kind: ResourceKind): number {
  return WIDTHS[kind] ?? 0;
}

/**
 * The items that say where the role, or everything, belongs: narrower than what the grant is on, and not known to lie elsewhere. Those of the
 * role itself outweigh the rest; of the rest none may be as wide as the grant.
 */
function narrowerItems(
  entries: readonly DeclaredIdentity[],
  { role, resource }: Grant,
  view: View,
): readonly AllowedGrant[] {
  const all = entries.flatMap(({ allow }) => allow);
  const width = widthOf(resourceKind(resource));
  const isNarrower = ({ on }: AllowedGrant) => widthOf(kindOfPattern(on)) < width;
  const ofRole = all.filter(
    (item) => item.role === role && isNarrower(item) && !isElsewhere(item, resource, view),
  );
  if (ofRole.length > 0) return ofRole;
  return all.every(isNarrower) ? all : [];
}

function isElsewhere({ on }: AllowedGrant, resource: AssetName, view: View): boolean {
  const place = isGlob(on) || on.includes('<') ? undefined : resourceNamed(on);
  return place !== undefined && isBelow(view.canonical(place), resource, view) === 'no';
}

/** First the narrower grant, so that nothing fails in between. */
function addNarrower({ on, condition }: AllowedGrant, { role, member }: Grant) {
  const resource = isGlob(on) || on.includes('<') ? undefined : resourceNamed(on);
  return resource === undefined || condition !== undefined ? [] : addGrant({ resource, role, member });
}
