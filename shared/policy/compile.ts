import type { PolicyLine } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import { endOfDay, parseDuration } from './calendar.ts';
import { poolId } from './identity-pattern.ts';
import type {
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
interface Whole {
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
    at,
    scope: { include: valuesOf(sections.include), exclude: valuesOf(sections.exclude) },
    poolsAt: keyLine(sections.trustPools),
    pools: sections.pools.map((item) => pool(item, whole)),
    identities: sections.identities.map((item) => identity(item, sections.pools, whole)),
    forbiddenRoles: sections.forbiddenRoles.map((item) => forbiddenRoles(item, whole)),
    serviceAccountKeys: sections.serviceAccountKeys && keyRules(sections, sections.serviceAccountKeys, whole),
    changersAt: keyLine(sections.trustedChangers),
    trustedChangers: sections.changers.map((item) => changer(item, whole)),
    exceptions: sections.exceptions.map((item) => exception(item, whole)),
    maxExceptionDuration: durationOf(sections.maxDuration[0]),
    approvers: valuesOf(sections.approvers),
    neverExcept: valuesOf(sections.neverExcept),
    severity: sections.severity.map(({ value: { detector, namespace, project, set, max } }) => ({
      detector,
      namespace,
      project,
      class: undefined,
      set,
      max,
    })),
    routing: { fallbackChannel: sections.fallbackChannel[0]?.value },
    sensitive: sections.sensitive.map((item) => ({
      name: item.value.name,
      on: item.value.on,
      class: item.value.class,
      at: whole.line(item),
    })),
    settle: {
      removals: durationOf(sections.removals[0]) ?? durationIn(DEFAULTS.removals),
      outage: durationOf(sections.outage[0]) ?? durationIn(DEFAULTS.outage),
    },
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
  { line }: Whole,
): DeclaredIdentity {
  const {
    name,
    gsa,
    owner,
    slack,
    grantForm,
    allow,
    identity: one,
    identities = one ? [one] : [],
  } = item.value;
  const poolsByName = new Map(pools.map(({ value }) => [value.name, poolId(value.pool)]));
  return {
    name,
    identities: identities.map((pattern) => ({
      ...pattern,
      pool: poolsByName.get(pattern.pool) ?? pattern.pool,
    })),
    gsa,
    grantForm,
    owner,
    slack,
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
  const { name, roles, principals, at, severity } = item.value;
  return { name, roles, principals, at, severity, line: line(item) };
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

function changer(item: Sections['changers'][number], { line }: Whole): TrustedChanger {
  const { name, subject, delegates, may, within, requireTicket, severity } = item.value;
  return { name, subject, delegates, may, within, requireTicket, severity, at: line(item) };
}

function exception(item: Sections['exceptions'][number], { line, after }: Whole): Exception {
  const { name, match, reason, ticket, requestedBy, approvedBy, expires } = item.value;
  const { detector, identity, serviceAccount, namespace, role, on, member, key } = match;
  return {
    name,
    match: { detector, identity, serviceAccount, namespace, role, on, member, key },
    reason,
    ticket,
    requestedBy,
    approvedBy,
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

function durationIn(text: string): Nanos {
  return parseDuration(text) ?? 0n;
}
