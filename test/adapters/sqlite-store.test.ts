import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MIGRATIONS, migrate } from '../../shared/adapters/sqlite-migrations.ts';
import {
  openSqliteStore,
  type SqliteOptions,
  type SqliteStore,
  StoreRefused,
} from '../../shared/adapters/sqlite-store.ts';
import { StoreUnavailable } from '../../shared/ports.ts';
import { storeContract } from '../contracts/store-contract.ts';

let folder: string;
let files = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'anchorwatch-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

storeContract('SQLite in memory', async () => open(':memory:'));
storeContract('SQLite in a file', async () => open(newPath()), { runs: 20 });

describe('a file', () => {
  it('keeps what was committed, for the next to open it', async () => {
    const path = newPath();
    await using(path, (store) =>
      store.transaction(async (tx) => tx.put('seen', 'm', { at: 7n }, { keys: ['k'] })),
    );
    await using(path, async (store) => {
      expect(await store.transaction((tx) => tx.find('seen', ['k']))).toEqual(new Map([['m', { at: 7n }]]));
    });
  });

  it('is written ahead, and only its owner can read it', async () => {
    const path = newPath();
    await using(path, async (store) => {
      await store.transaction(async (tx) => tx.put('meta', 'a', { value: 'x' }));
      for (const file of [path, `${path}-wal`, `${path}-shm`])
        expect(statSync(file).mode & 0o777).toBe(0o600);
    });
  });

  it('counts right when eight processes create and use it at once', async () => {
    const path = newPath();
    const ends = await Promise.all(Array.from({ length: 8 }, () => hammer(path, 'count', '50')));
    expect(ends).toEqual(Array.from({ length: 8 }, () => ({ code: 0, signal: null, complaint: '' })));
    await using(path, async (store) => {
      expect(await store.transaction((tx) => tx.get('meta', 'counter'))).toEqual({ value: '400' });
    });
  }, 60_000);

  it('has what was committed and nothing else after its process was killed', async () => {
    const path = newPath();
    expect((await hammer(path, 'die')).signal).toBe('SIGKILL');
    await using(path, async (store) => {
      expect([...(await store.transaction((tx) => tx.list('meta', undefined, 9))).keys()]).toEqual([
        'committed',
      ]);
    });
  });

  it('may be open twice in one process: each waits for the other without holding it up', async () => {
    const path = newPath();
    await using(path, async (one) =>
      using(path, async (other) => {
        const stores = [one, other];
        await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            stores[i % 2]!.transaction(async (tx) => {
              const counter = await tx.get('meta', 'counter');
              await new Promise((resolve) => setImmediate(resolve));
              tx.put('meta', 'counter', { value: `${counter?.value ?? ''}x` });
            }),
          ),
        );
        expect((await one.transaction((tx) => tx.get('meta', 'counter')))?.value).toHaveLength(20);
      }),
    );
  });
});

describe('the outside world', () => {
  it('that holds the lock too long makes the store unavailable, until it lets go', async () => {
    const path = newPath();
    const store = open(path, { lockWaitMs: 20 });
    const holder = new DatabaseSync(path);
    holder.exec('BEGIN IMMEDIATE');
    const waiting = store.transaction(async (tx) => tx.put('meta', 'a', { value: 'x' }));
    await expect(waiting).rejects.toThrow(StoreUnavailable);
    await expect(waiting).rejects.toMatchObject({ cause: { errcode: 5 } });
    holder.exec('ROLLBACK');
    holder.close();
    await store.transaction(async (tx) => tx.put('meta', 'a', { value: 'x' }));
    await store.close();
  });

  it('that holds the lock while we open makes it unavailable, not refused', () => {
    const path = newPath();
    const holder = new DatabaseSync(path);
    holder.exec('BEGIN EXCLUSIVE');
    expect(() => open(path, { lockWaitMs: 20 })).toThrow(StoreUnavailable);
    holder.close();
  });

  it('that is full makes it unavailable, and leaves nothing half done', async () => {
    const path = newPath();
    // A limit on the size of files does what a full disk does.
    const limited = [
      '-c',
      'ulimit -f 2000 && exec "$@"',
      'sh',
      process.execPath,
      ...hammerArgs(path, 'fill'),
    ];
    expect(await ended('sh', limited)).toEqual({ code: 0, signal: null, complaint: '' });
    await using(path, async (store) => {
      const meta = await store.transaction((tx) => tx.list('meta', undefined, 9));
      expect([...meta.keys()]).toEqual(['outcome', 'small']);
      expect(meta.get('outcome')).toEqual({ value: 'StoreUnavailable' });
    });
  });

  it.each(['ABORT', 'ROLLBACK'])(
    'that fails half way through the writes leaves nothing half done (%s)',
    async (how) => {
      const path = newPath();
      const store = open(path);
      sql(
        path,
        `CREATE TRIGGER fails BEFORE INSERT ON documents WHEN new.id = 'second' BEGIN SELECT RAISE(${how}, 'broken'); END`,
      );
      const writing = store.transaction(async (tx) => {
        tx.put('meta', 'first', { value: 'x' });
        tx.put('meta', 'second', { value: 'x' });
      });
      await expect(writing).rejects.toThrow('broken');
      expect(await store.transaction((tx) => tx.list('meta', undefined, 9))).toEqual(new Map());
      await store.close();
    },
  );

  it('that damages a page makes it unavailable', async () => {
    const path = newPath();
    await using(path, (store) =>
      store.transaction(async (tx) => {
        for (let i = 0; i < 50; i++)
          tx.put('quarantine', `q${i}`, { at: 1n, why: 'w', body: 'x'.repeat(3000) });
      }),
    );
    const bytes = readFileSync(path);
    // Past the schema's page: all else.
    writeFileSync(path, bytes.fill(0xff, 4096));
    await using(path, async (store) => {
      await expect(store.transaction((tx) => tx.list('quarantine', undefined, 99))).rejects.toThrow(
        StoreUnavailable,
      );
    });
  });

  it('that damages one document makes that document unavailable, and says which', async () => {
    const path = newPath();
    await using(path, (store) => store.transaction(async (tx) => tx.put('meta', 'a', { value: 'x' })));
    const vandal = new DatabaseSync(path);
    vandal.exec(`UPDATE documents SET body = '{"value":'`);
    vandal.close();
    await using(path, async (store) => {
      const reading = store.transaction((tx) => tx.get('meta', 'a'));
      await expect(reading).rejects.toThrow(StoreUnavailable);
      await expect(reading).rejects.toThrow('meta/a');
    });
  });
});

it('a sweep in a transaction is told at once', async () => {
  await using(':memory:', async (store) => {
    await expect(store.transaction(() => store.sweepExpired(1n, 1))).rejects.toThrow(
      'must use the store through its transaction',
    );
  });
});

describe('what has expired', () => {
  it('stays until it is swept, the longest expired first', async () => {
    await using(':memory:', async (store) => {
      await store.transaction(async (tx) => {
        for (const [id, expiresAt] of [
          ['c', 30n],
          ['a', 10n],
          ['b', 20n],
        ] as const) {
          tx.put('seen', id, { at: 1n }, { expiresAt, keys: ['k'] });
        }
        tx.put('seen', 'kept', { at: 1n }, { keys: ['k'] });
      });
      const left = async () => [...(await store.transaction((tx) => tx.find('seen', ['k']))).keys()];
      expect(await left()).toEqual(['a', 'b', 'c', 'kept']);
      expect(await store.sweepExpired(10n, 9)).toBe(0);
      expect(await store.sweepExpired(99n, 2)).toBe(2);
      expect(await left()).toEqual(['c', 'kept']);
      expect(await store.sweepExpired(99n, 9)).toBe(1);
      expect(await left()).toEqual(['kept']);
    });
  });

  it('is kept when it was put again without an end', async () => {
    await using(':memory:', async (store) => {
      await store.transaction(async (tx) => tx.put('seen', 'a', { at: 1n }, { expiresAt: 1n }));
      await store.transaction(async (tx) => tx.put('seen', 'a', { at: 1n }));
      expect(await store.sweepExpired(99n, 9)).toBe(0);
    });
  });
});

describe('it refuses to open, and says why and what to do', () => {
  it.each<[string, string, (path: string) => void]>([
    ['a path in no folder', 'Create the folder', () => {}],
    ['a folder', 'Name a file in it', (path) => mkdirSync(path, { recursive: true })],
    [
      'text',
      'not an SQLite database',
      (path) => plant(path, 'not a database, but long enough to be read as one. '.repeat(30)),
    ],
    [
      "another program's database",
      "another program's database",
      (path) => sql(path, 'CREATE TABLE theirs (x)'),
    ],
    [
      'an empty database marked by another program',
      "another program's",
      (path) => sql(path, 'PRAGMA application_id = 1'),
    ],
    ['a newer schema', 'written by a newer Anchorwatch', (path) => sql(path, newer)],
    ['a schema that is damaged', 'is damaged', (path) => damageSchema(path)],
  ])('%s', (_what, why, make) => {
    const path = join(folder, `refused-${files++}`, 'state.db');
    if (why !== 'Create the folder') mkdirSync(join(path, '..'));
    make(path);
    expect(() => open(path)).toThrow(StoreRefused);
    expect(() => open(path)).toThrow(why);
    expect(() => open(path)).toThrow(path);
  });

  it('a file that cannot be written', () => {
    const path = newPath();
    sql(path, 'PRAGMA user_version = 0; CREATE TABLE t (x); DROP TABLE t');
    expect(() => open(`file:${path}?mode=ro`)).toThrow('it cannot be written');
  });

  it('a folder that cannot be written', () => {
    if (process.getuid?.() === 0) {
      console.warn('not tried: root may write everywhere');
      return;
    }
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o500 });
    expect(() => open(join(closed, 'state.db'))).toThrow('it cannot be written');
    chmodSync(closed, 0o700);
  });

  it('a disk without a write-ahead log', () => {
    expect(() => open(`file:${newPath()}?vfs=unix-dotfile`)).toThrow('Choose a path on a local disk');
  });

  it('no path, which SQLite would take for a temporary database', () => {
    expect(() => open('')).toThrow('Name a file');
  });

  it('an ephemeral disk, unless told that it may', async () => {
    for (const path of [newPath(), ':memory:']) {
      expect(() => open(path, { onEphemeralDisk: true })).toThrow(StoreRefused);
      expect(() => open(path, { onEphemeralDisk: true, ephemeral: 'refuse' })).toThrow(
        '--allow-ephemeral-state',
      );
      await open(path, { onEphemeralDisk: true, ephemeral: 'allow' }).close();
    }
  });

  it('and leaves what it refused as it was', () => {
    const path = newPath();
    sql(path, 'CREATE TABLE theirs (x)');
    const before = readFileSync(path);
    expect(() => open(path)).toThrow(StoreRefused);
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe('migrations', () => {
  const latest = MIGRATIONS.length;

  it('are numbered from one without a gap', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, i) => i + 1));
  });

  it('start from nothing', async () => {
    const path = newPath();
    await using(path, async () => {});
    expect(versionOf(path)).toBe(latest);
  });

  // What a database of each version holds. A new migration adds the line for the version before it.
  const AT_VERSION: Readonly<Record<number, string>> = {
    1: `INSERT INTO documents VALUES ('seen', 'm', '{"at":{"$ns":"000000000000000000007"}}', '000000000000000000009', NULL);
        INSERT INTO document_keys VALUES ('seen', 'k', 'm');`,
  };
  it.each(MIGRATIONS.map(({ version }) => version))('from version %d keep the data', async (version) => {
    const path = newPath();
    const old = new DatabaseSync(path);
    migrate(old, MIGRATIONS.slice(0, version));
    old.exec(AT_VERSION[version]!);
    old.close();
    await using(path, async (store) => {
      const kept = new Map([['m', { at: 7n }]]);
      expect(await store.transaction((tx) => tx.find('seen', ['k']))).toEqual(kept);
      expect(await store.transaction((tx) => tx.due('seen', 9n, 1))).toEqual(kept);
    });
    expect(versionOf(path)).toBe(latest);
  });

  it('run once each, in order, and only those that are new', () => {
    const path = newPath();
    const database = new DatabaseSync(path);
    const first = { version: 1, sql: 'CREATE TABLE t (x); INSERT INTO t VALUES (1)' };
    const second = { version: 2, sql: 'ALTER TABLE t ADD COLUMN y; UPDATE t SET y = x + 1' };
    const third = { version: 3, sql: 'UPDATE t SET y = y * 10' };
    migrate(database, [first]);
    migrate(database, [first, second, third]);
    migrate(database, [first, second, third]);
    expect({ ...database.prepare('SELECT * FROM t').get() }).toEqual({ x: 1, y: 20 });
    database.close();
    expect(versionOf(path)).toBe(3);
  });

  it('that fail leave the database at its version', () => {
    const path = newPath();
    const database = new DatabaseSync(path);
    const first = { version: 1, sql: 'CREATE TABLE t (x)' };
    const second = { version: 2, sql: 'CREATE TABLE u (x)' };
    const broken = { version: 3, sql: 'CREATE TABLE v (x); nonsense' };
    migrate(database, [first]);
    expect(() => migrate(database, [first, second, broken])).toThrow('nonsense');
    const tables = database.prepare('SELECT name FROM sqlite_schema').all();
    expect(tables.map(({ name }) => name)).toEqual(['t']);
    database.close();
    expect(versionOf(path)).toBe(1);
  });
});

const newer = `${MIGRATIONS[0]!.sql}; PRAGMA user_version = ${MIGRATIONS.length + 1}`;

function open(path: string, options: Partial<SqliteOptions> = {}): SqliteStore {
  return openSqliteStore({ path, onEphemeralDisk: false, ...options });
}

async function using<T>(path: string, body: (store: SqliteStore) => Promise<T>): Promise<T> {
  const store = open(path);
  try {
    return await body(store);
  } finally {
    await store.close();
  }
}

function newPath(): string {
  return join(folder, `state-${files++}.db`);
}

function plant(path: string, text: string): void {
  writeFileSync(path, text);
}

function sql(path: string, statements: string): void {
  const database = new DatabaseSync(path);
  database.exec(statements);
  database.close();
}

function damageSchema(path: string): void {
  sql(path, MIGRATIONS[0]!.sql);
  writeFileSync(path, readFileSync(path).fill(0xff, 100, 4096));
}

function versionOf(path: string): unknown {
  const database = new DatabaseSync(path);
  const version = database.prepare('PRAGMA user_version').get()?.user_version;
  database.close();
  return version;
}

interface End {
  readonly code: number | null;
  readonly signal: string | null;
  readonly complaint: string;
}

function hammer(...args: readonly string[]): Promise<End> {
  return ended(process.execPath, hammerArgs(...args));
}

function hammerArgs(...args: readonly string[]): readonly string[] {
  const script = fileURLToPath(new URL('./sqlite-hammer.ts', import.meta.url));
  return ['--disable-warning=ExperimentalWarning', script, ...args];
}

function ended(command: string, args: readonly string[]): Promise<End> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, complaint }));
  });
}
