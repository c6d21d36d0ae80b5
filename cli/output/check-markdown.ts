import type { ChangeItem } from '../../shared/check/change.ts';
import type { Caused, EdgeChange } from '../../shared/check/check.ts';
import { cellCode, fenceFor, text } from '../../shared/report/markdown-text.ts';
import { fromHere } from '../from-here.ts';
import { type CheckResult, placeOf } from './check-document.ts';
import { checkSummary, edgeText, stateText } from './check-words.ts';
import { codeLines } from './code-lines.ts';

/** GitHub refuses comments of more than 65,536 characters (its error: "body is too long (maximum is 65536 characters)"). */
const MOST_CHARACTERS = 60_000;
/** Rows of each table and list, fewer and fewer until the comment is short enough. */
const ROWS = [100, 40, 15, 5, 1];

/** A comment on a pull request: edges and findings as tables, the rest folded away. */
export function checkMarkdown(result: CheckResult): string {
  for (const rows of ROWS) {
    const drawn = drawnWith(result, rows);
    if (drawn.length <= MOST_CHARACTERS) return drawn;
  }
  return `## Anchorwatch\n\n${text(checkSummary(result))}\n\nThere is too much of it for a comment: \`--format json\` has all of it.\n`;
}

function drawnWith(result: CheckResult, rows: number): string {
  const { edges, caused, undecided, resolved, unknown, gaps } = result.checked;
  const link = (item: ChangeItem | undefined): string => linkTo(item, result.links);
  const moved = edges.filter(({ before, after }) => before !== after);
  const staying = edges.filter(({ before, after }) => before === after);
  const sections = [
    ['## Anchorwatch', '', `${caused.length === 0 ? '✅' : '⚠️'} ${text(checkSummary(result))}`],
    edgeTable('### Who acts as whom', moved, rows, link),
    findingTable(caused, rows, link),
    list(
      '### While it is applied',
      gaps.map(({ item, text: why }) => `${link(item)} ${cellCode(item.name)}: ${text(why)}`),
      rows,
    ),
    list(
      '### Known only after apply',
      unknown.map(
        ({ item, argument }) => `${link(item)} ${cellCode(argument.argument)} of ${cellCode(item.name)}`,
      ),
      rows,
    ),
    folded('How to put it right', fixes(caused, rows)),
    folded(
      `Undecided (${undecided.length})`,
      bullets(
        undecided.map(({ finding }) => `${text(finding.title)}: ${text(finding.explanation)}`),
        rows,
      ),
    ),
    folded(
      `Resolved by it (${resolved.length})`,
      bullets(
        resolved.map(({ title }) => text(title)),
        rows,
      ),
    ),
    folded(`Touched, and as before (${staying.length})`, edgeTable('', staying, rows, link)),
  ].filter((lines) => lines.length > 0);
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

type Lines = readonly string[];
type Link = (item: ChangeItem | undefined) => string;

/** What is not below the folder we are in has no place in the repository, and no link. */
function linkTo(item: ChangeItem | undefined, base: string | undefined): string {
  if (item === undefined) return '';
  const { file, line } = placeOf(item);
  const path = fromHere(file);
  const name = line === undefined ? path : `${path}:${line}`;
  if (line === undefined || file === '-' || path.startsWith('/'))
    return cellCode(file === '-' ? 'standard input' : name);
  const address = path.split('/').map(encoded).join('/');
  return `[${cellCode(name)}](${base === undefined ? '' : `${base}/`}${address}#L${line})`;
}

/** Brackets too: within an address of Markdown they would end it. */
function encoded(part: string): string {
  return encodeURIComponent(part).replace(/[()]/g, (letter) => (letter === '(' ? '%28' : '%29'));
}

function edgeTable(heading: string, edges: readonly EdgeChange[], rows: number, link: Link): Lines {
  if (edges.length === 0) return [];
  return [
    ...(heading === '' ? [] : [heading, '']),
    '| Workload | Before | After | Where |',
    '| --- | --- | --- | --- |',
    ...edges.slice(0, rows).map((edge) => {
      const { before, after, why, items } = edge;
      const state = `${after === before ? '' : '**'}${stateText(after)}${after === before ? '' : '**'}`;
      return `| ${cellCode(edgeText(edge))} | ${stateText(before)} | ${state}${why === undefined ? '' : `: ${text(why, 300)}`} | ${items.slice(0, 3).map(link).join('<br>')} |`;
    }),
    ...more(edges.length - rows),
  ];
}

function findingTable(caused: readonly Caused[], rows: number, link: Link): Lines {
  if (caused.length === 0) return [];
  return [
    '### Findings it causes',
    '',
    '| Severity | Finding | Owner | Where | Policy |',
    '| --- | --- | --- | --- | --- |',
    ...caused.slice(0, rows).map(({ finding, item, was }) => {
      const { severity, state, title, owner = '', detector, why } = finding;
      const told = [
        severity,
        ...(state === 'open' ? [] : [state]),
        ...(was === undefined ? [] : [`was ${was}`]),
      ].join(', ');
      return `| ${told} | ${text(title, 300)} | ${text(owner, 100)} | ${link(item)} | ${cellCode(detector)} ${cellCode(`${fromHere(why.file)}:${why.line}`)} |`;
    }),
    ...more(caused.length - rows),
  ];
}

function fixes(caused: readonly Caused[], rows: number): Lines {
  return caused
    .filter(({ finding }) => finding.remediation.length > 0)
    .slice(0, rows)
    .flatMap(({ finding }) => {
      const lines = finding.remediation.slice(0, 3).flatMap(({ text: code }) => codeLines(code, 1_000));
      const fence = fenceFor(lines);
      return [
        `**${text(finding.title, 300)}**`,
        '',
        text(finding.explanation),
        '',
        fence,
        ...lines,
        fence,
        '',
      ];
    });
}

function list(heading: string, items: Lines, rows: number): Lines {
  return items.length === 0 ? [] : [heading, '', ...bullets(items, rows)];
}

function bullets(items: Lines, rows: number): Lines {
  return items.length === 0
    ? []
    : [...items.slice(0, rows).map((item) => `- ${item}`), ...more(items.length - rows)];
}

function more(rest: number): Lines {
  return rest > 0 ? ['', `… and ${rest} more.`] : [];
}

function folded(summary: string, lines: Lines): Lines {
  return lines.length === 0
    ? []
    : ['<details>', `<summary>${summary}</summary>`, '', ...lines, '', '</details>'];
}
