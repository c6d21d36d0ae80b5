import { decideCondition } from '../conditions/decide.ts';
import { askedFor } from '../conditions/resource.ts';
import { type ConditionVerdict, givesAccess } from '../conditions/verdict.ts';
import type { Act } from '../model/act.ts';
import {
  type AssetName,
  projectName,
  projectOf,
  projectOfEmail,
  serviceAccountName,
} from '../model/asset.ts';
import type { DataKind } from '../model/credential.ts';
import { conditionKey, type Grant, LINKING_ROLES } from '../model/grant.ts';
import { type KsaId, type Principal, principalKey } from '../model/principal.ts';
import { earliest, type Nanos } from '../model/time.ts';
import { NOBODY_COULD_SEE, type Usage, type Visits } from '../model/usage.ts';
import { builtInCatalogue } from '../roles/built-in.ts';
import type { Catalogue } from '../roles/catalogue.ts';
import { isPredefined, permits, type Role } from '../roles/role.ts';
import { aliasTerms } from './aliases.ts';
import type { VisitsFact } from './baseline.ts';
import { type Coverage, coverageId } from './coverage.ts';
import type {
  AccountFact,
  AttachmentFact,
  ClusterFact,
  Fact,
  GrantFact,
  KeyFact,
  KsaFact,
  MembershipFact,
  NamespaceFact,
  NodePoolFact,
  PlaceFact,
  PolicyFact,
  ProviderFact,
  RemovedFact,
  RoleFact,
  WorkloadFact,
} from './facts.ts';
import { poolOfProject } from './facts.ts';
import type { GroupFact } from './group-facts.ts';
import type { Inventory } from './inventory.ts';
import { type DataObjectFact, dataKey, type HmacKeyFact, type OrgPolicyFact } from './key-facts.ts';
import {
  bindingsKey,
  type KubernetesRoleFact,
  kubernetesRoleKey,
  type RoleBindingFact,
} from './kubernetes-facts.ts';
import { NOWHERE, reachesTop, truerPlace } from './place.ts';
import type { Place } from './register.ts';
import type { SubjectOf } from './subject-kinds.ts';
import type { UsageFact } from './usage.ts';
import type { WatchFact } from './watch-facts.ts';

/** What is known of a service account, by unique id or e-mail. */
export interface Account {
  readonly id: string;
  readonly email: string | undefined;
  /** `unknown`: never seen, which is not the same as missing. */
  readonly state: 'active' | 'disabled' | 'deleted' | 'unknown';
  readonly fact: AccountFact | undefined;
  /** When a message first told both its names, be it about its policy or one of its keys. */
  readonly firstTold: Nanos | undefined;
}

/**
 * What detectors see: questions to the inventory, and the time. Every question is noted, so that a subject is judged anew when an answer may
 * have changed; `wakeAt` does the same for the passing of time.
 */
export class View {
  /** Keys of everything that was asked. */
  readonly reads = new Set<string>();
  /** Namespaces of KSAs that were asked for and may be gone: they were deleted together, and not seen since. */
  readonly unsure = new Set<string>();
  readonly asOf: Nanos;
  #restsOnReport = false;
  /** Asked by every detector anew, and the same as long as the inventory is. */
  readonly #spellings = new Map<AssetName, readonly AssetName[]>();
  readonly #inventory: Inventory;
  readonly #declaredPoolOf: (cluster: string) => string | undefined;
  readonly #catalogue: Catalogue;
  readonly #verdicts = new Map<string, ConditionVerdict>();
  /** Answers to what several subjects ask alike. */
  readonly #shared: Map<string, Shared>;
  #nextChangeAt: Nanos | undefined;

  /**
   * `declaredPoolOf`: the pool the policy puts a cluster in, for clusters that have not been seen themselves. `catalogue`: what roles permit,
   * custom ones too where no message told.
   */
  constructor(
    inventory: Inventory,
    asOf: Nanos,
    declaredPoolOf: (cluster: string) => string | undefined,
    catalogue: Catalogue = builtInCatalogue(),
    shared: Map<string, Shared> = new Map(),
  ) {
    this.#inventory = inventory;
    this.asOf = asOf;
    this.#declaredPoolOf = declaredPoolOf;
    this.#catalogue = catalogue;
    this.#shared = shared;
  }

  /** Another view of the same, for another subject: what it is asked is noted apart, and what is `shared` is answered once for both. */
  another(): View {
    return new View(this.#inventory, this.asOf, this.#declaredPoolOf, this.#catalogue, this.#shared);
  }

  /**
   * What `ask` answers, found out once for all views that share it, and noted by each as if it had asked itself. `question`: one text for each
   * question, with all that the answer depends on beside what is known. The answer must not be changed.
   */
  shared<T>(question: string, ask: (view: View) => T): T {
    const known = this.#shared.get(question);
    if (known !== undefined) {
      this.#inventory.need(known.missing);
      this.#noteAll(known.view);
      // One text is one question, so what was answered is of its type.
      return known.value as T;
    }
    const view = this.another();
    try {
      const answer = this.#inventory.noting(() => ask(view));
      this.#shared.set(question, { ...answer, view });
      return answer.value;
    } finally {
      this.#noteAll(view);
    }
  }

  #noteAll({ reads, unsure, nextChangeAt, restsOnReport }: View): void {
    for (const key of reads) this.reads.add(key);
    for (const where of unsure) this.unsure.add(where);
    this.wakeAt(nextChangeAt);
    this.#restsOnReport ||= restsOnReport;
  }

  /** The answer may change at `time` although nothing happens. Times past are no news. */
  wakeAt(time: Nanos | undefined): void {
    if (time === undefined || time <= this.asOf) return;
    if (this.#nextChangeAt === undefined || time < this.#nextChangeAt) this.#nextChangeAt = time;
  }

  get nextChangeAt(): Nanos | undefined {
    return this.#nextChangeAt;
  }

  /**
   * Whether an answer rests on a delta alone: a grant that was reported added or removed, under whatever condition, and its policy not read
   * since. Findings may open on such an answer; none may close on it.
   */
  get restsOnReport(): boolean {
    return this.#restsOnReport;
  }

  // --- names -------------------------------------------------------------------------------------------------------------------

  /** The unique id of an account where known, else what was given. */
  accountId(idOrEmail: string): string {
    this.#find(`alias:${idOrEmail}`);
    return this.#inventory.aliases.account(idOrEmail);
  }

  canonical(name: AssetName): AssetName {
    for (const term of aliasTerms(name)) this.#find(`alias:${term}`);
    return this.#inventory.aliases.canonical(name);
  }

  /** Every name of an asset, by which it may have been reported and by which the policy may speak of it. */
  spellings(name: AssetName): readonly AssetName[] {
    const known = this.#spellings.get(name);
    if (known !== undefined) return known;
    const canonical = this.canonical(name);
    for (const term of this.#inventory.aliases.termsOf(canonical)) this.#find(`alias:${term}`);
    const spellings = this.#inventory.aliases.spellings(canonical);
    this.#spellings.set(name, spellings);
    return spellings;
  }

  projectId(idOrNumber: string): string {
    this.#find(`alias:${idOrNumber}`);
    return this.#inventory.aliases.project(idOrNumber);
  }

  // --- clusters and KSAs -------------------------------------------------------------------------------------------------------

  /** The pool a cluster's workloads belong to; `undefined` when Workload Identity is known to be off there, or the cluster to be gone. */
  poolOf(cluster: string): string | undefined {
    const fact = this.#cluster(cluster);
    if (fact?.exists === false || fact?.workloadPool === '') return undefined;
    // A pool is the cluster's project's unless a fleet says otherwise (gcp-facts 5.3), and then the policy names the cluster.
    return fact?.workloadPool ?? this.#declaredPoolOf(cluster) ?? poolOfProject(cluster);
  }

  /** Whether a cluster was seen to be deleted, and with it all its KSAs. */
  isGone(cluster: string): boolean {
    return this.#cluster(cluster)?.exists === false;
  }

  /** The cluster itself, also when it is gone. */
  cluster(cluster: string): ClusterFact | undefined {
    return this.#cluster(cluster);
  }

  #cluster(cluster: string): ClusterFact | undefined {
    return this.#facts(`cluster:${cluster}`).find((f): f is ClusterFact => f.kind === 'cluster');
  }

  /** Clusters whose workloads belong to a pool, as far as that is told; of others it is assumed as in `poolOf`. */
  clustersOf(pool: string): readonly ClusterFact[] {
    return this.#facts(`in-pool:${pool}`).filter(
      (f): f is ClusterFact => f.kind === 'cluster' && this.poolOf(f.cluster) === pool,
    );
  }

  /** The KSA's sightings, one per cluster of its pool that has it. */
  ksas({ pool, namespace, name }: KsaId): readonly KsaFact[] {
    return this.#living(`ksa:${namespace}/${name}`, pool);
  }

  /** KSAs whose parents have not died since they were seen; of one pool, or of any. */
  #living(key: string, pool?: string): readonly KsaFact[] {
    const living = this.#facts(key).filter(
      (f): f is KsaFact =>
        f.kind === 'ksa' &&
        (pool === undefined || this.poolOf(f.cluster) === pool) &&
        !this.#wentWithCluster(f),
    );
    for (const ksa of living)
      if (this.#mayBeGone(ksa)) this.unsure.add(`${ksa.namespace} of ${ksa.cluster.split('/').at(-1)}`);
    return living;
  }

  /** Whether the namespace it lies in, the cluster or the project was seen to be deleted since it was last seen. */
  #wentWithCluster({
    cluster,
    seenAt,
    ...fact
  }:
    | KsaFact
    | WorkloadFact
    | DataObjectFact
    | NodePoolFact
    | NamespaceFact
    | RoleBindingFact
    | KubernetesRoleFact): boolean {
    const namespace =
      'namespace' in fact && fact.namespace !== '' ? [namespaceName(cluster, fact.namespace)] : [];
    return (
      [...namespace, `//container.googleapis.com/${cluster}`].some((name) => this.#wentSince(name, seenAt)) ||
      this.#wentWithProject(cluster.split('/')[1]!, seenAt)
    );
  }

  #wentWithProject(project: string, seenAt: Nanos): boolean {
    return this.spellings(projectName(project)).some((name) => this.#wentSince(name, seenAt));
  }

  #wentSince(parent: AssetName, seenAt: Nanos): boolean {
    return this.#facts(`gone:${parent}`).some((f) => f.kind === 'tombstone' && f.at >= seenAt);
  }

  /** Whether the KSA may be among those that were deleted together since it was last seen. */
  #mayBeGone({ cluster, namespace, seenAt }: KsaFact): boolean {
    const key = `unsure:kubernetes-service-account|${namespaceName(cluster, namespace)}`;
    return this.#facts(key).some((f) => f.kind === 'unsure' && f.at >= seenAt);
  }

  /** Every sighting of a namespace and name, in whatever cluster, Workload Identity or not. */
  ksasNamed(namespace: string, name: string): readonly KsaFact[] {
    return this.#living(`ksa:${namespace}/${name}`);
  }

  nodePoolsOf(cluster: string): readonly NodePoolFact[] {
    return this.#facts(`node-pools-of:${cluster}`).filter(
      (f): f is NodePoolFact => f.kind === 'node-pool' && !this.#isPoolGone(f),
    );
  }

  /** A node pool, as long as it is there. */
  nodePool(asset: AssetName): NodePoolFact | undefined {
    const facts = this.spellings(asset).flatMap((name) => this.#facts(`node-pool:${name}`));
    return facts.find((f): f is NodePoolFact => f.kind === 'node-pool' && !this.#isPoolGone(f));
  }

  /** Whether it went with its cluster, or the cluster said since that it has others and not this one. */
  #isPoolGone(pool: NodePoolFact): boolean {
    const isDropped = this.#facts(`node-pools-of:${pool.cluster}`).some(
      (f) => f.kind === 'node-pool-list' && f.at > pool.seenAt && !f.names.includes(pool.name),
    );
    return isDropped || this.#wentWithCluster(pool);
  }

  /** Workloads of that name, of any kind, in any cluster. */
  workloads(namespace: string, name: string): readonly WorkloadFact[] {
    return this.#facts(`workload:${namespace}/${name}`).filter(
      (f): f is WorkloadFact => f.kind === 'workload' && !this.#wentWithCluster(f),
    );
  }

  /** Workloads, in any cluster, whose pods run as this KSA. */
  workloadsAs(namespace: string, ksa: string): readonly WorkloadFact[] {
    return this.#facts(`workloads-as:${namespace}/${ksa}`).filter(
      (f): f is WorkloadFact => f.kind === 'workload' && !this.#wentWithCluster(f),
    );
  }

  /** A workload, or what workloads read their credentials from. */
  object(asset: AssetName): WorkloadFact | DataObjectFact | undefined {
    const facts = this.spellings(asset).flatMap((name) => this.#facts(`object:${name}`));
    return facts.find(
      (f): f is WorkloadFact | DataObjectFact =>
        (f.kind === 'workload' || f.kind === 'data-object') && !this.#wentWithCluster(f),
    );
  }

  dataObject(cluster: string, namespace: string, kind: DataKind, name: string): DataObjectFact | undefined {
    return this.#facts(`data:${dataKey(cluster, namespace, kind, name)}`).find(
      (f): f is DataObjectFact => f.kind === 'data-object' && !this.#wentWithCluster(f),
    );
  }

  /** Workloads that mount a Secret or ConfigMap, or read variables of it. */
  holdersOf({ cluster, namespace, dataKind, name }: DataObjectFact): readonly WorkloadFact[] {
    return this.#facts(`holding:${dataKey(cluster, namespace, dataKind, name)}`).filter(
      (f): f is WorkloadFact => f.kind === 'workload' && !this.#wentWithCluster(f),
    );
  }

  namespace(cluster: string, name: string): NamespaceFact | undefined {
    return this.#facts(`namespace:${cluster}/${name}`).find(
      (f): f is NamespaceFact => f.kind === 'namespace' && !this.#wentWithCluster(f),
    );
  }

  /** The role bindings of a namespace; of the whole cluster where the namespace is empty. */
  roleBindings(cluster: string, namespace: string): readonly RoleBindingFact[] {
    return this.#facts(bindingsKey(cluster, namespace)).filter(
      (f): f is RoleBindingFact => f.kind === 'role-binding' && !this.#wentWithCluster(f),
    );
  }

  /** A Role or, where the namespace is empty, a ClusterRole. */
  kubernetesRole(cluster: string, namespace: string, name: string): KubernetesRoleFact | undefined {
    return this.#facts(kubernetesRoleKey(cluster, namespace, name)).find(
      (f): f is KubernetesRoleFact => f.kind === 'kubernetes-role' && !this.#wentWithCluster(f),
    );
  }

  /** The KSA that members name by its uid: another one as soon as it is made anew. */
  ksaOfUid(pool: string, uid: string): KsaId | undefined {
    const [fact] = this.#living(`uid:${uid}`, pool);
    return fact === undefined ? undefined : { pool, namespace: fact.namespace, name: fact.name };
  }

  ksasIn(cluster: string): readonly KsaFact[] {
    return this.#living(`ksas-in:${cluster}`);
  }

  /** KSAs, of any pool, whose annotation names this account: its e-mail, unless another account has that e-mail by now. */
  annotatedTo({ id, email }: Account): readonly KsaFact[] {
    if (email === undefined || this.accountId(email) !== id) return [];
    return this.#living(`annotates:${email}`);
  }

  /** An organisation policy as it is set on one resource, also when it has been taken away. */
  orgPolicy(asset: AssetName): OrgPolicyFact | undefined {
    const facts = this.spellings(asset).flatMap((name) => this.#facts(`org-policy:${name}`));
    return facts.find((f): f is OrgPolicyFact => f.kind === 'org-policy');
  }

  /** A cluster's membership of a fleet, as long as it is one. */
  membership(asset: AssetName): MembershipFact | undefined {
    const facts = this.spellings(asset).flatMap((name) => this.#facts(`membership:${name}`));
    return facts.find((f): f is MembershipFact => f.kind === 'membership');
  }

  /** A provider of a workload identity pool, as long as it is there. */
  provider(asset: AssetName): ProviderFact | undefined {
    const facts = this.spellings(asset).flatMap((name) => this.#facts(`provider:${name}`));
    return facts.find((f): f is ProviderFact => f.kind === 'provider');
  }

  /** A part of the watch itself. */
  watchPart(asset: AssetName): WatchFact | undefined {
    const facts = this.spellings(asset).flatMap((name) => this.#facts(`watch:${name}`));
    return facts.find((f): f is WatchFact => f.kind === 'watch-part');
  }

  // --- accounts and keys -------------------------------------------------------------------------------------------------------

  account(idOrEmail: string): Account {
    const id = this.accountId(idOrEmail);
    // What was told under its e-mail alone lies under that, beside what was told of others that had the e-mail before.
    const facts = unique(this.#namesOf(id).flatMap((name) => this.#facts(`account:${name}`))).filter(
      (f): f is AccountFact => f.kind === 'account',
    );
    const fact =
      facts.find((known) => known.id === id) ??
      facts.filter((known) => known.email === id).toSorted(newestFirst)[0];
    const email = fact?.email ?? this.#inventory.aliases.email(id);
    const state =
      fact === undefined
        ? 'unknown'
        : !fact.exists || this.#wentWithHome(email, fact)
          ? 'deleted'
          : fact.disabled
            ? 'disabled'
            : 'active';
    return { id, email, state, fact, firstTold: this.#inventory.aliases.firstTold(id) };
  }

  #wentWithHome(email: string | undefined, { seenAt }: AccountFact): boolean {
    const home = email === undefined ? undefined : projectOfEmail(email);
    return home !== undefined && this.#wentWithProject(home, seenAt);
  }

  key(id: string): KeyFact | undefined {
    return this.#facts(`key:${id}`).find((f): f is KeyFact => f.kind === 'key');
  }

  /** What is known of the use of a key or an account, under whatever name it was told. */
  usageOf(asset: AssetName): Usage {
    const facts = this.spellings(asset).flatMap((name) => this.#facts(`usage:${name}`));
    return facts.find((f): f is UsageFact => f.kind === 'usage') ?? NOBODY_COULD_SEE;
  }

  /** Who calls from a network, or calls a service whose data access is logged; nothing where nobody was seen to. */
  visitsTo(name: AssetName): Visits | undefined {
    return this.#facts(`visits:${name}`).find((f): f is VisitsFact => f.kind === 'visits');
  }

  hmacKey(accessId: string): HmacKeyFact | undefined {
    return this.#facts(`hmac:${accessId}`).find((f): f is HmacKeyFact => f.kind === 'hmac-key');
  }

  keysOf(account: Account): readonly KeyFact[] {
    return unique(this.#namesOf(account.id).flatMap((name) => this.#facts(`keys-of:${name}`))).filter(
      (f): f is KeyFact => f.kind === 'key',
    );
  }

  /** What runs as the account outside of pods, node pools among it. */
  attachedTo(account: Account): readonly (AttachmentFact | NodePoolFact)[] {
    return unique(this.#namesOf(account.id).flatMap((name) => this.#facts(`attached:${name}`))).filter(
      (f): f is AttachmentFact | NodePoolFact =>
        (f.kind === 'node-pool' && !this.#isPoolGone(f)) ||
        (f.kind === 'attachment' && !this.#wentWithProject(projectOf(f.asset) ?? '', f.seenAt)),
    );
  }

  /** The unique id and, as long as it is this account's, the e-mail. */
  #namesOf(account: string): readonly string[] {
    return this.spellings(serviceAccountName(account)).map((name) => name.split('/').at(-1)!);
  }

  // --- grants ------------------------------------------------------------------------------------------------------------------

  grant(subject: SubjectOf<'grant'>): GrantFact | undefined {
    for (const name of this.spellings(subject.resource)) {
      const key = `grant:${[name, subject.role, subject.principal, subject.condition].join('|')}`;
      const found = this.#facts(key).find(
        (f): f is GrantFact =>
          f.kind === 'grant' &&
          f.grant.resource === subject.resource &&
          conditionKey(f.grant.condition) === subject.condition,
      );
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Whether the grant is gone only by report of a delta: the policy itself has not been read since. */
  goneByReport(subject: SubjectOf<'grant'>): boolean {
    return this.spellings(subject.resource).some((name) =>
      this.#facts(`grant:${[name, subject.role, subject.principal, subject.condition].join('|')}`).some(
        (f) => f.kind === 'reported-gone' && f.grant.resource === subject.resource,
      ),
    );
  }

  /** Everything a principal holds, wherever it is known. */
  heldBy(principal: Principal): readonly GrantFact[] {
    return this.#facts(`of:${principalKey(principal)}`).filter((f): f is GrantFact => f.kind === 'grant');
  }

  /** Everybody who is in a group, as grants name them, by way of other groups too; `undefined` when that is not known. */
  membersOf(group: string): readonly string[] | undefined {
    return this.#facts(`group:${group}`).find((f): f is GroupFact => f.kind === 'group')?.members;
  }

  /** The groups that somebody is in, as far as is known who is in them. */
  groupsOf(principal: Principal): readonly Principal[] {
    return this.#facts(`in-group:${principalKey(principal)}`).flatMap((f) =>
      f.kind === 'group' ? [{ kind: 'group' as const, email: f.email }] : [],
    );
  }

  /** Every grant of a custom role, wherever it is known. */
  grantsOfRole({ asset }: RoleFact): readonly GrantFact[] {
    const names = this.spellings(asset).map((name) => name.replace('//iam.googleapis.com/', ''));
    return names
      .flatMap((name) => this.#facts(`with-role:${name}`))
      .filter((f): f is GrantFact => f.kind === 'grant');
  }

  /** Grants on an account that let their holder act as it now. */
  linksOn(account: Account): readonly GrantFact[] {
    return this.grantsOn(account).filter((fact) => this.#links(fact.grant.role) && this.givesAccess(fact));
  }

  /** By name, or because it is a custom role that is known to hand out tokens. */
  #links(role: string): boolean {
    if (LINKING_ROLES.has(role)) return true;
    return !isPredefined(role) && permits(this.role(role), 'iam.serviceAccounts.getAccessToken') === 'yes';
  }

  /** Grants on the account's project that let their holder act as every account of it now. */
  linksInProject(project: string): readonly GrantFact[] {
    const names = this.spellings(`//cloudresourcemanager.googleapis.com/projects/${project}`);
    return unique(names.flatMap((name) => this.#facts(`links-in:${name}`))).filter(
      (f): f is GrantFact => f.kind === 'grant' && this.givesAccess(f),
    );
  }

  /** Grants on the folders and the organisation above an account that let their holder act as every account below now. */
  linksAbove(account: Account): readonly GrantFact[] {
    const above = this.ancestorsOf(serviceAccountName(account.id)).filter(
      (name) => !name.startsWith('projects/'),
    );
    return above
      .flatMap((name) => this.#facts(`links-in://cloudresourcemanager.googleapis.com/${name}`))
      .filter((f): f is GrantFact => f.kind === 'grant' && this.givesAccess(f));
  }

  /** Every grant on an account, whatever the role. */
  grantsOn(account: Account): readonly GrantFact[] {
    return this.grantsAt(serviceAccountName(account.id));
  }

  /** Every grant on a resource itself, whatever the role: an account, a topic, a project, folder or organisation. */
  grantsAt(resource: AssetName): readonly GrantFact[] {
    return unique(this.spellings(resource).flatMap((name) => this.#facts(`on:${name}`))).filter(
      (f): f is GrantFact => f.kind === 'grant',
    );
  }

  /** Whether the whole policy of a resource has been seen, in a message about it or in an export that covers it. */
  policyKnown(name: AssetName, assetType: string): boolean {
    if (this.wholePolicySince(name) !== undefined) return true;
    const project = projectOf(name);
    return project !== undefined && this.covered(`projects/${project}`, assetType, 'policy');
  }

  /** Since when the whole policy of a resource is known, from messages or exports that held it. */
  wholePolicySince(name: AssetName): Nanos | undefined {
    return earliest(this.#policies(name).map(({ wholeSince }) => wholeSince));
  }

  /** The grant as it stood before it was taken away; nothing when it never stood, as far as is known, or stands again. */
  removedGrant(subject: SubjectOf<'grant'>): RemovedFact | undefined {
    const key = [subject.resource, subject.role, subject.principal, subject.condition].join('|');
    return this.removedFrom(subject.resource).find((one) => one.key === key);
  }

  /** All grants on a resource that stood before they were taken away, and do not stand again. */
  removedFrom(name: AssetName): readonly RemovedFact[] {
    return this.#policies(name).flatMap(({ removed }) => removed);
  }

  #policies(name: AssetName): readonly PolicyFact[] {
    const facts = unique(this.spellings(name).flatMap((spelling) => this.#facts(`policy:${spelling}`)));
    return facts.filter((f): f is PolicyFact => f.kind === 'policy');
  }

  /**
   * What a resource lies in, nearest first; empty when nobody told. What its project's own messages tell goes before what its own did: when
   * a project moves, only they tell of it.
   */
  ancestorsOf(name: AssetName): readonly string[] {
    const own = this.#placeOf(name);
    const project = /^projects\/(.+)$/.exec(own.ancestors[0] ?? '')?.[1] ?? projectOf(name);
    const home = project === undefined ? NOWHERE : this.#placeOf(projectName(project));
    return (reachesTop(home) ? home : truerPlace(own, home)).ancestors;
  }

  #placeOf(name: AssetName): Place {
    const told = this.spellings(name).flatMap((spelling) => this.#facts(`ancestors:${spelling}`));
    return told.filter((f): f is PlaceFact => f.kind === 'place').reduce<Place>(truerPlace, NOWHERE);
  }

  /** The label or annotation by which a resource says that it is made as code; nothing when it says no such thing. */
  managedMark(name: AssetName): string | undefined {
    for (const spelling of this.spellings(name)) {
      for (const fact of this.#facts(`managed:${spelling}`)) if (fact.kind === 'managed') return fact.mark;
    }
    return undefined;
  }

  // --- what grants give ----------------------------------------------------------------------------------------------------------

  /**
   * What a role permits: a custom one by the newest of what its own messages and the catalogue tell; `undefined` when that is nothing. One that
   * is deleted or disabled permits nothing.
   */
  role(name: string): Role | undefined {
    const listed = this.#catalogue.role(name);
    if (isPredefined(name)) {
      // No message tells of it; another catalogue does, and must find who asked.
      this.reads.add(`role:${name}`);
      return listed;
    }
    const fact = this.customRole(name);
    if (fact === undefined) return listed;
    if (listed !== undefined && this.#catalogue.asOf > fact.toldAt) return listed;
    const { title, inactive, isUnread, permissions } = fact;
    if (inactive !== undefined) return this.#catalogue.custom(name, title, [], true);
    if (isUnread) return undefined;
    const said = permissions.now?.value;
    if (typeof said !== 'string') return listed;
    return this.#catalogue.custom(name, title, said === '' ? [] : said.split('\n'), true);
  }

  /** A custom role as its own messages tell it, by its name or by that of its asset. */
  customRole(name: string): RoleFact | undefined {
    const asset = name.startsWith('//') ? name : `//iam.googleapis.com/${name}`;
    for (const spelling of this.spellings(asset)) {
      const key = `role:${spelling.replace('//iam.googleapis.com/', '')}`;
      const found = this.#facts(key).find((f): f is RoleFact => f.kind === 'role');
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Whether the condition of a grant is met now, for what is `asked` for or else for all that the grant is on. */
  conditionOf({ condition, resource }: Grant, asked: AssetName = resource): ConditionVerdict {
    if (condition === undefined) return UNCONDITIONAL;
    const key = `${asked}\n${condition.expression}`;
    const known = this.#verdicts.get(key);
    if (known !== undefined) return known;
    const verdict = decideCondition(condition.expression, { asOf: this.asOf, resource: askedFor(asked) });
    this.#verdicts.set(key, verdict);
    this.wakeAt(verdict.changesAt);
    return verdict;
  }

  /** Whether a grant gives its holder anything now, its condition considered. A condition that is not decided counts as met. */
  givesAccess({ grant }: GrantFact): boolean {
    return givesAccess(this.conditionOf(grant));
  }

  // --- acts and coverage -------------------------------------------------------------------------------------------------------

  act(id: string): Act | undefined {
    for (const fact of this.#facts(`act:${id}`)) if (fact.kind === 'act') return fact.act;
    return undefined;
  }

  /** What one principal did to an account, or in a namespace, the earliest first. */
  doings({ who, on }: SubjectOf<'doings'>): readonly Act[] {
    const keys = this.spellings(on).map((spelling) => `doings:${who}|${spelling}`);
    const acts = unique(keys.flatMap((key) => this.#facts(key)));
    return acts
      .flatMap((fact) => (fact.kind === 'act' ? [fact.act] : []))
      .sort((a, b) => (a.time !== b.time ? (a.time < b.time ? -1 : 1) : a.id < b.id ? -1 : 1));
  }

  /** Changes of objects of Config Connector that give roles on a resource: what it then does there, it does for them. */
  meantFor(name: AssetName): readonly Act[] {
    const facts = unique(this.spellings(name).flatMap((spelling) => this.#facts(`meant-for:${spelling}`)));
    return facts.flatMap((fact) => (fact.kind === 'act' ? [fact.act] : []));
  }

  actsOn(name: AssetName): readonly Act[] {
    const facts = unique(this.spellings(name).flatMap((spelling) => this.#facts(`acts-on:${spelling}`)));
    return facts.flatMap((fact) => (fact.kind === 'act' ? [fact.act] : []));
  }

  /**
   * Whether everything of this type in this scope (`projects/P`, or a cluster's path) is known. Of something that was first told of at
   * `since`, only a reading later than that knows whether it is there.
   */
  covered(scope: string, assetType: string, content: Coverage['content'], since?: Nanos): boolean {
    const project = /^projects\/([^/]+)$/.exec(scope)?.[1];
    const scopes =
      project === undefined
        ? [scope]
        : this.#projectSpellings(project).map((spelling) => `projects/${spelling}`);
    return scopes.some((s) =>
      this.#facts(`coverage:${coverageId(s, assetType, content)}`).some(
        (f) => f.kind === 'coverage' && (since === undefined || f.coverage.asOf > since),
      ),
    );
  }

  /**
   * When the KSAs of a pool's clusters were last read completely, the earliest of them; else since when the clusters are known as they are.
   * Zero when nothing of them is known: never the time of asking, which would make another answer of the same facts.
   */
  coveredSince(clusters: readonly string[]): Nanos {
    const read = clusters.flatMap((cluster) =>
      this.#facts(`coverage:${coverageId(cluster, 'k8s.io/ServiceAccount', 'resource')}`).map((f) =>
        f.kind === 'coverage' ? f.coverage.asOf : undefined,
      ),
    );
    return earliest(read) ?? earliest(clusters.map((cluster) => this.#cluster(cluster)?.since)) ?? 0n;
  }

  #projectSpellings(project: string): readonly string[] {
    this.#find(`alias:${project}`);
    const spellings = this.#inventory.aliases.projectSpellings(project);
    for (const spelling of spellings) this.#find(`alias:${spelling}`);
    return spellings;
  }

  #facts(key: string): readonly Fact[] {
    const facts = this.#find(key);
    this.#restsOnReport ||= facts.some(
      (f) => f.kind === 'reported-gone' || (f.kind === 'grant' && f.reported),
    );
    return facts;
  }

  #find(key: string): readonly Fact[] {
    this.reads.add(key);
    return this.#inventory.find(key);
  }
}

/** An answer, and all that was asked for it. */
interface Shared {
  readonly value: unknown;
  readonly view: View;
  readonly missing: ReadonlySet<string>;
}

const UNCONDITIONAL: ConditionVerdict = { kind: 'always', changesAt: undefined };

function namespaceName(cluster: string, namespace: string): AssetName {
  return `//container.googleapis.com/${cluster}/k8s/namespaces/${namespace}`;
}

function newestFirst(a: AccountFact, b: AccountFact): number {
  if (a.since !== b.since) return a.since > b.since ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}

export function grantSubject(fact: GrantFact): SubjectOf<'grant'> {
  const { grant } = fact;
  return {
    kind: 'grant',
    resource: grant.resource,
    role: grant.role,
    principal: principalKey(grant.principal),
    condition: conditionKey(grant.condition),
  };
}
