import type { Policy, Route } from './policy.ts';
import { type Hearer, ownerChannel, type Routed, traceRoutes } from './route-trace.ts';

export type { Hearer, Routed } from './route-trace.ts';

/** The routes that a finding takes: the first that matches, and where that says `continue`, the next one too. */
export function routesFor(policy: Policy, finding: Routed): readonly Route[] {
  return traceRoutes(policy, finding)
    .steps.filter(({ outcome }) => outcome === 'taken')
    .map(({ route }) => route);
}

/**
 * Who hears of a finding, each channel once. What no route takes goes to its owner, and where the owner has no channel to the fallback;
 * what a route sends to the digest is told there only. Empty: nobody hears of it at once.
 */
export function hearersOf(policy: Policy, finding: Routed): readonly Hearer[] {
  return traceRoutes(policy, finding).hearers;
}

/** The Slack channels that hear of a finding, without doubles. */
export function channelsFor(policy: Policy, finding: Routed): readonly string[] {
  return hearersOf(policy, finding).map(({ channel }) => channel);
}

/** The channel of an owner, as the identities that name it say. */
export function ownChannel(policy: Policy, owner: string | undefined): string | undefined {
  const own = ownerChannel(policy, owner);
  return own.kind === 'own' ? own.channel : undefined;
}
