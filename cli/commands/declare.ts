import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { fromDate, type Nanos } from '../../shared/model/time.ts';
import { type Problem, renderProblem } from '../../shared/policy/problem.ts';
import { CannotDeclare, type Declared, declare, type TextFile } from '../../shared/policy-writer/declare.ts';
import { hasGeneratedPart, NoGeneratedPart } from '../../shared/policy-writer/generated-part.ts';
import { commentText } from '../../shared/policy-writer/yaml-text.ts';
import { CommandFailed, EXIT, type ExitCode, plainReason } from '../exit.ts';
import { gatherAssets } from '../gather.ts';
import type { Io } from '../io.ts';
import { asOfOption, assetsOption, clusterOption, policyOption } from '../options.ts';
import { EYES } from './init.ts';

interface Options {
  readonly policy: string[];
  readonly assets: string[];
  readonly cluster?: string;
  readonly write?: boolean;
  readonly check?: boolean;
  readonly asOf?: Nanos;
}

/** `anchorwatch declare`: the generated part of a policy, brought up to date. */
export function addDeclare(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('declare')
    .description(
      'write the generated identities of a policy anew from what the input says; the rest stays as it is',
    )
    .addOption(policyOption())
    .addOption(assetsOption())
    .addOption(clusterOption())
    .option('--write', 'change the policy file (default: print it)')
    .option('--check', 'change nothing and exit 1 when something would change')
    .addOption(asOfOption('judge at this time (default: now)'))
    .action(async (options: Options) => {
      const { cluster, write = false, check = false } = options;
      if (write && check) throw new CommandFailed(EXIT.usage, 'give --write or --check, not both');
      const { file, others } = await read(options.policy);
      const now = fromDate(new Date());
      const gathered = await gatherAssets(options.assets, io, now, cluster === undefined ? {} : { cluster });
      // From a partial look entries would vanish that are still meant.
      if (gathered.incomplete)
        throw new CommandFailed(
          EXIT.incomplete,
          'the input could not be read to its end: nothing was declared',
        );
      const declared = attempt(() => declare(gathered.known, options.asOf ?? now, EYES, file, others), io);
      tell(declared, file.path, io);
      if (check) return end(declared.isChanged ? EXIT.findings : EXIT.clean);
      if (!write) io.out(declared.text);
      else if (declared.isChanged) await writeFile(file.path, declared.text);
      end(EXIT.clean);
    });
}

/** The policy's files, with the one that is generated into set apart. */
async function read(
  paths: readonly string[],
): Promise<{ readonly file: TextFile; readonly others: readonly TextFile[] }> {
  const files = await Promise.all(paths.map(readText));
  const marked = files.filter(({ text }) => hasGeneratedPart(text));
  if (marked.length > 1)
    throw new CommandFailed(
      EXIT.usage,
      `${marked.map(({ path }) => path).join(' and ')} each have a generated part: one may`,
    );
  // Without one, the first file is told what it lacks.
  const file = marked[0] ?? files[0]!;
  return { file, others: files.filter((other) => other !== file) };
}

async function readText(path: string): Promise<TextFile> {
  try {
    return {
      path,
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path)),
    };
  } catch (error) {
    throw new CommandFailed(EXIT.usage, `cannot read the policy ${path}: ${plainReason(error)}`);
  }
}

function attempt(work: () => Declared, io: Io): Declared {
  try {
    return work();
  } catch (error) {
    if (error instanceof NoGeneratedPart) throw new CommandFailed(EXIT.usage, error.message);
    if (error instanceof CannotDeclare)
      throw new CommandFailed(
        EXIT.usage,
        `${shown(error.problems, io)}\n\nNothing was declared: with what the input says, this is not a policy`,
      );
    throw error;
  }
}

function shown(problems: readonly Problem[], io: Io): string {
  return problems
    .filter(({ severity }) => severity === 'error')
    .map((problem) => renderProblem(problem, { color: io.errIsTerminal && io.color }))
    .join('\n\n');
}

function tell({ changes, isChanged, entries, untrusted }: Declared, path: string, io: Io): void {
  for (const change of changes) io.err(`${commentText(change)}\n`);
  for (const pool of untrusted)
    io.err(`trust.pools does not name ${commentText(pool)}: nothing of it is declared\n`);
  const count = `${entries.length} generated ${entries.length === 1 ? 'identity' : 'identities'}`;
  io.err(
    isChanged
      ? `${path}: ${count}, ${changes.length === 0 ? 'the same ones, written otherwise' : `${changes.length} changes`}\n`
      : `${path}: ${count}, up to date\n`,
  );
}
