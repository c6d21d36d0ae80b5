import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { PolicyRefused, readPolicy } from '../../shared/adapters/policy-file.ts';
import { SCHEMA_VERSION } from '../../shared/findings/finding-json.ts';
import type { PolicyLine } from '../../shared/model/finding.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { inReadingOrder, type Place, type Problem, renderProblem } from '../../shared/policy/problem.ts';
import type { PolicyTest } from '../../shared/policy/tests.ts';
import { weakeningProblem, weakenings } from '../../shared/policy/weakenings.ts';
import { baseFiles } from '../../shared/policy-test/files.ts';
import { runPolicyTests } from '../../shared/policy-test/run.ts';
import { untestedRules } from '../../shared/policy-test/untested-rules.ts';
import { CommandFailed, EXIT, type ExitCode, plainReason } from '../exit.ts';
import { type Io, styled } from '../io.ts';
import { plainFormatOption } from '../options.ts';

interface Options {
  readonly format: string;
  readonly strict?: boolean;
  readonly against?: string[];
}

/** `anchorwatch validate <path...>`: is it a policy, and if not, what is wrong where. */
export function addValidate(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('validate')
    .description('check policy files: schema, references, exceptions; every problem with its line')
    .argument('<path...>', 'policy files, or folders of them')
    .addOption(plainFormatOption())
    .option('--strict', 'warnings are errors; with tests beside the policy, every rule wants some')
    .option('--against <path...>', 'the policy as it was: what is weaker now is a warning')
    .action(async (paths: string[], { format, strict = false, against }: Options) => {
      const { problems, summary } = await check(paths, { strict, against });
      const errors = problems.filter((problem) => problem.severity === 'error').length;
      if (format === 'json')
        io.out(
          `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, valid: errors === 0, problems }, null, 2)}\n`,
        );
      else {
        for (const problem of problems) io.out(`${renderProblem(problem, { color: io.color })}\n\n`);
        if (errors === 0) io.out(`${styled(io, 'green', '✔')} ${summary}\n`);
        else io.err(`${errors} ${errors === 1 ? 'problem' : 'problems'}: this is not a policy yet\n`);
      }
      end(errors === 0 ? EXIT.clean : EXIT.usage);
    });
}

interface Checked {
  readonly problems: readonly Problem[];
  readonly summary: string;
}

async function check(
  paths: readonly string[],
  { strict, against }: { readonly strict: boolean; readonly against: readonly string[] | undefined },
): Promise<Checked> {
  const asked = (problems: readonly Problem[]): readonly Problem[] =>
    strict ? problems.map((problem) => ({ ...problem, severity: 'error' })) : problems;
  try {
    const { policy, warnings, tests } = await readPolicy(paths);
    const problems = [
      ...warnings,
      ...(against === undefined ? [] : await weakened(against, policy)),
      ...(strict ? await untested(policy, tests) : []),
    ];
    return { problems: asked(inReadingOrder(problems)), summary: summaryOf(policy) };
  } catch (error) {
    if (error instanceof PolicyRefused) return { problems: asked(error.problems), summary: '' };
    if (error instanceof CommandFailed) throw error;
    throw new CommandFailed(EXIT.usage, `cannot read ${paths.join(', ')}: ${plainReason(error)}`);
  }
}

/** What the policy permits more, or tells less, than the one before it. */
async function weakened(before: readonly string[], policy: Policy): Promise<readonly Problem[]> {
  const found = weakenings(await policyBefore(before), policy);
  return Promise.all(found.map(async (one) => weakeningProblem(one, await placeOf(one.at))));
}

async function policyBefore(paths: readonly string[]): Promise<Policy> {
  try {
    return (await readPolicy(paths)).policy;
  } catch (error) {
    const why = error instanceof PolicyRefused ? `it is no policy\n\n${error.message}` : plainReason(error);
    throw new CommandFailed(EXIT.usage, `cannot compare with ${paths.join(', ')}: ${why}`);
  }
}

async function placeOf({ file, line, column }: PolicyLine): Promise<Place> {
  const lines = (await readFile(file, 'utf8')).split(/\r?\n/);
  return { file, line, column, excerpt: lines[line - 1] ?? '' };
}

/** Rules that no test speaks of. Nobody is asked for tests who has none; whether those there are pass, `anchorwatch test` says. */
async function untested(policy: Policy, tests: readonly PolicyTest[]): Promise<readonly Problem[]> {
  return tests.length === 0 ? [] : untestedRules(policy, await runPolicyTests(tests, policy, baseFiles()));
}

function summaryOf(policy: Policy): string {
  const count = (items: readonly unknown[], one: string, many = `${one}s`) =>
    `${items.length} ${items.length === 1 ? one : many}`;
  const parts = [
    count(policy.identities, 'identity', 'identities'),
    count(policy.pools, 'trusted pool'),
    count(policy.trustedChangers, 'trusted changer'),
    count(policy.exceptions, 'exception'),
  ];
  return `policy ${policy.name} @${policy.hash} is valid: ${parts.join(', ')}`;
}
