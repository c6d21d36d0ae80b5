import type { PolicyLine } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import { parseApprover } from './approver.ts';
import { endOfDay, parseDuration } from './calendar.ts';
import { compileDestination, compileReport, compileRouting } from './compile-routing.ts';
import { poolId } from './identity-pattern.ts';
import type {
  ChangerForm,
  DeclaredIdentity,
  Exception,
  ForbiddenRoles,
  KeyRules,
  Policy,
  TrustedChanger,
  TrustedPool,
} from './policy.ts';
import { DEFAULTS } from './schema/defaults.ts';
import type { Item, Sections } from './sections.ts';

/** What the parts need to know of the whole. */
export interface Whole {
  readonly line: (item: Item<unknown>, ...path: readonly PropertyKey[]) => PolicyLine;
  /** The moment at which what expires on a date no longer holds. */
  readonly after: (date: string) => Nanos;
}

/** Makes the policy from its parts. They must have passed the schema and the lints: nothing is checked again here. */
export function compile(sections: Sections, hash: string): Policy {
  const { spec } = sections;
  const timezone = sections.timezone[0]?.value ?? DEFAULTS.timezone;
  const whole: Whole = {
    line: (item, ...path) => lineOf(item, hash, path),
    after: (date) => endOfDay(date, timezone),
  };
  const at = spec ? whole.line(spec) : { file: '', line: 1, column: 1, entry: 'spec', policyHash: hash };
  const keyLine = (item: Item<undefined> | undefined) => (item ? whole.line(item) : at);
  return {
    name: sections.name[0]?.value ?? '',
    owner: sections.owner[0]?.value ?? '',
    hash,
    timezone,
    mode: sections.mode[0]?.value ?? DEFAULTS.mode,
    modes: sections.modes.map((item) => modeRule(item, sections.pools, whole)),
    at,
    lines: Object.fromEntries(sections.keys.map((item) => [item.entry, whole.line(item)])),
    scope: { include: valuesOf(sections.include), exclude: valuesOf(sections.exclude) },
    poolsAt: keyLine(sections.trustPools),
    pools: sections.pools.map((item) => pool(item, whole)),
    identities: sections.identities.map((item) => identity(item, sections.pools, whole)),
    forbiddenRoles: sections.forbiddenRoles.map((item) => forbiddenRoles(item, whole)),
    serviceAccountKeys: sections.serviceAccountKeys && keyRules(sections, sections.serviceAccountKeys, whole),
    changersAt: keyLine(sections.trustedChangers),
    trustedChangers: sections.changers.map((item) => changer(item, sections.pools, whole)),
    exceptions: sections.exceptions.map((item) => exception(item, whole)),
    maxExceptionDuration: durationOf(sections.maxDuration[0]),
    approvers: valuesOf(sections.approvers).flatMap((text) => parseApprover(text) ?? []),
    neverExcept: valuesOf(sections.neverExcept),
    severity: sections.severity.map((item) => {
      const { detector, namespace, project, set, max } = item.value;
      return { detector, namespace, project, set, max, at: whole.line(item) };
    }),
    routing: compileRouting(sections, whole),
    sensitive: sections.sensitive.map((item) => ({
      name: item.value.name,
      on: item.value.on,
      class: item.value.class,
      at: whole.line(item),
    })),
    settle: {
      removals: durationOr(sections.removals, DEFAULTS.removals),
      outage: durationOr(sections.outage, DEFAULTS.outage),
    },
    delegations: sections.delegations.map((item) => {
      const { name, files, namespaces, projects = [], resources = [], maxRoles = [] } = item.value;
      return { name, files, namespaces, projects, resources, maxRoles, at: whole.line(item) };
    }),
    reports: sections.reports.map((item) => compileReport(item, whole)),
    destinations: sections.destinations.map((item) => compileDestination(item, whole)),
    behaviour: {
      learn: durationOr(sections.learn, DEFAULTS.learn),
      forget: durationOr(sections.forget, DEFAULTS.forget),
      networks: sections.networks.map((item) => ({ ...item.value, at: whole.line(item) })),
    },
    become: {
      allowed: sections.mayBecome.map((item) => ({ ...item.value, at: whole.line(item) })),
      depth: sections.depth[0]?.value ?? DEFAULTS.depth,
      nodes: sections.nodes[0]?.value ?? DEFAULTS.nodes,
    },
    retention: { actors: durationOr(sections.actors, DEFAULTS.actors) },
  };
}

function pool(item: Item<Sections['pools'][number]['value']>, { line }: Whole): TrustedPool {
  const { name, pool: id, clusters, identitySameness, issuers, requireCondition } = item.value;
  return {
    name,
    pool: poolId(id),
    clusters: clusters.map(clusterPath),
    identitySameness,
    issuers,
    requireCondition,
    at: line(item),
  };
}

/** `acme-prod/europe-west1/prod` as asset names have it. */
function clusterPath(cluster: string): string {
  const [project = '', location = '', name = ''] = cluster.split('/');
  return `projects/${project}/locations/${location}/clusters/${name}`;
}

function identity(
  item: Sections['identities'][number],
  pools: Sections['pools'],
  { line, after }: Whole,
): DeclaredIdentity {
  const {
    name,
    gsa,
    owner,
    slack,
    grantForm,
    until,
    ticket,
    ephemeral,
    usage,
    allow,
    identity: one,
    identities = one ? [one] : [],
  } = item.value;
  return {
    name,
    identities: identities.map((pattern) => ({
      ...pattern,
      pool: poolNamed(pattern.pool, pools),
    })),
    gsa,
    grantForm,
    owner,
    slack,
    until: until === undefined ? undefined : after(until),
    ticket,
    ephemeral: ephemeral && {
      ...ephemeral,
      maxAge: durationIn(ephemeral.maxAge),
      at: { ...line(item, 'ephemeral', 'maxAge'), entry: `${item.entry}.ephemeral` },
    },
    usage: usage && {
      services: usage.services,
      networks: usage.networks,
      impersonatedBy: usage.impersonatedBy,
      at: { ...line(item, 'usage'), entry: `${item.entry}.usage` },
    },
    allow: allow.map(({ role, permissions = [], on, condition }, i) => ({
      role,
      permissions,
      on,
      condition,
      at: { ...line(item, 'allow', i), entry: `${item.entry}.allow[${i}]` },
    })),
    at: line(item),
  };
}

function forbiddenRoles(item: Sections['forbiddenRoles'][number], { line }: Whole): ForbiddenRoles {
  const { name, roles, permissions, principals, at, severity } = item.value;
  return { name, roles, permissions, principals, at, severity, line: line(item) };
}

function keyRules(sections: Sections, key: Item<undefined>, { line, after }: Whole): KeyRules {
  const retireBy = sections.retireBy[0]?.value;
  return {
    userManaged: sections.userManaged[0]?.value ?? DEFAULTS.userManaged,
    maxAge: durationOf(sections.maxAge[0]),
    retireBy: retireBy === undefined ? undefined : after(retireBy),
    allowed: sections.keyAllowances.map((item) => {
      const { name, serviceAccount, maxKeys, expires, owner, ticket } = item.value;
      return {
        name,
        serviceAccount,
        maxKeys,
        expires: expires === undefined ? undefined : after(expires),
        owner,
        ticket,
        at: line(item),
      };
    }),
    at: line(key),
  };
}

function modeRule(
  item: Sections['modes'][number],
  pools: Sections['pools'],
  { line }: Whole,
): Policy['modes'][number] {
  const { pool, namespace, project, detector } = item.value.match;
  return {
    match: {
      pool: pool === undefined ? undefined : poolNamed(pool, pools),
      namespace,
      project,
      detector,
    },
    set: item.value.set,
    at: line(item),
  };
}

/** The pool that `trust.pools` calls by a name. */
function poolNamed(name: string, pools: Sections['pools']): string {
  const named = pools.find(({ value }) => value.name === name);
  return named === undefined ? name : poolId(named.value.pool);
}

function changer(
  item: Sections['changers'][number],
  pools: Sections['pools'],
  { line }: Whole,
): TrustedChanger {
  const { name, subject, kubernetes, delegates = [], may, within, requireTicket, severity } = item.value;
  return {
    name,
    form: changerForm(item.value, pools),
    subject:
      subject ??
      (kubernetes === undefined
        ? ''
        : `system:serviceaccount:${kubernetes.namespace}:${kubernetes.serviceAccount}`),
    delegates,
    may,
    within,
    requireTicket,
    severity,
    at: line(item),
  };
}

function changerForm(
  { kubernetes, configConnector, via }: Sections['changers'][number]['value'],
  pools: Sections['pools'],
): ChangerForm {
  if (kubernetes !== undefined)
    return { kind: 'kubernetes', ...kubernetes, cluster: clusterPath(kubernetes.cluster) };
  if (via !== undefined) return { kind: 'pam' };
  if (configConnector === undefined) return { kind: 'subject' };
  const { cluster } = configConnector;
  const declared = pools.find(({ value }) => value.clusters.includes(cluster))?.value.pool;
  // A cluster's pool is its project's unless a fleet says otherwise, and then trust.pools names the cluster.
  const pool = declared === undefined ? `${cluster.split('/')[0]}.svc.id.goog` : poolId(declared);
  return { kind: 'configConnector', cluster: clusterPath(cluster), pool };
}

function exception(item: Sections['exceptions'][number], { line, after }: Whole): Exception {
  const { name, match, reason, ticket, requestedBy, approvedBy, approval, expires } = item.value;
  const { detector, identity, serviceAccount, namespace, role, on, member, key, service, network } = match;
  return {
    name,
    match: { detector, identity, serviceAccount, namespace, role, on, member, key, service, network },
    reason,
    ticket,
    requestedBy,
    approvedBy,
    approval,
    expires: after(expires),
    at: line(item),
  };
}

function lineOf(item: Item<unknown>, policyHash: string, path: readonly PropertyKey[]): PolicyLine {
  const { file, line, column } = item.at(...path);
  return { file, line, column, entry: item.entry, policyHash };
}

function valuesOf<T>(items: readonly Item<T>[]): readonly T[] {
  return items.map(({ value }) => value);
}

function durationOf(item: Item<string> | undefined): Nanos | undefined {
  return item && parseDuration(item.value);
}

/** The first that is written, else the default. */
export function durationOr(items: readonly Item<string>[], fallback: string): Nanos {
  return durationOf(items[0]) ?? durationIn(fallback);
}

export function durationIn(text: string): Nanos {
  return parseDuration(text) ?? 0n;
}
