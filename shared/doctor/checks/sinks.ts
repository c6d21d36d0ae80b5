import { command, flag } from '../../detectors/commands.ts';
import { type Check, type Diagnosis, type Examined, ok, unknown, wrong } from '../check.ts';
import { holds } from '../holding.ts';
import { inProject, ownProject, shortName, topicName } from '../places.ts';
import { asDeclared, partsOf, wantedOf } from '../settings.ts';

export const sinks: Check = {
  id: 'sinks',
  title: 'Log sinks',
  reads:
    'Each sink: destination, filter, children, writer, exclusions in it and beside it; whether its writer may publish on the topic.',
  async run(examined) {
    const [settings, writers] = await Promise.all([
      Promise.all(
        [...partsOf(examined, 'sink'), ...partsOf(examined, 'exclusions')].map((part) =>
          asDeclared(part, examined),
        ),
      ),
      Promise.all(writersOf(examined).map((writer) => mayPublish(writer, examined))),
    ]);
    return [...settings, ...writers];
  },
};

export interface Writer {
  readonly sink: string;
  readonly member: string;
  /** `projects/P/topics/T`. */
  readonly topic: string;
}

/** Who writes for each sink that ends in a topic. */
export function writersOf(examined: Examined): readonly Writer[] {
  return partsOf(examined, 'sink').flatMap((part) => {
    const topic = /^pubsub\.googleapis\.com\/(.+)$/.exec(wantedOf(part, 'destination') ?? '')?.[1];
    const member = wantedOf(part, 'writer');
    return topic === undefined || member === undefined
      ? []
      : [{ sink: shortName(part.resource), member, topic }];
  });
}

async function mayPublish({ sink, member, topic }: Writer, examined: Examined): Promise<Diagnosis> {
  const about = `writer of ${sink}`;
  const places = [topicName(topic), ownProject(examined.deployment)];
  const holding = await holds(member, 'pubsub.topics.publish', places, examined);
  if (holding.kind === 'yes') return ok(about, 'may publish on its topic');
  if (holding.kind === 'unknown') return unknown(about, holding);
  return wrong(
    about,
    `${member} may not publish on ${topic}`,
    'it may: else no entry arrives',
    ...publisherOn(topic, member),
  );
}

/** Lets somebody publish on a topic. */
export function publisherOn(topic: string, member: string) {
  const { id, project } = inProject(topic);
  const role = flag('role', 'roles/pubsub.publisher');
  return command(
    'gcloud',
    'pubsub',
    'topics',
    'add-iam-policy-binding',
    id,
    project,
    flag('member', member),
    role,
  );
}
