/** P2: killed in the middle of its work, as often as you like, and started again, it tells everything. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, jest } from '@jest/globals';
import { freePort } from '../../build/free-port.ts';
import { SCENES } from '../../examples/acme/scenes.ts';
import { type Deployment, deploy } from '../../examples/deployment.ts';
import { fromDate } from '../../shared/model/time.ts';
import { withEmulators } from '../emulators.ts';
import { judgementsOf } from '../laws/pipeline-of.ts';
import { type SlackServer, startSlackServer } from '../slack-server.ts';
import { CHANNELS, embedded, fill, named } from './deployed.ts';
import { acmePath, EVENTS } from './morning.ts';

jest.setTimeout(180_000);

const SERVICE = fileURLToPath(new URL('service.ts', import.meta.url));
/** Times it is killed, each while it takes in another part of the stream. */
const KILLS = 3;
/** Messages of the example that are taken in: the others are a welcome, what is not watched, and one that comes twice. */
const NEWS = 10;

async function start(on: Deployment, slack: SlackServer, port: number): Promise<ChildProcess> {
  const service = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', SERVICE], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      ...process.env,
      METADATA_SERVER_DETECTION: 'none',
      SERVICE_PORT: String(port),
      SERVICE_POLICY: acmePath('policy.yaml'),
      SERVICE_FIRESTORE: on.firestore,
      SERVICE_PUBSUB: on.pubsub,
      SERVICE_SLACK: slack.url,
      SERVICE_SLACK_TOKEN: slack.token,
    },
  });
  await once(service.stdout!, 'data');
  return service;
}

async function seen({ store }: Deployment): Promise<number> {
  return (await store.transaction((tx) => tx.list('seen', undefined, 100), 'read-only')).size;
}

/** What is due or being sent, and not done. */
async function unfinished({ store }: Deployment): Promise<number> {
  return store.transaction(async (tx) => {
    const now = fromDate(new Date());
    const outbox = await tx.list('outbox', undefined, 100);
    const sending = [...outbox.values()].filter((row) => row.notBefore <= now).length;
    return sending + (await tx.due('subjects', now, 10)).size + (await tx.due('news', now, 10)).size;
  }, 'read-only');
}

/** Waits, while Scheduler has `deliver` look. */
async function until(port: number, holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) {
    // Nobody listens while the service starts.
    await fetch(`http://127.0.0.1:${port}/deliver`, { method: 'POST' }).catch(() => {});
    await pause(500);
  }
}

withEmulators(['firestore', 'pubsub'], () => {
  it('killed three times in the middle of the stream, it tells everything, and at most one alert twice for each time', async () => {
    const port = await freePort();
    const [on, slack] = await Promise.all([deploy(port), startSlackServer()]);
    await fill(on.store);
    let service = await start(on, slack, port);
    for (const [at, event] of EVENTS.entries()) {
      const before = await seen(on);
      const { message }: { message: { data: string } } = JSON.parse(event);
      const to = SCENES[at]!.source === 'feed' ? 'on-asset-change' : 'on-audit-log';
      await on.publish(to, Buffer.from(message.data, 'base64'));
      if (at % Math.ceil(EVENTS.length / KILLS) !== 2) continue;
      await until(port, async () => (await seen(on)) > before);
      service.kill('SIGKILL');
      await once(service, 'exit');
      service = await start(on, slack, port);
    }
    // What the dead one was sending is held for a minute.
    await until(port, async () => (await seen(on)) >= NEWS && (await unfinished(on)) === 0);
    service.kill('SIGKILL');

    const [findings, incidents] = await on.store.transaction(
      async (tx) => [
        [...(await tx.list('findings', undefined, 1_000)).values()].map((row) => row.finding),
        await tx.list('incidents', undefined, 1_000),
      ],
      'read-only',
    );
    const posted = CHANNELS.flatMap((channel) => slack.messages(channel).map(({ ts }) => `${channel} ${ts}`));
    const told = [...incidents.values()].flatMap(({ sent }) =>
      sent.flatMap(({ handle }) => (handle === undefined ? [] : [`${handle.channel} ${handle.ts}`])),
    );
    expect(told.length).toBeGreaterThan(3);
    expect(posted).toEqual(expect.arrayContaining(told));
    expect(posted.length - told.length).toBeLessThanOrEqual(KILLS);
    const alone = await embedded();
    expect(judgementsOf(findings).map(named)).toEqual(judgementsOf(alone.findings).map(named));
    await on.stop();
    await slack.close();
  });
});
