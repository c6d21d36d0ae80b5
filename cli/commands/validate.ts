import type { Command } from 'commander';
import { PolicyRefused, readPolicy } from '../../shared/adapters/policy-file.ts';
import { SCHEMA_VERSION } from '../../shared/findings/finding-json.ts';
import { type Problem, renderProblem } from '../../shared/policy/problem.ts';
import { CommandFailed, EXIT, type ExitCode, plainReason } from '../exit.ts';
import { type Io, styled } from '../io.ts';

/** `anchorwatch validate <file...>`: is it a policy, and if not, what is wrong where. */
export function addValidate(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('validate')
    .description('check policy files: schema, references, exceptions; every problem with its line')
    .argument('<file...>', 'policy files')
    .option('-f, --format <format>', 'table or json', 'table')
    .action(async (files: string[], { format }: { format: string }) => {
      const { problems, summary } = await check(files);
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

async function check(
  files: readonly string[],
): Promise<{ readonly problems: readonly Problem[]; readonly summary: string }> {
  try {
    const { policy, warnings } = await readPolicy(files);
    const count = (items: readonly unknown[], one: string, many = `${one}s`) =>
      `${items.length} ${items.length === 1 ? one : many}`;
    const parts = [
      count(policy.identities, 'identity', 'identities'),
      count(policy.pools, 'trusted pool'),
      count(policy.trustedChangers, 'trusted changer'),
      count(policy.exceptions, 'exception'),
    ];
    return {
      problems: warnings,
      summary: `policy ${policy.name} @${policy.hash} is valid: ${parts.join(', ')}`,
    };
  } catch (error) {
    if (error instanceof PolicyRefused) return { problems: error.problems, summary: '' };
    throw new CommandFailed(EXIT.usage, `cannot read ${files.join(', ')}: ${plainReason(error)}`);
  }
}
