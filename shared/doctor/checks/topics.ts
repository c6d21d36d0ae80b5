import { command, flag } from '../../detectors/commands.ts';
import { listed } from '../../explain/words.ts';
import type { DeclaredPart } from '../../model/watch-part.ts';
import { type Check, type Diagnosis, type Examined, ok, unknown, wrong } from '../check.ts';
import { holdersOf, holds } from '../holding.ts';
import { inProject, ownProject, shortName } from '../places.ts';
import { asDeclared, partsOf } from '../settings.ts';
import { pubsubAgent } from './dead-letters.ts';
import { publisherOn, writersOf } from './sinks.ts';

const PUBLISH = 'pubsub.topics.publish';

export const topics: Check = {
  id: 'topics',
  title: 'Topics',
  reads:
    'Each topic: schema, transforms, state; and who may publish on it: those who were declared, and nobody else. Whoever may publish everywhere in the project is not counted.',
  async run(examined) {
    const parts = partsOf(examined, 'topic');
    const [settings, publishers] = await Promise.all([
      Promise.all(parts.map((part) => asDeclared(part, examined))),
      Promise.all(parts.map((part) => publishersOf(part, examined))),
    ]);
    return [...settings, ...publishers.flat()];
  },
};

async function publishersOf(
  { resource, wanted }: DeclaredPart,
  examined: Examined,
): Promise<readonly Diagnosis[]> {
  const topic = shortName(resource);
  const about = `publishers on ${topic}`;
  const declared = wanted.filter(({ name }) => name === 'publisher').map(({ value }) => value);
  const found = await holdersOf(PUBLISH, resource, examined);
  // That there is no such topic has been said.
  if (found.kind === 'absent') return [];
  if (found.kind === 'unknown') return [unknown(about, found)];
  const { certain, perhaps } = found.value;
  const more = [...certain].filter(([member]) => !declared.includes(member)).sort();
  const missing = await missingOf(declared, topic, examined);
  const diagnoses = [
    ...missing,
    ...more.map(([member, role]) =>
      wrong(about, `${member} may publish too`, listed(declared), ...removal(topic, member, role)),
    ),
    ...[...perhaps].flatMap(([member, why]) => (declared.includes(member) ? [] : [unknown(about, why)])),
  ];
  return diagnoses.length > 0 ? diagnoses : [ok(about, listed(declared))];
}

/** Functions, writers of sinks and Pub/Sub itself are looked at with all else that they need. */
async function missingOf(
  declared: readonly string[],
  topic: string,
  examined: Examined,
): Promise<readonly Diagnosis[]> {
  const elsewhere = [
    pubsubAgent(examined),
    ...writersOf(examined).map(({ member }) => member),
    ...examined.deployment.functions.map(({ account }) => `serviceAccount:${account}`),
  ];
  const about = `publishers on ${topic}`;
  const places = [`//pubsub.googleapis.com/${topic}`, ownProject(examined.deployment)];
  const answers = await Promise.all(
    declared
      .filter((member) => !elsewhere.includes(member))
      .map(async (member) => ({ member, holding: await holds(member, PUBLISH, places, examined) })),
  );
  return answers.flatMap(({ member, holding }) => {
    if (holding.kind === 'yes') return [];
    if (holding.kind === 'unknown') return [unknown(about, holding)];
    return [wrong(about, `${member} may not publish`, 'it may', ...publisherOn(topic, member))];
  });
}

function removal(topic: string, member: string, role: string) {
  const { id, project } = inProject(topic);
  return command(
    'gcloud',
    'pubsub',
    'topics',
    'remove-iam-policy-binding',
    id,
    project,
    flag('member', member),
    flag('role', role),
  );
}
