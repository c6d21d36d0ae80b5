import { createHash, randomBytes } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { storeSettings } from '../../functions/settings.ts';
import { openFirestoreStore } from '../../shared/adapters/firestore-store.ts';
import type { SqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { StoreRefused } from '../../shared/adapters/store-rules.ts';
import { SCHEMA_VERSION } from '../../shared/findings/finding-json.ts';
import { type ErasedFrom, erase, slackIdsOf } from '../../shared/pipeline/erase/erase.ts';
import { type Store, StoreUnavailable } from '../../shared/ports.ts';
import { existingStore } from '../existing-store.ts';
import { CommandFailed, EXIT, type ExitCode } from '../exit.ts';
import type { Io } from '../io.ts';
import { plainFormatOption } from '../options.ts';
import { erasedTable } from '../output/erased-table.ts';

interface Options {
  readonly principal: string;
  readonly also?: string[];
  readonly store: string;
  readonly dryRun?: boolean;
  readonly format: 'table' | 'json';
}

/** `anchorwatch erase`: takes a person out of what is kept about the past. */
export function addErase(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('erase')
    .description('take a person out of what the watch has recorded; the state of the cloud stays as it is')
    .addOption(
      new Option('--principal <email>', 'who: an e-mail, or a principal://… of a workforce pool')
        .argParser(parsePrincipal)
        .makeOptionMandatory(),
    )
    .option('--also <name...>', 'other names of theirs: a Slack id (U…) that no decision tells')
    .option(
      '-s, --store <place>',
      'SQLite file of the watch, or firestore:PROJECT/DATABASE',
      'anchorwatch.sqlite',
    )
    .option('--dry-run', 'count, and write nothing')
    .addOption(plainFormatOption())
    .action(async ({ principal, also = [], store: place, dryRun = false, format }: Options) => {
      const { store, compact } = opened(place);
      try {
        const names = [...new Set([principal, ...also, ...(await slackIdsOf(store, principal))])];
        const person = { names, pseudonym: pseudonymOf(principal) };
        const erased = await erase(store, person, { dryRun });
        if (!dryRun) await compact();
        io.out(
          format === 'json'
            ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, dryRun, pseudonym: dryRun ? undefined : person.pseudonym, names: names.length, collections: erased }, null, 2)}\n`
            : erasedTable(erased, dryRun, io),
        );
        io.err(`${notice(erased, person.pseudonym, dryRun)}\n`);
        end(EXIT.clean);
      } catch (error) {
        if (error instanceof StoreRefused || error instanceof StoreUnavailable)
          throw new CommandFailed(EXIT.incomplete, error.message);
        throw error;
      } finally {
        await store.close();
      }
    });
}

/** What this command cannot do, said every time: whoever asked for it must be told the whole. */
function notice(erased: readonly ErasedFrom[], pseudonym: string, dryRun: boolean): string {
  const stays = erased.reduce((sum, one) => sum + one.stays, 0);
  return [
    ...(dryRun ? ['nothing was written (--dry-run)'] : [`in their place now: ${pseudonym}`]),
    ...(stays === 0
      ? []
      : [
          `${stays} documents still name them: bindings and whatever else describes the cloud as it is, or the policy. Take them out there, and run this again`,
        ]),
    'not reached from here: reports that were made (in the bucket, and files of reports), messages in Slack, what topics were sent, backups of the store (Firestore keeps a week of its own)',
  ].join('\n');
}

/** With a salt that is kept nowhere: nobody can try names against it. */
function pseudonymOf(principal: string): string {
  return `erased-${createHash('sha256').update(randomBytes(32)).update(principal).digest('hex').slice(0, 8)}`;
}

function parsePrincipal(text: string): string {
  const name = text.replace(/^user:/i, '');
  if (/\.gserviceaccount\.com$/i.test(name))
    throw new InvalidArgumentError('a service account is no person: it is part of what is watched.');
  if (!/^[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+$/.test(name) && !/^principal:\/\/\S{20,}$/.test(name))
    throw new InvalidArgumentError('write an e-mail, such as sam@acme.example, or a whole principal://….');
  return name;
}

function opened(place: string): { readonly store: Store; readonly compact: () => Promise<void> } {
  if (!place.startsWith('firestore:')) {
    const store: SqliteStore = existingStore(place);
    return { store, compact: () => store.compact() };
  }
  const settings = storeOf(place);
  const { projectId, databaseId } = settings;
  return {
    store: openFirestoreStore({
      projectId,
      ...(databaseId === undefined ? {} : { databaseId }),
      asItIs: true,
    }),
    compact: async () => {},
  };
}

function storeOf(place: string) {
  try {
    const settings = storeSettings({ ANCHORWATCH_STORE: place });
    if (settings.kind === 'firestore') return settings;
  } catch {
    // Told below, by the name it has here.
  }
  throw new CommandFailed(EXIT.usage, `${place} is neither firestore:PROJECT nor firestore:PROJECT/DATABASE`);
}
