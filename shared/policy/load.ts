import { compile } from './compile.ts';
import { delegationProblems } from './delegations.ts';
import { policyHash } from './hash.ts';
import { LINTS } from './lints/index.ts';
import type { LintOptions } from './lints/lint.ts';
import { valueAt } from './plain-data.ts';
import type { Policy } from './policy.ts';
import { type Fault, inReadingOrder, type Place, type Problem, problemAt } from './problem.ts';
import { DOCUMENT_KINDS, type DocumentKind } from './schema.ts';
import { schemaProblems } from './schema-problems.ts';
import { sectionsOf } from './sections.ts';
import { type PolicyFile, readSource, type Source, type SourceDocument } from './source.ts';
import { didYouMean } from './suggest.ts';
import { type PolicyTest, policyTestOf } from './tests.ts';

export type { PolicyFile } from './source.ts';

export type LoadedPolicy =
  | {
      readonly ok: true;
      readonly policy: Policy;
      readonly warnings: readonly Problem[];
      /** The tests that stand beside the policy: no part of it, nor of its hash. */
      readonly tests: readonly PolicyTest[];
    }
  /** Errors and warnings together, in reading order. */
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Loads a policy from its files: one or several, in any order, each with one document or several.
 * Pure: no file system, no clock. Never throws for what the files hold; everything wrong with them is told at once.
 */
export function loadPolicy(files: readonly PolicyFile[], options: LintOptions = {}): LoadedPolicy {
  const inOrder = files.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const sources = inOrder.map(readSource);
  const documents = sources.flatMap((source) => source.documents);
  const policies = ofKind(documents, 'WorkloadIdentityPolicy');
  const exceptions = ofKind(documents, 'PolicyException');
  const sections = sectionsOf(policies, exceptions);
  const problems = inReadingOrder([
    ...sources.flatMap((source) => source.problems),
    ...presence(inOrder, sources),
    ...documents.flatMap(documentProblems),
    ...delegationProblems(sections, policies, exceptions),
    ...LINTS.flatMap((lint) => [...lint(sections, options)]),
  ]);
  if (problems.some(({ severity }) => severity === 'error')) return { ok: false, problems: capped(problems) };
  return {
    ok: true,
    policy: compile(
      sections,
      policyHash(documents.filter((one) => kindOf(one) !== 'PolicyTest').map(({ value }) => value)),
    ),
    warnings: capped(problems),
    tests: ofKind(documents, 'PolicyTest').map(policyTestOf),
  };
}

export type LoadedTests =
  | { readonly ok: true; readonly tests: readonly PolicyTest[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Loads the tests of some files; other documents in them are passed over. That there is no test at all is an error. */
export function loadPolicyTests(files: readonly PolicyFile[]): LoadedTests {
  const sources = files.map(readSource);
  const documents = ofKind(
    sources.flatMap((source) => source.documents),
    'PolicyTest',
  );
  const none: Fault = {
    code: 'no-test',
    message: 'there is no test here',
    hint: 'a test is a document of kind: PolicyTest',
  };
  const problems = inReadingOrder([
    ...sources.flatMap((source) => source.problems),
    ...documents.flatMap(documentProblems),
  ]);
  if (problems.length > 0) return { ok: false, problems: capped(problems) };
  if (documents.length === 0)
    return { ok: false, problems: [problemAt(startOf(files[0]?.path ?? ''), none)] };
  return { ok: true, tests: documents.map(policyTestOf) };
}

function kindOf(document: SourceDocument): unknown {
  return valueAt(document.value, ['kind']);
}

function ofKind(documents: readonly SourceDocument[], kind: DocumentKind): readonly SourceDocument[] {
  return documents.filter((document) => kindOf(document) === kind);
}

/** Whether there is a policy at all. */
function presence(files: readonly PolicyFile[], sources: readonly Source[]): readonly Problem[] {
  const documents = sources.flatMap((source) => source.documents);
  const empty: Fault = {
    code: 'policy-empty',
    message: 'the policy is empty',
    hint: 'it begins with apiVersion: anchorwatch.dev/v1',
  };
  if (files.length === 0) return [problemAt(startOf(''), empty)];
  const emptyFiles = files.filter(
    (_, i) => sources[i]?.documents.length === 0 && sources[i]?.problems.length === 0,
  );
  if (emptyFiles.length > 0) return emptyFiles.map(({ path }) => problemAt(startOf(path), empty));
  const isBroken = sources.some((source) => source.problems.length > 0);
  const others: readonly unknown[] = ['PolicyException', 'PolicyTest'] satisfies DocumentKind[];
  if (isBroken || documents.some((document) => !others.includes(kindOf(document)))) return [];
  const what = documents.some((document) => kindOf(document) === 'PolicyException') ? 'exceptions' : 'tests';
  const message = `there are ${what} here and no policy`;
  return [
    problemAt(startOf(files[0]!.path), {
      code: 'no-policy',
      message,
      hint: 'add a document of kind: WorkloadIdentityPolicy',
    }),
  ];
}

function documentProblems(document: SourceDocument): readonly Problem[] {
  const kind = kindOf(document);
  if (typeof document.value !== 'object' || Array.isArray(document.value)) {
    return [
      problemAt(document.place([]), {
        code: 'wrong-type',
        message: 'a policy is a map of keys',
        hint: 'it begins with apiVersion: anchorwatch.dev/v1',
      }),
    ];
  }
  if (isDocumentKind(kind)) return schemaProblems(document, DOCUMENT_KINDS[kind]);
  const known = Object.keys(DOCUMENT_KINDS);
  if (typeof kind !== 'string') {
    return [
      problemAt(document.place(['kind']), {
        code: 'missing-key',
        message: '`kind` is missing',
        hint: `it is ${known.join(' or ')}`,
      }),
    ];
  }
  const hint = didYouMean(kind, known) ?? `kinds are ${known.join(' and ')}`;
  return [
    problemAt(document.place(['kind']), {
      code: 'unknown-kind',
      message: `\`${kind.slice(0, 80)}\` is not a kind of document`,
      hint,
    }),
  ];
}

function isDocumentKind(kind: unknown): kind is DocumentKind {
  return typeof kind === 'string' && Object.hasOwn(DOCUMENT_KINDS, kind);
}

function startOf(file: string): Place {
  return { file, line: 1, column: 1, excerpt: '' };
}

const MOST_PER_FILE = 100;

/** A file of rubbish has a problem in every line: after a hundred, the rest is counted only. Errors come before warnings in that. */
function capped(problems: readonly Problem[]): readonly Problem[] {
  const byFile = Map.groupBy(problems, ({ file }) => file);
  return [...byFile.values()].flatMap((ofFile) => {
    if (ofFile.length <= MOST_PER_FILE) return ofFile;
    const kept = ofFile.slice(0, MOST_PER_FILE);
    const message = `${ofFile.length - MOST_PER_FILE} more problems in this file`;
    return [
      ...kept,
      problemAt(kept[MOST_PER_FILE - 1]!, { code: 'too-many-problems', severity: 'warning', message }),
    ];
  });
}
