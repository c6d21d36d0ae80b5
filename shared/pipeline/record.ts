import { eventsBetween } from '../findings/diary.ts';
import { type ChangeGroup, type Incidents, incidentFor } from '../findings/incident.ts';
import { isLive, type Settled } from '../findings/settle.ts';
import { chain } from '../findings/transition-chain.ts';
import { transitionEvent } from '../findings/transition-event.ts';
import type { AssetName } from '../model/asset.ts';
import type { Decision } from '../model/decision.ts';
import type { Finding } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import type { Policy } from '../policy/policy.ts';
import type { Incident, IncidentEvent, StoredFinding, Transaction } from '../ports.ts';
import { keepPublication } from './publish.ts';
import { keepNews } from './route.ts';

export interface Evaluation {
  readonly opened: readonly Finding[];
  readonly changed: readonly Finding[];
  readonly resolved: readonly Finding[];
}

export interface RecordInput {
  readonly policy: Policy;
  readonly stored: ReadonlyMap<string, StoredFinding>;
  readonly incidents: Incidents<Incident>;
  readonly decisions: readonly Decision[];
  readonly menders: ReadonlyMap<string, string>;
  readonly announce: boolean;
  readonly asOf: Nanos;
}

/** This many lines of an incident's diary are kept: its thread has shown the others. */
const MOST_EVENTS = 100;

/** Writes what came of one batch: findings, transitions, incidents, and what must be told. */
export class Recorder {
  readonly #tx: Transaction;
  readonly #input: RecordInput;
  readonly #touched = new Set<string>();
  readonly #events = new Map<string, IncidentEvent[]>();
  readonly #result = { opened: [] as Finding[], changed: [] as Finding[], resolved: [] as Finding[] };

  constructor(tx: Transaction, input: RecordInput) {
    this.#tx = tx;
    this.#input = input;
  }

  write(outcomes: readonly { readonly key: string; readonly outcome: Settled }[]): Evaluation {
    for (const { key, outcome } of outcomes) {
      for (const id of outcome.dropped) this.#tx.delete('findings', id);
      const moves = new Map(outcome.transitions.map((transition) => [transition.finding.id, transition]));
      for (const finding of outcome.findings) this.#keep(key, this.#mended(finding), moves.get(finding.id));
    }
    for (const id of this.#touched) this.#record(id);
    return this.#result;
  }

  #mended(finding: Finding): Finding {
    const mender = finding.state === 'resolved' ? this.#input.menders.get(finding.id) : undefined;
    return mender === undefined ? finding : { ...finding, resolvedBy: mender };
  }

  #keep(key: string, settled: Finding, move: Settled['transitions'][number] | undefined): void {
    const { stored, policy, decisions, asOf } = this.#input;
    const row = stored.get(settled.id);
    const finding = this.#placed(settled, row?.finding);
    const link = move === undefined ? undefined : chain(move, row?.head ?? '', asOf);
    if (move !== undefined && link !== undefined) {
      const transition = { ...link, from: move.from, to: move.to };
      this.#tx.put('transitions', `${link.finding}|${link.hash}`, transition);
      if (this.#input.announce && !isQuestion(row?.finding, finding))
        keepPublication(this.#tx, transitionEvent(transition, finding, policy.name), policy, asOf);
    }
    this.#tx.put(
      'findings',
      finding.id,
      { subjectKey: key, finding, head: link?.hash ?? row?.head ?? '' },
      { keys: findingKeys(key, finding) },
    );
    const isChange = move !== undefined || (row !== undefined && differs(row.finding, finding));
    if (isChange && finding.incident !== '') {
      this.#touched.add(finding.incident);
      // Posture is for report and digest: no thread speaks of it.
      const isTold = finding.class !== 'posture';
      const events = isTold ? eventsBetween(row?.finding, finding, decisions, asOf) : [];
      this.#events.set(finding.incident, [...(this.#events.get(finding.incident) ?? []), ...events]);
    }
    if (move !== undefined && isLive(finding.state) && !isLive(row?.finding.state ?? 'resolved'))
      this.#result.opened.push(finding);
    else if (move?.to === 'resolved') this.#result.resolved.push(finding);
    else if (isChange && !isQuestion(row?.finding, finding)) this.#result.changed.push(finding);
  }

  /** Puts a finding into its incident, and remembers the incident with its new members and causes. */
  #placed(finding: Finding, before: Finding | undefined): Finding {
    const { policy, incidents, asOf } = this.#input;
    // What nobody can decide is no change anybody made: it stands in the report, and no incident speaks of it.
    if (finding.state === 'undecided') return { ...finding, incident: '' };
    const group: ChangeGroup = incidentFor(finding, policy.name, incidents);
    const known = incidents.get(group.id);
    const previous = known?.previous ?? (before?.incident === group.id ? undefined : before?.incident);
    const next: Incident = {
      id: group.id,
      causes: group.causes,
      findings: [...new Set([...(known?.findings ?? []), finding.id])].sort(),
      openedAt: known?.openedAt ?? asOf,
      revision: known?.revision ?? 0,
      sent: known?.sent ?? [],
      ...(previous === undefined || previous === '' ? {} : { previous }),
      events: known?.events ?? [],
      forgotten: known?.forgotten ?? 0,
    };
    if (
      known === undefined ||
      known.causes.length !== next.causes.length ||
      known.findings.length !== next.findings.length
    )
      this.#touched.add(next.id);
    incidents.set(next);
    return { ...finding, incident: group.id };
  }

  /** The incident has news: its revision grows, its diary too, and somebody will be chosen to hear of it. */
  #record(id: string): void {
    const incident = this.#input.incidents.get(id);
    if (incident === undefined) return;
    const events = [...incident.events, ...(this.#events.get(id) ?? [])];
    const kept = events.slice(-MOST_EVENTS);
    const next: Incident = {
      ...incident,
      revision: incident.revision + 1,
      events: kept,
      forgotten: incident.forgotten + events.length - kept.length,
    };
    this.#tx.put('incidents', next.id, next, { keys: next.causes });
    if (this.#input.announce) keepNews(this.#tx, next.id, this.#input.asOf);
  }
}

function findingKeys(subject: string, finding: Finding): readonly string[] {
  const confirming = finding.confirming ? [confirmingKey(finding.resource)] : [];
  return [`subject:${subject}`, `incident:${finding.incident}`, ...confirming];
}

/** Findings whose repair a reading of this asset confirms. */
export function confirmingKey(asset: AssetName): string {
  return `confirming:${asset}`;
}

/** What nobody could decide before and nobody can now was never a finding, so that it is no change of one. */
function isQuestion(before: Finding | undefined, now: Finding): boolean {
  return now.state === 'undecided' && (before === undefined || before.state === 'undecided');
}

/** What people would see differently: everything but the times of looking. */
function differs(a: Finding, b: Finding): boolean {
  const text = (finding: Finding): string =>
    JSON.stringify(
      {
        ...finding,
        lastSeen: undefined,
        causes: undefined,
        why: undefined,
        openings: undefined,
        // A pod more or less is no news; the next message counts anew.
        blastRadius: undefined,
      },
      (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
    );
  return text(a) !== text(b);
}
