import type { Target, Way } from '../inventory/exposure.ts';
import { targetKey } from '../inventory/exposure.ts';
import { type Identity, identityOf, memberText } from '../inventory/identity.ts';
import type { View } from '../inventory/view.ts';
import { serviceAccountOf } from '../model/asset.ts';
import { principalLabel } from '../model/principal.ts';
import {
  accountsDeclaredFor,
  declaredFor,
  declaredForGsa,
  declaresEdge,
  mayBecome,
  poolOf,
} from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { TO_SPEAK_AS } from '../roles/escalation.ts';
import { forbiddenGrant } from './allowance.ts';
import { changersWhoAre } from './changer-identity.ts';
import { LEAST_PRIVILEGE, OWASP_LATERAL } from './controls.ts';
import type { Detector } from './detector.ts';
import { exposed, isTrustedChanger } from './exposure-facts.ts';
import { entriesFor, isWideLink, ksasLinkedTo } from './grant-facts.ts';
import { clustersOfPool } from './pool-facts.ts';
import { EXPOSURE_SOURCES } from './rbac-sources.ts';

export const impersonationExposed = {
  id: 'impersonation-exposed',
  title: 'Somebody can become an identity, and nobody said that they may',
  class: 'attack',
  severity: 'high',
  about:
    "Who can become a KSA of a trusted pool or the account of one. A KSA in every cluster of its pool: by a role binding of its namespace or of the cluster (tokens, pods, workloads, exec, impersonate, escalate, bind, nodes/proxy, webhooks, Secrets), by a role of Google's that GKE takes for such, by making a cluster in the pool's project. An account by a role on what it lies in: tokens, keys, policies, code that runs as it. And whoever can become those. One finding for each identity, with the shortest way and the one thing to take away. Trusted changers and whoever `become.allowed` names may; grants on the account itself, and those that forbidden-role, wide-member or escalation-path speak of, are told there. Critical where it is everybody. Roles that have not been read make it undecided, never clear.",
  subject: 'identity',
  sources: EXPOSURE_SOURCES,
  controls: [LEAST_PRIVILEGE, OWASP_LATERAL],
  heldForPolicy: true,
  detect({ member }, view, policy) {
    const identity = identityOf(member);
    const target = identity === undefined ? undefined : watchedTarget(identity, view, policy);
    // Who can become a trusted changer is told by a detector of its own.
    if (identity === undefined || target === undefined || changersWhoAre(identity, view, policy).length > 0)
      return [];
    const namespaces = namespacesOf(target, view, policy);
    const entry = entriesFor(identity, view, policy)?.[0];
    return exposed(
      {
        identity,
        member,
        target,
        name: principalLabel(identity),
        matters:
          'Neither become.allowed nor trustedChangers names them, and whatever the identity may do, they may.',
        why: policy.lines['become.allowed'] ?? entry?.at ?? policy.at,
        isAside: (way) =>
          mayBecome(policy, [memberText(way.who)], namespaces) !== undefined ||
          isTrustedChanger(way, view, policy) ||
          isOneOfTwo(way, target, policy) ||
          isToldElsewhere(way, target, view, policy),
      },
      view,
      policy,
    );
  },
} satisfies Detector<'identity'>;

/** The identity, when it is one we keep watch over: declared, annotated, or holding something. */
function watchedTarget(identity: Identity, view: View, policy: Policy): Target | undefined {
  if (identity.kind === 'gsa') {
    const account = view.account(identity.email);
    const isAlive = account.state !== 'deleted' && account.state !== 'disabled';
    return isAlive && entriesFor(identity, view, policy) !== undefined
      ? { kind: 'account', account }
      : undefined;
  }
  if (identity.kind !== 'ksa' || poolOf(policy, identity.pool) === undefined) return undefined;
  const { pool, namespace, name } = identity;
  const ksa = { pool, namespace, name };
  const isWatched =
    declaredFor(policy, ksa, {}).length > 0 ||
    view.ksas(ksa).some(({ annotation }) => annotation !== '') ||
    view.heldBy(identity).length > 0;
  return isWatched
    ? { kind: 'ksa', ksa, clusters: clustersOfPool(pool, view, policy), isPinned: false }
    : undefined;
}

/** Where the KSAs of an identity live, as the policy has it or, where it says nothing, as they are. */
function namespacesOf(target: Target, view: View, policy: Policy): readonly string[] {
  if (target.kind === 'ksa') return [target.ksa.namespace];
  const declared = declaredForGsa(policy, target.account.email ?? '').flatMap(({ identities }) => identities);
  const all = [...declared, ...ksasLinkedTo(target.account, view, policy)];
  return [...new Set(all.map(({ namespace }) => namespace))];
}

/** A KSA and its account are one identity under two names, as far as they are declared for each other. */
function isOneOfTwo({ who, into }: Way, target: Target, policy: Policy): boolean {
  if (into !== targetKey(target)) return false;
  if (target.kind === 'ksa')
    return who.kind === 'gsa' && accountsDeclaredFor(policy, target.ksa).includes(who.email);
  const { email } = target.account;
  return who.kind === 'ksa' && email !== undefined && declaresEdge(policy, who, email) !== undefined;
}

/** Grants that have a finding of their own, or that an entry allows. */
function isToldElsewhere({ by, into, who }: Way, target: Target, view: View, policy: Policy): boolean {
  if (by.kind !== 'grants') return false;
  // What our own identities hold is declared, or told of them: as a grant, and as what they can become.
  if (entriesFor(who, view, policy) !== undefined) return true;
  return by.grants.some(({ grant }) => {
    const isOnItself = target.kind === 'account' && into === targetKey(target);
    if (isOnItself && serviceAccountOf(grant.resource) !== undefined) return true;
    return (
      (isWideLink(grant) && by.permissions.some((permission) => TO_SPEAK_AS.includes(permission))) ||
      forbiddenGrant(grant, view, policy)?.kind === 'forbidden'
    );
  });
}
