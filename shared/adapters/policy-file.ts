import { readFile } from 'node:fs/promises';
import { ALL_DETECTORS } from '../detectors/index.ts';
import { loadPolicy } from '../policy/load.ts';
import type { Policy } from '../policy/policy.ts';
import { type Problem, renderProblem } from '../policy/problem.ts';
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

/** Reads and loads policy files. Throws `PolicyRefused`, or the system's error when a file cannot be read. */
export async function readPolicy(
  paths: readonly string[],
): Promise<{ readonly policy: Policy; readonly warnings: readonly Problem[] }> {
  const files = await Promise.all(
    paths.map(async (path) => ({ path, text: new Uint8Array(await readFile(path)) })),
  );
  const loaded = loadPolicy(files, { detectors: ALL_DETECTORS.map((detector) => detector.id) });
  if (!loaded.ok) throw new PolicyRefused(loaded.problems);
  return { policy: loaded.policy, warnings: loaded.warnings };
}

/** The policy as it was when the process started: the first read decides, a later bad file cannot take it away. */
export function policyFile(paths: readonly string[]): PolicySource {
  let loaded: Promise<Policy> | undefined;
  return {
    current() {
      loaded ??= readPolicy(paths).then(({ policy }) => policy);
      loaded.catch(() => {
        loaded = undefined;
      });
      return loaded;
    },
  };
}
