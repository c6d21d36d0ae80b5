import type { Finding, Remedy } from '../../model/finding.ts';
import { HOUR, type Nanos } from '../../model/time.ts';
import type { Block } from '../../ports.ts';
import {
  bold,
  date,
  paragraph,
  preformatted,
  type RichElement,
  richText,
  type Span,
  span,
  words,
} from '../block-kit.ts';
import type { Room } from '../room.ts';
import { isLive } from '../standing.ts';
import { clusterText } from './facts.ts';

/** How to put it right; once that is done, until when a token taken before may still work. */
export function fixBlock(
  lead: Finding,
  findings: readonly Finding[],
  room: Room,
  asOf: Nanos,
): Block | undefined {
  if (lead.state === 'resolved') return afterwards(lead, asOf);
  const { first, atOnce } = ways(lead.remediation);
  if (first.length === 0 || !(isLive(lead) || lead.state === 'snoozed')) return undefined;
  const { shown, left } = wholeLines(first, room.fix);
  return richText(
    paragraph(
      bold(mendsAll(lead, findings) ? 'Put it right' : 'Put the first right'),
      ...whereToRun(first, lead),
    ),
    preformatted(shown, room.fix, 'border'),
    ...atOnceElements(atOnce, lead, room),
    paragraph(
      words([leftText(shown.length, left), tokenText(lead)].filter((text) => text !== '').join('\n')),
    ),
  );
}

/** Several findings often come from one binding, and go with it. */
function mendsAll(lead: Finding, findings: readonly Finding[]): boolean {
  const texts = new Set(lead.remediation.map((remedy) => remedy.text));
  return findings
    .filter(isLive)
    .every((finding) => finding.remediation.every((remedy) => texts.has(remedy.text)));
}

/**
 * Commands that follow one another are steps of one fix. A change in code comes alone, and commands after it do the same at once, until the
 * code says so too.
 */
function ways(remediation: readonly Remedy[]): {
  readonly first: readonly Remedy[];
  readonly atOnce: readonly Remedy[];
} {
  const [first] = remediation;
  if (first !== undefined && !isCommand(first))
    return { first: [first], atOnce: remediation.filter(isCommand) };
  const end = remediation.findIndex((remedy) => !isCommand(remedy));
  return { first: end === -1 ? remediation : remediation.slice(0, end), atOnce: [] };
}

function isCommand({ kind }: Remedy): boolean {
  return kind === 'gcloud' || kind === 'kubectl';
}

/** All of it or nothing: who has the code has a fix already. */
function atOnceElements(remedies: readonly Remedy[], lead: Finding, room: Room): readonly RichElement[] {
  const { shown, left } = wholeLines(remedies, room.atOnce);
  if (shown.length === 0 || left > 0) return [];
  return [
    paragraph(words('Or, at once, '), ...commandsFor(remedies, lead), words(' (then change the code too):')),
    preformatted(shown, room.atOnce, 'border'),
  ];
}

/** Lines are never cut: half a command is another command. */
function wholeLines(
  remedies: readonly Remedy[],
  most: number,
): { readonly shown: readonly string[]; readonly left: number } {
  const all = remedies.flatMap(({ text }) => text.split(/\r\n|\r|\n/));
  const shown: string[] = [];
  let length = 0;
  for (const line of all) {
    length += line.length + 1;
    if (length > most) break;
    shown.push(line);
  }
  return { shown, left: all.length - shown.length };
}

function leftText(shown: number, left: number): string {
  if (left === 0) return '';
  return shown === 0
    ? 'It does not fit here: the report has it.'
    : `${left} more ${left === 1 ? 'line' : 'lines'} would not fit here: see the report.`;
}

function tokenText(lead: Finding): string {
  return takesAccess(lead) ? 'Tokens already issued stay valid for up to an hour after that.' : '';
}

function whereToRun(remedies: readonly Remedy[], lead: Finding): readonly Span[] {
  const kinds = new Set(remedies.map((remedy) => remedy.kind));
  if (kinds.has('terraform')) return [words(', in Terraform, then apply:')];
  if (kinds.has('yaml')) return [words(', in the manifest, then let it sync:')];
  if (!kinds.has('kubectl')) return [words(', in Cloud Shell or any terminal with gcloud:')];
  return [words(', '), ...commandsFor(remedies, lead), words(':')];
}

function commandsFor(remedies: readonly Remedy[], lead: Finding): readonly Span[] {
  const kinds = new Set(remedies.map((remedy) => remedy.kind));
  if (!kinds.has('kubectl')) return [words('with gcloud')];
  const cluster = lead.cluster === undefined ? [] : [words(' on '), span(clusterText(lead.cluster), 80)];
  return [words(kinds.has('gcloud') ? 'with gcloud, and kubectl' : 'with kubectl'), ...cluster];
}

/** Access that is taken away ends with the last token, not with the binding. */
function takesAccess(lead: Finding): boolean {
  if (lead.class !== 'attack') return false;
  return (
    /^(edge|ksa|grant):/.test(lead.subject) || lead.remediation.some(({ text }) => TAKES_ACCESS.test(text))
  );
}

const TAKES_ACCESS = /remove-iam-policy-binding|iam\.gke\.io\/gcp-service-account|\bkeys (delete|disable)\b/;

function afterwards(lead: Finding, asOf: Nanos): Block | undefined {
  const repaired = lead.resolution === undefined || lead.resolution === 'repaired';
  if (!repaired || lead.resolvedAt === undefined || !takesAccess(lead)) return undefined;
  const until = lead.resolvedAt + HOUR;
  if (asOf >= until) return undefined;
  return richText(
    paragraph(words('Tokens issued before the repair may work until '), date(until), words('.')),
  );
}
