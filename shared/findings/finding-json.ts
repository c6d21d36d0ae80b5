import type { Finding } from '../model/finding.ts';
import { formatTime, type Nanos, parseTime } from '../model/time.ts';
import type { FindingJson } from './finding-schema.ts';

/** Version of every machine output that carries findings. Grows when a field changes its meaning or goes. */
export const SCHEMA_VERSION = 1;

/** A finding as machine outputs have it: the closed schema of docs/findings.md, times as RFC 3339 with nine digits. */
export function findingJson(finding: Finding): FindingJson {
  return {
    id: finding.id,
    episode: finding.episode,
    incident: finding.incident,
    detector: finding.detector,
    class: finding.class,
    severity: finding.severity,
    state: finding.state,
    confirming: finding.confirming,
    flapping: finding.flapping,
    exceptionPending: finding.exceptionPending,
    title: finding.title,
    explanation: finding.explanation,
    subject: finding.subject,
    identity: finding.identity,
    resource: finding.resource,
    role: finding.role,
    project: finding.project,
    cluster: finding.cluster,
    namespace: finding.namespace,
    pool: finding.pool,
    owner: finding.owner,
    assignee: finding.assignee,
    actor: finding.actor,
    observedBy: finding.observedBy,
    eventTime: formatTime(finding.eventTime),
    firstSeen: formatTime(finding.firstSeen),
    lastSeen: formatTime(finding.lastSeen),
    snoozedUntil: timeJson(finding.snoozedUntil),
    exceptedUntil: timeJson(finding.exceptedUntil),
    resolvedAt: timeJson(finding.resolvedAt),
    resolution: finding.resolution,
    resolvedBy: finding.resolvedBy,
    exception: finding.exception,
    exceptionDecision: finding.exceptionDecision,
    removal: finding.removal,
    before: finding.before,
    after: finding.after,
    path: finding.path,
    blastRadius: finding.blastRadius,
    why: finding.why,
    remediation: finding.remediation,
    controls: finding.controls,
  } satisfies Record<Exclude<keyof Finding, Inner>, unknown>;
}

/** What machine output leaves out; a new field of a finding is either here or there. */
type Inner = 'verdict' | 'causes' | 'openings';

function timeJson(time: Nanos | undefined): string | undefined {
  return time === undefined ? undefined : formatTime(time);
}

/**
 * The finding that machine output tells of, for looking at it again. Output does not carry what groups findings (`causes`) nor what tells
 * flapping: the one is empty, the other absent. Times are read to the nanosecond.
 */
export function findingOf(json: FindingJson): Finding {
  const { actor, eventTime, firstSeen, lastSeen, snoozedUntil, exceptedUntil, resolvedAt, ...rest } = json;
  return {
    ...present(rest),
    actor: typeof actor === 'string' ? actor : present(actor),
    verdict: json.state === 'excepted' || json.state === 'undecided' ? json.state : 'open',
    causes: [],
    eventTime: nanos(eventTime),
    firstSeen: nanos(firstSeen),
    lastSeen: nanos(lastSeen),
    ...(snoozedUntil === undefined ? {} : { snoozedUntil: nanos(snoozedUntil) }),
    ...(exceptedUntil === undefined ? {} : { exceptedUntil: nanos(exceptedUntil) }),
    ...(resolvedAt === undefined ? {} : { resolvedAt: nanos(resolvedAt) }),
  };
}

function nanos(time: string): Nanos {
  const read = parseTime(time);
  // The schema has looked at it.
  if (read === undefined) throw new Error(`not a time: ${time}`);
  return read;
}

/** Without the keys whose value is undefined. */
function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]: Exclude<T[K], undefined> };
}
