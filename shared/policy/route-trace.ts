import type { Severity } from '../model/finding.ts';
import { globMatches } from './glob.ts';
import type { DeclaredIdentity, Policy, Route } from './policy.ts';

/** What a route can be asked about. */
export interface Routed {
  readonly severity: Severity;
  readonly detector: string;
  readonly owner?: string | undefined;
  readonly namespace?: string | undefined;
  readonly project?: string | undefined;
}

/** A Slack channel that hears of a finding, and by which route. */
export interface Hearer {
  readonly channel: string;
  /** `undefined` where no route took it: the owner hears, or the fallback. */
  readonly route: Route | undefined;
}

/** How a finding went through the routes, and who hears of it: the matcher itself, which keeps what it saw. */
export interface RouteTrace {
  /** Every route of the policy, in its order. */
  readonly steps: readonly RouteStep[];
  /** No route had the last word, so the owner hears. */
  readonly isLeftToOwner: boolean;
  readonly owner: OwnerChannel;
  /** Each channel once. Empty: nobody hears of it at once. */
  readonly hearers: readonly Hearer[];
}

export interface RouteStep {
  readonly route: Route;
  /** `not tried`: one before it took the finding and does not `continue`. */
  readonly outcome: 'taken' | 'passed' | 'not tried';
  /** What the route asks for; empty when it takes everything. */
  readonly asked: readonly Asked[];
}

export interface Asked {
  readonly field: 'severity' | 'owner' | 'detector' | 'namespace' | 'project';
  readonly wanted: string;
  /** What the finding has. */
  readonly has: string | undefined;
  readonly fits: boolean;
}

/** Where the owner hears: in their own channel, as the first identity that names it says, else in the fallback. */
export type OwnerChannel =
  | { readonly kind: 'own'; readonly channel: string; readonly entry: DeclaredIdentity }
  | { readonly kind: 'fallback'; readonly channel: string }
  | { readonly kind: 'none' };

/**
 * Takes a finding through the routes: the first that matches, and where that says `continue`, the next one too. What no route takes goes to
 * its owner, and where the owner has no channel to the fallback; what a route sends to the digest is told there only.
 */
export function traceRoutes(policy: Policy, finding: Routed): RouteTrace {
  const steps: RouteStep[] = [];
  let ended = false;
  for (const route of policy.routing.routes) {
    const asked = askedBy(route, finding);
    if (ended) steps.push({ route, outcome: 'not tried', asked });
    else if (!asked.every(({ fits }) => fits)) steps.push({ route, outcome: 'passed', asked });
    else {
      steps.push({ route, outcome: 'taken', asked });
      ended = !route.continue;
    }
  }
  // A route that goes on leaves the last word to those after it; when none of them matches, the owner still hears.
  const isLeftToOwner = !ended;
  const owner = ownerChannel(policy, finding.owner);
  return { steps, isLeftToOwner, owner, hearers: hearersOf(steps, isLeftToOwner, owner) };
}

function hearersOf(
  steps: readonly RouteStep[],
  isLeftToOwner: boolean,
  owner: OwnerChannel,
): readonly Hearer[] {
  const ownerHears = owner.kind === 'none' ? undefined : owner.channel;
  const all: readonly { readonly channel: string | undefined; readonly route: Route | undefined }[] = [
    ...steps
      .filter(({ outcome }) => outcome === 'taken')
      .map(({ route }) => ({ channel: channelOf(route, ownerHears), route })),
    ...(isLeftToOwner ? [{ channel: ownerHears, route: undefined }] : []),
  ];
  const first = new Map<string, Hearer>();
  for (const { channel, route } of all)
    if (channel !== undefined && !first.has(channel)) first.set(channel, { channel, route });
  return [...first.values()];
}

function channelOf({ to }: Route, owner: string | undefined): string | undefined {
  if (to.kind === 'channel') return to.channel;
  return to.kind === 'owner' ? owner : undefined;
}

/** Where the owner of a finding hears. */
export function ownerChannel(policy: Policy, owner: string | undefined): OwnerChannel {
  for (const entry of owner === undefined ? [] : policy.identities)
    if (entry.owner === owner && entry.slack !== undefined)
      return { kind: 'own', channel: entry.slack, entry };
  const channel = policy.routing.fallbackChannel;
  return channel === undefined ? { kind: 'none' } : { kind: 'fallback', channel };
}

function askedBy({ match }: Route, finding: Routed): readonly Asked[] {
  const severity: readonly Asked[] =
    match.severity.length === 0
      ? []
      : [
          {
            field: 'severity',
            wanted: match.severity.join(' or '),
            has: finding.severity,
            fits: match.severity.includes(finding.severity),
          },
        ];
  return [...severity, ...GLOBS.flatMap((field) => askedFor(field, match[field], finding[field]))];
}

const GLOBS = ['owner', 'detector', 'namespace', 'project'] as const;

function askedFor(
  field: (typeof GLOBS)[number],
  wanted: string | undefined,
  has: string | undefined,
): readonly Asked[] {
  if (wanted === undefined) return [];
  return [{ field, wanted, has, fits: has !== undefined && globMatches(wanted, has, { crossing: true }) }];
}
