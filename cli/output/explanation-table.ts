import { plain } from '../../shared/alerts/text.ts';
import type {
  AccountExplained,
  ActsAs,
  Answer,
  Chain,
  Evidence,
  Explanation,
  FindingExplained,
  Fix,
  HeldRole,
  KeyExplained,
  ResourceExplained,
  Step,
} from '../../shared/explain/explanation.ts';
import type { PolicyLine } from '../../shared/model/finding.ts';
import { timeText } from '../gather.ts';
import { type Io, styled } from '../io.ts';
import { codeLines } from './code-lines.ts';
import { wrap } from './wrap.ts';

const MARKS = {
  yes: { mark: '✔', color: 'green' },
  no: { mark: '✖', color: 'red' },
  undecided: { mark: '?', color: 'yellow' },
} as const satisfies Record<Answer, { mark: string; color: string }>;

const WORD = 'undecided'.length;
const DETAIL = '      ';
const MOST_EVIDENCE = 8;

/** An explanation for people: the answer of each step in words, the failing one highlighted, commands on lines of their own. */
export function explanationTable(explanation: Explanation, io: Io): string {
  const lines = linesOf(explanation, io);
  return `${[...lines, '', ...verdictLines(explanation, io)].join('\n')}\n`;
}

function linesOf(explanation: Explanation, io: Io): readonly string[] {
  switch (explanation.kind) {
    case 'chain':
      return chainLines(explanation, io);
    case 'account':
      return accountLines(explanation, io);
    case 'key':
      return keyLines(explanation, io);
    case 'resource':
      return resourceLines(explanation, io);
    case 'finding':
      return findingLines(explanation, io);
  }
}

function verdictLines({ verdict }: Explanation, io: Io): readonly string[] {
  const { mark, color } = MARKS[verdict.answer];
  const [first = '', ...rest] = wrap(plain(verdict.text, 800), io.width - 4);
  return [
    `${styled(io, color, mark)} ${styled(io, 'bold', first)}`,
    ...rest.map((line) => `  ${styled(io, 'bold', line)}`),
  ];
}

function heading(name: string, parts: readonly string[], io: Io): string {
  const rest =
    parts.length === 0 ? '' : `  ${styled(io, 'dim', parts.map((part) => plain(part, 200)).join(' · '))}`;
  return `${styled(io, 'bold', plain(name, 200))}${rest}`;
}

function chainLines(chain: Chain, io: Io): readonly string[] {
  const clusters = chain.clusters.map((cluster) => cluster.split('/').at(-1)!).join(', ');
  return [
    heading(
      chain.subject,
      [
        chain.identity,
        ...(clusters === '' ? [] : [clusters]),
        `owner ${chain.owner}`,
        ...(chain.declaredBy.length === 0 ? ['not declared'] : chain.declaredBy.slice(0, 2).map(policyLine)),
      ],
      io,
    ),
    '',
    ...stepsLines(chain, io),
  ];
}

function stepsLines({ steps, verdict }: Chain, io: Io): readonly string[] {
  const width = Math.max(...steps.map(({ question }) => question.length));
  return steps.flatMap((step) =>
    stepLines(step, width, step.id === verdict.step && verdict.answer === 'no', io),
  );
}

function stepLines(step: Step, width: number, isVerdict: boolean, io: Io): readonly string[] {
  const { mark, color } = MARKS[step.answer];
  const head = ` ${mark} ${step.answer.padEnd(WORD)}  `;
  const question = step.question.padEnd(width);
  const room = Math.max(io.width - head.length - width - 2, 36);
  const [first = '', ...rest] = wrap(plain(step.says, 800), room);
  const indent = ' '.repeat(head.length + width + 2);
  const says = (text: string) => (isVerdict ? styled(io, ['bold', 'red'], text) : text);
  return [
    `${styled(io, color, head)}${styled(io, isVerdict ? ['bold', 'red'] : 'bold', question)}  ${says(first)}`,
    ...rest.map((line) => `${indent}${says(line)}`),
    ...evidenceLines(step.evidence, io),
    ...step.nearMisses.map((miss) => detail('near miss', miss, 'yellow', io)),
    ...(step.drift === undefined ? [] : [detail('drift', step.drift, 'yellow', io)]),
    ...(step.side === undefined ? [] : [detail('policy', step.side, 'cyan', io)]),
    ...(step.ask === undefined || step.answer === 'yes' ? [] : [detail('ask', step.ask, 'cyan', io)]),
    ...fixLines(step.fix, io),
  ];
}

function detail(word: string, text: string, color: 'yellow' | 'cyan', io: Io): string {
  return `${DETAIL}${styled(io, color, word.padEnd(9))} ${plain(text, 600)}`;
}

function evidenceLines(evidence: readonly Evidence[], io: Io): readonly string[] {
  const shown = evidence.slice(0, MOST_EVIDENCE).map((one) => {
    const seen = [
      ...(one.since === undefined ? [] : [`since ${timeText(one.since).replace(/\.\d+Z$/, 'Z')}`]),
      ...(one.source === undefined ? [] : [one.source]),
    ].join(', ');
    return styled(io, 'dim', `${DETAIL}· ${plain(one.text, 400)}${seen === '' ? '' : `  (${seen})`}`);
  });
  const rest = evidence.length - shown.length;
  return rest > 0
    ? [...shown, styled(io, 'dim', `${DETAIL}· … and ${rest} more (--format json has all of them)`)]
    : shown;
}

/** One command a line, so that it can be copied; where it belongs stands above it. */
function fixLines(fix: readonly Fix[], io: Io): readonly string[] {
  let where: string | undefined;
  return fix.flatMap((one) => {
    const told =
      one.where !== undefined && one.where !== where
        ? [styled(io, 'dim', `${DETAIL}# ${plain(one.where, 200)}`)]
        : [];
    where = one.where;
    return [...told, ...codeLines(one.text, 2_000).map((line) => `${DETAIL}${styled(io, 'bold', line)}`)];
  });
}

function policyLine({ entry, file, line }: PolicyLine): string {
  return `${entry} (${file}:${line})`;
}

function accountLines(explained: AccountExplained, io: Io): readonly string[] {
  return [
    heading(
      explained.subject,
      [
        explained.uniqueId,
        explained.state,
        `owner ${explained.owner}`,
        ...(explained.declaredBy.length === 0
          ? ['not declared']
          : explained.declaredBy.slice(0, 2).map(policyLine)),
      ],
      io,
    ),
    ...section('Workloads that act as it', explained.workloads.map(actsAsRow), io),
    ...section('Others with a role on it, or above it', explained.others.map(actsAsRow), io),
    ...section('It holds', explained.holds.map(roleRow), io),
    ...section(
      'User-managed keys',
      explained.keys.map((key): Row => ({ answer: key.allowed, cells: [key.id, key.state, key.says] })),
      io,
    ),
    ...unknownLines(explained.notKnown, io),
  ];
}

interface Row {
  readonly answer: Answer;
  readonly cells: readonly string[];
}

function actsAsRow({ who, how, state, declared }: ActsAs): Row {
  const answer =
    declared === 'no'
      ? 'no'
      : ['bound', 'direct'].includes(state) || declared === 'not judged'
        ? 'yes'
        : 'undecided';
  return {
    answer,
    cells: [who, state, how, declared === 'no' ? 'not declared' : declared === 'yes' ? 'declared' : ''],
  };
}

function roleRow({ role, on, condition, underCondition, through, declared }: HeldRole): Row {
  return {
    answer: declared === 'yes' || declared === 'not judged' ? 'yes' : 'no',
    cells: [
      role,
      `on ${on}`,
      declared === 'yes'
        ? 'declared'
        : declared === 'no'
          ? 'not declared'
          : declared === 'not judged'
            ? ''
            : 'declared with a condition only',
      [
        ...(condition === undefined ? [] : [`if ${condition}`]),
        ...(underCondition === undefined ? [] : [underCondition]),
        ...(through === undefined ? [] : [`as ${through}`]),
      ].join(' '),
    ],
  };
}

/** Rows in columns as wide as their cells; a cell beyond the limit pushes the rest on, rather than being cut. */
function section(title: string, rows: readonly Row[], io: Io): readonly string[] {
  if (rows.length === 0) return ['', `${styled(io, 'bold', title)}  ${styled(io, 'dim', 'none known')}`];
  const widths = rows[0]!.cells.map((_, column) =>
    Math.min(Math.max(...rows.map(({ cells }) => plain(cells[column] ?? '', 300).length)), 64),
  );
  return [
    '',
    styled(io, 'bold', title),
    ...rows.map(({ answer, cells }) => {
      const { mark, color } = MARKS[answer];
      const text = cells.map((cell, column) => plain(cell, 300).padEnd(widths[column]!)).join('  ');
      return ` ${styled(io, color, mark)} ${text.trimEnd()}`;
    }),
  ];
}

function unknownLines(notKnown: readonly string[], io: Io): readonly string[] {
  return notKnown.length === 0
    ? []
    : [
        '',
        `${styled(io, 'bold', 'Not read')}  ${styled(io, 'dim', notKnown.map((one) => plain(one, 200)).join(', '))}`,
      ];
}

function keyLines(
  { subject, account, owner, key, evidence, why, fix }: KeyExplained,
  io: Io,
): readonly string[] {
  return [
    heading(`key ${subject}`, [account, `owner ${owner}`, policyLine(why)], io),
    '',
    ` ${styled(io, MARKS[key.allowed].color, `${MARKS[key.allowed].mark} ${key.allowed.padEnd(WORD)}`)}  ${styled(io, 'bold', 'the policy allows it')}  ${plain(key.says, 400)}`,
    ...evidenceLines(evidence, io),
    ...fixLines(fix, io),
  ];
}

function resourceLines({ subject, reached, notKnown }: ResourceExplained, io: Io): readonly string[] {
  const rows = reached.map(
    ({ identity, workloads, role, on, answer, note, declared }): Row => ({
      answer: declared === 'no' || declared === 'condition missing' ? 'no' : answer,
      cells: [
        identity,
        role,
        on === subject ? '' : `on ${on}`,
        declared === 'no'
          ? 'not declared'
          : declared === 'condition missing'
            ? 'declared with a condition only'
            : '',
        [
          ...(workloads.length === 0
            ? []
            : [
                `for ${workloads.map(({ who, state }) => (state === 'bound' ? who : `${who} (${state})`)).join(', ')}`,
              ]),
          ...(note === '' ? [] : [note]),
        ].join('; '),
      ],
    }),
  );
  return [heading(subject, [], io), ...section('Reached by', rows, io), ...unknownLines(notKnown, io)];
}

function findingLines({ finding, trace, chain }: FindingExplained, io: Io): readonly string[] {
  return [
    heading(
      finding.id,
      [
        finding.detector,
        finding.severity,
        finding.state,
        ...(finding.owner === undefined ? [] : [`owner ${finding.owner}`]),
      ],
      io,
    ),
    '',
    ...wrap(plain(finding.explanation, 800), io.width - 4).map((line) => `  ${line}`),
    ...evidenceLines(trace, io),
    ...fixLines(finding.remediation, io),
    ...(chain === undefined ? [] : ['', ...chainLines(chain, io)]),
  ];
}
