import type { PolicyLine } from '../model/finding.ts';
import { parseDuration } from './calendar.ts';
import type { Destination, Report, Route, Routing } from './policy.ts';
import { DEFAULTS } from './schema/defaults.ts';
import type { Item, Sections } from './sections.ts';

interface Lines {
  readonly line: (item: Item<unknown>) => PolicyLine;
}

/** Who hears of what, from its parts. Like all of compiling it checks nothing again. */
export function compileRouting(sections: Sections, { line }: Lines): Routing {
  const burst = sections.burst[0]?.value;
  const quiet = sections.quietHours[0]?.value;
  return {
    fallbackChannel: sections.fallbackChannel[0]?.value,
    groupBy: sections.groupBy[0]?.value ?? DEFAULTS.groupBy,
    groupWait: nanos(sections.groupWait[0]?.value ?? DEFAULTS.groupWait),
    groupInterval: nanos(sections.groupInterval[0]?.value ?? DEFAULTS.groupInterval),
    repeatInterval: nanos(sections.repeatInterval[0]?.value ?? DEFAULTS.repeatInterval),
    burst: burst && { perChannel: burst.perChannel, per: nanos(burst.per) },
    routes: sections.routes.map((item) => compileRoute(item, line(item))),
    digest: sections.digest[0]?.value,
    quietHours: quiet && {
      from: quiet.from,
      to: quiet.to,
      days: quiet.days ?? [],
      breakThrough: quiet.breakThrough ?? DEFAULTS.breakThrough,
    },
  };
}

function compileRoute({ value }: Sections['routes'][number], at: PolicyLine): Route {
  const { severity = [], owner, detector, namespace, project } = value.match ?? {};
  return {
    name: value.name,
    match: {
      severity: typeof severity === 'string' ? [severity] : severity,
      owner,
      detector,
      namespace,
      project,
    },
    to:
      value.channel === undefined
        ? { kind: value.to ?? 'owner' }
        : { kind: 'channel', channel: value.channel },
    mention: value.mention,
    escalateAfter: value.escalateAfter === undefined ? undefined : nanos(value.escalateAfter),
    continue: value.continue ?? false,
    at,
  };
}

export function compileReport(item: Sections['reports'][number], { line }: Lines): Report {
  const { name, cron, formats, bucket, frameworks = [], notify, signOff } = item.value;
  return {
    name,
    cron,
    formats: formats ?? DEFAULTS.formats,
    bucket,
    frameworks,
    notify,
    signOff: signOff ?? DEFAULTS.signOff,
    at: line(item),
  };
}

export function compileDestination(item: Sections['destinations'][number], { line }: Lines): Destination {
  const { name, pubsub, digest = 'weekly', channel } = item.value;
  return pubsub === undefined
    ? { kind: 'digest', name, every: digest, channel, at: line(item) }
    : { kind: 'pubsub', name, topic: pubsub, at: line(item) };
}

function nanos(text: string) {
  return parseDuration(text) ?? 0n;
}
