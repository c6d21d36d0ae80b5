import { serviceAccountName } from '../model/asset.ts';
import type { Decoded } from '../model/decoded.ts';
import type { Observation } from '../model/observation.ts';
import { formatTime, MINUTE, type Nanos, parseTime } from '../model/time.ts';
import { type DeclaredWatch, STREAMS } from '../model/watch-part.ts';

type News = Extract<Decoded, { kind: 'news' }>;

const TITLE = 'anchorwatch canary ';
/** A title may be a little ahead of the entry that brings it: clocks do not agree. One that is further ahead was written by somebody else. */
const AHEAD = 5n * MINUTE;

/** What the heartbeat writes on the canary: when it did. */
export function canaryTitle(now: Nanos): string {
  return `${TITLE}${formatTime(now)}`;
}

/**
 * News of the canary's policy as the sighting it is: which stream showed which flip, and nothing else. Other news, that of what else became of
 * the account among them, are given back as they are.
 */
export function asSighting(news: News, canary: DeclaredWatch['canary']): News {
  if (canary === undefined) return news;
  const names = [serviceAccountName(canary.email), serviceAccountName(canary.uniqueId)];
  const sightings = news.observations.filter(
    ({ kind, asset }) => /^policy/.test(kind) && names.includes(asset),
  );
  const [sighting] = sightings;
  const stream = sighting === undefined ? undefined : STREAMS[sighting.source as keyof typeof STREAMS];
  if (sighting === undefined || stream === undefined) return news;
  const rest = news.observations.filter((one) => !sightings.includes(one));
  const last = formatTime(flipIn(sighting));
  return {
    ...news,
    acts: news.acts.filter(({ asset }) => !names.includes(asset)),
    observations: [
      ...rest,
      {
        kind: 'resource',
        asset: stream,
        time: sighting.time,
        source: sighting.source,
        ancestors: [],
        facts: { type: 'watch-part', part: 'stream', last },
        whole: false,
      },
    ],
  };
}

/** By its title, else by when the policy was changed: a delta or an entry without the policy has no more. */
function flipIn(sighting: Observation): Nanos {
  const grants =
    sighting.kind === 'policy'
      ? sighting.grants
      : sighting.kind === 'policy-delta'
        ? sighting.changes.flatMap(({ action, grant }) => (action === 'add' ? [grant] : []))
        : [];
  const titles = grants.flatMap(({ condition }) => condition?.title ?? []);
  const times = titles
    .filter((title) => title.startsWith(TITLE))
    .flatMap((title) => parseTime(title.slice(TITLE.length)) ?? []);
  const [time] = times.filter((one) => one <= sighting.time + AHEAD);
  return time ?? sighting.time;
}
