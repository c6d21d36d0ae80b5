import { SCHEMA_VERSION } from '../../shared/findings/finding-json.ts';
import { formatTime, SECOND } from '../../shared/model/time.ts';
import type { RouteAnswer } from './route-answer.ts';

/** Where a finding goes and why, for machines: times of waiting in seconds. */
export function routeJson({
  finding,
  mode,
  trace,
  hearings,
  when,
  quiet,
  digests,
  topics,
  silence,
}: RouteAnswer) {
  const { id, detector, severity, state, owner, namespace, project } = finding;
  return {
    schemaVersion: SCHEMA_VERSION,
    finding: { id, detector, class: finding.class, severity, state, owner, namespace, project },
    mode: { mode: mode.mode, line: mode.rule?.at },
    routes: trace.steps.map(({ route, outcome, asked }) => ({
      name: route.name,
      outcome,
      asked,
      to: route.to,
      continue: route.continue,
      line: route.at,
    })),
    owner:
      trace.owner.kind === 'own'
        ? { kind: 'own', channel: trace.owner.channel, line: trace.owner.entry.at }
        : trace.owner,
    told:
      when.kind === 'never'
        ? []
        : hearings.map(({ destination, mention, escalateAfter }) => ({
            destination,
            route: trace.hearers.find(({ channel }) => channel === destination)?.route?.name,
            mention,
            escalateAfterSeconds: seconds(escalateAfter),
          })),
    when:
      when.kind === 'after settling' ? { kind: when.kind, settlingSeconds: seconds(when.settling) } : when,
    quiet: quiet && {
      from: quiet.hours.from,
      to: quiet.hours.to,
      days: quiet.hours.days,
      timezone: quiet.timezone,
      breaksThrough: quiet.breaksThrough,
      until: quiet.until === undefined ? undefined : formatTime(quiet.until),
    },
    digests: digests.map(({ every, at, channel }) => ({ every, at, channel })),
    topics,
    silence,
  };
}

function seconds(length: bigint | undefined): number | undefined {
  return length === undefined ? undefined : Number(length / SECOND);
}
