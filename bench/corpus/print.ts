import { type Judged, type Score, scores } from './compare.ts';
import { nameOf, type Run } from './run.ts';

/** The run for machines. */
export function asJson({ all, differences, explained, mistakes }: Run) {
  return {
    scores: scores(all),
    differences: differences.map(differenceJson),
    explained: explained.map((one) => ({ ...differenceJson(one), because: one.because })),
    mistakes,
  };
}

function differenceJson({ expected, got, undecided, missing, unwanted }: Judged) {
  return { message: nameOf(expected), expected: expected.why, missing, unwanted, got, undecided };
}

/** The run for people: a table in Markdown, and every difference by name. */
export function asText({ all, differences, explained, mistakes }: Run): string {
  return [
    table(scores(all)),
    ...section('not explained', differences.flatMap(differenceLines)),
    ...section(
      'explained',
      explained.flatMap((one) => [...differenceLines(one), `      ${one.because}`]),
    ),
    ...section('mistakes in the lists', mistakes),
    '',
  ].join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}

function differenceLines({ expected, got, undecided, missing, unwanted }: Judged): readonly string[] {
  const spoke = got.length === 0 ? 'nothing' : got.join(', ');
  const open = undecided.length === 0 ? '' : `, undecided ${undecided.join(', ')}`;
  return [
    ...(missing.length === 0
      ? []
      : [
          `miss         ${nameOf(expected)}: expected ${missing.join(', ')}, got ${spoke}${open} (${expected.why})`,
        ]),
    ...(unwanted.length === 0
      ? []
      : [`false alarm  ${nameOf(expected)}: ${unwanted.join(', ')} (expected: ${expected.why})`]),
  ];
}

const COLUMNS: readonly (readonly [title: string, value: (score: Score) => string])[] = [
  ['source', ({ source }) => source],
  ['messages', ({ entries }) => `${entries}`],
  ['expected', ({ expected }) => `${expected}`],
  ['found', ({ found }) => `${found}`],
  ['told', ({ told }) => `${told}`],
  ['at once', ({ pages }) => `${pages}`],
  ['unwanted', ({ unwanted }) => `${unwanted}`],
  ['precision', ({ precision }) => precision.toFixed(3)],
  ['recall', ({ recall }) => recall.toFixed(3)],
];

function table(rows: readonly Score[]): string {
  const cells = rows.map((row) => COLUMNS.map(([, value]) => value(row)));
  const widths = COLUMNS.map(([title], at) =>
    Math.max(title.length, ...cells.map((row) => row[at]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(' | ')} |`;
  const head = line(COLUMNS.map(([title]) => title));
  return [head, head.replace(/[^|]/g, '-'), ...cells.map(line)].join('\n');
}
