import type { Judgement } from '../detectors/detector.ts';
import { ksasLinkedTo } from '../detectors/grant-facts.ts';
import { permissionsThatMatter } from '../detectors/permissions.ts';
import { clustersOfPool, ksasInSet } from '../detectors/pool-facts.ts';
import type { WorkloadFact } from '../inventory/facts.ts';
import type { View } from '../inventory/view.ts';
import { serviceAccountOf } from '../model/asset.ts';
import type { BlastRadius, FindingClass } from '../model/finding.ts';
import { type Grant, LINKING_ROLES } from '../model/grant.ts';
import { type KsaId, type Principal, parseMember, principalKey } from '../model/principal.ts';
import { sensitiveAt } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';

/** Entries of each list: more would be a report, and nobody reads one in an alert. */
const MOST_ENTRIES = 50;
const MOST_PERMISSIONS = 3;
/** An account may be shared by thousands of KSAs, and hold as many roles: so many of each are looked at. */
const MOST_KSAS = 50;
const MOST_GRANTS = 50;

/**
 * What the identity that is judged can do harm to, as far as the inventory knows: `undefined` where nothing is known, and for posture, which
 * alerts nobody. An outage takes powers away, so that of one it says only where it is felt.
 */
export function blastRadius(
  of: FindingClass,
  judgement: Judgement,
  view: View,
  policy: Policy,
): BlastRadius | undefined {
  if (of === 'posture') return undefined;
  const member = judgement.member === undefined ? undefined : parseMember(judgement.member);
  const ksas = ksasOf(judgement, member, view, policy).slice(0, MOST_KSAS);
  const inQuestion = of === 'outage' ? [] : grantIn(judgement, member, view);
  const grants = of === 'outage' ? [] : [...inQuestion, ...grantsOf(judgement, member, view)];
  const radius = {
    clusters: bounded(clustersFor(ksas, member, view, policy)),
    workloads: bounded(ksas.flatMap((ksa) => workloadsAs(ksa, view))),
    permissions: [
      ...new Set([...permissionsThatMatter(inQuestion, view), ...permissionsThatMatter(grants, view)]),
    ].slice(0, MOST_PERMISSIONS),
    sensitive: bounded(grants.flatMap((grant) => sensitiveFor(grant, view, policy))),
  };
  return Object.values(radius).some((list) => list.length > 0) ? radius : undefined;
}

function bounded(entries: readonly string[]): readonly string[] {
  return [...new Set(entries)].sort().slice(0, MOST_ENTRIES);
}

/** The KSA itself, those of a set, or all that act as the account. */
function ksasOf(
  { ksa, account }: Judgement,
  member: Principal | undefined,
  view: View,
  policy: Policy,
): readonly KsaId[] {
  if (ksa !== undefined) return [ksa];
  if (member?.kind === 'ksa-set') return ksasInSet(member, view, policy);
  return account === undefined ? [] : ksasLinkedTo(view.account(account), view, policy);
}

/** Where they live. A KSA that is nowhere yet can be made in every cluster of its pool; a set holds whatever is made there later. */
function clustersFor(
  ksas: readonly KsaId[],
  member: Principal | undefined,
  view: View,
  policy: Policy,
): readonly string[] {
  const wherever = (pool: string) =>
    clustersOfPool(pool, view, policy).filter((cluster) => !view.isGone(cluster));
  if (member?.kind === 'ksa-set')
    return member.set.of === 'cluster' ? [member.set.cluster] : wherever(member.pool);
  return ksas.flatMap((ksa) => {
    const sightings = view.ksas(ksa);
    return sightings.length > 0 ? sightings.map(({ cluster }) => cluster) : wherever(ksa.pool);
  });
}

/** Whatever runs as a KSA, named once by what people made: a Deployment, not its pods. */
function workloadsAs({ pool, namespace, name }: KsaId, view: View): readonly string[] {
  const running = view.workloadsAs(namespace, name).filter(({ cluster }) => view.poolOf(cluster) === pool);
  const known = new Set(running.map(placeOf));
  return running
    .filter((one) => !known.has(placeOf({ ...one, ...controllerOf(one) })))
    .map((one) => `${one.workloadKind} ${namespace}/${one.name}`);
}

function placeOf({ cluster, workloadKind, name }: Pick<WorkloadFact, 'cluster' | 'workloadKind' | 'name'>) {
  return `${cluster} ${workloadKind}/${name}`;
}

function controllerOf({ controller = '' }: WorkloadFact): Pick<WorkloadFact, 'workloadKind' | 'name'> {
  const [workloadKind = '', name = ''] = controller.split('/');
  return { workloadKind, name };
}

/** The grant that is judged, where one is. */
function grantIn(
  { resource, role, condition = '' }: Judgement,
  member: Principal | undefined,
  view: View,
): readonly Grant[] {
  if (role === undefined || member === undefined) return [];
  const fact = view.grant({ kind: 'grant', resource, role, principal: principalKey(member), condition });
  return fact === undefined ? [] : [fact.grant];
}

/** What the identity holds: the member that was granted something, the KSA, the account it acts as or was given. */
function grantsOf(
  { ksa, account, resource }: Judgement,
  member: Principal | undefined,
  view: View,
): readonly Grant[] {
  const given = serviceAccountOf(resource);
  const emails = [account, given === undefined ? undefined : view.account(given).email];
  const holders: readonly Principal[] = [
    ...(member === undefined ? [] : [member]),
    ...(ksa === undefined ? [] : [{ kind: 'ksa' as const, ...ksa }]),
    ...emails.flatMap((email) => (email === undefined ? [] : [{ kind: 'gsa' as const, email }])),
  ];
  const each = new Map(holders.map((holder) => [principalKey(holder), holder]));
  return [...each.values()]
    .flatMap((holder) => view.heldBy(holder).slice(0, MOST_GRANTS))
    .filter((fact) => view.givesAccess(fact))
    .map(({ grant }) => grant)
    .filter((grant) => !isEdge(grant));
}

/** The link of a KSA to an account gives it nothing besides what that account holds, and is judged by itself. */
function isEdge({ principal, role, resource }: Grant): boolean {
  return principal.kind === 'ksa' && LINKING_ROLES.has(role) && serviceAccountOf(resource) !== undefined;
}

function sensitiveFor({ resource }: Grant, view: View, policy: Policy): readonly string[] {
  if (policy.sensitive.length === 0) return [];
  return sensitiveAt(policy, view.spellings(resource)).map(({ name, class: of }) =>
    of === undefined ? name : `${name} (${of})`,
  );
}
