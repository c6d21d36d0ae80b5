/** However a message is delivered, it says the same. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FUNCTIONS } from '../../functions/names.ts';
import { cloudAssets } from '../../shared/adapters/cloud-assets.ts';
import { folderBucket } from '../../shared/adapters/folder-bucket.ts';
import { judgementsOf } from '../laws/pipeline-of.ts';
import { EDITOR_ENTRY, EDITOR_FEED, pushed, WELCOME } from '../pipeline/bodies.ts';
import { type Served, serve } from './serving.ts';

let served: Served;
beforeEach(async () => {
  served = await serve();
});
afterEach(() => served.close());

const CE = {
  specversion: '1.0',
  id: '1',
  source: '//pubsub.googleapis.com/projects/acme-iac/topics/anchorwatch',
  time: '2026-11-21T09:00:12Z',
};
const PUBLISHED = { ...CE, type: 'google.cloud.pubsub.topic.v1.messagePublished' };
const WRITTEN = { ...CE, type: 'google.cloud.audit.log.v1.written' };

type Delivery = readonly [how: string, body: unknown, headers: Readonly<Record<string, string>>];

/** The attributes of a CloudEvent as the headers of its binary mode. */
function ce(attributes: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]));
}

const JSON_TYPE = { 'content-type': 'application/json' };
const AUDIT: readonly Delivery[] = [
  ['a Pub/Sub push body', pushed(EDITOR_ENTRY), JSON_TYPE],
  ['a CloudEvent in binary mode', pushed(EDITOR_ENTRY), { ...JSON_TYPE, ...ce(PUBLISHED) }],
  [
    'a structured CloudEvent',
    { ...PUBLISHED, data: pushed(EDITOR_ENTRY) },
    { 'content-type': 'application/cloudevents+json; charset=utf-8' },
  ],
  [
    'a structured CloudEvent with its data in base64',
    { ...PUBLISHED, data_base64: Buffer.from(JSON.stringify(pushed(EDITOR_ENTRY))).toString('base64') },
    { 'content-type': 'application/cloudevents+json' },
  ],
  ['an audit event of Eventarc in binary mode', EDITOR_ENTRY, { ...JSON_TYPE, ...ce(WRITTEN) }],
  [
    'a structured audit event of Eventarc',
    { ...WRITTEN, data: EDITOR_ENTRY },
    { 'content-type': 'application/cloudevents+json' },
  ],
  ['a push without its wrapper', EDITOR_ENTRY, { 'content-type': 'application/octet-stream' }],
  ['a push without its wrapper, called text', EDITOR_ENTRY, { 'content-type': 'text/plain' }],
];
const FEED: readonly Delivery[] = [
  ['a Pub/Sub push body', pushed(EDITOR_FEED), JSON_TYPE],
  ['a CloudEvent in binary mode', pushed(EDITOR_FEED), { ...JSON_TYPE, ...ce(PUBLISHED) }],
  [
    'a structured CloudEvent',
    { ...PUBLISHED, data: pushed(EDITOR_FEED) },
    { 'content-type': 'application/cloudevents+json' },
  ],
];

describe.each([
  ['on-audit-log', AUDIT, ['forbidden-role', 'out-of-band-change'], 'jane@acme.example'],
  ['on-asset-change', FEED, ['forbidden-role'], undefined],
] as const)('%s', (name, deliveries, detectors, actor) => {
  it.each(deliveries)('acknowledges %s, and finds what is in it', async (_how, body, headers) => {
    const answer = await served.post(`/${name}`, body, headers);
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    const findings = await served.about('forbidden-role', 'out-of-band-change');
    expect(findings.map((finding) => finding.detector).sort()).toEqual(detectors);
    for (const finding of findings) {
      expect(finding.actor).toEqual(
        actor === undefined ? 'pending' : expect.objectContaining({ principal: actor }),
      );
    }
    expect(served.nudges()).toBe(1);
  });

  it('finds the same, however it was delivered', async () => {
    const found: unknown[] = [];
    for (const [, body, headers] of deliveries) {
      const fresh = await serve();
      await fresh.post(`/${name}`, body, headers);
      found.push(judgementsOf(await fresh.findings()));
      await fresh.close();
    }
    for (const one of found) expect(one).toEqual(found[0]);
  });
});

describe('the functions', () => {
  it('take either kind of message: a topic that was mixed up loses nothing', async () => {
    await served.post('/on-asset-change', pushed(EDITOR_ENTRY));
    expect(await served.about('forbidden-role', 'out-of-band-change')).toHaveLength(2);
  });

  // What Slack sends is no delivery, and the console takes none: slack-actions.test.ts, console.test.ts.
  it.each(FUNCTIONS.filter((name) => name !== 'slack-actions' && name !== 'console'))(
    '%s is registered under its name, and works alone as it is deployed',
    async (name) => {
      const own = { ownParts: { read: async () => ({ kind: 'absent' }) as const } };
      // A sweep is only planned here, and asks for work.
      const assets = cloudAssets({ server: '127.0.0.1:1' });
      const cloud = { assets, scopes: ['projects/acme-prod'], budget: 1n };
      const buckets = () => folderBucket('reports');
      const alone = await serve({ alone: name, own, cloud, buckets });
      // Scheduler says nothing, and one that is asked for is named.
      const body = name === 'report' ? {} : pushed(WELCOME);
      expect((await alone.post('/', body)).status).toBe(204);
      await alone.close();
    },
  );

  it('are the ones that the design lists', () => {
    expect([...FUNCTIONS].sort()).toEqual([
      'console',
      'deliver',
      'heartbeat',
      'on-asset-change',
      'on-audit-log',
      'report',
      'slack-actions',
      'sweep',
      'work',
    ]);
  });

  it.each(['/', '/on-audit-log/', '/On-Audit-Log', '/on-audit-logs', '/deliver/now', '/constructor'])(
    'are at their paths only: %s is 404',
    async (path) => {
      const answer = await served.post(path, pushed(EDITOR_ENTRY));
      expect(answer.status).toBe(404);
      expect(await answer.text()).toBe(
        `no such function; there are ${FUNCTIONS.map((name) => `/${name}`).join(', ')}\n`,
      );
      expect(await served.findings()).toEqual([]);
    },
  );
});
