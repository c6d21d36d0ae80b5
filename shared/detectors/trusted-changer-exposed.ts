import { type Target, targetKey, type Way } from '../inventory/exposure.ts';
import { type Identity, identityOf, memberText } from '../inventory/identity.ts';
import type { View } from '../inventory/view.ts';
import { serviceAccountOf } from '../model/asset.ts';
import { principalLabel } from '../model/principal.ts';
import { globMatches } from '../policy/glob.ts';
import { mayBecome } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { TO_SPEAK_AS } from '../roles/escalation.ts';
import { forbiddenGrant } from './allowance.ts';
import { type ChangerIdentity, changersWhoAre } from './changer-identity.ts';
import { CHANGE_CONTROL, LEAST_PRIVILEGE } from './controls.ts';
import type { Detector } from './detector.ts';
import { exposed, isTrustedChanger } from './exposure-facts.ts';
import { isWatched, isWideLink } from './grant-facts.ts';
import { clustersOfPool } from './pool-facts.ts';
import { EXPOSURE_SOURCES } from './rbac-sources.ts';

export const trustedChangerExposed = {
  id: 'trusted-changer-exposed',
  title: 'Somebody can become an identity whose changes are believed',
  class: 'attack',
  severity: 'high',
  about:
    'What a trusted changer does is no news, so whoever can become one can change everything and be heard of by nobody. For each account and KSA that trustedChangers means, who can become it, as impersonation-exposed looks for that; a KSA that is trusted in one cluster only, in that cluster. Its `delegates` may act through it, other trusted changers may, and whoever `become.allowed` names for every namespace; who can become a delegate is told. Whom nothing that is read tells of, nobody can find: the project of the account and the cluster of the KSA must be among what is watched. People and federated identities are not walked to.',
  subject: 'identity',
  sources: EXPOSURE_SOURCES,
  controls: [CHANGE_CONTROL, LEAST_PRIVILEGE],
  heldForPolicy: true,
  detect({ member }, view, policy) {
    const identity = identityOf(member);
    const changers = identity === undefined ? [] : changersWhoAre(identity, view, policy);
    const target = identity === undefined ? undefined : targetOf(identity, changers, view, policy);
    const [first] = changers;
    if (identity === undefined || target === undefined || first === undefined) return [];
    const { changer } = first;
    const rootKey = targetKey(target);
    return exposed(
      {
        identity,
        member,
        target,
        name: `trusted changer ${changer.name} (${principalLabel(identity)})`,
        matters: `What ${changer.name} changes is believed, and reported to nobody.`,
        why: changer.at,
        isMeant: ({ who, into }) => into === rootKey && isDelegate(memberText(who), changers),
        isAside: (way) =>
          mayBecome(policy, [memberText(way.who)], []) !== undefined ||
          isTrustedChanger(way, view, policy) ||
          isToldElsewhere(way, target, view, policy),
      },
      view,
      policy,
    );
  },
} satisfies Detector<'identity'>;

/** A KSA in the clusters where it is trusted; in all of its pool once one entry does not pin it. */
function targetOf(
  identity: Identity,
  changers: readonly ChangerIdentity[],
  view: View,
  policy: Policy,
): Target | undefined {
  if (identity.kind === 'gsa') return { kind: 'account', account: view.account(identity.email) };
  if (identity.kind !== 'ksa') return undefined;
  const { pool, namespace, name } = identity;
  const isPinned = changers.every(({ clusters }) => clusters !== undefined);
  const pinned = changers.flatMap(({ clusters }) => clusters ?? []);
  return {
    kind: 'ksa',
    ksa: { pool, namespace, name },
    clusters: isPinned ? [...new Set(pinned)].sort() : clustersOfPool(pool, view, policy),
    isPinned,
  };
}

function isDelegate(member: string, changers: readonly ChangerIdentity[]): boolean {
  return changers.some(({ changer }) =>
    changer.delegates.some((delegate) => globMatches(delegate, member, { crossing: true })),
  );
}

/** Grants that have a finding of their own. */
function isToldElsewhere({ by, into }: Way, target: Target, view: View, policy: Policy): boolean {
  if (by.kind !== 'grants') return false;
  const isToldOfItself =
    target.kind === 'account' && into === targetKey(target) && isWatched(target.account, view, policy);
  return by.grants.some(
    ({ grant }) =>
      (isToldOfItself && serviceAccountOf(grant.resource) !== undefined) ||
      (isWideLink(grant) && by.permissions.some((permission) => TO_SPEAK_AS.includes(permission))) ||
      forbiddenGrant(grant, view, policy)?.kind === 'forbidden',
  );
}
