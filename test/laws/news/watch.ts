/** Parts of the watch itself: as they were deployed, as they are, and when they did their work. */
import fc from 'fast-check';
import type { FactsByType, Observation } from '../../../shared/model/observation.ts';
import { formatTime } from '../../../shared/model/time.ts';
import {
  CANARY,
  ownPart,
  type PartKind,
  partName,
  STREAMS,
  settingsText,
} from '../../../shared/model/watch-part.ts';
import { t } from '../../world.ts';
import { PROD } from './names.ts';

/** A topic by both spellings of its project, whose policy is told elsewhere; a sink that nobody else speaks of. */
export const watchedResource = fc.constantFrom(
  '//logging.googleapis.com/organizations/123456789012/sinks/anchorwatch',
  `//pubsub.googleapis.com/projects/${PROD.id}/topics/orders`,
  `//pubsub.googleapis.com/projects/${PROD.number}/topics/orders`,
);

const time = fc.integer({ min: 0, max: 14 }).map((minutes) => t(60 * minutes));

function told(
  part: PartKind,
  asset: string,
  at: bigint,
  facts: Omit<FactsByType['watch-part'], 'part'>,
): Observation {
  return {
    kind: 'resource',
    asset,
    time: at,
    source: 'sweep',
    ancestors: [],
    facts: { type: 'watch-part', part, ...facts },
    whole: false,
  };
}

const setting = fc
  .constantFrom('filter', 'publisher', 'there')
  .map((name) => ({ name, value: name === 'there' ? 'no' : 'x' }));
const settings = fc.uniqueArray(setting, { maxLength: 2, selector: ({ name }) => name }).map(settingsText);

const deployed = fc
  .record({
    resource: watchedResource,
    time,
    read: fc.oneof(
      settings.map((found) => ({ found, unread: '' })),
      fc.constant({ unread: '403' }),
    ),
    wanted: settings,
  })
  .map(({ resource, time: at, read, wanted }) =>
    told(/\/topics\//.test(resource) ? 'topic' : 'sink', partName(resource), at, {
      resource,
      wanted,
      ...read,
    }),
  );

const worked = fc
  .record({
    what: fc.constantFrom<readonly [PartKind, string]>(
      ['canary', CANARY],
      ['stream', STREAMS.feed],
      ['stream', STREAMS['audit-log']],
      ['deliver', ownPart('deliver')],
    ),
    time,
  })
  .map(({ what: [part, asset], time: at }) => told(part, asset, at, { last: formatTime(at) }));

const troubled = fc
  .record({ time, troubles: fc.constantFrom('', 'C1\tis_archived', 'C1\tis_archived\nC2\tis_archived') })
  .map(({ time: at, troubles }) => told('outbox', ownPart('outbox'), at, { troubles }));

export const watchTold: fc.Arbitrary<Observation> = fc.oneof(
  { weight: 4, arbitrary: deployed },
  { weight: 3, arbitrary: worked },
  { weight: 1, arbitrary: troubled },
);
