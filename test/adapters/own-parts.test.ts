/** How the watch reads what it is made of. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ownParts } from '../../shared/adapters/own-parts.ts';
import type { DeployedKind } from '../../shared/model/watch-part.ts';
import { type OwnPartsServer, startOwnPartsServer } from '../own-parts-server.ts';

const FEED = 'organizations/1/feeds/f';
const SINK = 'organizations/1/sinks/s';
const TOPIC = 'projects/acme-sec/topics/t';
const SUBSCRIPTION = 'projects/acme-sec/subscriptions/s';
const JOB = 'projects/acme-sec/locations/europe-west1/jobs/j';

let server: OwnPartsServer;
beforeEach(async () => {
  server = await startOwnPartsServer();
});
afterEach(() => server.close());

async function read(kind: DeployedKind, name: string) {
  const reading = await ownParts({ rootUrl: server.url, longestWaitMillis: 1 }).read({
    kind,
    resource: `//x.googleapis.com/${name}`,
    wanted: [],
  });
  return reading.kind === 'found'
    ? { ...reading, settings: reading.settings.map((one) => `${one.name}: ${one.value}`) }
    : reading;
}

describe('what a part is set to', () => {
  it('of a feed', async () => {
    server.resources.set(FEED, {
      name: FEED,
      assetTypes: ['iam.googleapis.com/ServiceAccount', 'k8s.io/ServiceAccount'],
      contentType: 'RESOURCE',
      feedOutputConfig: { pubsubDestination: { topic: TOPIC } },
      condition: { expression: 'temporal_asset.deleted' },
    });
    expect(await read('feed', FEED)).toEqual({
      kind: 'found',
      settings: [
        'assetType: iam.googleapis.com/ServiceAccount',
        'assetType: k8s.io/ServiceAccount',
        'content: RESOURCE',
        `topic: ${TOPIC}`,
        'condition: temporal_asset.deleted',
      ],
    });
  });

  it('of a sink, with what it leaves out', async () => {
    server.resources.set(SINK, {
      name: 's',
      destination: `pubsub.googleapis.com/${TOPIC}`,
      filter: 'severity>=NOTICE',
      writerIdentity: 'serviceAccount:o1-2@gcp-sa-logging.iam.gserviceaccount.com',
      includeChildren: true,
      disabled: true,
      exclusions: [
        { name: 'hush', filter: '*' },
        { name: 'off', filter: '*', disabled: true },
      ],
    });
    expect(await read('sink', SINK)).toEqual({
      kind: 'found',
      settings: [
        `destination: pubsub.googleapis.com/${TOPIC}`,
        'filter: severity>=NOTICE',
        'writer: serviceAccount:o1-2@gcp-sa-logging.iam.gserviceaccount.com',
        'includeChildren: true',
        'disabled: true',
        'exclusion: hush *',
      ],
    });
  });

  it('of the exclusions beside it, of which there are mostly none', async () => {
    server.resources.set('organizations/1/exclusions', {});
    expect(await read('exclusions', 'organizations/1/exclusions')).toEqual({ kind: 'found', settings: [] });
    server.resources.set('organizations/1/exclusions', { exclusions: [{ name: 'hush', filter: 'a' }] });
    expect(await read('exclusions', 'organizations/1/exclusions')).toMatchObject({
      settings: ['exclusion: hush a'],
    });
  });

  it('of a topic, with its policy', async () => {
    const policy = {
      etag: 'a',
      bindings: [{ role: 'roles/pubsub.publisher', members: ['user:x@acme.example'] }],
    };
    server.resources.set(TOPIC, { name: TOPIC, state: 'ACTIVE', labels: { team: 'sec' } });
    server.policies.set(TOPIC, policy);
    expect(await read('topic', TOPIC)).toEqual({ kind: 'found', settings: [], policy });
  });

  it('of a topic whose policy may not be read nothing is known, not half of it', async () => {
    server.resources.set(TOPIC, { name: TOPIC });
    server.fail({ body: JSON.stringify({ name: TOPIC }) }, 403);
    expect(await read('topic', TOPIC)).toMatchObject({
      kind: 'unknown',
      why: expect.stringMatching(/^403 /),
    });
  });

  it('of a subscription, with whatever keeps messages from us', async () => {
    server.resources.set(SUBSCRIPTION, {
      name: SUBSCRIPTION,
      topic: TOPIC,
      ackDeadlineSeconds: 600,
      state: 'ACTIVE',
      pushConfig: {
        pushEndpoint: 'https://on-audit-log.run.app/',
        oidcToken: { serviceAccountEmail: 'p@x' },
      },
      deadLetterPolicy: { deadLetterTopic: 'projects/acme-sec/topics/dead' },
      filter: 'attributes.a = "b"',
      detached: true,
      messageTransforms: [{ javascriptUdf: { functionName: 'drop' } }, { javascriptUdf: {}, disabled: true }],
    });
    expect(await read('subscription', SUBSCRIPTION)).toMatchObject({
      settings: [
        `topic: ${TOPIC}`,
        'ackDeadline: 600',
        'deadLetter: projects/acme-sec/topics/dead',
        'push: https://on-audit-log.run.app/',
        'pushAccount: p@x',
        'filter: attributes.a = "b"',
        'detached: true',
        'transform: {"javascriptUdf":{"functionName":"drop"}}',
      ],
    });
  });

  it('of a schedule, running or paused', async () => {
    const job = { name: JOB, schedule: '* * * * *', httpTarget: { uri: 'https://deliver.run.app/' } };
    server.resources.set(JOB, { ...job, state: 'ENABLED' });
    const running = ['schedule: * * * * *', 'target: https://deliver.run.app/'];
    expect(await read('schedule', JOB)).toMatchObject({ settings: running });
    server.resources.set(JOB, { ...job, state: 'PAUSED' });
    expect(await read('schedule', JOB)).toMatchObject({ settings: [...running, 'state: PAUSED'] });
  });

  it.each(['organizations/1', 'folders/2', 'projects/acme-prod'])(
    'of the audit configuration of %s',
    async (scope) => {
      server.policies.set(scope, {
        bindings: [],
        auditConfigs: [
          {
            service: 'iam.googleapis.com',
            auditLogConfigs: [
              { logType: 'DATA_READ', exemptedMembers: ['user:x@acme.example'] },
              { logType: 'ADMIN_READ' },
            ],
          },
        ],
      });
      expect(await read('audit-config', scope)).toMatchObject({
        settings: [
          'log: iam.googleapis.com DATA_READ',
          'exempted: iam.googleapis.com DATA_READ user:x@acme.example',
          'log: iam.googleapis.com ADMIN_READ',
        ],
      });
    },
  );
});

describe('what cannot be read', () => {
  const all: readonly [DeployedKind, string][] = [
    ['feed', FEED],
    ['sink', SINK],
    ['exclusions', 'organizations/1/exclusions'],
    ['topic', TOPIC],
    ['subscription', SUBSCRIPTION],
    ['schedule', JOB],
    ['audit-config', 'organizations/1'],
  ];

  it.each(all)('%s: is unknown where we may not look, and never fine', async (kind, name) => {
    server.refused.add(name);
    expect(await read(kind, name)).toEqual({ kind: 'unknown', why: expect.stringMatching(/^403 /) });
  });

  it.each(all)('%s: is absent where there is none', async (kind, name) => {
    expect(await read(kind, name)).toEqual({ kind: 'absent' });
  });

  it.each(all)('%s: is unknown where the answer is none', async (kind, name) => {
    server.fail({ body: 'null' }, { body: '[]' });
    expect(await read(kind, name)).toMatchObject({ kind: 'unknown' });
  });

  it('is asked for again when it may pass', async () => {
    server.resources.set(FEED, { name: FEED });
    server.fail(503, 429);
    expect(await read('feed', FEED)).toMatchObject({ kind: 'found' });
    expect(server.requests).toHaveLength(3);
  });

  it('is unknown when it does not pass', async () => {
    server.fail(503, 503, 503);
    expect(await read('feed', FEED)).toMatchObject({ kind: 'unknown', why: expect.stringMatching(/^503 /) });
  });

  it('is unknown when nobody answers', async () => {
    await server.close();
    expect(await read('feed', FEED)).toMatchObject({ kind: 'unknown' });
    server = await startOwnPartsServer();
  });
});
