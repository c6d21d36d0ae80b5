import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ALL_DETECTORS } from '../detectors/index.ts';
import { fromDate, type Nanos } from '../model/time.ts';
import { loadPolicy, loadPolicyTests, type PolicyFile } from '../policy/load.ts';
import type { Policy } from '../policy/policy.ts';
import { type Problem, renderProblem } from '../policy/problem.ts';
import type { PolicyTest } from '../policy/tests.ts';
import type { PolicySource } from '../ports.ts';

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
  const detectors = ALL_DETECTORS.map((detector) => detector.id);
  const loaded = loadPolicy(await readPolicyFiles(paths), { detectors, asOf });
  if (!loaded.ok) throw new PolicyRefused(loaded.problems);
  return { policy: loaded.policy, warnings: loaded.warnings, tests: loaded.tests };
}

/** Reads the tests of files and folders, as `readPolicy` reads a policy. */
export async function readPolicyTests(paths: readonly string[]): Promise<readonly PolicyTest[]> {
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
    if (name.startsWith('.') || name === 'node_modules') continue;
    const path = join(folder, name);
    if ((await stat(path)).isDirectory()) files.push(...(await filesBelow(path, [...above, real])));
    else if (/\.ya?ml$/i.test(name)) files.push(path);
  }
  return files;
}

/** The policy as it was when the process started: the first read decides, a later bad file cannot take it away. */
export function policyFile(paths: readonly string[]): PolicySource {
  let loaded: Promise<Policy> | undefined;
  return {
    current() {
      if (loaded === undefined) {
        const attempt = readPolicy(paths).then(({ policy }) => policy);
        loaded = attempt;
        // A failure is forgotten, so that the next call reads again.
        attempt.catch(() => {
          if (loaded === attempt) loaded = undefined;
        });
      }
      return loaded;
    },
  };
}
