import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailable } from '../ports.ts';
import { StoreRefused } from './store-rules.ts';

export interface SqliteOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  /** The disk lasts no longer than this instance (Cloud Run and Cloud Functions: `K_SERVICE` is set). */
  readonly onEphemeralDisk: boolean;
  /** What to do then; `refuse` unless said. */
  readonly ephemeral?: 'refuse' | 'allow';
  /** How long to wait for another process to let go of the file; 5000 unless said. */
  readonly lockWaitMs?: number;
}

export const LOCK_WAIT_MS = 5000;

export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** Marks a file as ours ("Anch"), so that another program's database is never written to. */
export const APPLICATION_ID = 0x416e6368;

/**
 * Every schema there has been, oldest first. Append only: a database out there stands at each of them.
 *
 * `documents` keeps its rowid: bodies run to kilobytes, and a table WITHOUT ROWID spills those to a page each (measured: two to four
 * times slower to write and to read). Times are text of twenty digits, so that text order is time order.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    sql: `
      PRAGMA application_id = ${APPLICATION_ID};
      CREATE TABLE documents (
        collection TEXT NOT NULL,
        id TEXT NOT NULL,
        body TEXT NOT NULL,
        due_at TEXT,
        expires_at TEXT,
        PRIMARY KEY (collection, id)
      ) STRICT;
      CREATE INDEX documents_due ON documents (collection, due_at, id) WHERE due_at IS NOT NULL;
      CREATE INDEX documents_expiring ON documents (expires_at) WHERE expires_at IS NOT NULL;
      CREATE TABLE document_keys (
        collection TEXT NOT NULL,
        key TEXT NOT NULL,
        id TEXT NOT NULL,
        PRIMARY KEY (collection, key, id),
        FOREIGN KEY (collection, id) REFERENCES documents (collection, id) ON DELETE CASCADE
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX document_keys_of ON document_keys (collection, id);
    `,
  },
];

/** What a file holds: nothing yet, a database of ours at some version, or somebody else's. */
export type Found =
  | { readonly kind: 'empty' | 'foreign' }
  | { readonly kind: 'ours'; readonly version: number };

/** Looks without writing. */
export function recognise(database: DatabaseSync): Found {
  // One statement, hence one instant: another process may be creating the schema.
  const { owner, version, tables } = readNumbers(
    database,
    `SELECT application_id AS owner, user_version AS version, (SELECT count(*) FROM sqlite_schema) AS tables
     FROM pragma_application_id, pragma_user_version`,
  );
  if (owner === APPLICATION_ID) return { kind: 'ours', version: version ?? 0 };
  return { kind: owner === 0 && version === 0 && tables === 0 ? 'empty' : 'foreign' };
}

/** Brings the schema up to the last of `migrations`, all or nothing. Two processes may do so at once: the second finds it done. */
export function migrate(database: DatabaseSync, migrations = MIGRATIONS): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const { user_version: version = 0 } = readNumbers(database, 'PRAGMA user_version');
    for (const migration of migrations) {
      if (migration.version <= version) continue;
      database.exec(`${migration.sql}; PRAGMA user_version = ${migration.version};`);
    }
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function readNumbers(database: DatabaseSync, sql: string): Readonly<Record<string, number>> {
  const columns = Object.entries(database.prepare(sql).get() ?? {});
  return Object.fromEntries(columns.map(([name, value]) => [name, Number(value)]));
}

/** A connection to a database of ours, at the latest schema; throws `StoreRefused` when there can be none. */
export function openDatabase({
  path,
  ephemeral = 'refuse',
  onEphemeralDisk,
  lockWaitMs = LOCK_WAIT_MS,
}: SqliteOptions): DatabaseSync {
  if (onEphemeralDisk && ephemeral === 'refuse') {
    throw refused(
      path,
      'this is Cloud Run or Cloud Functions, where the disk is memory and goes with the instance: what is known would be forgotten, ' +
        'and alerts sent again. Use the Firestore store, or accept the loss with --allow-ephemeral-state',
    );
  }
  // SQLite takes an empty path for a temporary database.
  if (path === '') throw refused('""', 'no path was given. Name a file, or :memory: to keep nothing');
  let database: DatabaseSync | undefined;
  try {
    createPrivately(path);
    database = new DatabaseSync(path, { timeout: lockWaitMs });
    prepare(database, path);
    return database;
  } catch (cause) {
    if (database?.isOpen) database.close();
    throw explained(path, cause);
  }
}

/** It holds who did what from where, so only its owner may read it; SQLite gives -wal and -shm the same rights. */
function createPrivately(path: string): void {
  if (path === ':memory:' || path.startsWith('file:')) return;
  closeSync(openSync(path, 'a', 0o600));
}

function prepare(database: DatabaseSync, path: string): void {
  const found = recognise(database);
  const latest = MIGRATIONS.at(-1)?.version ?? 0;
  if (found.kind === 'foreign') throw refused(path, "it is another program's database. Choose another path");
  if (found.kind === 'ours' && found.version > latest) {
    throw refused(
      path,
      `it has schema version ${found.version}, written by a newer Anchorwatch; this one knows ${latest}. Upgrade Anchorwatch, or choose another path`,
    );
  }
  const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
  if (mode !== 'wal' && mode !== 'memory') {
    throw refused(
      path,
      'its disk cannot take a write-ahead log; network disks cannot. Choose a path on a local disk',
    );
  }
  database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  migrate(database);
  // From here on `Connection.begin` does the waiting.
  database.exec('PRAGMA busy_timeout = 0');
}

function explained(path: string, cause: unknown): unknown {
  const why = reason(cause);
  return why === undefined ? translated(`open the database ${path}`, cause) : refused(path, why, cause);
}

function reason(cause: unknown): string | undefined {
  switch (sqliteCode(cause) ?? (cause as { readonly code?: unknown } | undefined)?.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'its folder does not exist. Create the folder, or choose another path';
    case 'EISDIR':
      return 'it is a folder. Name a file in it';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case READONLY:
    case CANTOPEN:
      return 'it cannot be written. Let this user write the file and its folder (SQLite keeps -wal and -shm beside it), or choose another path';
    case CORRUPT:
      return 'it is damaged. Restore a copy, or move it away with its -wal and -shm to begin anew';
    case NOTADB:
      return 'it is not an SQLite database. Choose another path';
    default:
      return undefined;
  }
}

function refused(path: string, why: string, cause?: unknown): StoreRefused {
  return new StoreRefused(`cannot open the database ${path}: ${why}.`, { cause });
}

/** SQLite's primary result codes (sqlite.org/rescode.html). */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const CORRUPT = 11;
const CANTOPEN = 14;
const NOTADB = 26;
/** ERROR, TOOBIG, CONSTRAINT, MISMATCH, MISUSE, RANGE: ours to mend. All others tell of the world. */
const PROGRAMMER_ERRORS: ReadonlySet<number> = new Set([1, 18, 19, 20, 21, 25]);

/** What to throw for a failure of SQLite: `StoreUnavailable`, unless the fault is the program's. */
export function translated(what: string, cause: unknown): unknown {
  const code = sqliteCode(cause);
  if (code === undefined || PROGRAMMER_ERRORS.has(code)) return cause;
  return new StoreUnavailable(`cannot ${what}`, { cause });
}

/** Another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === BUSY || code === LOCKED;
}

function sqliteCode(error: unknown): number | undefined {
  const code = (error as { readonly errcode?: unknown } | undefined)?.errcode;
  // The extended code has detail in its upper bytes.
  return typeof code === 'number' ? code & 0xff : undefined;
}
