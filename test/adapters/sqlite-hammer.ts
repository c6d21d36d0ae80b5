// A process of its own, started by sqlite-store.test.ts.
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';

const [path = '', task, times = '0'] = process.argv.slice(2);
const store = openSqliteStore({ path, onEphemeralDisk: false });

if (task === 'die') {
  await store.transaction(async (tx) => tx.put('meta', 'committed', { value: 'x' }));
  await store.transaction(async (tx) => {
    tx.put('meta', 'never committed', { value: 'x' });
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => {});
  });
}

if (task === 'fill') {
  const large = { at: 1n, why: 'large', body: 'x'.repeat(3_000_000) };
  await store.transaction(async (tx) => tx.put('meta', 'small', { value: 'x' }));
  const filling = store.transaction(async (tx) => {
    tx.put('meta', 'beside', { value: 'x' });
    tx.put('quarantine', 'large', large);
  });
  const outcome = await filling.then(String, ({ name }: Error) => name);
  await store.transaction(async (tx) => tx.put('meta', 'outcome', { value: outcome }));
}

for (let i = 0; i < Number(times); i++) {
  await store.transaction(async (tx) => {
    const counter = await tx.get('meta', 'counter');
    // Gives the other processes time to get in between, if they could.
    await new Promise((resolve) => setImmediate(resolve));
    tx.put('meta', 'counter', { value: String(Number(counter?.value ?? '0') + 1) });
  });
}
await store.close();
