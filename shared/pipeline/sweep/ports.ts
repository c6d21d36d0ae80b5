import type { Nanos } from '../../model/time.ts';
import type { AuditHistory, Bucket, CloudAssets, Directory, KubernetesApi, Usage } from '../../ports.ts';
import type { ReceivePorts } from '../receive.ts';

/** What the cloud is read through, besides what every message needs. */
export interface SweepPorts extends ReceivePorts {
  readonly assets: CloudAssets;
  /** What is watched: `projects/P`, `folders/N`, `organizations/N`. */
  readonly scopes: readonly string[];
  /** How long one call may work before it leaves the rest to the next: with the page it is at, four fifths of what the platform allows. */
  readonly budget: Nanos;
  /** Without it the KSAs of a cluster are those that Asset Inventory has. */
  readonly kubernetes?: KubernetesApi | undefined;
  /** Without it nobody is asked who did what was only seen as a state. */
  readonly history?: AuditHistory | undefined;
  /** Where large listings are exported to, `gs://BUCKET/PREFIX`, and how that is read; without it they are paged through. */
  readonly exports?:
    | {
        readonly to: string;
        readonly bucket: Bucket;
        /** A listing of more pages than this is large; a hundred unless said. */
        readonly abovePages?: number;
      }
    | undefined;
  /** Without it what keys and accounts are used for is known from audit entries alone, which never tell that there was no use. */
  readonly usage?: Usage | undefined;
  /** Without it nobody is known to be in a group. */
  readonly directory?: Directory | undefined;
}
