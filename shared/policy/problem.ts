/** Every code a problem can have. A code never changes its meaning: people search for it and scripts compare it. */
export const PROBLEM_CODES = [
  // The file
  'file-too-large',
  'invalid-utf8',
  'yaml-syntax',
  'yaml-alias',
  'yaml-tag',
  'yaml-directive',
  'yaml-too-deep',
  'duplicate-key',
  'forbidden-key',
  'invisible-characters',
  'too-many-problems',
  // The documents
  'policy-empty',
  'no-policy',
  'unknown-kind',
  'conflicting-values',
  // The shape
  'unknown-key',
  'renamed-key',
  'missing-key',
  'wrong-type',
  'unknown-value',
  'exactly-one-of',
  'out-of-range',
  'empty-list',
  'empty-text',
  'text-too-long',
  'url-not-allowed',
  'unknown-capture',
  'bad-name',
  'bad-timezone',
  'bad-date',
  'bad-duration',
  'bad-time',
  'bad-cron',
  'bad-scope',
  'bad-pool',
  'bad-cluster',
  'bad-issuer',
  'bad-namespace',
  'bad-service-account',
  'bad-project',
  'bad-email',
  'bad-role',
  'bad-permission',
  'bad-principal',
  'bad-subject',
  'bad-detector',
  'bad-channel',
  'bad-mention',
  'bad-bucket',
  'bad-framework',
  'bad-resource-pattern',
  'bad-destination',
  'bad-file-pattern',
  'bad-address',
  'bad-network',
  'bad-service',
  'bad-path',
  'bad-approval',
  // The meaning
  'duplicate-name',
  'unknown-pool',
  'unknown-network',
  'network-without-place',
  'pool-without-namespaces',
  'overlapping-identities',
  'changer-unexpandable',
  'changer-too-wide',
  'exception-self-approved',
  'exception-never',
  'exception-without-approval',
  'approvers-groups-only',
  'allowed-and-forbidden',
  'forbidden-without-subject',
  'key-allowance-without-expiry',
  'unknown-detector',
  'unknown-role',
  'unknown-changer',
  'unknown-owner-shape',
  'pool-without-clusters',
  'glob-matches-everything',
  'changer-without-delegates',
  'changer-not-pinned',
  'changer-not-joined',
  'until-without-ticket',
  'identity-expired',
  'identity-ending',
  'key-allowance-expired',
  'key-allowance-ending',
  'exception-expired',
  'exception-ending',
  'exception-too-long',
  'route-unreachable',
  'digest-without-channel',
  // Several files
  'outside-delegation',
  'delegation-unused',
  'file-not-delegated',
  // Two policies
  'policy-weakened',
  // Tests
  'no-test',
  'rule-untested',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** A spot in a policy file. Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The source line, as it stands. */
  readonly excerpt: string;
}

/** What is wrong with a policy, where, and how to mend it. Only errors keep a policy from loading. */
export interface Problem extends Place {
  readonly code: ProblemCode;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly hint?: string;
}

/** A problem without its place. */
export interface Fault {
  readonly code: ProblemCode;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly severity?: Problem['severity'];
}

/** Puts a fault in its place. What it quotes from the file may be as long as the file: it is cut. */
export function problemAt(place: Place, fault: Fault): Problem {
  const { file, line, column, excerpt } = place;
  const { code, severity = 'error', hint } = fault;
  const problem = { code, severity, file, line, column, message: cut(fault.message), excerpt };
  return hint === undefined ? problem : { ...problem, hint: cut(hint) };
}

const MOST_TEXT = 500;

function cut(text: string): string {
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT).toWellFormed()}…` : text;
}

/** The order people read in: by file, then by place. Gives a new array. */
export function inReadingOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted(
    (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
  );
}

/**
 * A problem as a terminal shows it: `policy.yaml:12:7 error unknown-key: …`, the source line, a caret under the column, the help.
 * Text from the policy cannot steer the terminal: control and invisible characters are taken out.
 */
export function renderProblem(problem: Problem, { color }: { readonly color: boolean }): string {
  const paint = color ? painted : plain;
  const isError = problem.severity === 'error';
  const head = [
    paint('bold', `${visible(problem.file)}:${problem.line}:${problem.column}`),
    `${paint(isError ? 'red' : 'yellow', `${problem.severity} ${problem.code}`)}: ${visible(problem.message)}`,
  ].join(' ');
  const lines = [head, ...excerptLines(problem).map((line) => `  ${line}`)];
  if (problem.hint !== undefined) lines.push(`${paint('cyan', 'help')}: ${visible(problem.hint)}`);
  return lines.join('\n');
}

const BEFORE = 100;
const AFTER = 60;

function excerptLines({ excerpt, column }: Problem): readonly string[] {
  const before = excerpt.slice(Math.max(0, column - 1 - BEFORE), column - 1);
  const lead = (column - 1 > BEFORE ? '…' : '') + visible(before);
  const rest = excerpt.slice(column - 1, column - 1 + AFTER);
  const tail = visible(rest) + (excerpt.length > column - 1 + AFTER ? '…' : '');
  if (`${lead}${tail}`.trim() === '') return [];
  return [`${lead}${tail}`, `${' '.repeat(lead.length)}^`];
}

/** One line without control, direction or zero-width characters; a tab or line break becomes one space. */
function visible(text: string): string {
  return text.replace(/[\t\n\r]/g, ' ').replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '');
}

const COLORS = { bold: 1, red: 31, yellow: 33, cyan: 36 } as const;

function painted(color: keyof typeof COLORS, text: string): string {
  return `\u001b[${COLORS[color]}m${text}\u001b[0m`;
}

function plain(_color: keyof typeof COLORS, text: string): string {
  return text;
}
