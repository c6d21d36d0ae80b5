/** Six weeks of audit entries, pushed one by one in whatever order, and what is new on the last day. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { formatTime } from '../../shared/model/time.ts';
import { auditEntry } from '../decode/payloads.ts';
import { API, DECLARED } from '../detectors/cast.ts';
import { ago } from '../detectors/usage.ts';
import { member, NOW, POLICY } from '../world.ts';
import { pushed } from './bodies.ts';
import { Stage } from './stage.ts';
import { news } from './story.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
  stage.policy = POLICY;
  stage.now = NOW;
  await stage.take(news('declared', 0, DECLARED));
});
afterEach(() => stage.close());

/** A call of payments/api as its account. */
const call = (days: number, serviceName: string, callerIp: string, insertId = `${days}`) =>
  auditEntry(
    {
      serviceName,
      methodName: 'some.method',
      resourceName: 'projects/acme-prod',
      authenticationInfo: {
        principalEmail: API,
        serviceAccountDelegationInfo: [{ principalSubject: member('payments/api') }],
      },
      requestMetadata: { callerIp, callerSuppliedUserAgent: 'python-requests/2.32' },
    },
    { insertId, timestamp: formatTime(ago(days)) },
  );
const USUAL = Array.from({ length: 41 }, (_, index) =>
  call(41 - index, 'cloudsql.googleapis.com', '203.0.113.1'),
);
const STOLEN = call(0.1, 'bigquery.googleapis.com', '198.51.100.7', 'stolen');

describe('a token that is used from elsewhere, for something else', () => {
  it.each([
    ['in the order in which it happened', [...USUAL, STOLEN]],
    ['the other way round', [...USUAL, STOLEN].toReversed()],
    ['twice each', [...USUAL, STOLEN, ...USUAL, STOLEN]],
  ])('%s', async (_how, entries) => {
    for (const [index, entry] of entries.entries()) await stage.receive(pushed(entry, `m${index}`));
    expect(await stage.states('unusual-token-use')).toHaveLength(1);
    expect(await stage.states('unusual-network')).toHaveLength(1);
    expect(await stage.states('unusual-impersonation')).toEqual([]);
    const [finding] = (await stage.findings()).filter(({ detector }) => detector === 'unusual-token-use');
    expect(finding).toMatchObject({
      state: 'open',
      severity: 'high',
      title: 'api@acme-prod calls bigquery.googleapis.com for the first time',
    });
    // One change, one message.
    const both = (await stage.findings()).filter(({ detector }) => detector.startsWith('unusual-'));
    expect(new Set(both.map(({ incident }) => incident)).size).toBe(1);
  });

  it('the first of them is told, the next within the hour is nothing more', async () => {
    for (const [index, entry] of USUAL.entries()) await stage.receive(pushed(entry, `m${index}`));
    expect(await stage.receive(pushed(STOLEN, 'a'))).toMatchObject({ kind: 'observed', opened: [{}, {}] });
    const again = call(0.099, 'bigquery.googleapis.com', '198.51.100.7', 'again');
    expect(await stage.receive(pushed(again, 'b'))).toMatchObject({ kind: 'duplicate' });
  });
});
