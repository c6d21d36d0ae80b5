/** Nothing is acknowledged before it is durable, and what failed comes again. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { type Notifier, type Store, StoreUnavailable } from '../../shared/ports.ts';
import { EDITOR_ENTRY, pushed, WELCOME } from '../pipeline/bodies.ts';
import { t } from '../world.ts';
import { type Served, serve } from './serving.ts';

const SECRET = 'xoxb-secret of jane@acme.example';

let served: Served;
afterEach(() => served.close());

describe('what is not news', () => {
  beforeEach(async () => {
    served = await serve();
  });

  it.each<[string, unknown]>([
    ['an entry that is cut off', pushed(JSON.stringify(EDITOR_ENTRY).slice(0, 400))],
    ['JSON of another kind', { hello: 'world' }],
    ['data that is no base64', { message: { data: '§§§', messageId: '1' } }],
    ['a list', [1, 2, 3]],
    ['a CloudEvent without data', { specversion: '1.0', type: 'google.cloud.audit.log.v1.written' }],
  ])('malformed is acknowledged and quarantined: %s', async (_what, body) => {
    const answer = await served.post('/on-audit-log', body);
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    expect(await served.all('quarantine')).toMatchObject([{ body: JSON.stringify(body) }]);
    expect(served.lines).toEqual([expect.stringMatching(/^warn message quarantined/)]);
  });

  it('bytes that are no JSON are quarantined too', async () => {
    const answer = await served.post('/on-audit-log', '\u0000\u0001 not a message', {
      'content-type': 'application/octet-stream',
    });
    expect(answer.status).toBe(204);
    expect(await served.all('quarantine')).toHaveLength(1);
  });

  it('an empty request is quarantined, not served', async () => {
    expect((await served.post('/on-audit-log', '')).status).toBe(204);
    expect(await served.all('quarantine')).toHaveLength(1);
  });

  it('the welcome of a feed is acknowledged, and leaves nothing behind', async () => {
    expect((await served.post('/on-asset-change', pushed(WELCOME))).status).toBe(204);
    expect(await served.all('quarantine')).toEqual([]);
    expect(await served.all('seen')).toEqual([]);
  });
});

describe('what the framework itself refuses', () => {
  const [before, { error }] = [process.env.NODE_ENV, console];
  beforeEach(async () => {
    process.env.NODE_ENV = 'production';
    // The framework writes what it refuses to standard error.
    console.error = () => {};
    served = await serve();
  });
  afterEach(() => {
    process.env.NODE_ENV = before;
    console.error = error;
  });

  it('is refused without a stack trace: a body that calls itself JSON and is none', async () => {
    const answer = await served.post('/on-audit-log', '{"message": tru');
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toMatch(/ at |node_modules|SyntaxError/);
  });
});

describe('when the store fails', () => {
  it('nothing is acknowledged, the answer is silent, and the redelivery is taken in', async () => {
    const memory = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
    const failing = failingStore(memory);
    served = await serve({ store: failing.store });
    failing.fail();
    const refused = await served.post('/on-audit-log', pushed(EDITOR_ENTRY));
    expect([refused.status, await refused.text()]).toEqual([500, '']);
    expect((await memory.transaction((tx) => tx.list('seen', undefined, 10))).size).toBe(0);
    expect(served.lines).toEqual([expect.stringMatching(/^error not taken in, to be redelivered/)]);
    expect(served.nudges()).toBe(0);

    expect((await served.post('/on-audit-log', pushed(EDITOR_ENTRY))).status).toBe(204);
    const findings = await memory.transaction((tx) => tx.list('findings', undefined, 10));
    expect([...findings.values()].map((row) => row.finding.detector)).toEqual(
      expect.arrayContaining(['forbidden-role', 'out-of-band-change']),
    );
    await memory.close();
  });

  it('a message that cannot be quarantined comes again', async () => {
    const memory = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
    const failing = failingStore(memory);
    served = await serve({ store: failing.store });
    failing.fail();
    expect((await served.post('/on-audit-log', { hello: 'world' })).status).toBe(500);
    expect((await served.post('/on-audit-log', { hello: 'world' })).status).toBe(204);
    await memory.close();
  });
});

describe('when something else fails', () => {
  it.each<[string, Parameters<typeof serve>[0]]>([
    ['the policy', { policy: fixedPolicy(() => Promise.reject(new Error(SECRET))) }],
    ['the queue', { queue: { work: async () => {}, nudgeDeliver: () => Promise.reject(new Error(SECRET)) } }],
    [
      'the clock, before there is a promise',
      {
        clock: {
          now() {
            throw new Error(SECRET);
          },
        },
      },
    ],
  ])('the message comes again and nothing is said of why: %s', async (_what, ports) => {
    served = await serve(ports);
    const answer = await served.post('/on-audit-log', pushed(EDITOR_ENTRY));
    expect(answer.status).toBe(500);
    expect(`${[...answer.headers].join()}${await answer.text()}`).not.toContain('jane');
    expect(served.lines.join('\n')).toContain(SECRET);
  });

  it('deliver answers 500, and the alert goes out with the next call', async () => {
    let broken = true;
    const posted: string[] = [];
    const notifier: Notifier = {
      async post(channel, { text }) {
        if (broken) throw new Error(SECRET);
        posted.push(text);
        return { kind: 'sent', handle: { channel, ts: '1.000001' } };
      },
      update: async (handle) => ({ kind: 'sent', handle }),
      answer: async () => ({ kind: 'wait', seconds: 1, ambiguous: false, why: 'nobody answers here' }),
      attach: async (handle) => ({ kind: 'sent', handle }),
      find: async () => ({ kind: 'absent' }),
      permalink: async () => undefined,
    };
    let seconds = 13;
    served = await serve({ notifier, clock: { now: () => t(seconds) } });
    await served.post('/on-audit-log', pushed(EDITOR_ENTRY));
    expect((await served.post('/deliver', {})).status).toBe(500);
    broken = false;
    seconds += 120;
    expect((await served.post('/deliver', {})).status).toBe(204);
    expect(posted).toHaveLength(1);
  });
});

/** Fails the next transaction as a store does whose disk or network is gone. */
function failingStore(store: Store): { readonly store: Store; fail(): void } {
  let fails = false;
  return {
    fail() {
      fails = true;
    },
    store: {
      ...store,
      async transaction(body) {
        if (fails) {
          fails = false;
          throw new StoreUnavailable(`cannot reach the store: ${SECRET}`);
        }
        return store.transaction(body);
      },
    },
  };
}
