/** The doctor looks on: it neither makes a database fit for use nor brings it up to date. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openFirestoreStore } from '../../shared/adapters/firestore-store.ts';
import { type FirestoreServer, startFirestoreServer } from '../adapters/firestore-server.ts';

let server: FirestoreServer;
beforeEach(async () => {
  server = await startFirestoreServer();
});
afterEach(() => server.close());

it('a database in which nothing is yet is refused, and nothing is written to it', async () => {
  const store = openFirestoreStore({ projectId: 'acme-sec', emulatorHost: server.host, asItIs: true });
  const reading = store.transaction((tx) => tx.get('meta', 'x'), 'read-only');
  await expect(reading).rejects.toThrow('nothing was ever written to it: no function has run yet');
  await store.close();
  expect(server.written()).toBe(0);
});
