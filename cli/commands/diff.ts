import { open, stat } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { diffInventories, type InventoryDiff } from '../../shared/diff/inventory-diff.ts';
import { diffPolicies, type PolicyDiff } from '../../shared/diff/policy-diff.ts';
import { SCHEMA_VERSION } from '../../shared/findings/finding-json.ts';
import { fromDate } from '../../shared/model/time.ts';
import { CommandFailed, EXIT, type ExitCode, plainReason } from '../exit.ts';
import { gatherAssets } from '../gather.ts';
import type { Io } from '../io.ts';
import { outputOption } from '../options.ts';
import { diffTable } from '../output/diff-table.ts';
import { loadFor } from '../policy.ts';
import { put } from './scan.ts';

interface Options {
  readonly format: 'table' | 'json';
  readonly output?: string;
}

/** `anchorwatch diff`: what is different between two exports, or between two policies, in words. */
export function addDiff(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('diff')
    .description('what is different between two exports, or two policies, in words')
    .argument('<before>', 'export file or folder, or a policy file')
    .argument('<after>', 'the same, later')
    .addOption(
      new Option('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'),
    )
    .addOption(outputOption())
    .action(async (before: string, after: string, options: Options) => {
      const [a, b] = await Promise.all([isPolicy(before), isPolicy(after)]);
      if (a !== b)
        throw new CommandFailed(
          EXIT.usage,
          `${a ? before : after} is a policy and ${a ? after : before} is not: two of a kind can be compared`,
        );
      const { diff, incomplete } = a
        ? await ofPolicies(before, after, io)
        : await ofExports(before, after, io);
      const text =
        options.format === 'json'
          ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, diff }, null, 2)}\n`
          : diffTable(diff, io);
      await put(text, options.output, io);
      end(incomplete ? EXIT.incomplete : isEqual(diff) ? EXIT.clean : EXIT.findings);
    });
}

function isEqual(diff: InventoryDiff | PolicyDiff): boolean {
  return diff.kind === 'policy'
    ? diff.changes.length === 0
    : diff.groups.length + diff.notCompared.length === 0;
}

async function ofPolicies(before: string, after: string, io: Io) {
  const diff = diffPolicies(await loadFor([before], io), await loadFor([after], io));
  return { diff, incomplete: false };
}

async function ofExports(before: string, after: string, io: Io) {
  const now = fromDate(new Date());
  const a = await gatherAssets([before], io, now);
  const b = await gatherAssets([after], io, now);
  return { diff: diffInventories(a.known, b.known, now), incomplete: a.incomplete || b.incomplete };
}

/** As far into a file as its kind is looked for: comments may stand before it. */
const LOOK = 64 * 1024;

/** Recognised by content: a document whose kind is WorkloadIdentityPolicy. */
async function isPolicy(path: string): Promise<boolean> {
  if (path === '-') return false;
  try {
    if ((await stat(path)).isDirectory()) return false;
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(LOOK), 0, LOOK, 0);
      return /^\s*["']?kind["']?\s*:\s*["']?WorkloadIdentityPolicy\b/m.test(
        buffer.toString('utf8', 0, bytesRead),
      );
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new CommandFailed(EXIT.incomplete, `cannot read ${path}: ${plainReason(error)}`);
  }
}
