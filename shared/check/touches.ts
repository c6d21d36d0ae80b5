import type { Aliases } from '../inventory/aliases.ts';
import { serviceAccountOf } from '../model/asset.ts';
import type { Finding } from '../model/finding.ts';
import type { Grant } from '../model/grant.ts';
import type { Observation } from '../model/observation.ts';
import type { Principal } from '../model/principal.ts';
import type { ChangeItem } from './change.ts';

/** What an item speaks of, as terms that a finding or an edge can be matched by: `ksa:ns/name`, `account:ID`, `asset:NAME`, `role:NAME`. */
export type Touches = ReadonlyMap<ChangeItem, ReadonlySet<string>>;

/** Of the items that do something. */
export function touchesOf(items: readonly ChangeItem[], aliases: Aliases): Touches {
  return new Map(
    items
      .filter(({ brought, unknown }) => brought.length + unknown.length > 0)
      .map((item) => [
        item,
        new Set([...item.brought, ...item.prior].flatMap((observation) => termsOf(observation, aliases))),
      ]),
  );
}

export function ksaTerm({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `ksa:${namespace}/${name}`;
}

export function accountTerm(account: string, aliases: Aliases): string {
  return `account:${aliases.account(account)}`;
}

function termsOf(observation: Observation, aliases: Aliases): readonly string[] {
  const { asset } = observation;
  const account = serviceAccountOf(asset);
  const own = [
    `asset:${aliases.canonical(asset)}`,
    ...(account === undefined ? [] : [accountTerm(account, aliases)]),
  ];
  const named = /\/k8s\/namespaces\/([^/]+)\/serviceaccounts\/([^/]+)$/.exec(asset);
  if (named !== null) own.push(ksaTerm({ namespace: named[1]!, name: named[2]! }));
  switch (observation.kind) {
    case 'policy':
      return [...own, ...observation.grants.flatMap((grant) => grantTerms(grant, aliases))];
    case 'policy-delta':
      return [...own, ...observation.changes.flatMap(({ grant }) => grantTerms(grant, aliases))];
    case 'resource': {
      const { facts } = observation;
      if (facts.type === 'kubernetes-service-account' && facts.annotation)
        return [...own, accountTerm(facts.annotation, aliases)];
      if ((facts.type === 'service-account-key' || facts.type === 'hmac-key') && facts.account !== undefined)
        return [...own, accountTerm(facts.account, aliases)];
      return facts.type === 'workload' && facts.namespace !== undefined
        ? [...own, ksaTerm({ namespace: facts.namespace, name: facts.serviceAccount ?? 'default' })]
        : own;
    }
    default:
      return own;
  }
}

function grantTerms({ role, principal }: Grant, aliases: Aliases): readonly string[] {
  return [`role:${role}`, ...principalTerms(principal, aliases)];
}

function principalTerms(principal: Principal, aliases: Aliases): readonly string[] {
  if (principal.kind === 'ksa') return [ksaTerm(principal)];
  return principal.kind === 'gsa' ? [accountTerm(principal.email, aliases)] : [];
}

/** The items that speak most of what has these terms, the closest first; those that speak of none are left out. */
export function closest(terms: readonly string[], touches: Touches): readonly ChangeItem[] {
  const scored = [...touches]
    .map(([item, own]) => ({
      item,
      score: terms.reduce((sum, term) => sum + (own.has(term) ? weight(term) : 0), 0),
    }))
    .filter(({ score }) => score >= WEIGHTS.ksa);
  const most = Math.max(0, ...scored.map(({ score }) => score));
  return scored.filter(({ score }) => score === most).map(({ item }) => item);
}

/** A role alone, or the account that many have to do with, makes nobody its author. */
const WEIGHTS = { ksa: 3, account: 3, asset: 4, role: 2 } as const;

function weight(term: string): number {
  const kind = term.slice(0, term.indexOf(':'));
  return kind === 'ksa' || kind === 'account' || kind === 'asset' ? WEIGHTS[kind] : WEIGHTS.role;
}

/** What a finding is about, in the same terms. */
export function findingTerms(
  { subject, identity, resource, role }: Finding,
  aliases: Aliases,
): readonly string[] {
  const account = serviceAccountOf(resource);
  const inSubject = [...subject.matchAll(/\[([^[\]/]+)\/([^[\]]+)\]/g)].map(([, namespace, name]) =>
    ksaTerm({ namespace: namespace!, name: name! }),
  );
  const isKsa = /^[^/@\s]+\/[^/@\s]+$/.test(identity);
  return [
    ...new Set([
      account === undefined ? `asset:${aliases.canonical(resource)}` : accountTerm(account, aliases),
      ...inSubject,
      ...(isKsa ? [`ksa:${identity}`] : []),
      ...(identity.includes('@') ? [accountTerm(identity, aliases)] : []),
      ...(role === undefined ? [] : [`role:${role}`]),
    ]),
  ];
}
