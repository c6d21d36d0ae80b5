import { command, flag } from '../../detectors/commands.ts';
import { count } from '../../explain/words.ts';
import { type Check, type Diagnosis, diagnosed, type Examined, ok, unknown, wrong } from '../check.ts';
import { holds } from '../holding.ts';
import { inProject, ownProject, shortName, topicName } from '../places.ts';
import { partsOf, wantedOf } from '../settings.ts';
import { publisherOn } from './sinks.ts';

export const deadLetters: Check = {
  id: 'dead-letters',
  title: 'Dead letters',
  reads:
    'For each subscription with a dead-letter topic: whether Pub/Sub’s service agent may publish there and take from here, and whether the topic has a subscription, without which what comes is lost.',
  async run(examined) {
    const pairs = partsOf(examined, 'subscription').flatMap((part) => {
      const topic = wantedOf(part, 'deadLetter');
      return topic === undefined ? [] : [{ subscription: shortName(part.resource), topic }];
    });
    const topics = [...new Set(pairs.map(({ topic }) => topic))];
    const all = await Promise.all([
      ...topics.flatMap((topic) => [mayForward(topic, examined), isKept(topic, examined)]),
      ...pairs.map(({ subscription }) => mayTake(subscription, examined)),
    ]);
    return all;
  },
};

/** The service agent of Pub/Sub (cloud.google.com/pubsub/docs/handling-failures#grant_forwarding_permissions). */
export function pubsubAgent({ deployment }: Examined): string {
  return `serviceAccount:service-${deployment.projectNumber}@gcp-sa-pubsub.iam.gserviceaccount.com`;
}

async function mayForward(topic: string, examined: Examined): Promise<Diagnosis> {
  const agent = pubsubAgent(examined);
  const places = [topicName(topic), ownProject(examined.deployment)];
  const holding = await holds(agent, 'pubsub.topics.publish', places, examined);
  const about = `forwarding to ${topic}`;
  if (holding.kind === 'yes') return ok(about, 'Pub/Sub may publish');
  if (holding.kind === 'unknown') return unknown(about, holding);
  return wrong(about, `${agent} may not publish`, 'it may', ...publisherOn(topic, agent));
}

async function mayTake(subscription: string, examined: Examined): Promise<Diagnosis> {
  const agent = pubsubAgent(examined);
  const places = [`//pubsub.googleapis.com/${subscription}`, ownProject(examined.deployment)];
  const holding = await holds(agent, 'pubsub.subscriptions.consume', places, examined);
  const about = `forwarding from ${subscription}`;
  if (holding.kind === 'yes') return ok(about, 'Pub/Sub may take from it');
  if (holding.kind === 'unknown') return unknown(about, holding);
  const { id, project } = inProject(subscription);
  return wrong(
    about,
    `${agent} may not take from it`,
    'it may: else what fails for ever is never put aside',
    ...command(
      'gcloud',
      'pubsub',
      'subscriptions',
      'add-iam-policy-binding',
      id,
      project,
      flag('member', agent),
      flag('role', 'roles/pubsub.subscriber'),
    ),
  );
}

async function isKept(topic: string, { cloud }: Examined): Promise<Diagnosis> {
  const about = `what comes to ${topic}`;
  const { id, project } = inProject(topic);
  return diagnosed(about, await cloud.subscriptionsOf(topic), (subscriptions) =>
    subscriptions.length > 0
      ? ok(about, count(subscriptions.length, 'subscription'))
      : wrong(
          about,
          'no subscription: it is lost',
          'a subscription that keeps it',
          ...command(
            'gcloud',
            'pubsub',
            'subscriptions',
            'create',
            `${id}-kept`,
            project,
            flag('topic', id),
            flag('expiration-period', 'never'),
          ),
        ),
  );
}
