import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { plain } from '../../shared/alerts/text.ts';
import { type Checked, verifyAgainst } from '../../shared/pipeline/verify-report.ts';
import { type ReportJson, reportSchema } from '../../shared/report/report-schema.ts';
import { hashOfJson, rootOf } from '../../shared/report/seal.ts';
import { existingStore } from '../existing-store.ts';
import { CommandFailed, EXIT, type ExitCode, plainReason } from '../exit.ts';
import { type Io, styled } from '../io.ts';

interface Options {
  readonly store?: string;
  readonly previous?: string;
}

/** `anchorwatch verify`: whether a report is what it was when it was made. */
export function addVerify(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('verify <report>')
    .description(
      'whether a report (report.json) is what it was when it was made, and the history it rests on too',
    )
    .option('--previous <file>', 'the report before it, to look at the link between both')
    .option(
      '-s, --store <file>',
      'SQLite file of the watch: to look whether its history still runs through the report',
    )
    .action(async (file: string, { store, previous }: Options) => {
      const report = await readReport(file);
      const checks = [
        ...ownChecks(report),
        ...(previous === undefined ? [] : [linkCheck(report, await readReport(previous))]),
        ...(store === undefined ? [] : await storeChecks(store, report.json)),
      ];
      for (const { what, ok, says } of checks)
        io.out(
          `${styled(io, ok ? 'green' : 'red', ok ? '✔' : '✘')} ${what.padEnd(16)} ${plain(says, 600)}\n`,
        );
      if (store === undefined && report.json.chains.heads.length > 0)
        io.err('its chains were not looked at: give the store with --store\n');
      end(checks.every(({ ok }) => ok) ? EXIT.clean : EXIT.findings);
    });
}

interface ReadReport {
  readonly json: ReportJson;
  /** As it stands in the file: what the hash is over. */
  readonly raw: object;
}

async function readReport(file: string): Promise<ReadReport> {
  let raw: unknown;
  try {
    raw = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new CommandFailed(
      EXIT.incomplete,
      `cannot read ${file}: ${error instanceof SyntaxError ? 'it is not JSON' : plainReason(error)}`,
    );
  }
  const read = reportSchema.safeParse(raw);
  if (!read.success || typeof raw !== 'object' || raw === null) {
    const [issue] = read.error?.issues ?? [];
    const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    throw new CommandFailed(
      EXIT.usage,
      plain(
        `${file} is not a report as \`anchorwatch report\` writes them (docs/report.schema.json): ${where}${issue?.message ?? ''}`,
        600,
      ),
    );
  }
  return { json: read.data, raw };
}

function ownChecks({ json, raw }: ReadReport): readonly Checked[] {
  const hash = hashOfJson(raw);
  const root = rootOf(json.chains.heads);
  return [
    hash === json.hash
      ? { what: 'hash', ok: true, says: hash }
      : { what: 'hash', ok: false, says: `it says ${json.hash}, and its content comes to ${hash}` },
    root === json.chains.root
      ? { what: 'chain root', ok: true, says: root === '' ? 'no history' : root }
      : { what: 'chain root', ok: false, says: `it says ${json.chains.root}, and its heads come to ${root}` },
  ];
}

function linkCheck({ json }: ReadReport, before: ReadReport): Checked {
  const hash = hashOfJson(before.raw);
  return json.previous?.hash === hash
    ? { what: 'link', ok: true, says: `it names the report ${hash.slice(0, 12)}` }
    : {
        what: 'link',
        ok: false,
        says: `it names ${json.previous?.hash.slice(0, 12) ?? 'no report before it'}, and the file given comes to ${hash.slice(0, 12)}`,
      };
}

async function storeChecks(path: string, report: ReportJson): Promise<readonly Checked[]> {
  const store = existingStore(path);
  try {
    return await verifyAgainst(store, report);
  } finally {
    await store.close();
  }
}
