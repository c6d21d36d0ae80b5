import type { GrantFact, KsaFact } from '../inventory/facts.ts';
import type { SubjectOf } from '../inventory/subject.ts';
import type { Account, View } from '../inventory/view.ts';
import { type AssetName, projectOfEmail, serviceAccountName } from '../model/asset.ts';
import type { EdgeState } from '../model/edge.ts';
import { grantKey, LINKING_ROLES } from '../model/grant.ts';
import { type KsaId, ksaText, type Principal } from '../model/principal.ts';
import { declaredFor, declaredForGsa, poolOf } from '../policy/match.ts';
import type { DeclaredIdentity, Policy } from '../policy/policy.ts';
import type { Cause } from './detector.ts';
import { clustersOfPool } from './pool-facts.ts';

export const WORKLOAD_IDENTITY_USER = 'roles/iam.workloadIdentityUser';

/** Both halves of one KSA -> GSA edge, as they stand. */
export interface EdgeFacts {
  readonly ksa: KsaId;
  readonly account: Account;
  /** E-mail where known, else the unique id. */
  readonly accountName: string;
  /** Sightings of the KSA that point at this account. */
  readonly annotated: readonly KsaFact[];
  /** Sightings of the KSA in any cluster of its pool. */
  readonly sightings: readonly KsaFact[];
  /** Grants that let exactly this KSA act as the account. */
  readonly links: readonly GrantFact[];
  /** Grants that would, and do not now: their condition is not met. */
  readonly lapsed: readonly GrantFact[];
  /** Grants that let it do so as one of many (a namespace, a cluster, the pool), by its uid, or by a role on the project or above it. */
  readonly wideLinks: readonly GrantFact[];
  readonly policyKnown: boolean;
  readonly state: EdgeState;
}

/** Gathers the edge, or nothing when its pool is not trusted: then the grant itself is the finding. */
export function edgeFacts(
  { ksa, account: ref }: SubjectOf<'edge'>,
  view: View,
  policy: Policy,
): EdgeFacts | undefined {
  if (ref === undefined || poolOf(policy, ksa.pool) === undefined) return undefined;
  const account = view.account(ref);
  const sightings = view.ksas(ksa);
  const annotated = sightings.filter(
    ({ annotation }) => annotation !== '' && view.accountId(annotation) === account.id,
  );
  const home = account.email === undefined ? undefined : projectOfEmail(account.email);
  const onAccount = view.linksOn(account);
  const links = onAccount.filter(({ grant }) => isKsa(grant.principal, ksa));
  const lapsed = view
    .grantsOn(account)
    .filter((fact) => LINKING_ROLES.has(fact.grant.role) && isKsa(fact.grant.principal, ksa))
    .filter((fact) => !view.givesAccess(fact));
  const above = [...(home === undefined ? [] : view.linksInProject(home)), ...view.linksAbove(account)];
  const wideLinks = [...onAccount, ...above].filter(
    (fact) => !links.includes(fact) && covers(fact.grant.principal, ksa, sightings),
  );
  const policyKnown =
    view.policyKnown(serviceAccountName(account.id), SERVICE_ACCOUNT) ||
    (home !== undefined && view.covered(`projects/${home}`, SERVICE_ACCOUNT, 'policy'));
  const facts = {
    ksa,
    account,
    accountName: account.email ?? account.id,
    annotated,
    sightings,
    links,
    lapsed,
    wideLinks,
    policyKnown,
  };
  return { ...facts, state: stateOf(facts) };
}

export const SERVICE_ACCOUNT = 'iam.googleapis.com/ServiceAccount';

function stateOf(edge: Omit<EdgeFacts, 'state'>): EdgeState {
  const bound = edge.links.length > 0 || edge.wideLinks.length > 0;
  if (edge.annotated.length > 0) {
    if (edge.account.state === 'deleted' || edge.account.state === 'disabled') return 'broken';
    if (bound) return 'bound';
    return edge.policyKnown ? 'annotated-only' : 'undecided';
  }
  return edge.links.length > 0 ? 'granted-only' : 'undecided';
}

function isKsa(principal: Principal, ksa: KsaId): boolean {
  return (
    principal.kind === 'ksa' &&
    principal.pool === ksa.pool &&
    principal.namespace === ksa.namespace &&
    principal.name === ksa.name
  );
}

function covers(principal: Principal, ksa: KsaId, sightings: readonly KsaFact[]): boolean {
  if (principal.kind === 'ksa-uid')
    return principal.pool === ksa.pool && sightings.some(({ uid }) => uid === principal.uid);
  if (principal.kind !== 'ksa-set') return isKsa(principal, ksa);
  if (principal.pool !== ksa.pool) return false;
  const { set } = principal;
  switch (set.of) {
    case 'pool':
      return true;
    case 'namespace':
      return set.namespace === ksa.namespace;
    case 'cluster':
      return sightings.some((sighting) => sighting.cluster === set.cluster);
  }
}

/** What an edge's findings have in common. */
export function edgeWords(edge: EdgeFacts, policy: Policy) {
  // The account's owner answers for an identity that somebody else's workload takes.
  const declared =
    ownerOf(edge.ksa, policy) ??
    declaredForGsa(policy, edge.accountName).find((entry) => entry.owner !== undefined);
  const clusters = [...new Set(edge.sightings.map((sighting) => sighting.cluster))];
  const home = edge.account.email === undefined ? undefined : projectOfEmail(edge.account.email);
  return {
    subject: `edge:${ksaText(edge.ksa)} -> ${edge.account.id}`,
    identity: `${edge.ksa.namespace}/${edge.ksa.name}`,
    resource: serviceAccountName(edge.account.id),
    namespace: edge.ksa.namespace,
    ksa: edge.ksa,
    account: edge.accountName,
    ...(home === undefined ? {} : { project: home }),
    ...(clusters.length === 1 ? { cluster: clusters[0]! } : {}),
    ...(declared?.owner === undefined ? {} : { owner: declared.owner }),
  };
}

export function ownerOf(ksa: KsaId, policy: Policy): DeclaredIdentity | undefined {
  return declaredFor(policy, ksa, {}).find((entry) => entry.owner !== undefined);
}

/** The change that made the edge what it is: the newest of its halves. */
export function edgeCause(edge: EdgeFacts): Cause {
  const grants = edge.links.map(grantCause);
  const annotations = edge.annotated.map(ksaCause);
  return [...grants, ...annotations].reduce((a, b) => (b.time > a.time ? b : a));
}

export function grantCause({ grant, since, source, etag }: GrantFact): Cause {
  return { asset: grant.resource, time: since, source, etag, grantKey: grantKey(grant) };
}

export function ksaCause({ since, source, ...ksa }: KsaFact): Cause {
  return { asset: ksaAsset(ksa), time: since, source };
}

/** The asset a KSA is in one cluster. */
export function ksaAsset({
  cluster,
  namespace,
  name,
}: Pick<KsaFact, 'cluster' | 'namespace' | 'name'>): AssetName {
  return `//container.googleapis.com/${cluster}/k8s/namespaces/${namespace}/serviceaccounts/${name}`;
}

export function shortCluster(cluster: string): string {
  return cluster.split('/').at(-1)!;
}

/** `KSA payments/api (prod-euw1, prod-use4)`. */
export function sightingText(sightings: readonly KsaFact[]): string {
  const clusters = [...new Set(sightings.map((s) => shortCluster(s.cluster)))].sort();
  const [first] = sightings;
  return first === undefined ? '' : `${first.namespace}/${first.name} (${clusters.join(', ')})`;
}

/** Whether every KSA of the pool is known, and if not, what is missing: the licence to say that one does not exist. */
export function ksasOfPoolKnown(
  pool: string,
  view: View,
  policy: Policy,
): { readonly known: boolean; readonly missing: string; readonly clusters: readonly string[] } {
  const clusters = clustersOfPool(pool, view, policy);
  if (clusters.length === 0)
    return { known: false, missing: `no cluster of pool ${pool} is known`, clusters };
  const unseen = clusters.filter(
    (cluster) => !view.isGone(cluster) && !view.covered(cluster, 'k8s.io/ServiceAccount', 'resource'),
  );
  if (unseen.length > 0)
    return {
      known: false,
      missing: `the service accounts of ${unseen.map(shortCluster).join(', ')} have not been read`,
      clusters,
    };
  return { known: true, missing: '', clusters };
}
