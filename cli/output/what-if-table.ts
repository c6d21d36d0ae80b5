import { SEVERITY_SYMBOLS } from '../../shared/alerts/headline.ts';
import { plain } from '../../shared/alerts/text.ts';
import {
  type AlertChange,
  type AlertDiff,
  type ChangedField,
  findingOf,
} from '../../shared/diff/alert-diff.ts';
import type { DecidingLine, Fate, Telling } from '../../shared/diff/telling.ts';
import { durationText } from '../../shared/policy/calendar.ts';
import { timeText } from '../gather.ts';
import { type Io, styled } from '../io.ts';

const KINDS = {
  vanish: { sign: '-', color: 'red', title: 'Alerts that vanish' },
  move: { sign: '~', color: 'yellow', title: 'Alerts that move' },
  appear: { sign: '+', color: 'green', title: 'Alerts that appear' },
  aside: { sign: '·', color: 'gray', title: 'Told at once by neither, and not the same' },
} as const;

const FATES: Readonly<Record<Fate, string>> = {
  alert: 'told at once',
  digest: 'in digest and report only',
  recorded: 'recorded only',
  excepted: 'excepted',
  undecided: 'undecided',
  'repaired first': 'repaired before it is told',
  nobody: 'nobody to tell',
};

/** Of one kind; the rest is counted, and stands in the JSON. */
const SHOWN = 25;
/** Changes that a finding may come from. */
const CAUSES = 4;

/** Which alerts a candidate policy would change, for people. */
export function whatIfTable(diff: AlertDiff, io: Io): string {
  const { vanish, move, appear, same } = diff;
  const lines = (['vanish', 'move', 'appear', 'aside'] as const).flatMap((kind) =>
    section(kind, diff[kind], io),
  );
  const total = `${vanish.length} vanish, ${move.length} move, ${appear.length} appear, ${same} stay as they are`;
  return `${[...lines, styled(io, 'bold', `Alerts: ${total}`)].join('\n')}\n`;
}

function section(kind: keyof typeof KINDS, changes: readonly AlertChange[], io: Io): readonly string[] {
  if (changes.length === 0) return [];
  const { title, sign, color } = KINDS[kind];
  const rest = changes.length - SHOWN;
  return [
    styled(io, ['bold', color], title),
    ...changes.slice(0, SHOWN).flatMap((change) => card(change, styled(io, color, sign), io)),
    ...(rest > 0 ? [`   … and ${rest} more (--format json has all)`] : []),
    '',
  ];
}

function card(change: AlertChange, sign: string, io: Io): readonly string[] {
  const finding = findingOf(change);
  const { before, after, fields, because, lines, id } = change;
  const about = [finding.detector, `fp ${plain(id, 64).slice(0, 8)}`].join(' · ');
  return [
    ` ${sign} ${SEVERITY_SYMBOLS[finding.severity]} ${finding.severity.padEnd(8)} ${styled(io, 'bold', plain(finding.title, 300))}  ${styled(io, 'dim', about)}`,
    ...(fields.length === 0
      ? []
      : [
          `     ${styled(io, 'dim', 'differs')}    ${fields.map((field) => differs(field, change)).join('; ')}`,
        ]),
    ...side('policy', before, lines.before, io),
    ...side('candidate', after, lines.after, io),
    ...because.slice(0, CAUSES).map(({ section, name, text, at, isGone }) => {
      const place = section === name ? section : `${section}[${name}]`;
      const where = styled(io, 'dim', `${at.file}:${at.line}${isGone ? ', gone' : ''}`);
      return `     ${styled(io, 'dim', 'because')}    ${plain(place, 120)}: ${plain(text, 300)}  ${where}`;
    }),
    ...(because.length > CAUSES
      ? [`                … or another of ${because.length} changes: anchorwatch diff tells all`]
      : []),
  ];
}

function side(
  label: string,
  telling: Telling | undefined,
  lines: readonly DecidingLine[],
  io: Io,
): readonly string[] {
  const head = styled(io, 'dim', label.padEnd(11));
  if (telling === undefined) return [`     ${head}finds nothing here`];
  return [
    `     ${head}${becomes(telling)}`,
    ...lines.map(
      ({ what, says, at }) =>
        `                ${what}: ${plain(says, 200)}  ${styled(io, 'dim', `${at.file}:${at.line}`)}`,
    ),
  ];
}

function becomes({ fate, to, at }: Telling): string {
  if (fate !== 'alert') return FATES[fate];
  const hearers = to.map(({ destination, mention, escalateAfter }) => {
    const again = escalateAfter === undefined ? '' : `, again after ${durationText(escalateAfter)}`;
    return `${destination}${mention === undefined ? '' : ` (${mention}${again})`}`;
  });
  return `${hearers.join(', ')} at ${timeText(at ?? 0n)}`;
}

function differs(field: ChangedField, { before, after }: AlertChange): string {
  switch (field) {
    case 'severity':
    case 'class':
    case 'owner':
      return `${field} ${plain(before?.finding[field] ?? 'none', 80)} → ${plain(after?.finding[field] ?? 'none', 80)}`;
    case 'fate':
      return `${FATES[before!.fate]} → ${FATES[after!.fate]}`;
    case 'time':
      return later(before!.at ?? 0n, after!.at ?? 0n);
    default:
      return field;
  }
}

function later(before: bigint, after: bigint): string {
  const by = durationText(before < after ? after - before : before - after);
  return after > before ? `${by} later` : `${by} sooner`;
}
