import type { Command } from 'commander';
import { PolicyRefused, readPolicyTests } from '../../shared/adapters/policy-file.ts';
import { SCHEMA_VERSION } from '../../shared/findings/finding-json.ts';
import { renderProblem } from '../../shared/policy/problem.ts';
import type { PolicyTest } from '../../shared/policy/tests.ts';
import { baseFiles } from '../../shared/policy-test/files.ts';
import { difference, plain, resultsJson } from '../../shared/policy-test/report.ts';
import { type CaseResult, runPolicyTests } from '../../shared/policy-test/run.ts';
import { CommandFailed, EXIT, type ExitCode, plainReason } from '../exit.ts';
import { type Io, styled } from '../io.ts';
import { plainFormatOption, policyOption } from '../options.ts';
import { loadFor } from '../policy.ts';

interface Options {
  readonly policy: string[];
  readonly format: string;
}

/** `anchorwatch test <file-or-folder...>`: does the policy find what its tests expect, and nothing else. */
export function addTest(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('test')
    .description('run policy tests (kind: PolicyTest): each case must find exactly what it expects')
    .argument('<path...>', 'files of tests, or folders of them')
    .addOption(policyOption())
    .addOption(plainFormatOption())
    .action(async (paths: string[], { policy: policyPaths, format }: Options) => {
      const policy = await loadFor(policyPaths, io);
      const results = await runPolicyTests(await testsIn(paths), policy, baseFiles());
      if (format === 'json')
        io.out(`${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...resultsJson(results) }, null, 2)}\n`);
      else tell(results, io);
      end(results.every(({ passed }) => passed) ? EXIT.clean : EXIT.findings);
    });
}

async function testsIn(paths: readonly string[]): Promise<readonly PolicyTest[]> {
  try {
    return await readPolicyTests(paths);
  } catch (error) {
    const reason =
      error instanceof PolicyRefused
        ? error.problems.map((problem) => renderProblem(problem, { color: false })).join('\n\n')
        : `cannot read ${paths.join(', ')}: ${plainReason(error)}`;
    throw new CommandFailed(EXIT.usage, reason);
  }
}

function tell(results: readonly CaseResult[], io: Io): void {
  for (const result of results) {
    const mark = result.passed ? styled(io, 'green', '✔') : styled(io, 'red', '✖');
    const where = result.passed ? '' : `  ${styled(io, 'dim', `${plain(result.file)}:${result.line}`)}`;
    io.out(`${mark} ${plain(result.test)}: ${plain(result.name)}${where}\n`);
    for (const { sign, text } of difference(result)) {
      const line = `    ${sign} ${text}`;
      io.out(`${sign === '-' ? styled(io, 'red', line) : sign === '+' ? styled(io, 'green', line) : line}\n`);
    }
  }
  const failed = results.filter(({ passed }) => !passed).length;
  const total = `${results.length} ${results.length === 1 ? 'case' : 'cases'}`;
  io.err(
    failed === 0
      ? `${total}, all as expected\n`
      : `${failed} of ${total} not as expected (- missing, + not expected)\n`,
  );
}
