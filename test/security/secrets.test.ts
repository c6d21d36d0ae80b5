/** Secrets that pass by, or that we hold, stand nowhere afterwards: not in a log, not in Slack, not in what is stored. Each line of the log is one. */
import { afterEach, expect, it } from '@jest/globals';
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { jsonLog } from '../../shared/adapters/json-log.ts';
import { slackNotifier } from '../../shared/adapters/slack-notifier.ts';
import { type Collection, type Store, StoreUnavailable } from '../../shared/ports.ts';
import { accountEntry, asset } from '../decode/payloads.ts';
import { type Served, serve } from '../functions/serving.ts';
import { EDITOR_ENTRY, EDITOR_FEED, pushed } from '../pipeline/bodies.ts';
import { startSlackServer } from '../slack-server.ts';
import { POLICY, t } from '../world.ts';

const TOKEN = 'xoxb-canary-of-the-slack-token';
const ENVIRONMENT = 'canary-of-the-environment';
const SECRET_DATA = Buffer.from('canary-of-a-kubernetes-secret').toString('base64');
const PRIVATE_KEY = '-----BEGIN PRIVATE KEY-----canary-of-a-private-key';
const BEARER = 'canary.of.a-bearer-token';
const CANARIES = [
  TOKEN,
  ENVIRONMENT,
  SECRET_DATA,
  'canary-of-a-kubernetes-secret',
  'canary-of-a-private-key',
  BEARER,
];

const COLLECTIONS: readonly Collection[] = [
  'registers',
  'aliases',
  'subjects',
  'findings',
  'transitions',
  'incidents',
  'outbox',
  'seen',
  'acts',
  'quarantine',
  'meta',
];

/** A Secret of Kubernetes with a key file in it, as the feed would tell of one. */
const SECRET = {
  asset: asset(
    'k8s.io/Secret',
    '//container.googleapis.com/projects/acme-prod/locations/europe-west1/clusters/prod-euw1/k8s/namespaces/payments/secrets/db',
    {
      updateTime: '2026-11-21T09:00:10Z',
      resource: {
        data: {
          metadata: { name: 'db', namespace: 'payments' },
          type: 'Opaque',
          data: { 'key.json': SECRET_DATA },
        },
      },
    },
  ),
  window: { startTime: '2026-11-21T09:00:10Z' },
};

const KEY_CREATED = {
  ...accountEntry('CreateServiceAccountKey', {
    request: {
      name: 'projects/-/serviceAccounts/api@acme-prod.iam.gserviceaccount.com',
      keyData: PRIVATE_KEY,
    },
    response: {
      name: 'projects/acme-prod/serviceAccounts/api@acme-prod.iam.gserviceaccount.com/keys/abc',
      privateKeyData: PRIVATE_KEY,
    },
  }),
  timestamp: '2026-11-21T09:00:10.500000Z',
};

/** Names that would begin a line of their own, or steer a terminal. */
const FORGED = {
  ...EDITOR_ENTRY,
  insertId: 'forged',
  protoPayload: {
    ...(EDITOR_ENTRY.protoPayload as object),
    methodName: 'SetIamPolicy\n{"severity":"CRITICAL","message":"all is lost"}\u001b[2J',
    resourceName: 'projects/acme-prod\r\n{"severity":"CRITICAL","message":"all is lost"}',
  },
};

let served: Served | undefined;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  delete process.env.ANCHORWATCH_TEST_CANARY;
  await served?.close();
  served = undefined;
  for (const close of closing.splice(0)) await close();
});

async function deployed() {
  process.env.ANCHORWATCH_TEST_CANARY = ENVIRONMENT;
  const slack = await startSlackServer();
  closing.push(() => slack.close());
  slack.allow(TOKEN);
  const written: string[] = [];
  const log = jsonLog((line) => void written.push(line));
  const here = await serve({
    log,
    policy: fixedPolicy(() => POLICY),
    clock: { now: () => t(now) },
    notifier: slackNotifier({ token: async () => TOKEN, slackApiUrl: slack.url }),
  });
  served = here;
  let now = 15;
  return {
    here,
    slack,
    written,
    later: (seconds: number) => {
      now += seconds;
    },
  };
}

async function stored(store: Store): Promise<string> {
  const all = await Promise.all(
    COLLECTIONS.map((collection) => store.transaction((tx) => tx.list(collection, undefined, 1_000))),
  );
  return JSON.stringify(
    all.map((rows) => [...rows]),
    (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );
}

it('what we hold and what passes by stands nowhere afterwards, whatever goes wrong', async () => {
  const { here, slack, written, later } = await deployed();
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${BEARER}` };
  for (const message of [SECRET, KEY_CREATED, EDITOR_ENTRY, EDITOR_FEED, FORGED])
    expect((await here.post('/on-asset-change', pushed(message), headers)).status).toBe(204);
  slack.fail({ status: 500 }, { error: 'invalid_auth' }, { garbage: TOKEN }, { hangUp: true });
  for (let call = 0; call < 8; call++) {
    await here.post('/deliver', {}, headers);
    later(400);
  }
  expect(slack.messages('C0PLATSEC').length).toBeGreaterThan(0);
  expect(written.length).toBeGreaterThan(2);
  const places = {
    log: written.join(''),
    slack: JSON.stringify(slack.requests.map(({ body }) => ({ ...body, token: undefined }))),
    store: await stored(here.store),
  };
  for (const [place, text] of Object.entries(places))
    for (const canary of CANARIES)
      expect([place, canary, text.includes(canary)]).toEqual([place, canary, false]);
});

it('the answer to a failure holds nothing of it, and the log one line of JSON each', async () => {
  const { here, written } = await deployed();
  for (const message of [FORGED, 'no JSON \n{"severity":"CRITICAL"}', { hello: 'a\nb' }])
    await here.post('/on-audit-log', pushed(message as string));
  expect(written.length).toBeGreaterThan(1);
  for (const line of written) {
    expect(line).toMatch(/^[^\n]*\n$/);
    expect(['INFO', 'WARNING', 'ERROR']).toContain(JSON.parse(line).severity);
    // A terminal shows it as it is written.
    expect(line.trimEnd()).not.toMatch(/\p{Cc}/u);
  }
});

it('a store that fails with what it held in its words tells it to the log alone', async () => {
  const { here } = await deployed();
  const answer = await here.post('/on-audit-log', pushed(EDITOR_ENTRY));
  expect(answer.status).toBe(204);
  await served?.close();
  served = await serve({
    store: {
      transaction: () => Promise.reject(new StoreUnavailable(`cannot write ${PRIVATE_KEY}`)),
      close: async () => {},
    },
  });
  const refused = await served.post('/on-audit-log', pushed(EDITOR_ENTRY));
  expect([refused.status, await refused.text(), [...refused.headers].join().includes('canary')]).toEqual([
    500,
    '',
    false,
  ]);
});
