import type { Act } from '../model/act.ts';
import { type AssetName, projectName, projectOf, serviceAccountName } from '../model/asset.ts';
import { conditionKey, LINKING_ROLES } from '../model/grant.ts';
import { type KsaId, type Principal, principalKey } from '../model/principal.ts';
import { earliest, type Nanos } from '../model/time.ts';
import { aliasTerms } from './aliases.ts';
import { type Coverage, coverageId } from './coverage.ts';
import type {
  AccountFact,
  ClusterFact,
  Fact,
  GrantFact,
  KeyFact,
  KsaFact,
  NamespaceFact,
  NodePoolFact,
  PolicyFact,
  RemovedFact,
  WorkloadFact,
} from './facts.ts';
import type { Inventory } from './inventory.ts';
import type { SubjectOf } from './subject-kinds.ts';

/** What is known of a service account, by unique id or e-mail. */
export interface Account {
  readonly id: string;
  readonly email: string | undefined;
  /** `unknown`: never seen, which is not the same as missing. */
  readonly state: 'active' | 'disabled' | 'deleted' | 'unknown';
  readonly fact: AccountFact | undefined;
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
  readonly #inventory: Inventory;
  readonly #declaredPoolOf: (cluster: string) => string | undefined;
  #nextChangeAt: Nanos | undefined;

  /** `declaredPoolOf`: the pool the policy puts a cluster in, for clusters that have not been seen themselves. */
  constructor(inventory: Inventory, asOf: Nanos, declaredPoolOf: (cluster: string) => string | undefined) {
    this.#inventory = inventory;
    this.asOf = asOf;
    this.#declaredPoolOf = declaredPoolOf;
  }

  /** The answer may change at `time` although nothing happens. Times past are no news. */
  wakeAt(time: Nanos | undefined): void {
    if (time === undefined || time <= this.asOf) return;
    if (this.#nextChangeAt === undefined || time < this.#nextChangeAt) this.#nextChangeAt = time;
  }

  get nextChangeAt(): Nanos | undefined {
    return this.#nextChangeAt;
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
    const canonical = this.canonical(name);
    for (const term of this.#inventory.aliases.termsOf(canonical)) this.#find(`alias:${term}`);
    return this.#inventory.aliases.spellings(canonical);
  }

  projectId(idOrNumber: string): string {
    this.#find(`alias:${idOrNumber}`);
    return this.#inventory.aliases.project(idOrNumber);
  }

  // --- clusters and KSAs -------------------------------------------------------------------------------------------------------

  /** The pool a cluster's workloads belong to; `undefined` when Workload Identity is known to be off there, or the cluster to be gone. */
  poolOf(cluster: string): string | undefined {
    const fact = this.#cluster(cluster);
    if (fact !== undefined) return fact.exists && fact.workloadPool !== '' ? fact.workloadPool : undefined;
    // A pool is the cluster's project's unless a fleet says otherwise (gcp-facts 5.3), and then the policy names the cluster.
    return this.#declaredPoolOf(cluster) ?? `${cluster.split('/')[1]}.svc.id.goog`;
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

  clustersOf(pool: string): readonly ClusterFact[] {
    return this.#facts(`in-pool:${pool}`).filter((f): f is ClusterFact => f.kind === 'cluster');
  }

  /** The KSA's sightings, one per cluster of its pool that has it. */
  ksas({ pool, namespace, name }: KsaId): readonly KsaFact[] {
    return this.#living(`ksa:${namespace}/${name}`).filter((ksa) => this.poolOf(ksa.cluster) === pool);
  }

  /** KSAs whose parents have not died since they were seen. */
  #living(key: string): readonly KsaFact[] {
    const living = this.#facts(key).filter((f): f is KsaFact => f.kind === 'ksa' && !this.#wentWithParent(f));
    for (const ksa of living)
      if (this.#mayBeGone(ksa)) this.unsure.add(`${ksa.namespace} of ${ksa.cluster.split('/').at(-1)}`);
    return living;
  }

  /** Whether namespace, cluster or project was seen to be deleted since the KSA was last seen. */
  #wentWithParent({ cluster, namespace, seenAt }: KsaFact): boolean {
    const parents = [
      namespaceName(cluster, namespace),
      `//container.googleapis.com/${cluster}`,
      ...this.spellings(projectName(cluster.split('/')[1]!)),
    ];
    return parents.some((parent) =>
      this.#facts(`gone:${parent}`).some((f) => f.kind === 'tombstone' && f.at >= seenAt),
    );
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
    return this.#facts(`node-pools-of:${cluster}`).filter((f): f is NodePoolFact => f.kind === 'node-pool');
  }

  /** Workloads of that name, of any kind, in any cluster. */
  workloads(namespace: string, name: string): readonly WorkloadFact[] {
    return this.#facts(`workload:${namespace}/${name}`).filter(
      (f): f is WorkloadFact => f.kind === 'workload',
    );
  }

  /** Workloads, in any cluster, whose pods run as this KSA. */
  workloadsAs(namespace: string, ksa: string): readonly WorkloadFact[] {
    return this.#facts(`workloads-as:${namespace}/${ksa}`).filter(
      (f): f is WorkloadFact => f.kind === 'workload',
    );
  }

  namespace(cluster: string, name: string): NamespaceFact | undefined {
    return this.#facts(`namespace:${cluster}/${name}`).find(
      (f): f is NamespaceFact => f.kind === 'namespace',
    );
  }

  /** The KSA that members name by its uid: another one as soon as it is made anew. */
  ksaOfUid(pool: string, uid: string): KsaId | undefined {
    const fact = this.#living(`uid:${uid}`).find((ksa) => this.poolOf(ksa.cluster) === pool);
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

  // --- accounts and keys -------------------------------------------------------------------------------------------------------

  account(idOrEmail: string): Account {
    const id = this.accountId(idOrEmail);
    this.#find(`alias:${id}`);
    const facts = this.#facts(`account:${id}`).filter((f): f is AccountFact => f.kind === 'account');
    const fact = facts.find((known) => known.id === id) ?? facts.toSorted(newestFirst)[0];
    const email = fact?.email ?? this.#inventory.aliases.email(id);
    const state =
      fact === undefined ? 'unknown' : !fact.exists ? 'deleted' : fact.disabled ? 'disabled' : 'active';
    return { id, email, state, fact };
  }

  key(id: string): KeyFact | undefined {
    return this.#facts(`key:${id}`).find((f): f is KeyFact => f.kind === 'key');
  }

  keysOf(account: Account): readonly KeyFact[] {
    const names = this.spellings(serviceAccountName(account.id)).map((name) => name.split('/').at(-1)!);
    return unique(names.flatMap((name) => this.#facts(`keys-of:${name}`))).filter(
      (f): f is KeyFact => f.kind === 'key',
    );
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

  /** Everything a principal holds, wherever it is known. */
  heldBy(principal: Principal): readonly GrantFact[] {
    return this.#facts(`of:${principalKey(principal)}`).filter((f): f is GrantFact => f.kind === 'grant');
  }

  /** Grants on an account that let their holder act as it. */
  linksOn(account: Account): readonly GrantFact[] {
    return this.#grantsOn(account).filter((fact) => LINKING_ROLES.has(fact.grant.role));
  }

  /** Grants on the account's project that let their holder act as every account of it. */
  linksInProject(project: string): readonly GrantFact[] {
    const names = this.spellings(`//cloudresourcemanager.googleapis.com/projects/${project}`);
    return unique(names.flatMap((name) => this.#facts(`links-in:${name}`))).filter(
      (f): f is GrantFact => f.kind === 'grant',
    );
  }

  /** Grants on the folders and the organisation above an account that let their holder act as every account below. */
  linksAbove(account: Account): readonly GrantFact[] {
    const above = this.ancestorsOf(serviceAccountName(account.id)).filter(
      (name) => !name.startsWith('projects/'),
    );
    return above
      .flatMap((name) => this.#facts(`links-in://cloudresourcemanager.googleapis.com/${name}`))
      .filter((f): f is GrantFact => f.kind === 'grant');
  }

  /** Every grant on an account, whatever the role. */
  grantsOn(account: Account): readonly GrantFact[] {
    return this.#grantsOn(account);
  }

  #grantsOn(account: Account): readonly GrantFact[] {
    const names = this.spellings(serviceAccountName(account.id));
    return unique(names.flatMap((name) => this.#facts(`on:${name}`))).filter(
      (f): f is GrantFact => f.kind === 'grant',
    );
  }

  /** Whether the whole policy of a resource has been seen, in a message about it or in an export that covers it. */
  policyKnown(name: AssetName, assetType: string): boolean {
    const isWhole = (fact: Fact): boolean => fact.kind === 'policy' && fact.wholeSince !== undefined;
    if (this.spellings(name).some((spelling) => this.#facts(`policy:${spelling}`).some(isWhole))) return true;
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
    return this.#policies(subject.resource)
      .flatMap(({ removed }) => removed)
      .find((one) => one.key === key);
  }

  #policies(name: AssetName): readonly PolicyFact[] {
    const facts = unique(this.spellings(name).flatMap((spelling) => this.#facts(`policy:${spelling}`)));
    return facts.filter((f): f is PolicyFact => f.kind === 'policy');
  }

  /** The folders and organisation above a resource, as its own messages told; empty when none did. */
  ancestorsOf(name: AssetName): readonly string[] {
    for (const spelling of this.spellings(name)) {
      for (const fact of this.#facts(`ancestors:${spelling}`))
        if (fact.kind === 'place' && fact.ancestors.length > 0) return fact.ancestors;
    }
    return [];
  }

  /** Whether the grant is gone only by report of a delta: the policy itself has not been read since. */
  goneByReport(subject: SubjectOf<'grant'>): boolean {
    const key = [subject.resource, subject.role, subject.principal, subject.condition].join('|');
    return this.spellings(subject.resource).some((name) =>
      this.#facts(`policy:${name}`).some((f) => f.kind === 'policy' && f.removedByDelta.includes(key)),
    );
  }

  // --- acts and coverage -------------------------------------------------------------------------------------------------------

  act(id: string): Act | undefined {
    for (const fact of this.#facts(`act:${id}`)) if (fact.kind === 'act') return fact.act;
    return undefined;
  }

  actsOn(name: AssetName): readonly Act[] {
    const facts = unique(this.spellings(name).flatMap((spelling) => this.#facts(`acts-on:${spelling}`)));
    return facts.flatMap((fact) => (fact.kind === 'act' ? [fact.act] : []));
  }

  /** Whether everything of this type in this scope (`projects/P`, or a cluster's path) is known. */
  covered(scope: string, assetType: string, content: Coverage['content']): boolean {
    const project = /^projects\/([^/]+)$/.exec(scope)?.[1];
    const scopes =
      project === undefined
        ? [scope]
        : this.#projectSpellings(project).map((spelling) => `projects/${spelling}`);
    return scopes.some((s) => this.#facts(`coverage:${coverageId(s, assetType, content)}`).length > 0);
  }

  /** When a cluster's KSAs were last read completely; the earliest of a pool's clusters that are known. */
  coveredSince(clusters: readonly string[]): Nanos {
    const times = clusters.flatMap((cluster) =>
      this.#facts(`coverage:${coverageId(cluster, 'k8s.io/ServiceAccount', 'resource')}`).map((f) =>
        f.kind === 'coverage' ? f.coverage.asOf : undefined,
      ),
    );
    return earliest(times) ?? this.asOf;
  }

  #projectSpellings(project: string): readonly string[] {
    this.#find(`alias:${project}`);
    const spellings = this.#inventory.aliases.projectSpellings(project);
    for (const spelling of spellings) this.#find(`alias:${spelling}`);
    return spellings;
  }

  #facts(key: string): readonly Fact[] {
    return this.#find(key);
  }

  #find(key: string): readonly Fact[] {
    this.reads.add(key);
    return this.#inventory.find(key);
  }
}

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
