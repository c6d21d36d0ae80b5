import { Chance } from './chance.ts';

export const ORGANISATION = 'organizations/123456789012';
export const BIND = 'roles/iam.workloadIdentityUser';
/** KSAs of one namespace: `default`, then those with a Google account, then two without. */
const KSAS = ['default', 'api', 'worker', 'web', 'jobs', 'sync', 'export', 'metrics', 'tools'] as const;
const LINKED = 6;
/** The KSA that holds its roles itself, as `principal://`. */
const DIRECT = KSAS.indexOf('metrics');
/** Namespaces of one cluster: those of its teams, and two that every cluster has. */
const TEAMS = ['payments', 'checkout', 'search', 'ledger', 'orders', 'billing', 'media', 'risk'];
const COMMON = ['monitoring', 'gateway'];
const NAMESPACES = TEAMS.length + COMMON.length;
/** So many clusters have the same teams: development, staging, production. */
const STAGES = 3;
const LOCATIONS = ['europe-west1', 'us-east4', 'asia-southeast1'];
/** The most principals that one policy may name. */
export const MOST_MEMBERS = 1_500;

/** How many there are of each kind, for an export of `lines` lines: the mix of an organisation that runs on GKE. */
function countsFor(lines: number) {
  const share = (part: number) => Math.max(1, Math.round(lines * part));
  const clusters = share(0.001);
  const namespaces = clusters * NAMESPACES;
  const counts = {
    folders: share(0.001),
    projects: share(0.004),
    clusters,
    nodePools: clusters * 3,
    namespaces,
    ksas: namespaces * KSAS.length,
    accounts: namespaces * LINKED + share(0.03),
    keys: share(0.08),
    roleBindings: share(0.02),
    deployments: share(0.06),
    instances: share(0.1),
    buckets: share(0.05),
    topics: share(0.03),
    secrets: share(0.035),
    datasets: share(0.005),
    roles: share(0.025),
  };
  const { folders, projects, buckets, topics, secrets } = counts;
  const policies = 1 + folders + projects + namespaces * LINKED + buckets + topics + secrets;
  const others = Object.values(counts).reduce((sum, count) => sum + count, 1 + policies);
  return { ...counts, pods: Math.max(0, lines - others) };
}

/**
 * An organisation of any size, described by rules: what the `index`-th project, account or bucket is called, where it lies, and which of them
 * stray from what is declared. Holds nothing in memory.
 */
export class Organisation {
  readonly chance: Chance;
  readonly count: ReturnType<typeof countsFor>;

  /** `lines`: of the export, one asset with one kind of content each; from about 2,000 on it is met exactly. */
  constructor({ lines, seed }: { readonly lines: number; readonly seed: number }) {
    this.chance = new Chance(seed);
    this.count = countsFor(lines);
  }

  project(index: number) {
    const at = index % this.count.projects;
    const id = `acme-${String(at).padStart(5, '0')}`;
    const number = String(200_000_000_000 + at * 7_919);
    return { index: at, id, number, ancestors: [`projects/${number}`, this.folder(at), ORGANISATION] };
  }

  folder(index: number): string {
    return `folders/${900_000_000_000 + (index % this.count.folders)}`;
  }

  /** The first projects have a cluster each. */
  cluster(index: number) {
    const at = index % this.count.clusters;
    const project = this.project(at);
    const location = LOCATIONS[at % LOCATIONS.length]!;
    const path = `projects/${project.id}/locations/${location}/clusters/main`;
    return { index: at, project, location, path, pool: `${project.id}.svc.id.goog` };
  }

  namespace(index: number) {
    const at = index % this.count.namespaces;
    const cluster = this.cluster(Math.floor(at / NAMESPACES));
    const which = at % NAMESPACES;
    const team = TEAMS[which];
    const name =
      team === undefined ? COMMON[which - TEAMS.length]! : `${team}-${Math.floor(cluster.index / STAGES)}`;
    return { index: at, cluster, name };
  }

  ksa(index: number) {
    const namespace = this.namespace(Math.floor(index / KSAS.length));
    const which = index % KSAS.length;
    const account =
      which >= 1 && which <= LINKED ? this.account(namespace.index * LINKED + which - 1) : undefined;
    return { index, namespace, name: KSAS[which]!, account };
  }

  /** The first accounts belong to KSAs, in their order; the rest to nobody in particular. */
  account(index: number) {
    const isLinked = index < this.count.namespaces * LINKED;
    const namespace = isLinked ? this.namespace(Math.floor(index / LINKED)) : undefined;
    const project = namespace?.cluster.project ?? this.project(this.chance.number('home of account', index));
    const ksa = namespace === undefined ? undefined : KSAS[1 + (index % LINKED)]!;
    const name = namespace === undefined ? `batch-${index}` : `${namespace.name}-${ksa}`;
    const uniqueId = `1${this.chance.digits(20, 'account', index)}`;
    return {
      index,
      project,
      namespace,
      ksa,
      uniqueId,
      email: `${name}@${project.id}.iam.gserviceaccount.com`,
    };
  }

  /** The accounts that a namespace's KSAs act as. */
  accountsOf(namespace: number): readonly ReturnType<Organisation['account']>[] {
    return Array.from({ length: LINKED }, (_, which) => this.account(namespace * LINKED + which));
  }

  /** The namespaces of a project's cluster, by index; none where it has no cluster. */
  namespacesOf(project: number): readonly number[] {
    if (project >= this.count.clusters) return [];
    return Array.from({ length: NAMESPACES }, (_, which) => project * NAMESPACES + which);
  }

  /** A bucket, topic or secret; it serves the accounts of one namespace. */
  store(kind: 'bucket' | 'topic' | 'secret', index: number) {
    const namespace = this.namespace(index);
    const turn = Math.floor(index / this.count.namespaces);
    return {
      namespace,
      project: namespace.cluster.project,
      name: `${namespace.name}-${turn}`,
      label: `${kind} ${index}`,
    };
  }

  /** The account's KSA as IAM names it, in the old spelling or in the new one. */
  member(index: number): string {
    const { namespace, ksa } = this.account(index);
    if (namespace === undefined) throw new Error(`account ${index} belongs to no KSA`);
    const { pool } = namespace.cluster;
    return this.chance.hits(0.7, 'old spelling', index)
      ? `serviceAccount:${pool}[${namespace.name}/${ksa}]`
      : this.principal(namespace.index, ksa ?? '');
  }

  /** The KSA without an account that holds roles itself. */
  directMember(namespace: number): string {
    return this.principal(namespace, KSAS[DIRECT]!);
  }

  principal(namespace: number, ksa: string): string {
    const { cluster, name } = this.namespace(namespace);
    const pool = `projects/${cluster.project.number}/locations/global/workloadIdentityPools/${cluster.pool}`;
    return `principal://iam.googleapis.com/${pool}/subject/ns/${name}/sa/${ksa}`;
  }
}

export const DIRECT_KSA = KSAS[DIRECT]!;
