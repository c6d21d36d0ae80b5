import type * as z from 'zod';
import { valueAt } from './plain-data.ts';
import { type Fault, PROBLEM_CODES, type Problem, type ProblemCode, problemAt } from './problem.ts';
import { descriptionAt, keysAt } from './schema-walk.ts';
import type { Path, SourceDocument } from './source.ts';
import { didYouMean } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** Everything in which a document differs from its schema, each thing at its own place and in our words. */
export function schemaProblems(document: SourceDocument, schema: z.ZodType): readonly Problem[] {
  const issues = schema.safeParse(document.value).error?.issues ?? [];
  const renamed = new Set(issues.flatMap(renamedPaths));
  return issues
    .filter((issue) => !renamed.has(pathText(issue.path)) && !(isChoice(issue) && hasRenamed(issue, renamed)))
    .flatMap((issue) => problemsOf(issue, [], document, schema));
}

function problemsOf(
  issue: Issue,
  around: Path,
  document: SourceDocument,
  schema: z.ZodType,
): readonly Problem[] {
  const path = [...around, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        problemAt(document.place([...path, key], 'key'), keyFault(key, path, schema)),
      );
    case 'invalid_union':
      return nearestBranch(issue.errors).flatMap((inner) => problemsOf(inner, path, document, schema));
    default:
      return [problemAt(document.place(path), faultOf(issue, path, valueAt(document.value, path), schema))];
  }
}

function faultOf(issue: Issue, path: Path, value: unknown, schema: z.ZodType): Fault {
  if (issue.code === 'custom') return customFault(issue, path);
  if (value === undefined) {
    return {
      code: 'missing-key',
      message: `\`${String(path.at(-1))}\` is missing`,
      hint: descriptionAt(schema, path),
    };
  }
  if (value === null)
    return {
      code: 'wrong-type',
      message: `\`${pathText(path)}\` is empty`,
      hint: descriptionAt(schema, path),
    };
  switch (issue.code) {
    case 'invalid_value':
      return valueFault(value, issue.values.map(String));
    case 'invalid_type':
      return typeFault(value, issue.expected);
    case 'too_small':
      return issue.origin === 'array'
        ? { code: 'empty-list', message: 'the list is empty', hint: descriptionAt(schema, path) }
        : { code: 'out-of-range', message: `the least is ${issue.minimum}` };
    case 'too_big':
      return { code: 'out-of-range', message: `the most is ${issue.maximum}` };
    default:
      return { code: 'wrong-type', message: issue.message };
  }
}

function customFault({ message, params }: z.core.$ZodIssueCustom, path: Path): Fault {
  const { code, hint }: { readonly code?: unknown; readonly hint?: unknown } = params ?? {};
  const subject = code === 'exactly-one-of' ? `${pathText(path)} ` : '';
  return {
    code: isProblemCode(code) ? code : 'unknown-value',
    message: `${subject}${message}`,
    hint: typeof hint === 'string' ? hint : undefined,
  };
}

function isProblemCode(code: unknown): code is ProblemCode {
  return PROBLEM_CODES.some((known) => known === code);
}

function valueFault(value: unknown, allowed: readonly string[]): Fault {
  if (typeof value === 'object') return typeFault(value, 'string');
  const [only] = allowed;
  if (allowed.length === 1)
    return { code: 'unknown-value', message: `\`${clip(value)}\` should be \`${only}\`` };
  const hint = didYouMean(String(value), allowed);
  return { code: 'unknown-value', message: `\`${clip(value)}\` is not one of ${allowed.join(', ')}`, hint };
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
};

function typeFault(value: unknown, expected: string): Fault {
  const found = Array.isArray(value) ? 'array' : typeof value;
  const message = `expected ${TYPES[expected] ?? expected}, found ${TYPES[found] ?? found}`;
  const isBare = expected === 'string' && (found === 'number' || found === 'boolean');
  return { code: 'wrong-type', message, hint: isBare ? `put it in quotes: "${clip(value)}"` : undefined };
}

/** Keys of the first draft of the language, by the list their item stands in. */
const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  trustedChangers: { principal: 'subject', impersonatedBy: 'delegates' },
};

function renameOf(key: string, path: Path): string | undefined {
  const names = RENAMED[String(path.at(-2))];
  return names !== undefined && Object.hasOwn(names, key) ? names[key] : undefined;
}

/** The paths that would be called missing only because their key still has its old name. */
function renamedPaths(issue: Issue): readonly string[] {
  if (issue.code !== 'unrecognized_keys') return [];
  return issue.keys.flatMap((key) => {
    const now = renameOf(key, issue.path);
    return now === undefined ? [] : [pathText([...issue.path, now])];
  });
}

/** Whether an issue is that one of several keys must be there. */
function isChoice(issue: Issue): boolean {
  return issue.code === 'custom' && issue.params?.code === 'exactly-one-of';
}

function hasRenamed({ path }: Issue, renamed: ReadonlySet<string>): boolean {
  return [...renamed].some((known) => known.startsWith(`${pathText(path)}.`));
}

function keyFault(key: string, path: Path, schema: z.ZodType): Fault {
  const now = renameOf(key, path);
  if (now !== undefined) {
    return {
      code: 'renamed-key',
      message: `\`${clip(key)}\` is now called \`${now}\``,
      hint: descriptionAt(schema, [...path, now]),
    };
  }
  const known = keysAt(schema, path);
  const message = `\`${clip(key)}\` is not a key of ${path.length === 0 ? 'the document' : pathText(path)}`;
  return { code: 'unknown-key', message, hint: didYouMean(key, known) ?? `its keys are ${known.join(', ')}` };
}

/** Of the forms a value may take, the one it comes nearest to: where the fault lies deepest. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const depth = (issues: readonly Issue[]) => Math.max(0, ...issues.map(({ path }) => path.length));
  const [nearest = []] = branches.toSorted((a, b) => depth(b) - depth(a));
  return nearest;
}

/** `spec.workloadIdentities[0].allow[1]`. */
function pathText(path: Path): string {
  return path
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${String(step)}`))
    .join('');
}

function clip(value: unknown): string {
  const text = String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
