/** What a world of a soak came to, against what it should have come to. */
import type { Finding } from '../../shared/model/finding.ts';
import type { Nanos } from '../../shared/model/time.ts';
import type { Incident, Rollup, Transition } from '../../shared/ports.ts';
import { asScanned, judgementsOf } from '../../test/laws/pipeline-of.ts';
import type { SlackMessage } from '../../test/slack-server.ts';

export interface Reckoning {
  readonly compared: number;
  /** What one side says and the other does not. */
  readonly differing: readonly string[];
  readonly expected: number;
  readonly lost: readonly string[];
  readonly repeated: readonly string[];
}

/** The findings of the event path against those of one scan. */
export function compared(found: readonly Finding[], scanned: readonly Finding[]) {
  const here = new Set(asScanned(found, scanned).map((one) => JSON.stringify(one)));
  const there = new Set(judgementsOf(scanned).map((one) => JSON.stringify(one)));
  return {
    compared: new Set([...here, ...there]).size,
    differing: [
      ...[...here].filter((one) => !there.has(one)).map((one) => `only in the store: ${one}`),
      ...[...there].filter((one) => !here.has(one)).map((one) => `only in the scan: ${one}`),
    ],
  };
}

export interface Told {
  readonly incidents: readonly Incident[];
  readonly findings: ReadonlyMap<string, Finding>;
  readonly transitions: readonly Transition[];
  readonly rollups: ReadonlyMap<string, Rollup>;
  /** Rows that still wait to be sent, reminders for later aside. */
  readonly waiting: readonly string[];
  /** What the channel shows in the end. */
  readonly messages: readonly SlackMessage[];
}

/**
 * Every finding that somebody had to hear of was told: whatever opened that was an attack, and whatever still stands, unless it is posture.
 * Told is what Slack shows, in a message of its own or in a roll-up: what our store says of it counts only where that message is there. And the
 * message says how things stand: open where anything is open, repaired where nothing is.
 */
export function told(all: Told, since: Nanos) {
  const there = new Map(all.messages.map((message) => [message.ts, message]));
  const lost = all.waiting.map((row) => `never sent: ${row}`);
  const expected = new Set<string>();
  const byFinding = new Map<string, Incident[]>();
  for (const incident of all.incidents)
    for (const id of incident.findings) byFinding.set(id, [...(byFinding.get(id) ?? []), incident]);
  for (const { finding: id, episode, to, at } of all.transitions) {
    const finding = all.findings.get(id);
    if (finding === undefined || to !== 'open' || at <= since) continue;
    const mustBeTold = finding.class === 'attack' || (finding.class === 'outage' && finding.state === 'open');
    if (!mustBeTold) continue;
    expected.add(`${id}|${episode}`);
    const isTold = (byFinding.get(id) ?? []).some((incident) =>
      incident.sent.some(({ handle, rollup }) =>
        there.has(handle?.ts ?? all.rollups.get(rollup ?? '')?.handle?.ts ?? ''),
      ),
    );
    if (!isTold) lost.push(`episode ${episode} of ${finding.detector}: ${finding.title}`);
  }
  for (const incident of all.incidents) {
    const findings = incident.findings
      .map((id) => all.findings.get(id))
      .filter((one) => one?.incident === incident.id && one.class !== 'posture');
    const shows = incident.sent
      .map(({ handle }) => there.get(handle?.ts ?? ''))
      .filter((one) => one !== undefined);
    if (findings.length === 0 || shows.length === 0) continue;
    const isOpen = findings.some((one) => one?.state === 'open');
    for (const { text } of shows)
      if (isOpen === saysOver(text)) lost.push(`${isOpen ? 'open' : 'over'}, and Slack says: ${text}`);
  }
  const keys = all.messages.map(keyOf);
  const repeated = keys.filter((key, at) => key !== undefined && keys.indexOf(key) < at).map(String);
  return { expected: expected.size, lost, repeated };
}

/** What tells one message from another, whatever it says. */
function keyOf({ metadata }: SlackMessage): string | undefined {
  return (metadata as { readonly event_payload?: { readonly key?: string } } | undefined)?.event_payload?.key;
}

/** A repair has a tick; what was missing for a moment only is said to be back, in one line. */
function saysOver(text: string): boolean {
  return text.startsWith('✅') || / back since <!date/.test(text);
}
