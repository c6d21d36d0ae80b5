import type { Finding } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import { hearersOf, modeOf, routesFor } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { isLive, worstFirst } from './standing.ts';

/** The name of the place that hears of everything when the policy names no channel: the console of whoever runs it. */
export const CONSOLE = 'console';

/** One destination of an incident, and what it hears of. */
export interface Hearing {
  readonly destination: string;
  /** Those of the incident's findings that lead here. */
  readonly findings: readonly Finding[];
  /** Whom to call by name here, and to call again when nobody has acknowledged it after this long. */
  readonly mention: string | undefined;
  readonly escalateAfter: Nanos | undefined;
}

/** Where an incident is announced: wherever the policy sends one of its findings that may alert. Posture goes to report and digest only. */
export function hearingsOf(policy: Policy, findings: readonly Finding[]): readonly Hearing[] {
  const hearings = new Map<string, Hearing>();
  for (const finding of [...findings].sort(worstFirst)) {
    if (finding.class === 'posture' || modeOf(policy, finding) !== 'enforce') continue;
    for (const { destination, mention, escalateAfter } of placesOf(policy, finding)) {
      const known = hearings.get(destination);
      hearings.set(destination, {
        destination,
        findings: [...(known?.findings ?? []), finding],
        // Nobody is called for what is over.
        mention: known?.mention ?? (isLive(finding) ? mention : undefined),
        escalateAfter: known?.escalateAfter ?? (isLive(finding) ? escalateAfter : undefined),
      });
    }
  }
  return [...hearings.values()];
}

function placesOf(policy: Policy, finding: Finding): readonly Omit<Hearing, 'findings'>[] {
  const hearers = hearersOf(policy, finding);
  // A policy without channels is one that somebody tries on a laptop. What a route keeps for the digest stays there.
  if (hearers.length === 0 && routesFor(policy, finding).every((route) => route.continue))
    return [{ destination: CONSOLE, mention: undefined, escalateAfter: undefined }];
  return hearers.map(({ channel, route }) => ({
    destination: channel,
    mention: route?.mention,
    escalateAfter: route?.escalateAfter,
  }));
}
