import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fromDate, type Nanos } from '../model/time.ts';
import type { LoadedPolicy, PolicyFile } from '../policy/load.ts';
import type { Policy } from '../policy/policy.ts';
import { type Problem, renderProblem } from '../policy/problem.ts';
import type { PolicyTest } from '../policy/tests.ts';
import type { PolicySource } from '../ports.ts';
import { messageOf } from './no-answer.ts';

/** The policy files do not make a policy. `problems` says what is wrong where; the message holds all of it, ready to print. */
export class PolicyRefused extends Error {
  override readonly name = 'PolicyRefused';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => renderProblem(problem, { color: false })).join('\n\n'));
    this.problems = problems;
  }
}

export interface ReadPolicyOptions {
  /** When the ends of exceptions are judged: now. Nothing that depends on it keeps a policy from loading. */
  readonly asOf?: Nanos;
}

/**
 * Reads and loads a policy from files and folders; of a folder every `.yaml` and `.yml` below it, but for hidden ones. Throws
 * `PolicyRefused`, or the system's error when something cannot be read.
 */
export async function readPolicy(
  paths: readonly string[],
  { asOf = fromDate(new Date()) }: ReadPolicyOptions = {},
): Promise<{
  readonly policy: Policy;
  readonly warnings: readonly Problem[];
  readonly tests: readonly PolicyTest[];
}> {
  const loaded = await loadForAllDetectors(await readPolicyFiles(paths), asOf);
  if (!loaded.ok) throw new PolicyRefused(loaded.problems);
  return { policy: loaded.policy, warnings: loaded.warnings, tests: loaded.tests };
}

/**
 * A policy may name any detector there is. What reads policies is loaded with the first of them, and not when a function starts: by then it is
 * known that there is one to be read.
 */
export async function loadForAllDetectors(files: readonly PolicyFile[], asOf: Nanos): Promise<LoadedPolicy> {
  const [{ loadPolicy }, { ALL_DETECTORS }] = await Promise.all([
    import('../policy/load.ts'),
    import('../detectors/index.ts'),
  ]);
  return loadPolicy(files, { detectors: ALL_DETECTORS.map((detector) => detector.id), asOf });
}

/** Reads the tests of files and folders, as `readPolicy` reads a policy. */
export async function readPolicyTests(paths: readonly string[]): Promise<readonly PolicyTest[]> {
  const { loadPolicyTests } = await import('../policy/load.ts');
  const loaded = loadPolicyTests(await readPolicyFiles(paths));
  if (!loaded.ok) throw new PolicyRefused(loaded.problems);
  return loaded.tests;
}

async function readPolicyFiles(paths: readonly string[]): Promise<readonly PolicyFile[]> {
  const found: string[] = [];
  for (const path of paths) found.push(...(await filesOf(path)));
  return Promise.all(
    [...new Set(found)].map(async (path) => ({ path, text: new Uint8Array(await readFile(path)) })),
  );
}

async function filesOf(path: string): Promise<readonly string[]> {
  return (await stat(path)).isDirectory() ? filesBelow(path, []) : [path];
}

/** Mounted configuration is links into a hidden folder, so links are followed; `above` keeps one that leads back from being so for ever. */
async function filesBelow(folder: string, above: readonly string[]): Promise<readonly string[]> {
  const real = await realpath(folder);
  if (above.includes(real)) return [];
  const files: string[] = [];
  for (const name of (await readdir(folder)).sort()) {
    if (isPassedOver(name)) continue;
    const path = join(folder, name);
    if ((await stat(path)).isDirectory()) files.push(...(await filesBelow(path, [...above, real])));
    else if (isPolicyFile(name)) files.push(path);
  }
  return files;
}

/** A file or folder of a policy folder that is no part of the policy, whatever it holds. */
export function isPassedOver(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}

export function isPolicyFile(name: string): boolean {
  return /\.ya?ml$/i.test(name);
}

interface Read {
  readonly policy: Policy;
  readonly at: Nanos;
}

/** The policy as it was when the process started: the first read decides, a later bad file cannot take it away. */
export function policyFile(paths: readonly string[]): PolicySource {
  let read: Promise<Read> | undefined;

  function first(): Promise<Read> {
    if (read === undefined) {
      const at = fromDate(new Date());
      const attempt = readPolicy(paths, { asOf: at }).then(({ policy }) => ({ policy, at }));
      read = attempt;
      // A failure is forgotten, so that the next call reads again.
      attempt.catch(() => {
        if (read === attempt) read = undefined;
      });
    }
    return read;
  }

  return {
    current: async () => (await first()).policy,
    async state() {
      try {
        const { policy, at } = await first();
        return { kind: 'good', hash: policy.hash, generation: policy.hash, readAt: at };
      } catch (error) {
        const nothing = { since: fromDate(new Date()), inForce: undefined };
        return error instanceof PolicyRefused
          ? { kind: 'bad', problems: errorsIn(error.problems), ...nothing }
          : { kind: 'unreadable', why: messageOf(error), ...nothing };
      }
    },
  };
}

/** What keeps a policy from loading, one line each: `policy.yaml:12:7: …`. */
export function errorsIn(problems: readonly Problem[]): readonly string[] {
  return problems
    .filter(({ severity }) => severity === 'error')
    .map(({ file, line, column, message, hint }) => {
      const said = hint === undefined ? message : `${message} (${hint})`;
      // What a policy holds must not hide in what is told of it.
      return `${file}:${line}:${column}: ${said}`.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ');
    });
}
