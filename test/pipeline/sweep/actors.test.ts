/** Who brought about what only the sweep saw is looked up in the audit log. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { auditHistory } from '../../../shared/adapters/audit-history.ts';
import { formatTime, HOUR, type Nanos } from '../../../shared/model/time.ts';
import { auditEntry, delta } from '../../decode/payloads.ts';
import { type LoggingServer, startLoggingServer } from '../../logging-server.ts';
import { ACME, Sweeping, withBinding } from './sweeping.ts';

const BUCKET = '//storage.googleapis.com/acme-ledger';
const MEMBER = 'serviceAccount:checkout@acme-prod.iam.gserviceaccount.com';
const GRANT = { role: 'roles/storage.admin', members: [MEMBER] };
/** The bucket lies there, which its name does not say. */
const LOG = 'projects/acme-data';

jest.setTimeout(30_000);

let on: Sweeping;
let server: LoggingServer;
/** When the grant was made, unseen. */
let changed: Nanos;
beforeEach(async () => {
  on = await Sweeping.open();
  server = await startLoggingServer();
  on.serve(ACME);
  await on.sweep();
  on.besides = { history: auditHistory({ origin: server.url, token: async () => 'our-token' }) };
  on.now += 6n * HOUR;
  changed = on.now - HOUR;
  on.serve(withBinding(ACME, BUCKET, GRANT, changed));
});
afterEach(async () => {
  await on.close();
  await server.close();
});

function madeBy(principalEmail: string, time = changed) {
  const protoPayload = {
    serviceName: 'storage.googleapis.com',
    methodName: 'storage.setIamPermissions',
    resourceName: 'projects/_/buckets/acme-ledger',
    authenticationInfo: { principalEmail },
    serviceData: delta(['ADD', GRANT.role, MEMBER]),
  };
  return auditEntry(protoPayload, { insertId: `made-${time}`, timestamp: formatTime(time) });
}

async function actor() {
  const found = (await on.findings()).find(
    ({ detector, role }) => detector === 'undeclared-grant' && role === GRANT.role,
  );
  return found?.actor;
}

/** What the log was asked about, the buckets by their names. */
function asked(): readonly string[] {
  return server.requests
    .map(({ filter }) => String(filter))
    .filter((filter) => filter.includes('acme-ledger'));
}

it('a change that only the sweep saw gets its actor, as if its entry had come', async () => {
  server.logs.set(LOG, [madeBy('jane@acme.example')]);
  await on.sweep();
  expect(await actor()).toMatchObject({ principal: 'jane@acme.example' });
});

it('is looked up around the time of the change, in the log of its project', async () => {
  server.logs.set(LOG, [madeBy('early@acme.example', changed - HOUR), madeBy('jane@acme.example', changed)]);
  await on.sweep();
  const [request] = server.requests.filter(({ filter }) => String(filter).includes('acme-ledger'));
  expect(request).toMatchObject({ resourceNames: [LOG] });
  expect(await actor()).toMatchObject({ principal: 'jane@acme.example' });
});

it('is asked for once, whatever the answer', async () => {
  server.logs.set(LOG, []);
  await on.sweep();
  expect(asked()).toHaveLength(1);
  expect(await actor()).toBe('unknown');
  on.now += HOUR;
  await on.sweep();
  expect(asked()).toHaveLength(1);
});

describe('a log', () => {
  it('that may not be read leaves it unknown, and says so', async () => {
    await on.sweep();
    expect(await actor()).toBe('unknown');
    expect(on.warnings).toContainEqual({
      message: 'an audit log may not be read',
      fields: { within: LOG, why: 'HTTP 403: Permission denied for all log views' },
    });
  });

  it('that is down is asked again', async () => {
    server.logs.set(LOG, [madeBy('jane@acme.example')]);
    server.fail({ status: 503 }, { status: 429 });
    await on.sweep();
    expect(await actor()).toMatchObject({ principal: 'jane@acme.example' });
  });
});

it('nobody is asked without a history', async () => {
  on.besides = {};
  await on.sweep();
  expect(server.requests).toEqual([]);
  expect(await actor()).toBe('unknown');
});
