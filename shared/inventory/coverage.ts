import type { Nanos } from '../model/time.ts';

/** One (scope, asset type, content) that is completely known, as of a time: the licence to call something missing. */
export interface Coverage {
  /** `projects/ID-or-NUMBER`, or a cluster (`projects/P/locations/L/clusters/C`) for what lies in it. */
  readonly scope: string;
  readonly assetType: string;
  readonly content: 'resource' | 'policy';
  readonly asOf: Nanos;
}

export function coverageId(scope: string, assetType: string, content: Coverage['content']): string {
  return `${content}|${assetType}|${scope}`;
}
