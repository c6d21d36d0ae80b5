import type { Act } from '../model/act.ts';
import { clusterName, clusterOf, serviceAccountOf } from '../model/asset.ts';
import { conditionKey, LINKING_ROLES } from '../model/grant.ts';
import { type KsaId, type Principal, parseMember, principalKey } from '../model/principal.ts';
import { doingsOf } from './doings.ts';
import type { Fact } from './facts.ts';
import { identityMember } from './identity.ts';
import type { Subject } from './subject-kinds.ts';
import type { View } from './view.ts';

export type { Subject, SubjectKind, SubjectOf } from './subject-kinds.ts';

/** One text per subject, and back. */
export function subjectKey(subject: Subject): string {
  switch (subject.kind) {
    case 'edge':
      return join('edge', subject.ksa.pool, subject.ksa.namespace, subject.ksa.name, subject.account ?? '');
    case 'grant':
      return join('grant', subject.resource, subject.role, subject.principal, subject.condition);
    case 'ksa':
      return join('ksa', subject.ksa.pool, subject.ksa.namespace, subject.ksa.name);
    case 'account':
      return join('account', subject.account);
    case 'identity':
      return join('identity', subject.member);
    case 'declaration':
      return join('declaration', subject.entry, subject.ksa.pool, subject.ksa.namespace, subject.ksa.name);
    case 'cluster':
      return join('cluster', subject.cluster);
    case 'node-pool':
    case 'membership':
    case 'provider':
    case 'object':
    case 'org-policy':
    case 'role':
    case 'usage':
    case 'watch':
      return join(subject.kind, subject.asset);
    case 'doings':
      return join('doings', subject.who, subject.on);
    case 'key':
    case 'hmac-key':
    case 'act':
      return join(subject.kind, subject.id);
  }
}

/** Whether judging it may take a walk through much of the inventory: that is work for a queue, and not for whoever waits for an answer. */
export function isDeferred(key: string): boolean {
  return key.startsWith('["identity",');
}

/** Reads what `subjectKey` wrote; throws on anything else, since only the store holds such texts. */
export function parseSubject(key: string): Subject {
  const parts: unknown = JSON.parse(key);
  if (!Array.isArray(parts) || !parts.every((part): part is string => typeof part === 'string'))
    throw new Error(`not a subject: ${key}`);
  const [kind, a = '', b = '', c = '', d = ''] = parts;
  switch (kind) {
    case 'edge':
      return { kind, ksa: { pool: a, namespace: b, name: c }, ...(d === '' ? {} : { account: d }) };
    case 'grant':
      return { kind, resource: a, role: b, principal: c, condition: d };
    case 'ksa':
      return { kind, ksa: { pool: a, namespace: b, name: c } };
    case 'account':
      return { kind, account: a };
    case 'identity':
      return { kind, member: a };
    case 'declaration':
      return { kind, entry: a, ksa: { pool: b, namespace: c, name: d } };
    case 'cluster':
      return { kind, cluster: a };
    case 'node-pool':
    case 'membership':
    case 'provider':
    case 'object':
    case 'org-policy':
    case 'role':
    case 'usage':
    case 'watch':
      return { kind, asset: a };
    case 'doings':
      return { kind, who: a, on: b };
    case 'key':
    case 'hmac-key':
    case 'act':
      return { kind, id: a };
    default:
      throw new Error(`not a subject: ${key}`);
  }
}

function join(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

/** What a link between a KSA and an account gives to judge: the edge, and both its ends. */
function linkSubjects(ksa: KsaId, account: string): readonly Subject[] {
  return [
    { kind: 'edge', ksa, account },
    { kind: 'account', account },
    { kind: 'ksa', ksa },
  ];
}

/** The subjects a fact brings into the world. */
export function subjectsOf(fact: Fact, view: View): readonly Subject[] {
  switch (fact.kind) {
    case 'grant': {
      const { grant } = fact;
      const principal = grant.principal;
      const own: Subject = {
        kind: 'grant',
        resource: grant.resource,
        role: grant.role,
        principal: principalKey(principal),
        condition: conditionKey(grant.condition),
      };
      const holder = identitySubject(principal, view);
      if (principal.kind !== 'ksa') return [own, ...holder];
      const ksa: KsaId = { pool: principal.pool, namespace: principal.namespace, name: principal.name };
      const account = serviceAccountOf(grant.resource);
      if (account === undefined) return [own, ...holder, { kind: 'edge', ksa }, { kind: 'ksa', ksa }];
      const links = LINKING_ROLES.has(grant.role) ? linkSubjects(ksa, view.accountId(account)) : [];
      return [own, ...holder, ...links];
    }
    case 'ksa': {
      const pool = view.poolOf(fact.cluster);
      if (pool === undefined) return [];
      const ksa = { pool, namespace: fact.namespace, name: fact.name };
      return [
        { kind: 'ksa', ksa },
        ...identitySubject({ kind: 'ksa', ...ksa }, view),
        ...(fact.uid === undefined ? [] : identitySubject({ kind: 'ksa-uid', pool, uid: fact.uid }, view)),
        clusterSubject(fact.cluster, view),
        ...(fact.annotation === '' ? [] : linkSubjects(ksa, view.accountId(fact.annotation))),
      ];
    }
    case 'key':
      return [{ kind: 'key', id: fact.id }];
    case 'hmac-key':
      return [{ kind: 'hmac-key', id: fact.accessId }];
    case 'org-policy':
      return [{ kind: 'org-policy', asset: fact.asset }];
    case 'workload':
      return fact.credentials.length > 0 || fact.hostNetwork ? [{ kind: 'object', asset: fact.asset }] : [];
    case 'data-object':
      return fact.keyFiles.length > 0 ? [{ kind: 'object', asset: fact.asset }] : [];
    case 'act':
      return subjectsOfAct(fact.act, view);
    case 'membership':
    case 'provider':
    case 'role':
      return [{ kind: fact.kind, asset: fact.asset }];
    case 'watch-part':
      return [{ kind: 'watch', asset: fact.asset }];
    case 'attachment':
      return fact.accounts.map((account) => accountSubject(account, view));
    case 'node-pool':
      return [
        { kind: 'node-pool', asset: fact.asset },
        ...(fact.serviceAccount === undefined ? [] : [accountSubject(fact.serviceAccount, view)]),
      ];
    // Turning Workload Identity on or off, or another pool, makes other edges of every annotation in the cluster.
    case 'cluster':
      return [
        clusterSubject(fact.cluster, view),
        ...view.ksasIn(fact.cluster).flatMap((ksa) => subjectsOf(ksa, view)),
      ];
    case 'account':
      return fact.email === undefined ? [] : identitySubject({ kind: 'gsa', email: fact.email }, view);
    case 'group':
      return fact.members.flatMap((member) => identitySubject(parseMember(member), view));
    case 'usage':
      return fact.asset.includes('/keys/') || Object.keys(fact.habits).length === 0
        ? []
        : [{ kind: 'usage', asset: fact.asset }];
    case 'reported-gone':
    case 'policy':
    case 'node-pool-list':
    case 'namespace':
    case 'role-binding':
    case 'kubernetes-role':
    case 'gone-key':
    case 'visits':
    case 'place':
    case 'managed':
    case 'tombstone':
    case 'unsure':
    case 'coverage':
      return [];
  }
}

/** Whoever holds a grant; of a uid that is the KSA that has it now, once it holds something by that. */
function identitySubject(principal: Principal, view: View): readonly Subject[] {
  const ksa =
    principal.kind === 'ksa-uid' && view.heldBy(principal).length > 0
      ? view.ksaOfUid(principal.pool, principal.uid)
      : undefined;
  const member = identityMember(ksa === undefined ? principal : { kind: 'ksa', ...ksa });
  return member === undefined ? [] : [{ kind: 'identity', member }];
}

function clusterSubject(cluster: string, view: View): Subject {
  return { kind: 'cluster', cluster: clusterOf(view.canonical(clusterName(cluster))) ?? cluster };
}

function accountSubject(account: string, view: View): Subject {
  return { kind: 'account', account: view.accountId(account) };
}

function subjectsOfAct(act: Act, view: View): readonly Subject[] {
  const own: Subject = { kind: 'act', id: act.id };
  const doings = doingsOf(act);
  if (doings !== undefined) return [own, { kind: 'doings', ...doings, on: view.canonical(doings.on) }];
  const account = act.kind === 'attach-account' ? serviceAccountOf(act.asset) : undefined;
  return account === undefined ? [own] : [own, accountSubject(account, view)];
}

/**
 * What a subject is, or has become, under the names that are known now: itself, and for an edge wherever its KSA points by now. An address
 * that was re-created, or an account that is found to be another, makes another edge of the same annotation.
 */
export function presentSubjects(subject: Subject, view: View): readonly Subject[] {
  const present = canonicalSubject(subject, view);
  if (present.kind !== 'edge') return [present];
  const { ksa } = present;
  const pointsAt = view.ksas(ksa).filter(({ annotation }) => annotation !== '');
  return [present, ...pointsAt.flatMap(({ annotation }) => linkSubjects(ksa, view.accountId(annotation)))];
}

/**
 * The subject under the names that are known now. A subject written when an account was known by e-mail only, or a project by number, is
 * judged under its present name; under the old one nothing is left to judge.
 */
export function canonicalSubject(subject: Subject, view: View): Subject {
  switch (subject.kind) {
    case 'edge':
      return subject.account === undefined
        ? subject
        : { ...subject, account: view.accountId(subject.account) };
    case 'grant':
      return { ...subject, resource: view.canonical(subject.resource) };
    case 'account':
      return { ...subject, account: view.accountId(subject.account) };
    case 'cluster':
      return clusterSubject(subject.cluster, view);
    case 'node-pool':
    case 'membership':
    case 'provider':
    case 'object':
    case 'org-policy':
    case 'role':
    case 'usage':
    case 'watch':
      return { ...subject, asset: view.canonical(subject.asset) };
    case 'doings':
      return { ...subject, on: view.canonical(subject.on) };
    case 'ksa':
    case 'identity':
    case 'declaration':
    case 'key':
    case 'hmac-key':
    case 'act':
      return subject;
  }
}
