import type { Severity } from '../model/finding.ts';
import { globMatches } from './glob.ts';
import type { Policy, Route } from './policy.ts';

/** What a route can be asked about. */
export interface Routed {
  readonly severity: Severity;
  readonly detector: string;
  readonly owner?: string | undefined;
  readonly namespace?: string | undefined;
  readonly project?: string | undefined;
}

/** The routes that a finding takes: the first that matches, and where that says `continue`, the next one too. */
export function routesFor(policy: Policy, finding: Routed): readonly Route[] {
  const taken: Route[] = [];
  for (const route of policy.routing.routes) {
    if (!takes(route, finding)) continue;
    taken.push(route);
    if (!route.continue) break;
  }
  return taken;
}

/**
 * The Slack channels that hear of a finding, without doubles. What no route takes goes to its owner, and where the owner has no channel to
 * the fallback; what a route sends to the digest is told there only. Empty: nobody hears of it at once.
 */
export function channelsFor(policy: Policy, finding: Routed): readonly string[] {
  const routes = routesFor(policy, finding);
  const owner = ownChannel(policy, finding.owner) ?? policy.routing.fallbackChannel;
  // A route that goes on leaves the last word to those after it; when none of them matches, the owner still hears.
  const ends = routes.at(-1)?.continue === false;
  const channels = routes.map(({ to }) =>
    to.kind === 'channel' ? to.channel : to.kind === 'owner' ? owner : undefined,
  );
  return [...new Set([...channels, ...(ends ? [] : [owner])])].filter((channel) => channel !== undefined);
}

/** The channel of an owner, as the identities that name it say. */
function ownChannel(policy: Policy, owner: string | undefined): string | undefined {
  if (owner === undefined) return undefined;
  return policy.identities.find((entry) => entry.owner === owner && entry.slack !== undefined)?.slack;
}

function takes({ match }: Route, finding: Routed): boolean {
  return (
    (match.severity.length === 0 || match.severity.includes(finding.severity)) &&
    fits(match.owner, finding.owner) &&
    fits(match.detector, finding.detector) &&
    fits(match.namespace, finding.namespace) &&
    fits(match.project, finding.project)
  );
}

function fits(pattern: string | undefined, text: string | undefined): boolean {
  return pattern === undefined || (text !== undefined && globMatches(pattern, text, { crossing: true }));
}
