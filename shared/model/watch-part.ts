import type { AssetName } from './asset.ts';
import { MINUTE, type Nanos } from './time.ts';

/**
 * What the watch itself is made of. The first group is deployed and can be read back; the second is known by what it does. A `stream` is the
 * feed or the sink as seen from its end: by what arrives.
 */
export const DEPLOYED_KINDS = [
  'feed',
  'sink',
  'exclusions',
  'topic',
  'subscription',
  'schedule',
  'function',
  'audit-config',
] as const;
export type DeployedKind = (typeof DEPLOYED_KINDS)[number];
export type PartKind =
  | DeployedKind
  | 'stream'
  | 'canary'
  | 'heartbeat'
  | 'deliver'
  | 'sweep'
  | 'policy'
  | 'detectors'
  | 'quarantine'
  | 'outbox';

/** One thing that a part is set to. A name may come more than once: the asset types of a feed. */
export interface Setting {
  readonly name: string;
  readonly value: string;
}

/** What a part is set to when there is no such part. */
export const ABSENT: Setting = { name: 'there', value: 'no' };

/** A part as it was deployed. */
export interface DeclaredPart {
  readonly kind: DeployedKind;
  /** Full resource name. */
  readonly resource: AssetName;
  readonly wanted: readonly Setting[];
}

/** The watch as it was deployed. */
export interface DeclaredWatch {
  readonly parts: readonly DeclaredPart[];
  /** The account whose policy the heartbeat touches, to see whether that is noticed: audit entries name it by e-mail, assets by its id. */
  readonly canary: { readonly email: string; readonly uniqueId: string } | undefined;
  /** The generation of the policy that was deployed, where it is pinned; `undefined`: whichever is there. */
  readonly policyGeneration: string | undefined;
  /** Globs over the files in which the policy may hold exceptions; empty: any. */
  readonly exceptionsFrom: readonly string[];
}

const OWN = '//anchorwatch.dev/';

/** The asset that stands for a deployed part: not the resource itself, of which other messages tell other things. */
export function partName(resource: AssetName): AssetName {
  return `${OWN}${resource.replace(/^\/\//, '')}`;
}

/** The asset of a part that is no resource of the cloud: `ownPart('outbox')`, `ownPart('streams/feed')`. */
export function ownPart(name: string): AssetName {
  return `${OWN}${name}`;
}

/** The streams by which changes are learnt. */
export const STREAMS = {
  'audit-log': ownPart('streams/audit-log'),
  feed: ownPart('streams/feed'),
} as const;
export const CANARY = ownPart('canary');
/** How often it is flipped. */
export const CANARY_EVERY: Nanos = 15n * MINUTE;

/** Settings as facts hold them: sorted, one a line. */
export function settingsText(settings: readonly Setting[]): string {
  return settings
    .map(({ name, value }) => `${name}=${JSON.stringify(value)}`)
    .sort()
    .join('\n');
}

/** Reads what `settingsText` wrote. */
export function settingsIn(text: string): readonly Setting[] {
  return text === ''
    ? []
    : text.split('\n').map((line) => {
        const at = line.indexOf('=');
        return { name: line.slice(0, at), value: JSON.parse(line.slice(at + 1)) as string };
      });
}
