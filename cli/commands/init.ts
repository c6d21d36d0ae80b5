import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { fromDate, type Nanos } from '../../shared/model/time.ts';
import { allSubjects } from '../../shared/pipeline/baseline.ts';
import { declaredPoolOf } from '../../shared/pipeline/declared-pool.ts';
import type { Eyes } from '../../shared/policy-writer/ground.ts';
import { complaintAbout, type WrittenPolicy, writePolicy } from '../../shared/policy-writer/write-policy.ts';
import { commentText } from '../../shared/policy-writer/yaml-text.ts';
import { CommandFailed, EXIT, type ExitCode } from '../exit.ts';
import { gatherAssets } from '../gather.ts';
import type { Io } from '../io.ts';
import { asOfOption, assetsOption, clusterOption, outputOption } from '../options.ts';
import { put } from './scan.ts';

/** Policies are written by the eyes that `scan` judges with. */
export const EYES: Eyes = { subjects: allSubjects, declaredPoolOf };

interface Options {
  readonly assets: string[];
  readonly cluster?: string;
  readonly name?: string;
  readonly owner?: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly asOf?: Nanos;
}

/** `anchorwatch init`: the policy under which today's state is the declared one. */
export function addInit(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('init')
    .description(
      'write a first policy from what stands today: what looks right declared, the rest excepted for a while',
    )
    .addOption(assetsOption())
    .addOption(clusterOption())
    .option('--name <name>', 'what the policy is called (default: after its scope)')
    .option('--owner <email>', 'who answers for it, and for identities whose labels name nobody')
    .addOption(outputOption())
    .option('--force', 'write over an existing file')
    .addOption(asOfOption('the day that exceptions are counted from (default: today)'))
    .action(async (options: Options) => {
      const { assets, cluster, name, owner, output, force = false } = options;
      const complaint = complaintAbout({ name, owner });
      if (complaint !== undefined) throw new CommandFailed(EXIT.usage, complaint);
      if (output !== undefined && !force && existsSync(output)) {
        throw new CommandFailed(
          EXIT.usage,
          `${output} exists, and what people wrote in it would be lost: \`anchorwatch declare\` brings its generated part up to date, --force starts anew`,
        );
      }
      const now = fromDate(new Date());
      const gathered = await gatherAssets(assets, io, now, cluster === undefined ? {} : { cluster });
      const written = writePolicy(gathered.known, options.asOf ?? now, EYES, { name, owner });
      await put(written.text, output, io);
      tell(written, assets, output ?? 'POLICY', io);
      if (gathered.incomplete)
        io.err('The input could not be read to its end: the policy knows a part of what stands.\n');
      end(exitCode(written, gathered.incomplete));
    });
}

/** What was written and what to do next. */
function tell(written: WrittenPolicy, assets: readonly string[], file: string, io: Io): void {
  const { policy, entries, allowances, exceptions, remaining, failed } = written;
  io.err(
    `${[
      `${entries.length} ${entries.length === 1 ? 'identity' : 'identities'} declared`,
      `${policy.pools.length} trusted ${policy.pools.length === 1 ? 'pool' : 'pools'}`,
      `${exceptions.length} ${exceptions.length === 1 ? 'exception' : 'exceptions'}`,
      `${allowances.length} ${allowances.length === 1 ? 'account keeps' : 'accounts keep'} keys for now`,
    ].join(', ')}\n`,
  );
  const byGroup = [...Map.groupBy(exceptions, ({ match }) => match.detector)];
  for (const [detector, all] of byGroup.sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))) {
    const [first] = all.map(({ expires }) => expires).sort();
    io.err(`  ${String(all.length).padStart(6)}  ${detector} (the first ends ${first})\n`);
  }
  const nameless = new Set(
    exceptions.flatMap(({ match: { on = '' } }) => (/^serviceAccount:\d+$/.test(on) ? [on] : [])),
  );
  if (nameless.size > 0)
    io.err(
      `${nameless.size} accounts are known by number only and cannot be declared: export iam.googleapis.com/ServiceAccount resources too\n`,
    );
  for (const { verdict } of remaining)
    io.err(`still open, and no exception can name it: ${verdict.detector}: ${commentText(verdict.title)}\n`);
  for (const failure of failed)
    io.err(`detector ${failure.detector} failed on ${failure.subject}: ${failure.error}\n`);
  io.err(
    `Next: fill in what says FILL IN, then: anchorwatch validate ${file}; anchorwatch scan --policy ${file} --assets ${assets.join(' ')}\n`,
  );
}

function exitCode({ remaining, failed }: WrittenPolicy, incomplete: boolean): ExitCode {
  if (failed.length > 0) return EXIT.failure;
  if (incomplete) return EXIT.incomplete;
  return remaining.length > 0 ? EXIT.findings : EXIT.clean;
}
