import { AsyncLocalStorage } from 'node:async_hooks';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import type { Nanos } from '../model/time.ts';
import type { Access, Collection, Documents, Index, Store, Transaction } from '../ports.ts';
import { decodeId, encodeDocument, encodeId, encodeNanos } from './document-codec.ts';
import { isBusy, LOCK_WAIT_MS, openDatabase, type SqliteOptions, translated } from './sqlite-migrations.ts';
import { checkedLimit, decodeBody, KeptBack, mayBegin, StoreRefused } from './store-rules.ts';

export type { SqliteOptions };
export { StoreRefused };

export interface SqliteStore extends Store {
  /** Deletes at most `limit` documents that expired before `now`, the longest expired first; gives how many. */
  sweepExpired(now: Nanos, limit: number): Promise<number>;
  /** Writes the file anew: what was deleted or replaced is no longer anywhere in it. It takes room for a second copy meanwhile. */
  compact(): Promise<void>;
}

/**
 * A `Store` in one SQLite file. Transactions of this process run one after the other on one connection; those of others are kept out
 * by SQLite's write lock. Throws `StoreRefused` when the file cannot be used.
 */
export function openSqliteStore(options: SqliteOptions): SqliteStore {
  const connection = new Connection(openDatabase(options), options.lockWaitMs ?? LOCK_WAIT_MS);
  const current = new AsyncLocalStorage<SqliteTransaction>();
  let queue: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    mayBegin(current.getStore(), closing);
    const done = queue.then(work);
    queue = done.catch(() => {});
    return done;
  }

  function atomically<T>(work: () => Promise<T>): Promise<T> {
    return inTurn(async () => {
      await connection.begin();
      try {
        const result = await work();
        connection.commit();
        return result;
      } catch (error) {
        connection.rollback();
        throw error;
      }
    });
  }

  return {
    async transaction(body, how = 'read-write') {
      return atomically(async () => {
        const tx = new SqliteTransaction(connection, how);
        try {
          const result = await current.run(tx, () => body(tx));
          tx.apply();
          return result;
        } finally {
          tx.end();
        }
      });
    },
    async sweepExpired(now, limit) {
      return atomically(async () =>
        connection.run('sweep expired documents', SWEEP, encodeNanos(now), checkedLimit(limit)),
      );
    },
    async compact() {
      return inTurn(async () => connection.compact());
    },
    async close() {
      closing ??= inTurn(async () => connection.close());
      return closing;
    },
  };
}

const ONE = 'SELECT id, body FROM documents WHERE collection = ? AND id = ?';
// Lists come as one JSON parameter: one statement whatever their length, and no limit on it. CROSS JOIN: begin with the wanted.
const MANY = `
  SELECT d.id, d.body FROM json_each(?2) AS wanted CROSS JOIN documents AS d ON d.collection = ?1 AND d.id = wanted.value
  ORDER BY d.id`;
const BY_KEY = `
  SELECT id, body FROM documents WHERE collection = ?1 AND id IN
    (SELECT k.id FROM json_each(?2) AS wanted CROSS JOIN document_keys AS k ON k.collection = ?1 AND k.key = wanted.value)
  ORDER BY id`;
const DUE = 'SELECT id, body FROM documents WHERE collection = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?';
const FIRST = 'SELECT id, body FROM documents WHERE collection = ? ORDER BY id LIMIT ?';
const AFTER = 'SELECT id, body FROM documents WHERE collection = ? AND id > ? ORDER BY id LIMIT ?';
const PUT = `
  INSERT INTO documents (collection, id, body, due_at, expires_at) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (collection, id) DO UPDATE SET body = excluded.body, due_at = excluded.due_at, expires_at = excluded.expires_at`;
// Most documents are put again with the keys they had: only the difference is written.
const DROP_KEYS = `
  DELETE FROM document_keys WHERE collection = ?1 AND id = ?2 AND key NOT IN (SELECT value FROM json_each(?3))`;
const ADD_KEYS = `
  INSERT INTO document_keys (collection, id, key) SELECT ?1, ?2, value FROM json_each(?3) WHERE true ON CONFLICT DO NOTHING`;
const AMEND = 'UPDATE documents SET body = ? WHERE collection = ? AND id = ?';
const RENAME_KEY = 'UPDATE OR REPLACE document_keys SET key = ? WHERE collection = ? AND id = ? AND key = ?';
const DELETE = 'DELETE FROM documents WHERE collection = ? AND id = ?';
const SWEEP = `
  DELETE FROM documents WHERE rowid IN
    (SELECT rowid FROM documents WHERE expires_at < ? ORDER BY expires_at LIMIT ?)`;

type Write = (connection: Connection) => void;

/** Reads at once, keeps the writes back until `apply`. */
class SqliteTransaction implements Transaction {
  readonly #connection: Connection;
  readonly #writes: KeptBack<Write>;

  constructor(connection: Connection, how: Access) {
    this.#connection = connection;
    this.#writes = new KeptBack(how);
  }

  get isOpen(): boolean {
    return this.#writes.isOpen;
  }

  async get<C extends Collection>(collection: C, id: string): Promise<Documents[C] | undefined> {
    return this.#read(collection, ONE, collection, encodeId(id)).get(id);
  }

  async getMany<C extends Collection>(
    collection: C,
    ids: Iterable<string>,
  ): Promise<ReadonlyMap<string, Documents[C]>> {
    return this.#read(collection, MANY, collection, jsonList(ids));
  }

  async find<C extends Collection>(
    collection: C,
    keys: Iterable<string>,
  ): Promise<ReadonlyMap<string, Documents[C]>> {
    return this.#read(collection, BY_KEY, collection, jsonList(keys));
  }

  async due<C extends Collection>(
    collection: C,
    now: Nanos,
    limit: number,
  ): Promise<ReadonlyMap<string, Documents[C]>> {
    return this.#read(collection, DUE, collection, encodeNanos(now), checkedLimit(limit));
  }

  async list<C extends Collection>(
    collection: C,
    after: string | undefined,
    limit: number,
  ): Promise<ReadonlyMap<string, Documents[C]>> {
    if (after === undefined) return this.#read(collection, FIRST, collection, checkedLimit(limit));
    return this.#read(collection, AFTER, collection, encodeId(after), checkedLimit(limit));
  }

  put<C extends Collection>(collection: C, id: string, document: Documents[C], index: Index = {}): void {
    // Encoded now, so that a fault is reported where it was made, and a later change to the document is not written.
    const body = encodeDocument(document);
    const keys = jsonList(index.keys ?? []);
    const dueAt = index.dueAt === undefined ? null : encodeNanos(index.dueAt);
    const expiresAt = index.expiresAt === undefined ? null : encodeNanos(index.expiresAt);
    this.#writes.add((connection) => {
      const what = `put ${collection}/${id}`;
      connection.run(what, PUT, collection, encodeId(id), body, dueAt, expiresAt);
      connection.run(what, DROP_KEYS, collection, encodeId(id), keys);
      connection.run(what, ADD_KEYS, collection, encodeId(id), keys);
    });
  }

  amend<C extends Collection>(
    collection: C,
    id: string,
    document: Documents[C],
    renamed: ReadonlyMap<string, string> = new Map(),
  ): void {
    const body = encodeDocument(document);
    this.#writes.add((connection) => {
      const what = `amend ${collection}/${id}`;
      connection.run(what, AMEND, body, collection, encodeId(id));
      for (const [from, to] of renamed)
        connection.run(what, RENAME_KEY, encodeId(to), collection, encodeId(id), encodeId(from));
    });
  }

  delete(collection: Collection, id: string): void {
    this.#writes.add((connection) =>
      connection.run(`delete ${collection}/${id}`, DELETE, collection, encodeId(id)),
    );
  }

  /** Writes what was kept back; throws when the body broke a rule, even if the body caught that. */
  apply(): void {
    for (const write of this.#writes.all()) write(this.#connection);
  }

  end(): void {
    this.#writes.end();
  }

  #read<C extends Collection>(
    collection: C,
    sql: string,
    ...values: SQLInputValue[]
  ): ReadonlyMap<string, Documents[C]> {
    this.#writes.beforeRead(collection);
    const documents = new Map<string, Documents[C]>();
    for (const { id, body } of this.#connection.rows(`read ${collection}`, sql, ...values)) {
      // The cast is as good as the code that put it there: only `put` writes bodies.
      documents.set(decodeId(id), decodeBody(collection, id, () => body) as Documents[C]);
    }
    return documents;
  }
}

function jsonList(ids: Iterable<string>): string {
  return JSON.stringify(Array.from(ids, encodeId));
}

interface Row {
  readonly id: string;
  readonly body: string;
}

const LONGEST_PAUSE_MS = 25;

/** The database with its prepared statements; failures of the world around it come out as `StoreUnavailable`. */
class Connection {
  readonly #database: DatabaseSync;
  readonly #lockWaitMs: number;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync, lockWaitMs: number) {
    this.#database = database;
    this.#lockWaitMs = lockWaitMs;
  }

  rows(what: string, sql: string, ...values: SQLInputValue[]): readonly Row[] {
    // node:sqlite types a row as any record of values; the queries here select exactly the columns of `Row`.
    return attempt(what, () => this.#prepared(sql).all(...values) as unknown as readonly Row[]);
  }

  run(what: string, sql: string, ...values: SQLInputValue[]): number {
    return attempt(what, () => Number(this.#prepared(sql).run(...values).changes));
  }

  /** Waits its turn without blocking this process: the holder of the lock may be another store in it. */
  async begin(): Promise<void> {
    const deadline = performance.now() + this.#lockWaitMs;
    for (let wait = 1; ; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
      try {
        // IMMEDIATE: a transaction that takes the lock only at its first write is refused at once if another wrote since it read.
        return this.#database.exec('BEGIN IMMEDIATE');
      } catch (cause) {
        if (!isBusy(cause) || performance.now() >= deadline) throw translated('begin a transaction', cause);
      }
      await pause(wait);
    }
  }

  commit(): void {
    attempt('commit', () => this.#database.exec('COMMIT'));
  }

  rollback(): void {
    // On some failures (disk full, I/O) SQLite has rolled back already.
    if (this.#database.isTransaction) attempt('roll back', () => this.#database.exec('ROLLBACK'));
  }

  compact(): void {
    attempt('write the file anew', () => {
      this.#database.exec('VACUUM');
      // The old pages stand in the log beside the file until it is cut.
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    });
  }

  close(): void {
    attempt('close', () => this.#database.close());
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function attempt<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw translated(what, cause);
  }
}
