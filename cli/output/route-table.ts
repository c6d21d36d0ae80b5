import { incidentHeadline } from '../../shared/alerts/headline.ts';
import { durationText } from '../../shared/alerts/moments.ts';
import { plain } from '../../shared/alerts/text.ts';
import type { PolicyLine } from '../../shared/model/finding.ts';
import type { Route } from '../../shared/policy/policy.ts';
import type { Asked, OwnerChannel, RouteStep } from '../../shared/policy/route-trace.ts';
import { timeText } from '../gather.ts';
import { type Io, styled } from '../io.ts';
import type { Quiet, RouteAnswer } from './route-answer.ts';

const LABEL = 9;

/** Where a finding goes and why, for people. */
export function routeTable(answer: RouteAnswer, io: Io): string {
  const { finding, mode, trace } = answer;
  const about = [
    plain(finding.detector, 60),
    finding.class,
    finding.state,
    `owner ${plain(finding.owner ?? 'not declared', 80)}`,
    `fp ${plain(finding.id, 64).slice(0, 8)}`,
  ];
  return `${[
    styled(io, 'bold', incidentHeadline([finding])),
    styled(io, 'dim', about.join(' · ')),
    '',
    ...labelled('Mode', [modeText(mode, io)], io),
    ...labelled(
      'Routes',
      trace.steps.length === 0 ? ['none: the owner hears'] : stepLines(trace.steps, io),
      io,
    ),
    ...labelled('Owner', [ownerText(trace.owner, answer, io)], io),
    ...labelled('Told', toldLines(answer, io), io),
    ...labelled('When', [whenText(answer)], io),
    ...(answer.quiet === undefined ? [] : labelled('Quiet', [quietText(answer.quiet, answer)], io)),
    ...labelled('Digest', digestLines(answer), io),
    ...(answer.topics.length === 0
      ? []
      : labelled(
          'Topics',
          answer.topics.map((topic) => `${topic} gets every transition`),
          io,
        )),
    ...(answer.silence === undefined ? [] : labelled('Now', [`nobody is told: ${answer.silence}`], io)),
  ].join('\n')}\n`;
}

function labelled(label: string, lines: readonly string[], io: Io): readonly string[] {
  return lines.map((line, at) => `${styled(io, 'dim', (at === 0 ? label : '').padEnd(LABEL))}${line}`);
}

function modeText({ mode, rule }: RouteAnswer['mode'], io: Io): string {
  const by = rule === undefined ? '' : styled(io, 'dim', `, by \`modes\` at ${lineText(rule.at)}`);
  return `${mode}: ${MODES[mode]}${by}`;
}

const MODES = {
  baseline: 'findings are recorded, and nobody is told',
  audit: 'findings go to the digest and the report',
  enforce: 'findings alert',
} as const;

function stepLines(steps: readonly RouteStep[], io: Io): readonly string[] {
  const name = Math.max(...steps.map(({ route }) => route.name.length));
  const said = steps.map(askedText);
  const why = Math.max(...said.map((text) => text.length));
  return steps.map((step, at) => {
    const { route, outcome } = step;
    const text = `${MARKS[outcome]} ${route.name.padEnd(name)}  ${(said[at] ?? '').padEnd(why)}`;
    const to = outcome === 'taken' ? `  → ${goesTo(route)}` : '';
    return `${styled(io, COLORS[outcome], text)}${to}  ${styled(io, 'dim', lineText(route.at))}`;
  });
}

const MARKS = { taken: '✔', passed: '✘', 'not tried': '·' } as const;
const COLORS = { taken: 'green', passed: 'gray', 'not tried': 'gray' } as const;

/** What made it match, or the first thing that did not. */
function askedText({ outcome, asked }: RouteStep): string {
  if (outcome === 'not tried') return 'not tried: one before it had the last word';
  if (asked.length === 0) return 'takes everything';
  const wrong = asked.filter(({ fits }) => !fits);
  return (wrong.length > 0 ? wrong : asked).map(factText).join(', ');
}

function factText({ field, wanted, has, fits }: Asked): string {
  if (has === undefined) return `${field} is not known (wants ${wanted})`;
  const value = plain(has, 60);
  if (fits && value === wanted) return `${field} is ${value}`;
  return `${field} ${value} ${fits ? 'is' : 'is not'} ${wanted}`;
}

function goesTo({ to, continue: goesOn }: Route): string {
  const where =
    to.kind === 'channel' ? to.channel : to.kind === 'owner' ? 'the owner' : 'the digest, and nowhere else';
  return `${where}${goesOn ? ', and on (continue)' : ''}`;
}

function ownerText(owner: OwnerChannel, { finding }: RouteAnswer, io: Io): string {
  const name = finding.owner === undefined ? 'nobody is declared' : plain(finding.owner, 80);
  switch (owner.kind) {
    case 'own':
      return `${name} in ${owner.channel}, ${styled(io, 'dim', `as ${owner.entry.at.entry} says (${lineText(owner.entry.at)})`)}`;
    case 'fallback':
      return `${name}${finding.owner === undefined ? ';' : ' has no channel of their own;'} the fallback is ${owner.channel}`;
    case 'none':
      return `${name}, and the policy names no fallback channel`;
  }
}

function toldLines({ hearings, trace, when }: RouteAnswer, io: Io): readonly string[] {
  if (when.kind === 'never' || hearings.length === 0) return ['nobody at once'];
  return hearings.map(({ destination, mention, escalateAfter }) => {
    const hearer = trace.hearers.find(({ channel }) => channel === destination);
    const by =
      hearer === undefined
        ? 'the console of `serve`: the policy names no channel'
        : hearer.route === undefined
          ? `${trace.owner.kind === 'own' ? 'as the owner' : 'as the fallback'}: no route had the last word`
          : `by route ${hearer.route.name}`;
    const called =
      mention === undefined
        ? ''
        : `; ${mention} is called${escalateAfter === undefined ? '' : `, and again after ${durationText(escalateAfter)} without an answer`}`;
    return `${styled(io, 'bold', destination)} ${by}${called}`;
  });
}

function whenText({ when, finding }: RouteAnswer): string {
  switch (when.kind) {
    case 'at once':
      return `at once: what is ${finding.class === 'attack' ? 'an attack' : finding.severity} does not wait`;
    case 'after settling':
      return `after ${durationText(when.settling)}, unless it is repaired before`;
    case 'never':
      return NEVER[when.why];
  }
}

const NEVER = {
  posture: 'never by itself: posture goes to the digest and the report only',
  mode: 'never by itself: the mode says so',
  digest: 'never by itself: its route keeps it for the digest',
  nowhere: 'never: the route leads to the owner, and there is no channel to be had',
} as const;

function quietText({ hours, timezone, breaksThrough, until }: Quiet, { finding }: RouteAnswer): string {
  const days = hours.days.length === 0 ? 'every day' : `beginning ${hours.days.join(', ')}`;
  const when = `${hours.from} to ${hours.to} (${timezone}), ${days}`;
  if (breaksThrough) return `${when}: ${finding.severity} breaks through`;
  const now = until === undefined ? '' : `; such hours are now, until ${timeText(until)}`;
  return `${when}: a new message waits for their end${now}`;
}

function digestLines({ digests }: RouteAnswer): readonly string[] {
  if (digests.length === 0) return ['none is configured'];
  return digests.map(
    ({ every, at, channel }) => `${every} at ${at}${every === 'weekly' ? ' on Mondays' : ''} in ${channel}`,
  );
}

function lineText({ file, line }: PolicyLine): string {
  return `${file}:${line}`;
}
