/** The functions as a process of their own, to be killed: on the emulators and the Slack that the environment names. Says `ready` when it listens. */

import { inTurn } from '../../examples/deployment.ts';
import { startLocalServer } from '../../functions/local-server.ts';
import { wire } from '../../functions/wiring.ts';
import { openFirestoreStore } from '../../shared/adapters/firestore-store.ts';
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { readPolicy } from '../../shared/adapters/policy-file.ts';
import { pubsubPublisher } from '../../shared/adapters/pubsub-publisher.ts';
import { pubsubQueue } from '../../shared/adapters/pubsub-queue.ts';
import { slackNotifier } from '../../shared/adapters/slack-notifier.ts';
import { fromDate } from '../../shared/model/time.ts';

const said = process.env;
const projectId = 'anchorwatch';
const log = { info() {}, warn() {}, error: (message: string) => process.stderr.write(`${message}\n`) };
const { policy } = await readPolicy([said.SERVICE_POLICY ?? '']);
const publisher = pubsubPublisher({ projectId, apiEndpoint: said.SERVICE_PUBSUB ?? '' });
const queue = pubsubQueue({
  topics: { work: `projects/${projectId}/topics/work`, deliver: `projects/${projectId}/topics/deliver` },
  publisher,
  log,
});
wire({
  store: inTurn(openFirestoreStore({ projectId, emulatorHost: said.SERVICE_FIRESTORE ?? '' })),
  policy: fixedPolicy(() => policy),
  notifier: slackNotifier({
    token: async () => said.SERVICE_SLACK_TOKEN ?? '',
    slackApiUrl: said.SERVICE_SLACK ?? '',
  }),
  publisher,
  clock: { now: () => fromDate(new Date()) },
  log,
  queue: { ...queue, work: async (job) => (job.kind === 'evaluate' ? queue.work(job) : undefined) },
});
await startLocalServer(Number(said.SERVICE_PORT));
process.stdout.write('ready\n');
