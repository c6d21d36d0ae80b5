import type { Finding, FindingState } from '../model/finding.ts';
import { formatTime } from '../model/time.ts';
import { findingJson, SCHEMA_VERSION } from './finding-json.ts';
import type { ChainedTransition } from './transition-chain.ts';
import type { TransitionEvent } from './transition-schema.ts';

export type { TransitionEvent } from './transition-schema.ts';

type Transition = ChainedTransition & { readonly from: FindingState | 'none'; readonly to: FindingState };

/** One transition for machines, with the finding as it stands after it: tickets, paging, a SIEM, other chats. */
export function transitionEvent(transition: Transition, finding: Finding, tenant: string): TransitionEvent {
  return {
    schemaVersion: SCHEMA_VERSION,
    tenant,
    transition: {
      finding: transition.finding,
      episode: transition.episode,
      at: formatTime(transition.at),
      from: transition.from,
      to: transition.to,
      why: transition.why,
      hash: transition.hash,
      previousHash: transition.previousHash,
    },
    incident: finding.incident,
    finding: findingJson(finding),
  };
}

/** A value of an attribute may have 1024 bytes (cloud.google.com/pubsub/quotas#resource_limits); names of owners are anybody's text. */
const MOST_BYTES = 1024;

/** What a subscription can filter by without reading the event: `attributes.severity = "critical"`. What is not known is left out. */
export function transitionAttributes({
  transition,
  finding,
}: TransitionEvent): Readonly<Record<string, string>> {
  const { detector, severity, class: kind, owner, project } = finding;
  const all = { detector, severity, class: kind, state: transition.to, owner, project };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, cut(value)]],
    ),
  );
}

function cut(value: string): string {
  const bytes = new TextEncoder().encode(value);
  if (bytes.length <= MOST_BYTES) return value;
  // Half a character at the end becomes a replacement character, which goes.
  return new TextDecoder().decode(bytes.subarray(0, MOST_BYTES)).replace(/\uFFFD$/, '');
}
