/** A Kubernetes service account as IAM sees it: the same namespace and name in every cluster of a pool are one identity. */
export interface KsaId {
  readonly pool: string;
  readonly namespace: string;
  readonly name: string;
}

/** Which workloads of a GKE pool a `principalSet://` covers. */
export type PoolSet =
  | { readonly of: 'pool' }
  | { readonly of: 'namespace'; readonly namespace: string }
  | { readonly of: 'cluster'; readonly cluster: string };

/**
 * A parsed IAM member (gcp-facts 5.2). Both spellings of one KSA, `serviceAccount:POOL[ns/ksa]` and
 * `principal://…/subject/ns/…/sa/…`, parse to the same value. What does not parse is kept verbatim as `unknown`.
 */
export type Principal =
  | ({ readonly kind: 'ksa' } & KsaId)
  | { readonly kind: 'ksa-uid'; readonly pool: string; readonly uid: string }
  | { readonly kind: 'ksa-set'; readonly pool: string; readonly set: PoolSet }
  | { readonly kind: 'gsa'; readonly email: string }
  | { readonly kind: 'gsa-id'; readonly id: string }
  | { readonly kind: 'user' | 'group'; readonly email: string }
  | { readonly kind: 'domain'; readonly domain: string }
  | { readonly kind: 'all-users' }
  | { readonly kind: 'all-authenticated-users' }
  | { readonly kind: 'convenience'; readonly role: 'owner' | 'editor' | 'viewer'; readonly project: string }
  /** One identity of a workload or workforce pool that is not a GKE pool; `pool` is `projects/N/…/workloadIdentityPools/P` or `locations/…/workforcePools/P`. */
  | { readonly kind: 'federated'; readonly pool: string; readonly subject: string }
  /** Several identities of such a pool: `group/G`, `attribute.A/V` or `*` (all of it). */
  | { readonly kind: 'federated-set'; readonly pool: string; readonly selector: string }
  /** Every service account of a project, folder or organisation. */
  | { readonly kind: 'service-accounts-of'; readonly container: string }
  | { readonly kind: 'agent'; readonly id: string }
  | { readonly kind: 'deleted'; readonly was: Principal; readonly uid?: string }
  | { readonly kind: 'unknown'; readonly text: string; readonly why: string };

/**
 * A GKE workload identity pool: `PROJECT_ID.svc.id.goog`; other universes put a domain inside (`P.eu0.svc.id.goog`), and fleets
 * first had `PROJECT_ID.hub.id.goog`, which old bindings still name.
 */
const GKE_POOL = /^[a-z0-9.:-]+\.(?:svc|hub)\.id\.[a-z0-9.]+$/;
const LEGACY_KSA = /^([^[\]]+)\[([^[\]]*)\]$/;
const POOL_PATH = /^projects\/([^/]+)\/locations\/global\/workloadIdentityPools\/([^/]+)\/(.+)$/;
const WORKFORCE_PATH = /^(locations\/[^/]+\/workforcePools\/[^/]+)\/(.+)$/;
const IAM = '//iam.googleapis.com/';

export function isGkePool(pool: string): boolean {
  return GKE_POOL.test(pool);
}

/** Far beyond what IAM takes: keeps the patterns below away from texts made to exhaust them. */
const LONGEST_MEMBER = 4_096;

/** Parses one IAM member string. Never throws: what no known form fits becomes `unknown`, with the reason. */
export function parseMember(member: string): Principal {
  if (member === 'allUsers') return { kind: 'all-users' };
  if (member === 'allAuthenticatedUsers') return { kind: 'all-authenticated-users' };
  if (member.length > LONGEST_MEMBER) return unknown(member, 'longer than any member can be');
  const colon = member.indexOf(':');
  if (colon < 0) return unknown(member, 'no prefix such as user: or serviceAccount:');
  const prefix = member.slice(0, colon);
  const rest = member.slice(colon + 1);
  if (rest === '') return unknown(member, `nothing after ${prefix}:`);
  switch (prefix) {
    case 'user':
    case 'group':
      return { kind: prefix, email: rest.toLowerCase() };
    case 'domain':
      return { kind: 'domain', domain: rest.toLowerCase() };
    case 'serviceAccount':
      return parseServiceAccount(member, rest);
    case 'serviceAccountId':
      return { kind: 'gsa-id', id: rest };
    case 'projectOwner':
    case 'projectEditor':
    case 'projectViewer':
      return { kind: 'convenience', role: CONVENIENCE[prefix], project: rest };
    case 'principal':
      return parsePrincipal(member, rest);
    case 'principalSet':
      return parsePrincipalSet(member, rest);
    case 'deleted':
      return parseDeleted(member, rest);
    default:
      return unknown(member, `the prefix ${prefix}: is not known`);
  }
}

const CONVENIENCE = { projectOwner: 'owner', projectEditor: 'editor', projectViewer: 'viewer' } as const;

function parseServiceAccount(member: string, rest: string): Principal {
  const ksa = LEGACY_KSA.exec(rest);
  if (!ksa) {
    if (rest.includes('[') || rest.includes(']')) return unknown(member, 'the brackets do not close');
    return rest.includes('@')
      ? { kind: 'gsa', email: rest.toLowerCase() }
      : unknown(member, 'a service account needs an e-mail address, or POOL[NAMESPACE/NAME]');
  }
  const [, pool = '', inside = ''] = ksa;
  const parts = inside.split('/');
  const [namespace = '', name = ''] = parts;
  if (parts.length === 2 && namespace !== '' && name !== '') return { kind: 'ksa', pool, namespace, name };
  return unknown(
    member,
    parts.length === 1 && inside.includes('.')
      ? `[${inside}] has a dot where IAM needs a slash: [NAMESPACE/NAME]`
      : `[${inside}] is not NAMESPACE/NAME`,
  );
}

function parsePrincipal(member: string, rest: string): Principal {
  if (rest.startsWith('//agents.')) return { kind: 'agent', id: rest.slice(2) };
  const path = rest.startsWith(IAM) ? rest.slice(IAM.length) : undefined;
  if (path === undefined) return unknown(member, 'principal:// is only known under iam.googleapis.com');
  const workforce = WORKFORCE_PATH.exec(path);
  if (workforce) return federated(member, workforce[1]!, workforce[2]!);
  const found = POOL_PATH.exec(path);
  if (!found) return unknown(member, 'not a workload identity pool or workforce pool principal');
  const [, project, pool = '', selector = ''] = found;
  if (!isGkePool(pool))
    return federated(member, `projects/${project}/locations/global/workloadIdentityPools/${pool}`, selector);
  const subject = /^subject\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(selector);
  if (subject) return { kind: 'ksa', pool, namespace: subject[1]!, name: subject[2]! };
  const uid = /^kubernetes\.serviceaccount\.uid\/(.+)$/.exec(selector);
  if (uid) return { kind: 'ksa-uid', pool, uid: uid[1]! };
  return unknown(
    member,
    `a GKE pool has subject/ns/NAMESPACE/sa/NAME or kubernetes.serviceaccount.uid/UID, not ${selector}`,
  );
}

function federated(member: string, pool: string, selector: string): Principal {
  return selector.startsWith('subject/')
    ? { kind: 'federated', pool, subject: selector.slice('subject/'.length) }
    : unknown(member, `principal:// needs subject/…, not ${selector}`);
}

function parsePrincipalSet(member: string, rest: string): Principal {
  const all =
    /^\/\/cloudresourcemanager\.googleapis\.com\/((?:projects|folders|organizations)\/[^/]+)\/type\/ServiceAccount$/.exec(
      rest,
    );
  if (all) return { kind: 'service-accounts-of', container: all[1]! };
  const path = rest.startsWith(IAM) ? rest.slice(IAM.length) : undefined;
  if (path === undefined) {
    return rest.startsWith('//agents.') || rest.endsWith('.system.id.goog/*')
      ? { kind: 'agent', id: rest.replace(/^\/\//, '') }
      : unknown(
          member,
          'principalSet:// is only known under iam.googleapis.com and cloudresourcemanager.googleapis.com',
        );
  }
  const workforce = WORKFORCE_PATH.exec(path);
  if (workforce) return federatedSet(member, workforce[1]!, workforce[2]!);
  const found = POOL_PATH.exec(path);
  if (!found) return unknown(member, 'not a workload identity pool or workforce pool principal set');
  const [, project, pool = '', selector = ''] = found;
  if (!isGkePool(pool))
    return federatedSet(
      member,
      `projects/${project}/locations/global/workloadIdentityPools/${pool}`,
      selector,
    );
  if (selector === '*') return { kind: 'ksa-set', pool, set: { of: 'pool' } };
  const namespace = /^namespace\/([^/]+)$/.exec(selector);
  if (namespace) return { kind: 'ksa-set', pool, set: { of: 'namespace', namespace: namespace[1]! } };
  // The value is itself a URL with slashes in it, so the rest is taken whole.
  const cluster =
    /^kubernetes\.cluster\/(?:https:\/\/container\.googleapis\.com\/v1\/)?(projects\/.+\/clusters\/[^/]+)$/.exec(
      selector,
    );
  if (cluster)
    return {
      kind: 'ksa-set',
      pool,
      set: { of: 'cluster', cluster: cluster[1]!.replace('/zones/', '/locations/') },
    };
  return unknown(member, `a GKE pool has namespace/…, kubernetes.cluster/… or *, not ${selector}`);
}

function federatedSet(member: string, pool: string, selector: string): Principal {
  return selector === '*' || /^(group|attribute\.[^/]+)\/.+$/.test(selector)
    ? { kind: 'federated-set', pool, selector }
    : unknown(member, `principalSet:// needs group/…, attribute.NAME/… or *, not ${selector}`);
}

function parseDeleted(member: string, rest: string): Principal {
  // What is gone cannot go again; refusing it also keeps a long text of such prefixes from nesting without end.
  if (rest.startsWith('deleted:')) return unknown(member, 'deleted: twice');
  const [text = '', query = ''] = rest.split('?uid=', 2);
  const was = parseMember(text);
  return query === '' ? { kind: 'deleted', was } : { kind: 'deleted', was, uid: query };
}

function unknown(text: string, why: string): Principal {
  return { kind: 'unknown', text, why };
}

/**
 * Whom an audit entry means: a subject (`user:…`, `serviceAccount:…`, `principal://…`), or an e-mail address or a KSA (`POOL[ns/ksa]`) that
 * stands there alone. `unknown` for those that are no member of anything, such as `system:anonymous`.
 */
export function parseSubjectName(name: string): Principal {
  if (/^(user|serviceAccount|principal):/.test(name)) return parseMember(name);
  if (/\.gserviceaccount\.com$/.test(name) || LEGACY_KSA.test(name))
    return parseMember(`serviceAccount:${name}`);
  return name.includes('@') ? parseMember(`user:${name}`) : unknown(name, 'no member of a policy');
}

/** One text per principal, whatever spelling it came in: the key that grants, edges and indexes go by. */
export function principalKey(principal: Principal): string {
  switch (principal.kind) {
    case 'ksa':
      return `ksa:${ksaText(principal)}`;
    case 'ksa-uid':
      return `ksa-uid:${principal.pool}/${principal.uid}`;
    case 'ksa-set':
      return `ksa-set:${principal.pool}/${setText(principal.set)}`;
    case 'gsa':
      return `gsa:${principal.email}`;
    case 'gsa-id':
      return `gsa-id:${principal.id}`;
    case 'user':
    case 'group':
      return `${principal.kind}:${principal.email}`;
    case 'domain':
      return `domain:${principal.domain}`;
    case 'all-users':
      return 'allUsers';
    case 'all-authenticated-users':
      return 'allAuthenticatedUsers';
    case 'convenience':
      return `project-${principal.role}:${principal.project}`;
    case 'federated':
      return `federated:${principal.pool}/subject/${principal.subject}`;
    case 'federated-set':
      return `federated-set:${principal.pool}/${principal.selector}`;
    case 'service-accounts-of':
      return `service-accounts-of:${principal.container}`;
    case 'agent':
      return `agent:${principal.id}`;
    case 'deleted':
      return `deleted:${principalKey(principal.was)}?uid=${principal.uid ?? ''}`;
    case 'unknown':
      return `unknown:${principal.text}`;
  }
}

/** `pool[namespace/name]`, the legacy spelling without its prefix. */
export function ksaText(ksa: KsaId): string {
  return `${ksa.pool}[${ksa.namespace}/${ksa.name}]`;
}

function setText(set: PoolSet): string {
  switch (set.of) {
    case 'pool':
      return '*';
    case 'namespace':
      return `namespace/${set.namespace}`;
    case 'cluster':
      return `cluster/${set.cluster}`;
  }
}

/** The name people use among themselves: `checkout@acme-prod`. The full address stands wherever it must be exact. */
export function shortEmail(email: string): string {
  return email.replace(/\.iam\.gserviceaccount\.com$/, '');
}

/** How people say it: `payments/api`, `checkout@acme-prod`, `every workload of namespace payments`. */
export function principalLabel(principal: Principal): string {
  switch (principal.kind) {
    case 'ksa':
      return `${principal.namespace}/${principal.name}`;
    case 'ksa-uid':
      return `the KSA with uid ${principal.uid} of ${principal.pool}`;
    case 'ksa-set':
      switch (principal.set.of) {
        case 'pool':
          return `every workload of pool ${principal.pool}`;
        case 'namespace':
          return `every workload of namespace ${principal.set.namespace} (${principal.pool})`;
        case 'cluster':
          return `every workload of cluster ${principal.set.cluster.split('/').at(-1)} (${principal.pool})`;
      }
      break;
    case 'gsa':
      return shortEmail(principal.email);
    case 'user':
    case 'group':
      return principal.email;
    case 'gsa-id':
      return `service account ${principal.id}`;
    case 'domain':
      return `everyone of ${principal.domain}`;
    case 'all-users':
      return 'everyone on the internet (allUsers)';
    case 'all-authenticated-users':
      return 'everyone with a Google account (allAuthenticatedUsers)';
    case 'convenience':
      return `the ${principal.role}s of project ${principal.project}`;
    case 'federated':
      return `${principal.subject} of ${principal.pool.split('/').at(-1)}`;
    case 'federated-set':
      return `${principal.selector === '*' ? 'everyone' : principal.selector} of ${principal.pool.split('/').at(-1)}`;
    case 'service-accounts-of':
      return `every service account of ${principal.container}`;
    case 'agent':
      return `agent ${principal.id}`;
    case 'deleted':
      return `${principalLabel(principal.was)} (deleted)`;
    case 'unknown':
      return principal.text;
  }
}

/**
 * Accounts that Google runs (service agents, `cloudservices`, `cloudbuild` of a project's number): their grants are Google's own.
 * The Compute Engine and App Engine default accounts are not among them: customers' code runs as those.
 */
export function isGoogleManaged(principal: Principal): boolean {
  if (principal.kind !== 'gsa') return false;
  const [name = '', domain = ''] = principal.email.split('@');
  if (domain === 'cloudservices.gserviceaccount.com' || domain === 'system.gserviceaccount.com') return true;
  const project = /^(.+)\.iam\.gserviceaccount\.com$/.exec(domain)?.[1];
  if (project === undefined) return false;
  // Project ids that begin so are Google's own. Any customer may name an account service-12345, but not have one of these projects.
  return /^gcp-sa-[^.]+$/.test(project) || (AGENT_PROJECTS.has(project) && /^service-(org-)?\d+$/.test(name));
}

/** Google's projects of service agents from before `gcp-sa-*` (cloud.google.com/iam/docs/service-agents). */
export const AGENT_PROJECTS: ReadonlySet<string> = new Set([
  'compute-system',
  'container-engine-robot',
  'containerregistry',
  'container-analysis',
  'cloud-filer',
  'cloud-ml.google.com',
  'cloud-redis',
  'cloud-tpu',
  'cloudcomposer-accounts',
  'dataflow-service-producer-prod',
  'dataproc-accounts',
  'dlp-api',
  'endpoints-portal',
  'firebase-rules',
  'gae-api-prod.google.com',
  'gcf-admin-robot',
  'gcp-gae-service',
  'genomics-api.google.com',
  'gs-project-accounts',
  'remotebuildexecution',
  'security-center-api',
  'serverless-robot-prod',
  'service-consumer-management',
  'service-networking',
  'sourcerepo-service-accounts',
]);
