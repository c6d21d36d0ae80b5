/** Published, pushed, kept, nudged, posted: the deployed service end to end, each message over Pub/Sub and each fact in Firestore. */
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { SCENES } from '../../examples/acme/scenes.ts';
import { withEmulators } from '../emulators.ts';
import { judgementsOf } from '../laws/pipeline-of.ts';
import { Deployed, embedded, named } from './deployed.ts';
import { EVENTS } from './morning.ts';

jest.setTimeout(120_000);

const POISON = 'this is no message of anybody';

withEmulators(['firestore', 'pubsub'], () => {
  let service: Deployed;
  let alone: Awaited<ReturnType<typeof embedded>>;
  beforeAll(async () => {
    // The same, one event after the other in one process.
    alone = await embedded();
    service = await Deployed.start();
  });
  afterAll(() => service.stop());

  it('tells everything that the events of the example bring about, however Pub/Sub orders them', async () => {
    await Promise.all(EVENTS.map((_, at) => service.publish(at)));
    await service.quiet(EVENTS.length);
    expect(judgementsOf(await service.findings()).map(named)).toEqual(
      judgementsOf(alone.findings).map(named),
    );
    expect(service.messages().length).toBeGreaterThan(3);
    expect(service.warnings).toEqual(alone.warnings);
  });

  it('tells nothing twice when everything is published again', async () => {
    const [messages, findings] = [service.messages().length, await service.findings()];
    const taken = service.takenIn();
    await Promise.all(EVENTS.map((_, at) => service.publish(EVENTS.length - 1 - at)));
    await service.quiet(taken + EVENTS.length);
    expect(service.messages()).toHaveLength(messages);
    expect(judgementsOf(await service.findings())).toEqual(judgementsOf(findings));
  });

  it('quarantines what is no message, and does not have it delivered again', async () => {
    const taken = service.takenIn();
    await service.on.publish('on-audit-log', Buffer.from(POISON));
    await service.quiet(taken + 1);
    const kept = await service.on.store.transaction(
      (tx) => tx.list('quarantine', undefined, 10),
      'read-only',
    );
    const bodies = [...kept.values()].map(({ body }) => /"data":"([^"]+)"/.exec(body)?.[1] ?? '');
    expect(bodies).toContain(Buffer.from(POISON).toString('base64'));
    expect(service.answered.get('/on-audit-log 500')).toBe(undefined);
  });

  it('delivers again what failed, until it is taken in', async () => {
    let failures = 2;
    await service.wire(({ policy }) => ({
      policy: {
        ...policy,
        current: () => (failures-- > 0 ? Promise.reject(new Error('not now')) : policy.current()),
      },
    }));
    const taken = service.takenIn();
    await service.publish(SCENES.findIndex(({ source, messages }) => source === 'sink' && messages > 0));
    await service.quiet(taken + 1);
    expect(service.answered.get('/on-audit-log 500')).toBe(2);
  });

  it('tells by the next minute what nobody nudged it to tell', async () => {
    await service.wire(({ queue }) => ({ queue: { ...queue, nudgeDeliver: async () => {} } }));
    const [taken, told] = [service.takenIn(), service.messages().length];
    await service.on.publish('on-audit-log', anotherKey());
    await service.quiet(taken + 1, 'untold');
    expect(service.messages()).toHaveLength(told);
    expect(await service.post('/deliver')).toBe(204);
    expect(service.messages()).toHaveLength(told + 1);
  });

  it('gives up on what never succeeds, and keeps it as a dead letter', async () => {
    await service.wire(() => ({
      store: { transaction: () => Promise.reject(new Error('no store')), close: async () => {} },
    }));
    await service.on.publish('work', Buffer.from('{"kind":"evaluate"}'));
    expect(await service.on.deadLetter()).toBe('{"kind":"evaluate"}');
    await service.wire();
  });
});

/** The example's entry about a key that was made, as if one more had been. */
function anotherKey(): Uint8Array {
  const made = EVENTS.find((_, at) => SCENES[at]!.what.includes('key'))!;
  const entry = Buffer.from(JSON.parse(made).message.data, 'base64').toString();
  const insertId = /"insertId":"([^"]+)"/.exec(entry)![1]!;
  const keyId = /\/keys\/([0-9a-f]+)/.exec(entry)![1]!;
  return Buffer.from(entry.replaceAll(insertId, 'onemore').replaceAll(keyId, keyId.replace(/./g, 'a')));
}
