import type { WatchFact } from '../inventory/watch-facts.ts';
import type { AssetName } from '../model/asset.ts';
import type { FindingClass, Remedy, Severity } from '../model/finding.ts';
import type { PartKind } from '../model/watch-part.ts';
import type { Policy } from '../policy/policy.ts';
import type { Cause, Judgement } from './detector.ts';

/** What people call a part: `sink anchorwatch`. */
const PART_WORDS: Readonly<Record<PartKind, string>> = {
  feed: 'feed',
  sink: 'log sink',
  exclusions: 'list of log exclusions of',
  topic: 'topic',
  subscription: 'subscription',
  schedule: 'schedule',
  function: 'function',
  'audit-config': 'audit configuration of',
  stream: 'stream',
  canary: 'canary',
  heartbeat: 'heartbeat',
  deliver: 'delivery of alerts',
  sweep: 'sweep',
  policy: 'policy',
  detectors: 'detectors',
  quarantine: 'quarantine',
  outbox: 'outbox',
};

/** `log sink anchorwatch`, `audit configuration of organizations/123`, `heartbeat`. */
export function partLabel({ part, resource }: Pick<WatchFact, 'part' | 'resource'>): string {
  const path = resource.replace(/^\/\/[^/]+\//, '');
  switch (part) {
    case 'exclusions':
      return `${PART_WORDS[part]} ${path.replace(/\/exclusions$/, '')}`;
    case 'audit-config':
      return `${PART_WORDS[part]} ${path}`;
    case 'stream':
      return path === 'streams/feed' ? 'asset feed' : 'audit-log sink';
    case 'feed':
    case 'sink':
    case 'topic':
    case 'subscription':
    case 'schedule':
    case 'function':
      return `${PART_WORDS[part]} ${path.split('/').at(-1)}`;
    default:
      return PART_WORDS[part];
  }
}

interface Said {
  readonly state?: Judgement['state'];
  readonly severity?: Severity;
  readonly class?: FindingClass;
  readonly title: string;
  readonly explanation: string;
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  readonly remediation?: readonly Remedy[];
  readonly why?: Judgement['why'];
  /** Tells two findings on one part apart. */
  readonly about?: string;
  readonly cause: Omit<Cause, 'asset'> & { readonly asset?: AssetName };
}

/** What is said of a part of the watch is for those who run it: whoever owns the policy. */
export function ofTheWatch(
  fact: Pick<WatchFact, 'part' | 'resource'>,
  policy: Policy,
  { about, why = ownerLine(policy), before = [], after = [], remediation = [], state, cause, ...said }: Said,
): Judgement {
  const subject = `watch:${fact.resource}`;
  return {
    state: state ?? 'open',
    ...said,
    subject: about === undefined ? subject : `${subject} ${about}`,
    identity: 'Anchorwatch',
    resource: fact.resource,
    owner: policy.owner,
    before,
    after,
    why,
    remediation,
    cause: { asset: fact.resource, ...cause },
  };
}

function ownerLine(policy: Policy): Judgement['why'] {
  return policy.lines['metadata.owner'] ?? policy.at;
}
