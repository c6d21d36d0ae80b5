import { WORKLOAD_IDENTITY_USER } from '../detectors/edge-facts.ts';
import { ksaOf } from '../detectors/grant-facts.ts';
import type { GrantFact } from '../inventory/facts.ts';
import { subjectKey } from '../inventory/subject.ts';
import { serviceAccountOf } from '../model/asset.ts';
import { LINKING_ROLES } from '../model/grant.ts';
import { type KsaId, ksaText } from '../model/principal.ts';
import { poolOf } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { isGsaEmail, isKsaName, isNamespaceName } from './declarable.ts';
import { type Ground, viewOf } from './ground.ts';

/** A KSA that points at an account, or is let in by one. */
export interface Link {
  readonly ksa: KsaId;
  readonly email: string;
  /** The edge as a subject of judgement. */
  readonly subject: string;
  readonly annotated: boolean;
  readonly bound: boolean;
}

/** Every workload of a namespace, as one member. */
export interface NamespaceSet {
  readonly pool: string;
  readonly namespace: string;
  /** Accounts that let the set in. */
  readonly accounts: ReadonlySet<string>;
}

/** What could be declared: everything in the trusted pools that the policy's words can name. */
export interface Candidates {
  readonly links: readonly Link[];
  readonly sets: readonly NamespaceSet[];
  /** KSAs that hold roles themselves. */
  readonly holders: readonly KsaId[];
  /** Grants by `ksaText`, e-mail, or `setText`. */
  readonly held: ReadonlyMap<string, readonly GrantFact[]>;
}

export function candidatesIn(ground: Ground, policy: Policy): Candidates {
  const view = viewOf(ground, policy);
  const links = new Map<string, Link>();
  const sets = new Map<string, { pool: string; namespace: string; accounts: Set<string> }>();
  const holders = new Map<string, KsaId>();
  const held = new Map<string, GrantFact[]>();

  const hold = (holder: string, fact: GrantFact): void => {
    const grants = held.get(holder);
    if (grants === undefined) held.set(holder, [fact]);
    else grants.push(fact);
  };
  const link = (ksa: KsaId, idOrEmail: string, half: 'annotated' | 'bound'): void => {
    const { id, email } = view.account(idOrEmail);
    if (email === undefined || !isGsaEmail(email)) return;
    const subject = subjectKey({ kind: 'edge', ksa, account: id });
    const known = links.get(subject) ?? { ksa, email, subject, annotated: false, bound: false };
    links.set(subject, { ...known, [half]: true });
  };
  const isNameable = ({ pool, namespace, name }: KsaId): boolean =>
    poolOf(policy, pool) !== undefined && isNamespaceName(namespace) && isKsaName(name);

  const grant = (fact: GrantFact): void => {
    const { principal, resource, role } = fact.grant;
    const account = serviceAccountOf(resource);
    if (principal.kind === 'gsa') hold(principal.email, fact);
    if (principal.kind === 'ksa-set' && principal.set.of === 'namespace') {
      const { pool, set } = principal;
      if (poolOf(policy, pool) === undefined || !isNamespaceName(set.namespace)) return;
      const key = setText(pool, set.namespace);
      const known = sets.get(key) ?? { pool, namespace: set.namespace, accounts: new Set<string>() };
      const email = account === undefined ? undefined : view.account(account).email;
      if (email !== undefined && isGsaEmail(email) && role === WORKLOAD_IDENTITY_USER)
        known.accounts.add(email);
      sets.set(key, known);
      hold(key, fact);
    }
    const ksa = ksaOf(principal, view);
    if (ksa === undefined || !isNameable(ksa)) return;
    const isLink = principal.kind === 'ksa' ? LINKING_ROLES.has(role) : role === WORKLOAD_IDENTITY_USER;
    if (account !== undefined && isLink) link(ksa, account, 'bound');
    else {
      holders.set(ksaText(ksa), ksa);
      hold(ksaText(ksa), fact);
    }
  };

  for (const fact of ground.inventory.facts()) {
    if (fact.kind === 'grant') grant(fact);
    else if (fact.kind === 'ksa' && fact.annotation !== '') {
      const pool = view.poolOf(fact.cluster);
      const ksa = { pool: pool ?? '', namespace: fact.namespace, name: fact.name };
      if (pool !== undefined && isNameable(ksa)) link(ksa, fact.annotation, 'annotated');
    }
  }
  return { links: [...links.values()], sets: [...sets.values()], holders: [...holders.values()], held };
}

export function setText(pool: string, namespace: string): string {
  return `${pool}[${namespace}/*]`;
}
