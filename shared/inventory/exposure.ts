import {
  type AssetName,
  clusterName,
  projectName,
  projectOfEmail,
  resourceKind,
  serviceAccountName,
} from '../model/asset.ts';
import { grantKey } from '../model/grant.ts';
import { isGoogleManaged, type KsaId, ksaText, type Principal, principalKey } from '../model/principal.ts';
import type { RbacRule } from '../model/rbac.ts';
import {
  TO_ACT_AS,
  TO_DELEGATE,
  TO_GIVE_ROLES,
  TO_LET_IN,
  TO_MAKE_KEYS,
  TO_RUN_CODE,
  TO_SPEAK_AS,
} from '../roles/escalation.ts';
import { type Answer, isForServiceAgents, permits } from '../roles/role.ts';
import type { GrantFact } from './facts.ts';
import type { KubernetesRoleFact, RoleBindingFact } from './kubernetes-facts.ts';
import { defaultRules, type KubernetesPower, type PowerOver, powerOf } from './kubernetes-power.ts';
import { principalOfSubject } from './kubernetes-subject.ts';
import type { Account, View } from './view.ts';

/** Who is to be become. */
export type Target =
  | { readonly kind: 'account'; readonly account: Account }
  | {
      readonly kind: 'ksa';
      readonly ksa: KsaId;
      /** Where it may be made: in any of them it is the same identity. */
      readonly clusters: readonly string[];
      /** Only what it is in those clusters counts: another cluster of the pool makes somebody else. */
      readonly isPinned: boolean;
    };

/** What lets somebody become another. */
export type Means =
  /** One grant, or two that do it together. */
  | {
      readonly kind: 'grants';
      readonly grants: readonly GrantFact[];
      readonly permissions: readonly string[];
    }
  | {
      readonly kind: 'binding';
      readonly binding: RoleBindingFact;
      /** What it binds, where that has been read. */
      readonly role: KubernetesRoleFact | undefined;
      /** `undefined` when what the role permits has not been read. */
      readonly power: KubernetesPower | undefined;
    };

/** One edge: who becomes whom, and by what. */
export interface Way {
  readonly who: Principal;
  /** `targetKey` of whom they become. */
  readonly into: string;
  /** How many others are become after it, before the one that is asked about. */
  readonly distance: number;
  readonly by: Means;
  /** Whether the role is known to permit it: one that has not been read may. */
  readonly isSure: boolean;
}

export interface Exposure {
  /** The nearest way of everybody who gets there, nearest first, then by name; what is sure before what is not. */
  readonly ways: readonly Way[];
  /** By whom each account and KSA on the way is become, nearest first. */
  readonly onTheWay: ReadonlyMap<string, Way>;
  /** What kept it from being followed to the end. */
  readonly stoppedAt: 'depth' | 'nodes' | undefined;
  /** Clusters of which no role binding has been seen: what is permitted there nobody told. */
  readonly unread: readonly string[];
}

export interface ExposureOptions {
  /** Steps in a row. */
  readonly depth: number;
  /** Accounts and KSAs that are looked at. */
  readonly nodes: number;
  readonly clustersOf: (pool: string) => readonly string[];
  /** Ways to leave out, and not to follow. */
  readonly isAside: (way: Way) => boolean;
  /** Ways that are meant: nothing to tell, and to be followed all the same. */
  readonly isMeant?: (way: Way) => boolean;
}

/**
 * Who can become an account or a KSA: by IAM and, for KSAs, by the roles of their clusters; and who can become those. Breadth first in the
 * order of names, so that equal inventories give equal answers. Members of groups are not known: a group is somebody like any other. What
 * several roles permit together, and whoever gets into a node or a machine, is not looked at.
 */
export function exposureOf(root: Target, view: View, options: ExposureOptions): Exposure {
  const { depth, nodes, clustersOf, isAside, isMeant = () => false } = options;
  const nearest = new Map<string, Way>();
  const onTheWay = new Map<string, Way>();
  const rootKey = targetKey(root);
  const seen = new Set([rootKey]);
  let stoppedAt: Exposure['stoppedAt'];
  let frontier: readonly Target[] = [root];
  for (let distance = 0; frontier.length > 0; distance++) {
    const found = inOrder(
      frontier
        .flatMap((target) => waysInto(target, distance, view))
        .filter((way) => isMeant(way) || !isAside(way)),
    );
    const next = new Map<string, { readonly target: Target; readonly way: Way }>();
    for (const way of found) {
      const target = targetOf(way.who, view, clustersOf);
      const key = target === undefined ? principalKey(way.who) : targetKey(target);
      if (key === rootKey) continue;
      const known = nearest.get(key);
      if (!isMeant(way) && (known === undefined || (!known.isSure && way.isSure))) nearest.set(key, way);
      if (target !== undefined && way.isSure && !seen.has(key) && !next.has(key))
        next.set(key, { target, way });
    }
    if (next.size > 0 && distance + 1 >= depth) stoppedAt = 'depth';
    const further: Target[] = [];
    for (const [key, { target, way }] of distance + 1 >= depth ? [] : next) {
      if (seen.size >= nodes) {
        stoppedAt = 'nodes';
        break;
      }
      seen.add(key);
      onTheWay.set(key, way);
      further.push(target);
    }
    frontier = further;
  }
  const clusters = root.kind === 'ksa' ? root.clusters : [];
  return {
    ways: [...nearest.values()].toSorted((a, b) => Number(b.isSure) - Number(a.isSure)),
    onTheWay,
    stoppedAt,
    unread: clusters.filter(
      (cluster) => !view.isGone(cluster) && view.roleBindings(cluster, '').length === 0,
    ),
  };
}

/** The ways from somebody to the one that is asked about, one after the other. */
export function stepsFrom(way: Way, exposure: Exposure): readonly Way[] {
  const next = exposure.onTheWay.get(way.into);
  return next === undefined ? [way] : [way, ...stepsFrom(next, exposure)];
}

export function targetKey(target: Target): string {
  return target.kind === 'account' ? `account:${target.account.id}` : `ksa:${ksaText(target.ksa)}`;
}

/** One text for each grant or binding. */
export function meansKey(by: Means): string {
  return by.kind === 'binding' ? by.binding.asset : by.grants.map(({ grant }) => grantKey(grant)).join('|');
}

function inOrder(ways: readonly Way[]): readonly Way[] {
  return ways
    .map((way) => [orderOf(way), way] as const)
    .sort(([x], [y]) => (x < y ? -1 : x > y ? 1 : 0))
    .map(([, way]) => way);
}

function orderOf({ who, into, by, isSure }: Way): string {
  return JSON.stringify([isSure ? 0 : 1, principalKey(who), into, meansKey(by)]);
}

/** Whom a principal is to be become as; nothing for people, groups and sets. */
function targetOf(who: Principal, view: View, clustersOf: ExposureOptions['clustersOf']): Target | undefined {
  if (who.kind === 'gsa' || who.kind === 'gsa-id')
    return { kind: 'account', account: view.account(who.kind === 'gsa' ? who.email : who.id) };
  if (who.kind !== 'ksa') return undefined;
  const ksa = { pool: who.pool, namespace: who.namespace, name: who.name };
  return { kind: 'ksa', ksa, clusters: clustersOf(who.pool), isPinned: false };
}

function waysInto(target: Target, distance: number, view: View): readonly Way[] {
  // On the way to many there are the same few.
  const found =
    distance === 0
      ? foundInto(target, false, view)
      : view.shared(`into ${questionOf(target)}`, (any) => foundInto(target, true, any));
  const into = targetKey(target);
  return found.map((one) => ({ ...one, into, distance }));
}

function questionOf(target: Target): string {
  const where = target.kind === 'ksa' ? [target.isPinned, ...target.clusters] : [];
  return JSON.stringify([targetKey(target), ...where]);
}

/** `handsOn`: whether tokens that others hand on count as well: whoever has another account hand them on need not be it. */
function foundInto(target: Target, handsOn: boolean, view: View): readonly Found[] {
  return bestOfEach(
    target.kind === 'account' ? intoAccount(target.account, handsOn, view) : intoKsa(target, view),
  );
}

/** For everybody the first that is sure, else the first. */
function bestOfEach(found: Iterable<Found>): readonly Found[] {
  const byWho = new Map<string, Found>();
  for (const one of found) {
    const key = principalKey(one.who);
    const other = byWho.get(key);
    if (other === undefined || (!other.isSure && one.isSure)) byWho.set(key, one);
  }
  return [...byWho.values()];
}

type Found = Pick<Way, 'who' | 'by' | 'isSure'>;

interface Permitted {
  readonly permission: string;
  readonly answer: Exclude<Answer, 'no'>;
}

// --- IAM -----------------------------------------------------------------------------------------------------------------------

type Level = keyof typeof TO_GIVE_ROLES;

/** Through tokens, keys, policies, or by running code as it. Whoever is gone or switched off cannot be become. */
function* intoAccount(account: Account, handsOn: boolean, view: View): Generator<Found> {
  if (account.state === 'deleted' || account.state === 'disabled') return;
  const home = account.email === undefined ? undefined : projectOfEmail(account.email);
  const own = view.grantsOn(account);
  const places = containersOf([serviceAccountName(account.id)], home, view);
  const above = view.shared(`into accounts in ${JSON.stringify([handsOn, places])}`, (any) =>
    aboveAccounts(places, handsOn, any),
  );
  yield* inPerson(own, speaking(handsOn), view);
  yield* above.inPerson;
  yield* byCode(own, above.runners, view);
  yield* above.byCode;
}

/** What grants on whatever accounts lie in do, the same for all that lie there. */
interface AboveAccounts {
  readonly inPerson: readonly Found[];
  readonly byCode: readonly Found[];
  /** Who may run code there, by principal. */
  readonly runners: Runners;
}

type Runners = ReadonlyMap<string, readonly { readonly fact: GrantFact; readonly runs: Permitted }[]>;

function aboveAccounts(places: readonly Above[], handsOn: boolean, view: View): AboveAccounts {
  const all = places.map(({ name, level }) => ({ level, facts: view.grantsAt(name) }));
  const facts = all.flatMap((one) => one.facts);
  const runs = asker(view, best, TO_RUN_CODE);
  const runners = Map.groupBy(
    facts.flatMap((fact) => {
      const permitted = runs(fact);
      return permitted === undefined ? [] : [{ fact, runs: permitted }];
    }),
    ({ fact }) => principalKey(fact.grant.principal),
  );
  return {
    inPerson: bestOfEach(
      all.flatMap((one) => [
        ...inPerson(one.facts, [...speaking(handsOn), ...TO_GIVE_ROLES[one.level]], view),
      ]),
    ),
    byCode: bestOfEach(byCode(facts, runners, view)),
    runners,
  };
}

function speaking(handsOn: boolean): readonly string[] {
  return [...TO_SPEAK_AS, TO_MAKE_KEYS, TO_LET_IN, ...(handsOn ? [TO_DELEGATE] : [])];
}

function* inPerson(
  facts: readonly GrantFact[],
  permissions: readonly string[],
  view: View,
): Generator<Found> {
  const speaks = asker(view, best, permissions);
  for (const fact of facts) {
    const permitted = speaks(fact);
    if (permitted !== undefined) yield* foundBy([fact], [permitted], view);
  }
}

/** To have something run as an account takes a grant on it, and one to run things with. */
function* byCode(facts: readonly GrantFact[], runners: Runners, view: View): Generator<Found> {
  const actsAs = asker(view, best, [TO_ACT_AS]);
  for (const fact of facts) {
    const acts = actsAs(fact);
    if (acts?.answer !== 'yes') continue;
    for (const { fact: runner, runs } of runners.get(principalKey(fact.grant.principal)) ?? [])
      yield* foundBy(runner === fact ? [fact] : [fact, runner], [acts, runs], view);
  }
}

interface Above {
  readonly name: AssetName;
  readonly level: Level;
}

/** The project, the folders and the organisation that something lies in, by whatever of its names tells. */
function containersOf(names: readonly AssetName[], home: string | undefined, view: View): readonly Above[] {
  const own = home === undefined ? [] : [projectName(home)];
  const places = [...own, ...[...names, ...own].flatMap((one) => view.ancestorsOf(one).map(resourceAt))];
  return [...new Set(places.map((place) => view.canonical(place)))].flatMap((place) => {
    const level = resourceKind(place);
    return level === 'project' || level === 'folder' || level === 'organization'
      ? [{ name: place, level }]
      : [];
  });
}

function resourceAt(ancestor: string): AssetName {
  return `//cloudresourcemanager.googleapis.com/${ancestor}`;
}

type Judge = (role: string, permissions: readonly string[], view: View) => Permitted | undefined;

/** Crowds hold one role: each role is judged once. */
function asker(view: View, judge: Judge, permissions: readonly string[]) {
  const byRole = new Map<string, Permitted | undefined>();
  return ({ grant: { role } }: GrantFact): Permitted | undefined => {
    if (!byRole.has(role)) byRole.set(role, judge(role, permissions, view));
    return byRole.get(role);
  };
}

/** The first of these permissions that a grant surely gives, else the first that it may give; those of service agents are told as such. */
function best(name: string, permissions: readonly string[], view: View): Permitted | undefined {
  const role = view.role(name);
  const sure = permissions.find((one) => permits(role, one) === 'yes');
  if (sure !== undefined) return { permission: sure, answer: 'yes' };
  if (isForServiceAgents(name)) return undefined;
  const unsure = permissions.find((one) => permits(role, one) === 'unknown');
  return unsure === undefined ? undefined : { permission: unsure, answer: 'unknown' };
}

function* foundBy(
  grants: readonly GrantFact[],
  permitted: readonly Permitted[],
  view: View,
): Generator<Found> {
  const who = present(grants[0]!.grant.principal, view);
  if (who === undefined || !grants.every((fact) => view.givesAccess(fact))) return;
  const permissions = permitted.map(({ permission }) => permission);
  yield {
    who,
    by: { kind: 'grants', grants, permissions },
    isSure: permitted.every(({ answer }) => answer === 'yes'),
  };
}

/** Whoever is there: accounts and KSAs under their names, and none of those that Google runs. */
function present(principal: Principal, view: View): Principal | undefined {
  switch (principal.kind) {
    case 'deleted':
    case 'unknown':
      return undefined;
    case 'gsa-id': {
      const { email } = view.account(principal.id);
      return email === undefined ? principal : present({ kind: 'gsa', email }, view);
    }
    case 'ksa-uid': {
      const ksa = view.ksaOfUid(principal.pool, principal.uid);
      return ksa === undefined ? principal : { kind: 'ksa', ...ksa };
    }
    default:
      return isGoogleManaged(principal) ? undefined : principal;
  }
}

// --- Kubernetes ------------------------------------------------------------------------------------------------------------------

/** By the permissions of IAM that GKE takes for its own (gcp-facts 6.1); all predefined roles that hold these are known. */
const IN_CLUSTERS: readonly string[] = [
  'container.serviceAccounts.createToken',
  'container.pods.create',
  'container.deployments.create',
  'container.pods.exec',
  'container.clusterRoles.escalate',
  'container.mutatingWebhookConfigurations.create',
  'container.secrets.get',
];
/** The same, where a role is known to hold them. */
const ALSO_IN_CLUSTERS: readonly string[] = [
  'container.pods.attach',
  'container.pods.update',
  'container.deployments.update',
  'container.statefulSets.create',
  'container.statefulSets.update',
  'container.daemonSets.create',
  'container.daemonSets.update',
  'container.replicaSets.create',
  'container.jobs.create',
  'container.cronJobs.create',
  'container.clusterRoles.bind',
  'container.roles.bind',
  'container.roles.escalate',
  'container.nodes.proxy',
];
/** To make a cluster in the pool, or to let one in, with whatever KSAs one likes. */
const TO_JOIN_POOLS: readonly string[] = [
  'container.clusters.create',
  'gkehub.memberships.create',
  'gkehub.memberships.update',
];

function* intoKsa(target: Extract<Target, { kind: 'ksa' }>, view: View): Generator<Found> {
  const { ksa, isPinned } = target;
  const clusters = target.clusters.filter((cluster) => view.poolOf(cluster) === ksa.pool);
  for (const cluster of clusters) yield* inCluster(ksa, cluster, view);
  const byPlace = new Map(
    clusters
      .flatMap((cluster) => containersOf(namesIn(cluster, ksa), cluster.split('/')[1], view))
      .map((place) => [place.name, place]),
  );
  const places = [...byPlace.values()];
  yield* view.shared(`into KSAs in ${JSON.stringify([isPinned, places])}`, (any) =>
    bestOfEach(aboveClusters(places, isPinned, any)),
  );
}

function* aboveClusters(places: readonly Above[], isPinned: boolean, view: View): Generator<Found> {
  const also = asker(view, known, [...ALSO_IN_CLUSTERS, ...(isPinned ? [] : TO_JOIN_POOLS)]);
  for (const { name, level } of places) {
    const may = asker(view, best, [...IN_CLUSTERS, ...TO_GIVE_ROLES[level]]);
    for (const fact of view.grantsAt(name)) {
      const permitted = may(fact) ?? also(fact);
      if (permitted !== undefined) yield* foundBy([fact], [permitted], view);
    }
  }
}

/** The cluster, and the KSA there: messages about one may tell where both lie. */
function namesIn(cluster: string, { namespace, name }: KsaId): readonly AssetName[] {
  const own = clusterName(cluster);
  return [own, `${own}/k8s/namespaces/${namespace}/serviceaccounts/${name}`];
}

function known(name: string, permissions: readonly string[], view: View): Permitted | undefined {
  const role = view.role(name);
  const permission = permissions.find((one) => permits(role, one) === 'yes');
  return permission === undefined ? undefined : { permission, answer: 'yes' };
}

/** By the role bindings of one cluster. */
function* inCluster(ksa: KsaId, cluster: string, view: View): Generator<Found> {
  const exists = view.ksas(ksa).some((one) => one.cluster === cluster);
  for (const namespace of ['', ksa.namespace]) {
    const over = { ksa: ksa.name, exists, clusterWide: namespace === '' };
    const all = view.shared(`bound ${JSON.stringify([cluster, namespace])}`, (any) =>
      boundIn(cluster, namespace, any),
    );
    for (const { binding, bound, role, powerOver } of all) {
      const power = powerOver?.(over);
      if (powerOver !== undefined && power === undefined) continue;
      for (const principal of bound) {
        const who = present(principal, view) ?? (principal.kind === 'unknown' ? principal : undefined);
        if (who !== undefined)
          yield { who, by: { kind: 'binding', binding, role, power }, isSure: power !== undefined };
      }
    }
  }
}

/** One role binding, whomever it is asked about. */
interface Bound {
  readonly binding: RoleBindingFact;
  readonly bound: readonly Principal[];
  readonly role: KubernetesRoleFact | undefined;
  /** `undefined` when what the role permits has not been read. */
  readonly powerOver: ((over: PowerOver) => KubernetesPower | undefined) | undefined;
}

function boundIn(cluster: string, namespace: string, view: View): readonly Bound[] {
  const place = { cluster, pool: view.poolOf(cluster) };
  return view.roleBindings(cluster, namespace).flatMap((binding) => {
    const bound = binding.subjects.flatMap((subject) => principalOfSubject(subject, place) ?? []);
    if (bound.length === 0) return [];
    const role = roleOf(binding, view);
    const rules =
      role?.rules ?? (binding.roleKind === 'ClusterRole' ? defaultRules(binding.role) : undefined);
    return [{ binding, bound, role, powerOver: rules && powerBy(rules) }];
  });
}

/** `powerOf` for one role, looked up where it was asked before; the KSA's name matters only to rules that name some. */
function powerBy(rules: readonly RbacRule[]): (over: PowerOver) => KubernetesPower | undefined {
  const isNaming = rules.some(({ names }) => names.length > 0);
  const known = new Map<string, KubernetesPower | undefined>();
  return (over) => {
    const key = `${over.exists} ${over.clusterWide} ${isNaming ? over.ksa : ''}`;
    if (!known.has(key)) known.set(key, powerOf(rules, over));
    return known.get(key);
  };
}

function roleOf({ cluster, namespace, roleKind, role }: RoleBindingFact, view: View) {
  return view.kubernetesRole(cluster, roleKind === 'Role' ? namespace : '', role);
}
