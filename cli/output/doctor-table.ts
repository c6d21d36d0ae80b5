import { plain } from '../../shared/alerts/text.ts';
import type { Diagnosis, Verdict } from '../../shared/doctor/check.ts';
import { type Examination, verdictOf } from '../../shared/doctor/examine.ts';
import { type Io, styled } from '../io.ts';
import { codeLines } from './code-lines.ts';

const MARKS = { ok: '✓', wrong: '✗', unknown: '?' } as const satisfies Record<Verdict, string>;
const COLORS = { ok: 'green', wrong: 'red', unknown: 'yellow' } as const satisfies Record<Verdict, string>;
const INDENT = ' '.repeat(12);

/** How a deployment stands, for people: group by group, with what was seen, what was expected and what to do where something is wrong. */
export function doctorTable(examinations: readonly Examination[], io: Io): string {
  const groups = examinations.map(({ check, diagnoses }) =>
    [styled(io, 'bold', check.title), ...diagnoses.flatMap((one) => lines(one, io))].join('\n'),
  );
  return `${groups.join('\n\n')}\n\n${summary(examinations, io)}\n`;
}

function lines(
  { about, verdict, seen, expected, remedies = [], lacks }: Diagnosis,
  io: Io,
): readonly string[] {
  const head = `  ${styled(io, COLORS[verdict], `${MARKS[verdict]} ${verdict.padEnd(7)}`)} ${plain(about, 200)}`;
  const dim = (text: string) => styled(io, 'dim', text);
  if (verdict === 'ok') return [`${head}  ${dim(plain(seen, 200))}`];
  const commands = remedies.flatMap(({ text }) => codeLines(text, 8_000));
  return [
    head,
    `${INDENT}${dim('seen')}      ${plain(seen, 400)}`,
    ...(expected === undefined ? [] : [`${INDENT}${dim('expected')}  ${plain(expected, 400)}`]),
    ...(lacks === undefined ? [] : [`${INDENT}${dim('you need')}  ${plain(lacks, 200)}`]),
    ...commands.map((line, at) => `${INDENT}${at === 0 ? dim('mend') : '    '}      ${line}`),
  ];
}

function summary(examinations: readonly Examination[], io: Io): string {
  const all = examinations.flatMap(({ diagnoses }) => diagnoses);
  const counts = countsOf(all);
  const verdict = verdictOf(all);
  const words = {
    ok: 'all is well',
    wrong: 'something is wrong',
    unknown: 'nothing is wrong, and not everything could be looked at',
  }[verdict];
  return `${styled(io, COLORS[verdict], `${MARKS[verdict]} ${words}`)}: ${counts.ok} ok, ${counts.wrong} wrong, ${counts.unknown} unknown`;
}

export function countsOf(diagnoses: readonly Diagnosis[]): Readonly<Record<Verdict, number>> {
  const count = (verdict: Verdict) => diagnoses.filter((one) => one.verdict === verdict).length;
  return { ok: count('ok'), wrong: count('wrong'), unknown: count('unknown') };
}
