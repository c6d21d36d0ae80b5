import { exceptionName, nameOf } from '../findings/decided.ts';
import { resourceLabel } from '../model/asset.ts';
import type { Decision } from '../model/decision.ts';
import type { ControlRef, Finding } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import type { AlertMessage, Block, Incident } from '../ports.ts';
import {
  bold,
  date,
  header,
  lines,
  numbered,
  paragraph,
  preformatted,
  richText,
  type Span,
  span,
  spansText,
  words,
} from './block-kit.ts';
import { signedLines } from './incident/change.ts';
import { learntText } from './incident/learnt.ts';
import { blastRadiusSpans, entryText } from './incident/why.ts';
import { fitted, type Room } from './room.ts';
import { leadFinding, worstFirst } from './standing.ts';
import { plain } from './text.ts';

interface Explained {
  readonly incident: Incident;
  readonly findings: readonly Finding[];
  /** What people decided about these findings. */
  readonly decisions: readonly Decision[];
  readonly asOf: Nanos;
}

/** How the verdict came about, for whoever asks: from the identity to what it can do, whose line of the policy speaks, and why no exception covers it. */
export function explainMessage(input: Explained): AlertMessage {
  const lead = leadFinding(input.findings);
  if (lead === undefined) {
    const spans = [words('Nothing is on record for this alert any more.')];
    const block = richText(lines([spans]));
    return { text: spansText(spans, 200), blocks: block === undefined ? [] : [block] };
  }
  return {
    text: spansText([words('Why: '), span(lead.title || 'untitled', 300)], 400),
    blocks: fitted((room) => [
      header(`Why: ${plain(lead.title, 140) || 'untitled'}`),
      stepsBlock(lead, room),
      policyBlock(lead, room),
      excuseBlock(lead, input, room),
      learntBlock(lead, room),
      controlsBlock(lead.controls, room),
      fingerprintsBlock(input.findings, room),
    ]),
  };
}

function stepsBlock(lead: Finding, room: Room): Block | undefined {
  const { identity, role, resource } = lead;
  const hops = lead.path.length > 0 ? lead.path : [identity, role ?? '', resourceLabel(resource)];
  const shown = hops.slice(0, room.hops + 2);
  return richText(
    paragraph(bold('Step by step')),
    numbered([
      ...shown.map((hop) => [span(hop, room.value)]),
      ...(hops.length > shown.length ? [[words(`… ${hops.length - shown.length} more`)]] : []),
    ]),
    preformatted(signedLines(lead.before, lead.after, room.lines), room.lineWidth),
    lines([blastRadiusSpans(lead.blastRadius, room.value)]),
  );
}

function policyBlock({ detector, why, explanation }: Finding, room: Room): Block | undefined {
  return richText(
    lines([
      [bold('Why the policy says so')],
      [span(explanation, room.prose)],
      [words('Judged by '), span(detector, room.value, { code: true })],
      [
        words('By '),
        span(entryText(why), room.value),
        words(', '),
        span(`${why.file}:${why.line}:${why.column}`, room.value, { code: true }),
        words(' of policy '),
        span(why.policyHash, 64, { code: true }),
      ],
    ]),
  );
}

/** Why no exception covers it, or which one does; and what people said to it. */
function excuseBlock(lead: Finding, { incident, decisions, asOf }: Explained, room: Room): Block | undefined {
  const about = decisions
    .filter((one) => one.about.some(({ finding }) => finding === lead.id))
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return richText(
    lines([
      ...(lead.state === 'resolved'
        ? [[bold(about.length > 0 ? 'What people decided' : '')]]
        : [
            [bold(lead.state === 'excepted' ? 'What covers it' : 'Why no exception covers it')],
            coverSpans(lead, incident, room),
          ]),
      ...about
        .slice(-room.others)
        .map((one) => [
          date(one.at, '{date_short_pretty} {time}'),
          words('  '),
          ...saidSpans(one, asOf, room),
        ]),
    ]),
  );
}

function coverSpans(lead: Finding, { events }: Incident, room: Room): readonly Span[] {
  const { state, exception, exceptedUntil, exceptionDecision, exceptionPending } = lead;
  if (state === 'excepted')
    return [
      words('Covered by '),
      span(exception ?? 'an exception', room.value, { code: true }),
      ...(exceptedUntil === undefined
        ? []
        : [words(' until '), date(exceptedUntil, '{date_short_pretty} {time}')]),
      words(exceptionDecision === undefined ? '.' : ', agreed to in Slack, not in git.'),
    ];
  if (state === 'undecided') return [words('It is not decided: too little is known.')];
  if (exceptionPending) return [words('An exception is asked for, and nobody has agreed to it yet.')];
  const ended = events.findLast(({ kind, title }) => kind === 'exception-ended' && title === lead.title);
  if (ended !== undefined)
    return [
      words('The exception that covered it ended '),
      date(ended.at, '{date_short_pretty} {time}'),
      words('.'),
    ];
  return [words('No exception of the policy covers it, and none was agreed to in Slack.')];
}

function saidSpans(decision: Decision, asOf: Nanos, room: Room): readonly Span[] {
  const by = span(nameOf(decision), room.value, { code: true });
  const until = (end: Nanos) => [
    words(end > asOf ? ' until ' : ' until, now over, '),
    date(end, '{date_short_pretty} {time}'),
  ];
  switch (decision.kind) {
    case 'acknowledge':
      return [words('acknowledged by '), by];
    case 'snooze':
      return [words('snoozed by '), by, ...until(decision.until)];
    case 'request-exception':
      return [
        words('exception '),
        span(exceptionName(decision.id), 80, { code: true }),
        words(' asked by '),
        by,
        ...until(decision.expires),
        words(': '),
        span(decision.reason, room.prose / 2),
        words(' ('),
        span(decision.ticket || 'no ticket', room.value),
        words(')'),
      ];
    case 'approve-exception':
      return [words('agreed to by '), by];
    case 'reject-exception':
      return [words('refused by '), by];
    case 'false-positive':
      return [words('called a false positive by '), by, words(': '), span(decision.reason, room.prose / 2)];
  }
}

function learntBlock(lead: Finding, room: Room): Block | undefined {
  const { actor, eventTime, lastSeen, confirming } = lead;
  return richText(
    lines([
      [bold('How it was learnt')],
      [
        words('It happened at '),
        date(eventTime, '{date_short_pretty} {time_secs}'),
        words(`; learnt ${learntText(lead)}; last looked at `),
        date(lastSeen, '{date_short_pretty} {time_secs}'),
        words(confirming ? '; the repair is still to be confirmed by a reading.' : '.'),
      ],
      ...(typeof actor === 'string' || actor.userAgent === undefined
        ? []
        : [[words('User agent, as claimed: '), span(actor.userAgent, room.value)]]),
    ]),
  );
}

function controlsBlock(controls: readonly ControlRef[], room: Room): Block | undefined {
  const byFramework = [...Map.groupBy(controls, ({ framework, version }) => `${framework} ${version}`)];
  if (byFramework.length === 0) return undefined;
  return richText(
    lines([
      [bold('Controls this is evidence for')],
      ...byFramework
        .slice(0, room.hops)
        .map(([framework, refs]) => [
          span(framework, 60),
          words(': '),
          span(refs.map(({ id, title }) => `${id} ${title}`).join('; '), room.prose / 2),
        ]),
    ]),
  );
}

/** To quote: reports, files and the command line know findings by these. */
function fingerprintsBlock(findings: readonly Finding[], room: Room): Block | undefined {
  const all = [...findings].sort(worstFirst);
  const shown = all.slice(0, room.others);
  return richText(
    lines([
      [bold(all.length === 1 ? 'Fingerprint' : 'Fingerprints')],
      ...shown.map((finding) => [
        span(finding.id || 'none', 64, { code: true }),
        words(all.length === 1 ? '' : '  '),
        span(all.length === 1 ? '' : finding.title, room.value),
      ]),
      ...(all.length > shown.length ? [[words(`… ${all.length - shown.length} more`)]] : []),
    ]),
  );
}
