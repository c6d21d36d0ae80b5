import type { Firestore, Timestamp } from '@google-cloud/firestore';
import { firestoreCollection } from './firestore-layout.ts';
import { StoreRefused } from './store-rules.ts';

export interface FirestoreMigration {
  readonly version: number;
  /** Brings what is stored from the version before. May be cut off, be run again, and run in several processes at once. */
  readonly change: (client: Firestore) => Promise<void>;
}

/** Every layout there has been, oldest first. Append only: a database out there stands at each of them. */
export const MIGRATIONS: readonly FirestoreMigration[] = [
  // The first: there is nothing before it.
  { version: 1, change: async () => {} },
];

/** Beside what the store keeps in `meta`, which has other names. */
export const SCHEMA_DOCUMENT = `${firestoreCollection('meta')}/schema`;

const ALREADY_EXISTS = 6;
const FAILED_PRECONDITION = 9;

/** Brings the database up to the last of `migrations`; throws `StoreRefused` where it is beyond. Several processes may do so at once. */
export async function migrate(client: Firestore, migrations = MIGRATIONS): Promise<void> {
  const latest = migrations.at(-1)?.version ?? 0;
  let found = await schemaOf(client);
  for (const { version, change } of migrations) {
    if (version <= found.version) continue;
    await change(client);
    found = await noted(client, version, found);
  }
  if (found.version > latest) {
    throw refused(
      client,
      `it has schema version ${found.version}, written by a newer Anchorwatch; this one knows ${latest}. Upgrade Anchorwatch, or name another database`,
    );
  }
}

/** Leaves a database as it is: throws `StoreRefused` unless it is at the last of `migrations`. */
export async function mustBeCurrent(client: Firestore, migrations = MIGRATIONS): Promise<void> {
  const latest = migrations.at(-1)?.version ?? 0;
  const { version } = await schemaOf(client);
  if (version === 0) throw refused(client, 'nothing was ever written to it: no function has run yet');
  if (version !== latest)
    throw refused(
      client,
      `it has schema version ${version}, and this Anchorwatch reads ${latest}. Use the version that is deployed`,
    );
}

interface Schema {
  readonly version: number;
  /** When that was written; `undefined`: it never was. */
  readonly at: Timestamp | undefined;
}

async function schemaOf(client: Firestore): Promise<Schema> {
  const document = await client.doc(SCHEMA_DOCUMENT).get();
  if (document.updateTime === undefined) return { version: 0, at: undefined };
  const version: unknown = document.get('version');
  if (typeof version === 'number' && Number.isSafeInteger(version) && version > 0)
    return { version, at: document.updateTime };
  throw refused(
    client,
    `its schema version, in ${SCHEMA_DOCUMENT}, is ${JSON.stringify(version)}. Restore it, or name another database`,
  );
}

/** Notes that a version has been reached, unless another process has been faster: then what that one wrote stands. */
async function noted(client: Firestore, version: number, { at }: Schema): Promise<Schema> {
  const document = client.doc(SCHEMA_DOCUMENT);
  try {
    const { writeTime } =
      at === undefined
        ? await document.create({ version })
        : await document.update({ version }, { lastUpdateTime: at });
    return { version, at: writeTime };
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (code === ALREADY_EXISTS || code === FAILED_PRECONDITION) return schemaOf(client);
    throw error;
  }
}

function refused({ databaseId }: Firestore, why: string): StoreRefused {
  return new StoreRefused(`cannot use the Firestore database ${databaseId}: ${why}.`);
}
