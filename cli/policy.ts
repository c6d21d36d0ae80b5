import { PolicyRefused, readPolicy } from '../shared/adapters/policy-file.ts';
import type { Policy } from '../shared/policy/policy.ts';
import { renderProblem } from '../shared/policy/problem.ts';
import { CommandFailed, EXIT, plainReason } from './exit.ts';
import type { Io } from './io.ts';

/** The policy of a command: its warnings go to stderr, its errors end the command with exit 3. */
export async function loadFor(paths: readonly string[], io: Io): Promise<Policy> {
  try {
    const { policy, warnings } = await readPolicy(paths);
    for (const warning of warnings)
      io.err(`${renderProblem(warning, { color: io.errIsTerminal && io.color })}\n\n`);
    return policy;
  } catch (error) {
    if (error instanceof PolicyRefused) {
      const count = error.problems.filter((problem) => problem.severity === 'error').length;
      const shown = error.problems
        .map((problem) => renderProblem(problem, { color: io.errIsTerminal && io.color }))
        .join('\n\n');
      throw new CommandFailed(
        EXIT.usage,
        `${shown}\n\n${count} ${count === 1 ? 'problem' : 'problems'}: this is not a policy yet`,
      );
    }
    throw new CommandFailed(EXIT.usage, `cannot read the policy ${paths.join(', ')}: ${plainReason(error)}`);
  }
}
