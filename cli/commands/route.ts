import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { plain } from '../../shared/alerts/text.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { fromDate, type Nanos } from '../../shared/model/time.ts';
import { CommandFailed, EXIT, type ExitCode } from '../exit.ts';
import { briefly, findingNamed, findingsFrom } from '../findings.ts';
import type { Io } from '../io.ts';
import { asOfOption, plainFormatOption, policyOption } from '../options.ts';
import { answerFor } from '../output/route-answer.ts';
import { routeJson } from '../output/route-json.ts';
import { routeTable } from '../output/route-table.ts';
import { loadFor } from '../policy.ts';

interface Options {
  readonly policy: string[];
  readonly findings?: string;
  readonly format: 'table' | 'json';
  readonly asOf?: Nanos;
}

/** `anchorwatch route`: who would hear of a finding, when, and by which lines of the policy. */
export function addRoute(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('route')
    .description('who would hear of a finding, when, and by which lines of the policy')
    .argument('<finding>', 'its id or the beginning of it, with --findings; or a JSON file of one finding')
    .addOption(policyOption())
    .option('--findings <file>', 'JSON or NDJSON of scan or replay; - is standard input')
    .addOption(plainFormatOption())
    .addOption(asOfOption('whether hours are quiet is judged at this time (default: now)'))
    .action(async (name: string, options: Options) => {
      const policy = await loadFor(options.policy, io);
      const finding = await chosen(name, options.findings, io);
      if (finding.why.policyHash !== policy.hash)
        io.err(
          `the finding was judged by policy @${plain(finding.why.policyHash, 12)}, and is routed by @${policy.hash}\n`,
        );
      const answer = answerFor(finding, policy, options.asOf ?? fromDate(new Date()));
      io.out(
        options.format === 'json'
          ? `${JSON.stringify(routeJson(answer), null, 2)}\n`
          : routeTable(answer, io),
      );
      end(EXIT.clean);
    });
}

async function chosen(name: string, file: string | undefined, io: Io): Promise<Finding> {
  if (file !== undefined) return findingNamed(await findingsFrom(file, io), name, file);
  if (name !== '-' && !existsSync(name))
    throw new CommandFailed(
      EXIT.usage,
      `${name} is no file; --findings says in which findings to look for that id`,
    );
  const findings = await findingsFrom(name, io);
  const [only, ...others] = findings;
  if (only !== undefined && others.length === 0) return only;
  throw new CommandFailed(
    EXIT.usage,
    `${name} holds ${findings.length} findings; name one of them: anchorwatch route ID --findings ${name}\n${briefly(findings)}`,
  );
}
