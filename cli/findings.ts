import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { plain } from '../shared/alerts/text.ts';
import { findingOf, SCHEMA_VERSION } from '../shared/findings/finding-json.ts';
import { findingSchema } from '../shared/findings/finding-schema.ts';
import type { Finding } from '../shared/model/finding.ts';
import { locator } from '../shared/policy/source-lines.ts';
import { didYouMean } from '../shared/policy/suggest.ts';
import { CommandFailed, EXIT, plainReason } from './exit.ts';
import type { Io } from './io.ts';

/** Reads the findings of a file (`-` is standard input). Ends the command where they cannot be read. */
export async function findingsFrom(file: string, io: Io): Promise<readonly Finding[]> {
  return readFindings(await textOf(file, io), file);
}

async function textOf(file: string, io: Io): Promise<string> {
  try {
    if (file !== '-') return await readFile(file, 'utf8');
    const chunks: Uint8Array[] = [];
    for await (const chunk of io.in ?? []) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    throw new CommandFailed(EXIT.incomplete, `cannot read ${file}: ${plainReason(error)}`);
  }
}

type Path = readonly (string | number)[];

/** One finding as it stands in the text, and where. */
interface Found {
  readonly json: unknown;
  readonly path: Path;
  /** The line it is the whole of, for NDJSON. */
  readonly line?: number;
}

/**
 * The findings in the output of `scan` or `replay` (JSON or NDJSON), in a list, in the body of a transition that a topic got, or one by
 * itself. Everything else is told with its place: `findings.json:12: findings[3].severity: …`.
 */
export function readFindings(text: string, file: string): readonly Finding[] {
  const problems: string[] = [];
  const findings: Finding[] = [];
  const place = placer(file, text);
  for (const found of foundIn(text, file)) {
    const read = findingSchema.safeParse(found.json);
    if (read.success) findings.push(findingOf(read.data));
    else
      for (const issue of read.error.issues)
        problems.push(`${place(found, issue.path)}: ${issueText(found, issue)}`);
  }
  if (problems.length > 0) throw new CommandFailed(EXIT.usage, listed(problems, file));
  if (findings.length === 0) throw new CommandFailed(EXIT.usage, `${file}: there is no finding in it`);
  return findings;
}

const SHOWN = 5;

function listed(problems: readonly string[], file: string): string {
  const rest = problems.length - SHOWN;
  return [
    ...problems.slice(0, SHOWN),
    ...(rest > 0 ? [`… and ${rest} more`] : []),
    `${file === '-' ? 'standard input' : file} does not hold findings as \`anchorwatch scan --format json\` prints them (docs/findings.md)`,
  ].join('\n');
}

function issueText({ path }: Found, issue: z.core.$ZodIssue): string {
  const name = pathText([...path, ...issue.path]);
  return plain(`${name === '' ? '' : `${name}: `}${issue.message}`, 300);
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

function foundIn(text: string, file: string): readonly Found[] {
  const whole = parsed(text);
  if (whole.ok) return foundAt(whole.value, file);
  const lines = text
    .split('\n')
    .map((line, index) => ({ line: index + 1, parsed: parsed(line), text: line }));
  const filled = lines.filter((one) => one.text.trim() !== '');
  if (filled.length > 1 && filled[0]?.parsed.ok === true) {
    const broken = filled.find((one) => !one.parsed.ok);
    if (broken === undefined)
      return filled.flatMap(({ line, parsed: one }) => (one.ok ? [{ json: one.value, path: [], line }] : []));
    throw new CommandFailed(EXIT.incomplete, `${file}:${broken.line}: this line is not JSON`);
  }
  if (text.trim() === '') return [];
  throw new CommandFailed(EXIT.incomplete, notJson(text, file, whole.why));
}

const VERSIONED = z.object({ schemaVersion: z.unknown() });

function foundAt(value: unknown, file: string): readonly Found[] {
  const { data } = VERSIONED.safeParse(value);
  const version = data?.schemaVersion ?? SCHEMA_VERSION;
  if (version !== SCHEMA_VERSION)
    throw new CommandFailed(
      EXIT.usage,
      `${file} is of schemaVersion ${JSON.stringify(version)}; this anchorwatch reads ${SCHEMA_VERSION}`,
    );
  if (Array.isArray(value)) return listAt(value, []);
  if (typeof value !== 'object' || value === null) return [{ json: value, path: [] }];
  if ('findings' in value)
    return Array.isArray(value.findings)
      ? listAt(value.findings, ['findings'])
      : [{ json: value.findings, path: ['findings'] }];
  if ('finding' in value) return [{ json: value.finding, path: ['finding'] }];
  return [{ json: value, path: [] }];
}

function listAt(list: readonly unknown[], path: Path): readonly Found[] {
  return list.map((json, index) => ({ json, path: [...path, index] }));
}

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string };

function parsed(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : '' };
  }
}

/** With the place, where the parser names one. */
function notJson(text: string, file: string, why: string): string {
  const cut = why.startsWith('Unexpected end');
  const offset = cut ? text.length : Number(/at position (\d+)/.exec(why)?.[1] ?? Number.NaN);
  if (Number.isNaN(offset)) return `${file}: not JSON`;
  const { line, column } = locator(file, text)(offset);
  return `${file}:${line}:${column}: ${cut ? 'it ends too early' : 'not JSON'}`;
}

/** Where something stands. JSON is YAML too, and that parser keeps the places; it is asked only when something is wrong. */
function placer(file: string, text: string): (found: Found, path: readonly PropertyKey[]) => string {
  let tree: ReturnType<typeof parseDocument> | undefined;
  const locate = locator(file, text);
  return ({ path, line }, below) => {
    if (line !== undefined) return `${file}:${line}`;
    tree ??= parseDocument(text, { logLevel: 'silent' });
    // What is missing has no place; what it is missing from has.
    for (let at: readonly unknown[] = [...path, ...below]; ; at = at.slice(0, -1)) {
      const offset = offsetOf(tree.getIn(at, true));
      if (offset !== undefined) return `${file}:${locate(offset).line}`;
      if (at.length === 0) return file;
    }
  };
}

function offsetOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined;
  const range: unknown = node.range;
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : undefined;
}

/**
 * The finding that an id, or the beginning of one, names. Ends the command where none does, or several do.
 */
export function findingNamed(findings: readonly Finding[], name: string, file: string): Finding {
  const exact = findings.filter(({ id }) => id === name);
  const named = exact.length > 0 ? exact : findings.filter(({ id }) => id.startsWith(name));
  if (named.length === 1) return named[0]!;
  if (named.length === 0) {
    const meant = didYouMean(
      name,
      findings.map(({ id }) => plain(id, 64).slice(0, name.length)),
    );
    throw new CommandFailed(
      EXIT.usage,
      `no finding of ${file} has an id that begins with ${name}${meant === undefined ? '' : `: ${meant}`}`,
    );
  }
  throw new CommandFailed(
    EXIT.usage,
    `${named.length} findings of ${file} have an id that begins with ${name}:\n${briefly(named)}`,
  );
}

/** A line for each, to choose from. */
export function briefly(findings: readonly Finding[]): string {
  const shown = findings
    .slice(0, 10)
    .map(
      ({ id, severity, title }) =>
        `  ${plain(id, 64).slice(0, 12)}  ${severity.padEnd(8)}  ${plain(title, 120)}`,
    );
  const rest = findings.length - shown.length;
  return [...shown, ...(rest > 0 ? [`  … and ${rest} more`] : [])].join('\n');
}
