import { SEVERITY_SYMBOLS } from '../../shared/alerts/headline.ts';
import { plain } from '../../shared/alerts/text.ts';
import type { Caused, EdgeChange } from '../../shared/check/check.ts';
import { type Io, styled } from '../io.ts';
import { type CheckResult, placeOf } from './check-document.ts';
import { edgeText, itemText, placeText, stateText } from './check-words.ts';
import { codeLines } from './code-lines.ts';
import { INDENT } from './labelled.ts';
import { wrap } from './wrap.ts';

/** Undecided ones are questions; a screenful is enough of them. */
const MOST_UNDECIDED = 10;

/** What the change brings about, for people. */
export function checkTable({ checked }: CheckResult, io: Io): string {
  const { edges, caused, undecided, resolved, unknown, gaps } = checked;
  const sections = [
    edgeLines(edges, io),
    caused.flatMap((one) => card(one, io)),
    listed(
      'Resolved by it',
      resolved.map(({ title }) => plain(title, 200)),
      io,
    ),
    listed(
      'Undecided',
      undecided.map(
        ({ finding }) =>
          `${plain(finding.title, 200)}  ${styled(io, 'dim', plain(finding.explanation, 300))}`,
      ),
      io,
      MOST_UNDECIDED,
    ),
    listed(
      'Known only after apply',
      unknown.map(({ item, argument }) => `${argument.argument} of ${plain(itemText(item), 400)}`),
      io,
    ),
    listed(
      'While it is applied',
      gaps.map(({ item, text }) => `${plain(itemText(item), 400)}: ${plain(text, 600)}`),
      io,
    ),
  ].filter((lines) => lines.length > 0);
  return sections.length === 0
    ? `${styled(io, 'green', '✔')} nothing changes in who acts as whom\n`
    : `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function edgeLines(edges: readonly EdgeChange[], io: Io): readonly string[] {
  if (edges.length === 0) return [];
  const rows = edges.map((edge) => ({ edge, name: plain(edgeText(edge), 200) }));
  const width = Math.max(...rows.map(({ name }) => name.length));
  return [
    styled(io, 'bold', 'Edges'),
    ...rows.flatMap(({ edge, name }) => {
      const { before, after, why, items } = edge;
      const states =
        before === after ? `stays ${stateText(after)}` : `${stateText(before)} → ${stateText(after)}`;
      const colour = before === after ? 'dim' : after === 'bound' || after === 'direct' ? 'green' : 'yellow';
      return [
        `${INDENT}${name.padEnd(width)}  ${styled(io, colour, states)}`,
        ...(why === undefined ? [] : [`${INDENT}   ${styled(io, 'dim', plain(why, 400))}`]),
        ...items
          .slice(0, 3)
          .map((item) => `${INDENT}   ${styled(io, 'dim', `${item.action} ${plain(itemText(item), 400)}`)}`),
      ];
    }),
  ];
}

function card({ finding, item, was }: Caused, io: Io): readonly string[] {
  const { severity, title, explanation, detector, why, owner, state, exception, remediation } = finding;
  const excepted = state === 'excepted' ? ` (excepted: ${plain(exception ?? '', 100)})` : '';
  return [
    `${SEVERITY_SYMBOLS[severity]} ${severity.padEnd(8)} ${styled(io, 'bold', plain(title, 300))}${excepted}`,
    ...(item === undefined
      ? []
      : [`${INDENT}${placeText(placeOf(item))}  ${styled(io, 'dim', plain(item.name, 300))}`]),
    ...wrap(plain(explanation, 600), io.width - INDENT.length).map((line) => `${INDENT}${line}`),
    `${INDENT}${styled(io, 'dim', [detector, `${why.entry} · ${why.file}:${why.line}`, ...(owner === undefined ? [] : [`owner ${plain(owner, 80)}`]), ...(was === undefined ? [] : [`was ${was}`])].join(' · '))}`,
    ...remediation
      .slice(0, 3)
      .flatMap(({ text }) =>
        codeLines(text, 1_000).map(
          (line, at) => `${INDENT}${at === 0 ? styled(io, 'dim', 'fix') : '   '} ${line}`,
        ),
      ),
  ];
}

function listed(heading: string, lines: readonly string[], io: Io, most = lines.length): readonly string[] {
  if (lines.length === 0) return [];
  const rest = lines.length - most;
  return [
    styled(io, 'bold', `${heading} (${lines.length})`),
    ...lines.slice(0, most).map((line) => `${INDENT}${line}`),
    ...(rest > 0 ? [styled(io, 'dim', `${INDENT}… and ${rest} more (--format json has all of them)`)] : []),
  ];
}
