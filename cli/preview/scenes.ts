import { approvalMessage, approvedMessage } from '../../shared/alerts/approval-message.ts';
import { blipMessage } from '../../shared/alerts/blip-message.ts';
import { dayOf } from '../../shared/alerts/days.ts';
import { digestMessage } from '../../shared/alerts/digest-message.ts';
import { escalationNote } from '../../shared/alerts/escalation-note.ts';
import { explainMessage } from '../../shared/alerts/explain-message.ts';
import { incidentHeadline } from '../../shared/alerts/headline.ts';
import { exceptionModal, falsePositiveModal } from '../../shared/alerts/modals.ts';
import { rollupMessage } from '../../shared/alerts/rollup-message.ts';
import { hearingsOf } from '../../shared/alerts/route.ts';
import { slackMessage } from '../../shared/alerts/slack-message.ts';
import { alerting, rank } from '../../shared/alerts/standing.ts';
import { threadNote } from '../../shared/alerts/thread-note.ts';
import { nameOf } from '../../shared/findings/decided.ts';
import type { Finding, Severity } from '../../shared/model/finding.ts';
import { DAY, earliest, MINUTE, type Nanos } from '../../shared/model/time.ts';
import { digestOf } from '../../shared/pipeline/digest-of.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import type { AlertMessage, Incident, IncidentEvent, Rollup } from '../../shared/ports.ts';
import type { Letter, Scene } from './page.ts';
import { ANOTHER, asked, decisionId, REQUEST, SOMEBODY, type State } from './states.ts';

/** The messages there are, by the names of the command line. */
export const MESSAGES = [
  'alert',
  'thread',
  'escalation',
  'approval',
  'explain',
  'blip',
  'rollup',
  'digest',
  'exception-modal',
  'false-positive-modal',
] as const;
export type MessageKind = (typeof MESSAGES)[number];

/** These tell of many incidents at once. */
export const OF_MANY: ReadonlySet<MessageKind> = new Set(['rollup', 'digest']);

export interface Look {
  /** The findings of one incident, or of all. */
  readonly findings: readonly Finding[];
  /** How they are looked at, when that is not how they are. */
  readonly state: State | undefined;
  /** Whom it would call, what it never excepts, in which time zone its days end. */
  readonly policy: Policy | undefined;
  readonly asOf: Nanos;
}

/** The message as it would be sent, with what stands before it in the channel: made by the builders that `deliver` uses. */
export function sceneOf(kind: MessageKind, look: Look): Scene {
  const { findings, policy, asOf } = look;
  const incident = incidentOf(look);
  const title = `${kind} · ${incidentHeadline(findings)}`;
  const timezone = policy?.timezone ?? 'UTC';
  switch (kind) {
    case 'alert':
      return { title, letters: [alert(look, incident)] };
    case 'thread':
      return {
        title,
        letters: [
          alert(look, incident),
          reply(threadNote({ events: incident.events, findings: alerting(findings), asOf }), asOf),
        ],
      };
    case 'escalation': {
      const note = escalationNote({
        incident,
        findings,
        mention: mentionOf(look) ?? 'S0EXAMPLE',
        waited: 15n * MINUTE,
        asOf,
      });
      return { title, letters: [alert(look, incident), reply(note, asOf)] };
    }
    case 'approval':
      return { title, letters: approval(look, incident, timezone) };
    case 'explain': {
      const message = explainMessage({ incident, findings, decisions: [], asOf });
      return { title, letters: [alert(look, incident), { ...reply(message, asOf), where: 'only you' }] };
    }
    case 'blip':
      return { title, letters: [inChannel(blipMessage({ incident, findings, asOf }), asOf)] };
    case 'rollup':
      return {
        title: kind,
        letters: [inChannel(rollupMessage({ rollup: rollupOf(findings, asOf), asOf }), asOf)],
      };
    case 'digest':
      return { title: kind, letters: [inChannel(digest(findings, policy, asOf), asOf)] };
    case 'exception-modal': {
      const max = policy?.maxExceptionDuration;
      const modal = exceptionModal({
        incident,
        findings,
        maxExpires: max === undefined ? undefined : asOf + max,
        neverExcept: policy?.neverExcept ?? [],
        asOf,
        timezone,
      });
      return { title, letters: [], modal };
    }
    case 'false-positive-modal':
      return { title, letters: [], modal: falsePositiveModal({ incident, findings }) };
  }
}

function alert(
  look: Look,
  incident: Incident,
  request?: Parameters<typeof slackMessage>[0]['request'],
): Letter {
  const { findings, state, asOf } = look;
  const mention = mentionOf(look);
  const message = slackMessage({
    incident,
    findings,
    asOf,
    buttons: true,
    ...(mention === undefined ? {} : { mention }),
    ...(state === 'reopened' ? { previous: { at: incident.openedAt - 2n * DAY, url: undefined } } : {}),
    ...(request === undefined ? {} : { request }),
  });
  // Slack says so of a message that has changed since it was posted.
  const isEdited = request !== undefined || !findings.every((one) => one.state === 'open');
  return { message, at: incident.openedAt, where: 'channel', isEdited };
}

/** Somebody asks for an exception; where the findings are excepted, somebody else has agreed. */
function approval(look: Look, incident: Incident, timezone: string): readonly Letter[] {
  const { state, asOf } = look;
  const request = { ...REQUEST, expires: asOf + 30n * DAY };
  const by = nameOf({ by: SOMEBODY });
  if (state === 'excepted') {
    const ids = { decisionId: decisionId(0), approvalId: decisionId(1) };
    const agreedBy = nameOf({ by: ANOTHER });
    const message = approvedMessage({ ...look, ...ids, request, by, agreedBy, timezone });
    return [alert(look, incident), reply(message, asOf)];
  }
  const findings = look.findings.map((one) => asked(one, asOf));
  const message = approvalMessage({ findings, request, by, asOf, decisionId: decisionId(0) });
  return [alert({ ...look, findings }, incident, { ...request, by }), reply(message, asOf)];
}

function inChannel(message: AlertMessage, at: Nanos): Letter {
  return { message, at, where: 'channel', isEdited: false };
}

function reply(message: AlertMessage, at: Nanos): Letter {
  return { message, at, where: 'thread', isEdited: false };
}

function mentionOf({ findings, policy }: Look): string | undefined {
  if (policy === undefined) return undefined;
  return hearingsOf(policy, findings).find(({ mention }) => mention !== undefined)?.mention;
}

function incidentOf({ findings, state, asOf }: Look): Incident {
  const openedAt = earliest(findings.map(({ firstSeen }) => firstSeen)) ?? asOf;
  return {
    id: findings.find(({ incident }) => incident !== '')?.incident ?? '',
    causes: [],
    findings: findings.map(({ id }) => id),
    openedAt,
    revision: 1,
    sent: [],
    events: findings.flatMap((finding) => eventsOf(finding, state, asOf)),
    forgotten: 0,
  };
}

/** The diary that a finding's state lets one tell, without what has a message of its own. */
function eventsOf(finding: Finding, state: State | undefined, asOf: Nanos): readonly IncidentEvent[] {
  const { title, firstSeen, severity, assignee, snoozedUntil, episode } = finding;
  const { resolvedAt, resolvedBy, confirming } = finding;
  const event = (
    kind: IncidentEvent['kind'],
    at: Nanos,
    more: Partial<IncidentEvent> = {},
  ): IncidentEvent => ({ at, kind, title, ...more });
  const by = resolvedBy === undefined ? {} : { by: resolvedBy };
  return [
    // That it opened, the message itself says.
    ...(state === 'reopened' || episode > 1 ? [event('reopened', firstSeen, { detail: severity })] : []),
    ...(assignee === undefined ? [] : [event('acknowledged', asOf, { by: assignee })]),
    ...(snoozedUntil === undefined
      ? []
      : [event('snoozed', asOf, { by: nameOf({ by: SOMEBODY }), until: snoozedUntil })]),
    ...(resolvedAt === undefined ? [] : [event('repaired', resolvedAt, by)]),
    ...(resolvedAt === undefined || confirming ? [] : [event('confirmed', resolvedAt)]),
  ];
}

/** As if all had come at once. */
function rollupOf(findings: readonly Finding[], asOf: Nanos): Rollup {
  const bySeverity: Partial<Record<Severity, number>> = {};
  const byGroup: Record<string, number> = {};
  for (const { severity, detector } of findings) {
    bySeverity[severity] = (bySeverity[severity] ?? 0) + 1;
    byGroup[detector] = (byGroup[detector] ?? 0) + 1;
  }
  const incidents = [...Map.groupBy(findings, ({ incident, id }) => incident || id).values()];
  return {
    destination: 'preview',
    startedAt: asOf - 4n * MINUTE,
    until: asOf + 6n * MINUTE,
    incidents: incidents.length,
    bySeverity,
    byGroup,
    top: findings
      .toSorted((a, b) => rank(a.severity) - rank(b.severity))
      .slice(0, 10)
      .map(({ id, title, severity }) => ({ finding: id, title, severity })),
    closed: incidents.filter((all) => all.every(({ state }) => state === 'resolved')).length,
    policies: undefined,
    handle: undefined,
    contentHash: undefined,
  };
}

/** The digest of the day before `asOf`. */
function digest(findings: readonly Finding[], policy: Policy | undefined, asOf: Nanos): AlertMessage {
  if (policy === undefined) throw new NeedsPolicy('a digest tells of the policy as well');
  const period = { period: 'daily', day: dayOf(asOf, policy.timezone), from: asOf - DAY, asOf } as const;
  return digestMessage(digestOf(findings, policy, period, undefined));
}

/** What was asked for cannot be shown without a policy. */
export class NeedsPolicy extends Error {
  override readonly name = 'NeedsPolicy';
}
