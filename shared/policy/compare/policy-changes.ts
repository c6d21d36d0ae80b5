import type { Policy } from '../policy.ts';
import { EFFECTS, type PolicyChange } from './change.ts';
import { CHANGERS } from './changers.ts';
import { DELEGATIONS } from './delegations.ts';
import { exceptionWords } from './exceptions.ts';
import { frameChanges } from './frame.ts';
import { identityWords } from './identities.ts';
import { keyChanges } from './keys.ts';
import { MAY_BECOME } from './may-become.ts';
import { NETWORKS } from './networks.ts';
import { routingChanges } from './routing.ts';
import { FORBIDDEN, SENSITIVE } from './rules.ts';
import { dayIn, named } from './tell.ts';
import { POOLS } from './trust.ts';

/** What a change of the policy permits or forbids, in words; guard rails that were weakened first. */
export function policyChanges(a: Policy, b: Policy): readonly PolicyChange[] {
  const day = dayIn(b.timezone);
  const changes = [
    ...frameChanges(a, b),
    ...named('trust.pools', a.pools, b.pools, ({ at }) => at, POOLS),
    ...named('workloadIdentities', a.identities, b.identities, ({ at }) => at, identityWords(day)),
    ...named('forbiddenRoles', a.forbiddenRoles, b.forbiddenRoles, ({ line }) => line, FORBIDDEN),
    ...keyChanges(a, b, day),
    ...named('trustedChangers', a.trustedChangers, b.trustedChangers, ({ at }) => at, CHANGERS),
    ...named('become.allowed', a.become.allowed, b.become.allowed, ({ at }) => at, MAY_BECOME),
    ...named('behaviour.networks', a.behaviour.networks, b.behaviour.networks, ({ at }) => at, NETWORKS),
    ...named('exceptions', a.exceptions, b.exceptions, ({ at }) => at, exceptionWords(day)),
    ...named('sensitive', a.sensitive, b.sensitive, ({ at }) => at, SENSITIVE),
    ...named('delegations', a.delegations, b.delegations, ({ at }) => at, DELEGATIONS),
    ...routingChanges(a, b),
  ];
  return changes.toSorted((x, y) => EFFECTS.indexOf(x.effect) - EFFECTS.indexOf(y.effect));
}
