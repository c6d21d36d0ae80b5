/** Whoever can publish to our topics may say what they like: it costs readings, and closes nothing for good. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SECOND } from '../../shared/model/time.ts';
import { work } from '../../shared/pipeline/work.ts';
import type { CloudAssets } from '../../shared/ports.ts';
import { DELTA_GONE, EDITOR_ENTRY, EDITOR_FEED, EDITOR_GONE, pushed } from '../pipeline/bodies.ts';
import { Stage } from '../pipeline/stage.ts';
import { t } from '../world.ts';

const ASSET = '//cloudresourcemanager.googleapis.com/projects/acme-prod';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
  stage.now = t(15);
  await stage.receive(pushed(EDITOR_ENTRY, 'true'));
  await stage.deliver();
  expect(await states()).toEqual([['open', false]]);
});
afterEach(() => stage.close());

/** How the finding stands that jane's change brought about, and whether its repair is only said. */
async function states(): Promise<readonly (readonly [string, boolean])[]> {
  return (await stage.findings())
    .filter(({ detector }) => detector === 'forbidden-role')
    .map(({ state, confirming }) => [state, confirming]);
}

/** A reading of the cloud, which has the binding all along. */
async function read(at: number): Promise<void> {
  stage.now = t(at);
  const refused = { kind: 'refused', why: 'nobody asks' } as const;
  const assets: CloudAssets = {
    list: async () => refused,
    beginExport: async () => refused,
    exported: async () => refused,
    latest: async (_scope, content) => ({
      kind: 'assets',
      assets: content === 'policy' ? [EDITOR_FEED.asset] : [],
    }),
  };
  const ports = { ...stage.ports, assets, scopes: ['organizations/123456789012'], budget: 60n * SECOND };
  await work({ kind: 'verify', asset: ASSET, why: 'a test' }, stage.now, ports);
  await stage.deliver();
}

function dated(message: typeof EDITOR_GONE, updateTime: string): typeof EDITOR_GONE {
  return {
    ...message,
    asset: { ...(message.asset as object), updateTime },
    window: { startTime: updateTime },
  };
}

describe('a forged message that the binding is gone', () => {
  it('is told as a repair that has to be confirmed, which a reading that shows it does not do', async () => {
    stage.now = t(310);
    await stage.receive(pushed(EDITOR_GONE, 'forged'));
    await stage.deliver();
    await expect(read(400)).rejects.toThrow('has not heard of the change yet');
    await stage.deliver();
    expect(await states()).toEqual([['resolved', true]]);
    expect(stage.texts()).toEqual([expect.stringMatching(/^✅ Repaired, confirming/)]);
  });

  it('as an audit entry with the change alone leaves the finding open, and has the policy read', async () => {
    stage.now = t(310);
    await stage.receive(pushed(DELTA_GONE, 'forged'));
    expect(await states()).toEqual([['open', false]]);
    expect(stage.verifies).toEqual([ASSET]);
  });

  it('that the whole project is gone is a repair to be confirmed as well', async () => {
    stage.now = t(310);
    await stage.receive(pushed({ ...EDITOR_GONE, deleted: true }, 'forged'));
    expect(await states()).toEqual([['resolved', true]]);
  });

  it.each(['2026-11-21T09:20:00Z', '2027-11-21T09:05:00Z', '2999-01-01T00:00:00Z'])(
    'dated %s would outlast whatever is true: it is put aside',
    async (when) => {
      const before = await everything();
      stage.now = t(310);
      const received = await stage.receive(pushed(dated(EDITOR_GONE, when), 'forged'));
      expect(received).toEqual({ kind: 'malformed', why: expect.stringContaining('ahead of our clock') });
      expect(await everything()).toEqual(before);
      expect(await stage.all('quarantine')).toHaveLength(1);
    },
  );

  it.each([
    'projects/acme-prod/logs/my%2Flogs%2Fcloudaudit.googleapis.com%2Factivity',
    'projects/acme-prod/logs/cloudaudit.googleapis.com.evil%2Factivity',
    'projects/acme-prod/logs/stdout',
  ])('written to a log that anybody may write to is not believed: %s', async (logName) => {
    const before = await everything();
    stage.now = t(310);
    const received = await stage.receive(pushed({ ...EDITOR_ENTRY, logName, insertId: 'other' }, 'forged'));
    expect(received.kind).toBe('ignored');
    expect(await everything()).toEqual(before);
  });
});

async function everything() {
  return {
    findings: await stage.findings(),
    registers: await stage.all('registers'),
    acts: await stage.all('acts'),
  };
}
