import type { AssetName } from './asset.ts';
import type { Grant, GrantChange } from './grant.ts';
import type { Nanos } from './time.ts';

/** Where news came from. `scan` is an export or file read offline; `sweep` the deployed reconcile scan. */
export type Source = 'audit-log' | 'feed' | 'sweep' | 'scan';

/** What is known of a resource itself. Every field is optional: a message may bring only some of them. */
export interface FactsByType {
  readonly 'service-account': {
    readonly uniqueId?: string;
    readonly email?: string;
    readonly projectId?: string;
    readonly disabled?: boolean;
    readonly displayName?: string;
  };
  readonly 'service-account-key': {
    readonly keyId?: string;
    /** Unique id or e-mail of the account, as the message spells it. */
    readonly account?: string;
    readonly managedBy?: 'user' | 'google';
    readonly origin?: 'created' | 'uploaded';
    readonly disabled?: boolean;
    /** RFC 3339, as `formatTime` writes it. */
    readonly validAfter?: string;
    readonly validBefore?: string;
  };
  readonly 'kubernetes-service-account': {
    /** `projects/P/locations/L/clusters/C`. */
    readonly cluster?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
    /** The annotation `iam.gke.io/gcp-service-account`; empty when there is none. */
    readonly annotation?: string;
  };
  readonly cluster: {
    readonly cluster?: string;
    /** `PROJECT.svc.id.goog`; empty when Workload Identity is off. */
    readonly workloadPool?: string;
    readonly autopilot?: boolean;
  };
  readonly project: {
    readonly projectId?: string;
    readonly number?: string;
    readonly displayName?: string;
  };
}

export type FactType = keyof FactsByType;
export type Facts<T extends FactType = FactType> = { [K in T]: { readonly type: K } & FactsByType[K] }[T];

interface Seen {
  readonly asset: AssetName;
  readonly time: Nanos;
  readonly source: Source;
  /** `projects/…`, `folders/…`, `organizations/…`, nearest first; empty when the message does not say. */
  readonly ancestors: readonly string[];
}

/** One decoded message about the state of an asset. */
export type Observation =
  /** The whole IAM policy on one resource. `supersedes` is the etag of the version it replaced. */
  | (Seen & {
      readonly kind: 'policy';
      readonly grants: readonly Grant[];
      readonly etag?: string;
      readonly supersedes?: string;
    })
  /** Some grants added or removed, the rest unsaid. */
  | (Seen & {
      readonly kind: 'policy-delta';
      readonly changes: readonly GrantChange[];
      readonly etag?: string;
      readonly supersedes?: string;
    })
  /** The policy changed and the message does not say how: it must be read. */
  | (Seen & { readonly kind: 'policy-unknown'; readonly etag?: string; readonly supersedes?: string })
  /** The resource itself. `whole` says that a field which is absent here is absent in the resource. */
  | (Seen & { readonly kind: 'resource'; readonly facts: Facts; readonly whole: boolean })
  /** The resource is gone; `type` when its kind is one we keep. */
  | (Seen & { readonly kind: 'gone'; readonly type?: FactType })
  /** Two names of one thing, learnt in passing. */
  | (Seen & { readonly kind: 'alias'; readonly alias: Alias });

/** Service accounts: unique id and e-mail. Projects: number and id. */
export interface Alias {
  readonly of: 'service-account' | 'project';
  readonly id: string;
  readonly name: string;
}
