/** The soak finds nothing where nothing is wrong, and says so where something is. */
import { describe, expect, it, jest } from '@jest/globals';
import { type Told, told } from '../../bench/soak/reckoning.ts';
import { runWorld } from '../../bench/soak/world.ts';
import type { Incident } from '../../shared/ports.ts';
import { finding } from '../findings/a-finding.ts';
import { t } from '../world.ts';

jest.setTimeout(120_000);

it('a small one: everything that goes wrong is survived', async () => {
  const outcome = await runWorld({ seed: 3, events: 60, faults: 2 });
  expect(outcome.differing).toEqual([]);
  expect(outcome.lost).toEqual([]);
  expect(outcome.compared).toBeGreaterThan(10);
  expect(outcome.expected).toBeGreaterThan(5);
  expect([...outcome.injected.keys()].some((name) => name.startsWith('process: dies'))).toBe(true);
  expect(outcome.redelivered).toBeGreaterThan(0);
});

it('is the same again for the same seed', async () => {
  const options = { seed: 11, events: 20, faults: 1 };
  expect(await runWorld(options)).toEqual(await runWorld(options));
});

describe('the reckoning', () => {
  const one = finding({ id: 'f1', class: 'attack', state: 'open', incident: 'i1' });
  const handle = { channel: 'C0PLATSEC', ts: '1.000001' };
  const incident: Incident = {
    id: 'i1',
    causes: [],
    findings: ['f1'],
    openedAt: t(0),
    revision: 1,
    sent: [
      {
        destination: 'C0PLATSEC',
        handle,
        rollup: undefined,
        revision: 1,
        at: t(10),
        contentHash: 'h',
        told: { open: true, severity: 'high' },
        noted: 0,
      },
    ],
    events: [],
    forgotten: 0,
  };
  const opened = {
    finding: 'f1',
    episode: 1,
    at: t(5),
    from: 'none',
    to: 'open',
    why: 'opened',
    previousHash: '',
    hash: 'h',
  } as const;
  const message = { ts: handle.ts, text: '🔶 High', blocks: [], edits: 0, metadata: key('i1') };
  const all: Told = {
    incidents: [incident],
    findings: new Map([['f1', one]]),
    transitions: [opened],
    rollups: new Map(),
    waiting: [],
    messages: [message],
  };

  function key(text: string) {
    return { event_type: 'alert', event_payload: { key: text } };
  }

  it('counts what was told', () => {
    expect(told(all, t(0))).toEqual({ expected: 1, lost: [], repeated: [] });
  });

  it.each<[string, Partial<Told>]>([
    ['the store says it was sent, and Slack has no such message', { messages: [] }],
    ['it was never sent', { incidents: [{ ...incident, sent: [] }] }],
    ['it waits for ever', { waiting: ['i1|C0PLATSEC'] }],
    ['its message says that it is over', { messages: [{ ...message, text: '✅ Repaired' }] }],
    [
      'its message does not say that it is over',
      { findings: new Map([['f1', { ...one, state: 'resolved' }]]) },
    ],
  ])('tells what is lost: %s', (_what, change) => {
    expect(told({ ...all, ...change }, t(0)).lost).toHaveLength(1);
  });

  it('tells what was posted twice', () => {
    const messages = [message, { ...message, ts: '2.000001' }];
    expect(told({ ...all, messages }, t(0)).repeated).toEqual(['i1']);
  });
});
