import type { Finding } from '../model/finding.ts';
import { formatTime } from '../model/time.ts';

/** Version of every machine output that carries findings. Grows when a field changes its meaning or goes. */
export const SCHEMA_VERSION = 1;

/** A finding as machine outputs have it: the closed schema of docs/findings.md, times as RFC 3339 with nine digits. */
export function findingJson(finding: Finding) {
  const { actor } = finding;
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
    owner: finding.owner,
    assignee: finding.assignee,
    actor,
    observedBy: finding.observedBy,
    eventTime: formatTime(finding.eventTime),
    firstSeen: formatTime(finding.firstSeen),
    lastSeen: formatTime(finding.lastSeen),
    resolvedAt: finding.resolvedAt === undefined ? undefined : formatTime(finding.resolvedAt),
    resolution: finding.resolution,
    exception: finding.exception,
    before: finding.before,
    after: finding.after,
    path: finding.path,
    why: finding.why,
    remediation: finding.remediation,
    controls: finding.controls,
  };
}
