/** The parts of a deployed watch, and what becomes of them. */
import type { Trouble } from '../../shared/inventory/watch-facts.ts';
import { troublesText } from '../../shared/inventory/watch-facts.ts';
import type { Act, Actor } from '../../shared/model/act.ts';
import type { FactsByType, Observation, Source } from '../../shared/model/observation.ts';
import { formatTime, type Nanos } from '../../shared/model/time.ts';
import {
  ownPart,
  type PartKind,
  partName,
  type Setting,
  settingsText,
} from '../../shared/model/watch-part.ts';
import { act, JANE, t } from '../world.ts';

export const FEED = '//cloudasset.googleapis.com/organizations/123456789012/feeds/anchorwatch-resources';
export const SINK = '//logging.googleapis.com/organizations/123456789012/sinks/anchorwatch';
export const TOPIC = '//pubsub.googleapis.com/projects/acme-sec/topics/anchorwatch-audit';
export const SUBSCRIPTION = '//pubsub.googleapis.com/projects/acme-sec/subscriptions/anchorwatch-audit';
export const SCHEDULE =
  '//cloudscheduler.googleapis.com/projects/acme-sec/locations/europe-west1/jobs/deliver';
export const FUNCTION = '//run.googleapis.com/projects/acme-sec/locations/europe-west1/services/on-audit-log';
export const ORGANIZATION = '//cloudresourcemanager.googleapis.com/organizations/123456789012';

/** `settings('filter=x', 'exclusion=a b')` */
export function settings(...lines: readonly string[]): readonly Setting[] {
  return lines.map((line) => {
    const at = line.indexOf('=');
    return { name: line.slice(0, at), value: line.slice(at + 1) };
  });
}

export interface PartNews {
  readonly wanted?: readonly Setting[];
  readonly found?: readonly Setting[];
  readonly unread?: string;
  readonly troubles?: readonly Trouble[];
  readonly last?: Nanos;
}

/** What is told of a part: of one that is deployed by its full name, of another as `own:outbox`. */
export function part(
  kind: PartKind,
  resource: string,
  { wanted, found, unread, troubles, last }: PartNews,
  time: Nanos = t(0),
  source: Source = 'sweep',
): Observation {
  const asset = resource.startsWith('own:') ? ownPart(resource.slice(4)) : partName(resource);
  const facts: FactsByType['watch-part'] = {
    part: kind,
    ...(resource.startsWith('own:') ? {} : { resource }),
    ...(wanted === undefined ? {} : { wanted: settingsText(wanted) }),
    ...(found === undefined ? {} : { found: settingsText(found), unread: '' }),
    ...(unread === undefined ? {} : { unread }),
    ...(troubles === undefined ? {} : { troubles: troublesText(troubles) }),
    ...(last === undefined ? {} : { last: formatTime(last) }),
  };
  return {
    kind: 'resource',
    asset,
    time,
    source,
    ancestors: [],
    facts: { type: 'watch-part', ...facts },
    whole: false,
  };
}

/** Somebody did something to a part. */
export function tampering(resource: string, method: string, seconds: number, actor: Actor = JANE): Act {
  return act(`tampering-${method}-${seconds}`, resource, {
    kind: 'change-watch',
    method,
    time: t(seconds),
    actor,
  });
}
