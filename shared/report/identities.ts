import { declarersOfSet } from '../detectors/allowance.ts';
import { edgeFacts, ownerOf } from '../detectors/edge-facts.ts';
import { ksaOf, ownerOfAccount } from '../detectors/grant-facts.ts';
import type { KsaSet } from '../detectors/pool-facts.ts';
import { heldBy, heldRole } from '../explain/held.ts';
import { shortCluster } from '../explain/words.ts';
import { identityOf } from '../inventory/identity.ts';
import type { SubjectOf } from '../inventory/subject.ts';
import { serviceAccountOf } from '../model/asset.ts';
import type { EdgeState } from '../model/edge.ts';
import { LINKING_ROLES } from '../model/grant.ts';
import { type KsaId, ksaText, type Principal, principalKey, principalLabel } from '../model/principal.ts';
import { declaredFor, declaresEdge, poolOf } from '../policy/match.ts';
import type { DeclaredIdentity } from '../policy/policy.ts';
import type { Ground } from './input.ts';
import type { HeldRoleLine, IdentityLine } from './report.ts';
import { compareText, stands } from './standing.ts';
import { workloadLabel, workloadsOfKsa } from './workload-facts.ts';

/** More roles of one identity than this are told in number. */
const MOST_ROLES = 20;

/** Every KSA that acts as an account, holds roles itself, or does either as one of a set: by pool, then by name. */
export function identityLines(ground: Ground): readonly IdentityLine[] {
  const named = standingByName(ground);
  const lines = ground.subjects.flatMap((subject): readonly IdentityLine[] => {
    if (subject.kind === 'edge')
      return subject.account === undefined
        ? directLine(subject.ksa, named, ground)
        : edgeLine(subject, named, ground);
    if (subject.kind !== 'identity') return [];
    const holder = identityOf(subject.member);
    return holder?.kind === 'ksa-set' ? setLines(holder, named, ground) : [];
  });
  const byId = new Map(lines.map((line) => [line.id, line]));
  return [...byId.values()].toSorted((a, b) => compareText(a.id, b.id));
}

type Named = (names: readonly string[], pool: string) => readonly string[];

/** Ids of the findings that stand, by the identity they are about. */
function standingByName({ input }: Ground): Named {
  const byIdentity = Map.groupBy(input.findings.filter(stands), ({ identity }) => identity);
  return (names, pool) => [
    ...new Set(
      names
        .flatMap((name) => byIdentity.get(name) ?? [])
        // `payments/api` is somebody in every pool.
        .filter((finding) => finding.pool === undefined || finding.pool === pool)
        .map(({ id }) => id),
    ),
  ];
}

function edgeLine(subject: SubjectOf<'edge'>, named: Named, ground: Ground): readonly IdentityLine[] {
  const { view, policy } = ground;
  const { ksa } = subject;
  const account = view.account(subject.account!);
  const name = account.email ?? account.id;
  const facts = edgeFacts(subject, view, policy);
  // Of a pool that is not trusted only the grant is known.
  const state: EdgeState = facts?.state ?? 'granted-only';
  const entry = declaresEdge(policy, ksa, name);
  return [
    {
      ...ksaPart(ksa, ground),
      id: `${ksaText(ksa)} -> ${name}`,
      kind: 'edge',
      account: name,
      accountId: uniqueId(account.id),
      accountState: account.state,
      state,
      declared: entry !== undefined,
      entry: entry?.at,
      owner: ownerText([entry, ownerOf(ksa, policy)], ownerOfAccount(account.email, policy), ground),
      ...rolesOf(account.email === undefined ? [] : [{ kind: 'gsa', email: account.email }], ground),
      findings: named(
        [
          `${ksa.namespace}/${ksa.name}`,
          ...(account.email === undefined
            ? []
            : [account.email, principalLabel({ kind: 'gsa', email: account.email })]),
        ],
        ksa.pool,
      ),
    },
  ];
}

/** A KSA that holds roles without any account between. */
function directLine(ksa: KsaId, named: Named, ground: Ground): readonly IdentityLine[] {
  const { policy } = ground;
  const roles = rolesOf([{ kind: 'ksa', ...ksa }], ground);
  if (roles.roles.length === 0) return [];
  const entries = declaredFor(policy, ksa, {});
  return [
    {
      ...ksaPart(ksa, ground),
      id: ksaText(ksa),
      kind: 'direct',
      account: undefined,
      accountId: undefined,
      accountState: undefined,
      state: 'direct',
      declared: entries.length > 0,
      entry: entries[0]?.at,
      owner: ownerText([ownerOf(ksa, policy), ...entries], undefined, ground),
      ...roles,
      findings: named([`${ksa.namespace}/${ksa.name}`], ksa.pool),
    },
  ];
}

/** A set of KSAs: one line for what it holds itself, and one for each account it can act as. */
function setLines(set: KsaSet, named: Named, ground: Ground): readonly IdentityLine[] {
  const { view, policy } = ground;
  const held = view.heldBy(set);
  const accounts = [
    ...new Set(
      held
        .filter(({ grant }) => LINKING_ROLES.has(grant.role))
        .flatMap(({ grant }) => serviceAccountOf(grant.resource) ?? [])
        .map((account) => view.account(account).id),
    ),
  ];
  const base = {
    kind: 'set',
    pool: set.pool,
    ksa: setText(set),
    namespace: set.set.of === 'namespace' ? set.set.namespace : undefined,
    clusters: set.set.of === 'cluster' ? [shortCluster(set.set.cluster)] : [],
    workloads: [],
  } as const;
  const own = rolesOf([set], ground);
  const [entry] = held.flatMap(({ grant }) => declarersOfSet(set, grant, view, policy));
  const lines: IdentityLine[] = [];
  if (own.roles.length > 0)
    lines.push({
      ...base,
      ...own,
      id: principalKey(set),
      account: undefined,
      accountId: undefined,
      accountState: undefined,
      state: 'direct',
      declared: entry !== undefined,
      entry: entry?.at,
      owner: ownerText([entry], undefined, ground),
      findings: named([principalLabel(set)], set.pool),
    });
  for (const id of accounts) {
    const account = view.account(id);
    const name = account.email ?? account.id;
    const links = held.filter(({ grant }) => view.accountId(serviceAccountOf(grant.resource) ?? '') === id);
    const [by] = links.flatMap(({ grant }) => declarersOfSet(set, grant, view, policy));
    lines.push({
      ...base,
      ...rolesOf(account.email === undefined ? [] : [{ kind: 'gsa', email: account.email }], ground),
      id: `${principalKey(set)} -> ${name}`,
      account: name,
      accountId: uniqueId(account.id),
      accountState: account.state,
      // Whether anybody of the set uses it, the edges of its members tell.
      state: account.state === 'deleted' || account.state === 'disabled' ? 'broken' : 'granted-only',
      declared: by !== undefined,
      entry: by?.at,
      owner: ownerText([by], ownerOfAccount(account.email, policy), ground),
      findings: named([principalLabel(set), principalLabel({ kind: 'gsa', email: name }), name], set.pool),
    });
  }
  return lines;
}

/** An account that is known by its e-mail alone goes by that. */
export function uniqueId(id: string): string | undefined {
  return /^\d+$/.test(id) ? id : undefined;
}

function setText({ set }: KsaSet): string {
  switch (set.of) {
    case 'pool':
      return 'every workload';
    case 'namespace':
      return `${set.namespace}/*`;
    case 'cluster':
      return `cluster ${shortCluster(set.cluster)}`;
  }
}

function ksaPart(ksa: KsaId, ground: Ground) {
  const clusters = [...new Set(ground.view.ksas(ksa).map(({ cluster }) => cluster))].sort();
  return {
    pool: ksa.pool,
    ksa: `${ksa.namespace}/${ksa.name}`,
    namespace: ksa.namespace,
    clusters: clusters.map(shortCluster),
    workloads: workloadsOfKsa(ksa, ground).map(workloadLabel).sort(),
  };
}

function rolesOf(
  members: readonly Principal[],
  { world, view, policy }: Ground,
): Pick<IdentityLine, 'roles' | 'moreRoles'> {
  const facts = heldBy(members, world);
  const roles = facts.map((fact): HeldRoleLine => {
    const { role, on, condition, declared } = heldRole(fact, true, world);
    const { principal } = fact.grant;
    const drift =
      principal.kind === 'ksa-set'
        ? declarersOfSet(principal, fact.grant, view, policy).length === 0
        : ksaOf(principal, view) !== undefined && poolOf(policy, poolName(principal)) === undefined
          ? true
          : declared === 'no' || declared === 'condition missing';
    return { role, on, condition, drift };
  });
  const sorted = roles.toSorted(
    (a, b) => Number(b.drift) - Number(a.drift) || compareText(a.role, b.role) || compareText(a.on, b.on),
  );
  return { roles: sorted.slice(0, MOST_ROLES), moreRoles: Math.max(0, sorted.length - MOST_ROLES) };
}

function poolName(principal: Principal): string {
  return principal.kind === 'ksa' || principal.kind === 'ksa-uid' ? principal.pool : '';
}

/** Somebody answers for every identity: whoever nobody else answers for is the policy owner's. */
function ownerText(
  entries: readonly (DeclaredIdentity | undefined)[],
  ofAccount: string | undefined,
  { policy }: Ground,
): string {
  return entries.find((entry) => entry?.owner !== undefined)?.owner ?? ofAccount ?? policy.owner;
}
