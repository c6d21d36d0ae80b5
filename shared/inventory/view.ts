import type { Act } from '../model/act.ts';
import { type AssetName, projectOf, serviceAccountName } from '../model/asset.ts';
import { conditionKey, LINKING_ROLES } from '../model/grant.ts';
import { type KsaId, type Principal, principalKey } from '../model/principal.ts';
import type { Nanos } from '../model/time.ts';
import { aliasTerms } from './aliases.ts';
import { type Coverage, coverageId } from './coverage.ts';
import type { AccountFact, ClusterFact, Fact, GrantFact, KeyFact, KsaFact } from './facts.ts';
import type { Inventory } from './inventory.ts';
import type { SubjectOf } from './subject.ts';

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

  /** The pool a cluster's workloads belong to; `undefined` when Workload Identity is known to be off there. */
  poolOf(cluster: string): string | undefined {
    const fact = this.#facts(`cluster:${cluster}`).find((f): f is ClusterFact => f.kind === 'cluster');
    if (fact !== undefined) return fact.workloadPool === '' ? undefined : fact.workloadPool;
    // A pool is the cluster's project's unless a fleet says otherwise (gcp-facts 5.3), and then the policy names the cluster.
    return this.#declaredPoolOf(cluster) ?? `${cluster.split('/')[1]}.svc.id.goog`;
  }

  clustersOf(pool: string): readonly ClusterFact[] {
    return this.#facts(`in-pool:${pool}`).filter((f): f is ClusterFact => f.kind === 'cluster');
  }

  /** The KSA's sightings, one per cluster of its pool that has it. */
  ksas({ pool, namespace, name }: KsaId): readonly KsaFact[] {
    return this.#facts(`ksa:${namespace}/${name}`).filter(
      (f): f is KsaFact => f.kind === 'ksa' && this.poolOf(f.cluster) === pool,
    );
  }

  ksasIn(cluster: string): readonly KsaFact[] {
    return this.#facts(`ksas-in:${cluster}`).filter((f): f is KsaFact => f.kind === 'ksa');
  }

  /** KSAs, of any pool, whose annotation names this account: its e-mail, unless another account has that e-mail by now. */
  annotatedTo({ id, email }: Account): readonly KsaFact[] {
    if (email === undefined || this.accountId(email) !== id) return [];
    return this.#facts(`annotates:${email}`).filter((f): f is KsaFact => f.kind === 'ksa');
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

  #grantsOn(account: Account): readonly GrantFact[] {
    const names = this.spellings(serviceAccountName(account.id));
    return unique(names.flatMap((name) => this.#facts(`on:${name}`))).filter(
      (f): f is GrantFact => f.kind === 'grant',
    );
  }

  /** Whether the whole policy of a resource has been seen, in a message about it or in an export that covers it. */
  policyKnown(name: AssetName, assetType: string): boolean {
    const isWhole = (fact: Fact): boolean => fact.kind === 'policy' && fact.whole;
    if (this.spellings(name).some((spelling) => this.#facts(`policy:${spelling}`).some(isWhole))) return true;
    const project = projectOf(name);
    return project !== undefined && this.covered(`projects/${project}`, assetType, 'policy');
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
