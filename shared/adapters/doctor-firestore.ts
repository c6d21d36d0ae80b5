import { z } from 'zod';
import type { Database, Reading } from '../model/deployment.ts';
import type { Asking } from './doctor-ask.ts';
import { COMPOSITE_INDEXES, TIME_TO_LIVE } from './firestore-layout.ts';

/** google.firestore.admin.v1.Database, Index and Field, as far as they are looked at. */
const DATABASE = z.object({ type: z.string() });
const INDEX = z.object({
  name: z.string(),
  state: z.string().default(''),
  queryScope: z.string().default(''),
  fields: z.array(z.object({ fieldPath: z.string(), order: z.string().optional() })).default([]),
});
const FIELD = z.object({ name: z.string(), ttlConfig: z.object({ state: z.string() }).optional() });

const HOST = 'firestore.googleapis.com';

/** A database, and how what our store needs stands in it. */
export async function firestoreDatabase(
  project: string,
  id: string,
  asking: Asking,
): Promise<Reading<Database>> {
  const path = `v1/projects/${project}/databases/${id}`;
  const lists = { host: HOST, needs: 'datastore.indexes.list' };
  const database = await asking.one({
    host: HOST,
    path,
    needs: 'datastore.databases.getMetadata',
    answer: DATABASE,
  });
  if (database.kind !== 'found') return database;
  const [indexes, fields] = await Promise.all([
    asking.all({ ...lists, path: `${path}/collectionGroups/-/indexes`, field: 'indexes', answer: INDEX }),
    asking.all({
      ...lists,
      path: `${path}/collectionGroups/-/fields`,
      query: { filter: 'ttlConfig:*' },
      field: 'fields',
      answer: FIELD,
    }),
  ]);
  if (indexes.kind === 'unknown') return indexes;
  if (fields.kind === 'unknown') return fields;
  return {
    kind: 'found',
    value: {
      type: database.value.type,
      indexes: COMPOSITE_INDEXES.map((needed) => ({
        collection: needed.collection,
        fields: needed.fields.map(({ field }) => field),
        state: indexes.kind === 'found' ? stateOf(needed, indexes.value) : 'absent',
      })),
      timeToLive: TIME_TO_LIVE.map(({ collection, field }) => ({
        collection,
        field,
        state:
          (fields.kind === 'found' ? fields.value : []).find(({ name }) =>
            name.endsWith(`/collectionGroups/${collection}/fields/${field}`),
          )?.ttlConfig?.state ?? 'absent',
      })),
    },
  };
}

function stateOf(
  { collection, fields }: (typeof COMPOSITE_INDEXES)[number],
  found: readonly z.infer<typeof INDEX>[],
): string {
  const wanted = fields.map(({ field, order }) => `${field} ${order}`).join();
  const index = found.find(
    (one) =>
      one.queryScope === 'COLLECTION' &&
      one.name.includes(`/collectionGroups/${collection}/indexes/`) &&
      // Firestore adds the document's own name to each.
      one.fields
        .filter(({ fieldPath }) => fieldPath !== '__name__')
        .map(({ fieldPath, order }) => `${fieldPath} ${order}`)
        .join() === wanted,
  );
  return index?.state ?? 'absent';
}
