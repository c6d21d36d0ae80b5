import { existsSync } from 'node:fs';
import { openSqliteStore, type SqliteStore, StoreRefused } from '../shared/adapters/sqlite-store.ts';
import { CommandFailed, EXIT } from './exit.ts';

/** The store in a SQLite file that is there: opening another would make a new one, in which nothing is. */
export function existingStore(path: string): SqliteStore {
  if (!existsSync(path))
    throw new CommandFailed(EXIT.incomplete, `cannot read ${path}: there is no such file`);
  try {
    return openSqliteStore({ path, onEphemeralDisk: false });
  } catch (error) {
    if (error instanceof StoreRefused) throw new CommandFailed(EXIT.incomplete, error.message);
    throw error;
  }
}
