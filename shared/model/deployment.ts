import type { DeclaredWatch } from './watch-part.ts';

/** One deployment of the watch, as whoever deployed it gives it out. */
export interface Deployment {
  readonly project: string;
  readonly projectNumber: string;
  readonly region: string;
  /** What is watched: `organizations/N`, `folders/N`, `projects/P`. */
  readonly scopes: readonly string[];
  /** `gs://BUCKET/OBJECT` or `gs://BUCKET/FOLDER/`. */
  readonly policy: string;
  readonly store: { readonly project: string; readonly database: string };
  /** Names of buckets. */
  readonly reportBuckets: readonly string[];
  readonly functions: readonly DeployedFunction[];
  /** `projects/P/secrets/S`; none where nothing goes to Slack. */
  readonly secrets: {
    readonly slackToken?: string | undefined;
    readonly slackSigningSecret?: string | undefined;
  };
  /** Host names of the APIs that must be on. */
  readonly apis: readonly string[];
  readonly permissions: readonly NeededPermissions[];
  /** What is to be written to the audit logs of every scope. */
  readonly auditLogs: readonly { readonly service: string; readonly types: readonly string[] }[];
  readonly watch: DeclaredWatch;
  /** `projects/P/serviceAccounts/EMAIL` of the canary. */
  readonly canaryAccount: string | undefined;
}

export interface DeployedFunction {
  readonly name: string;
  /** `projects/P/locations/L/services/S` of Cloud Run. */
  readonly service: string;
  readonly uri: string;
  /** E-mail address of the account it runs as. */
  readonly account: string;
}

/** What one account must hold in one place, and all it may hold there. */
export interface NeededPermissions {
  /** Whose account: a function, or whoever calls functions. */
  readonly function: string;
  /** `scope`, `project`, `topic:work`: shared/doctor/places.ts knows which resources that is. */
  readonly where: string;
  readonly permissions: readonly string[];
}

/** What was found of something. `lacks`: what whoever asked would have to be granted to be answered. */
export type Reading<T> = { readonly kind: 'found'; readonly value: T } | { readonly kind: 'absent' } | Unread;
export type Unread = { readonly kind: 'unknown'; readonly why: string; readonly lacks?: string };

/** One member of one binding, as the API spells it. `condition`: its CEL. */
export interface RoleGrant {
  readonly role: string;
  readonly member: string;
  readonly condition: string | undefined;
}

/** A service of Cloud Run. */
export interface RunService {
  readonly uris: readonly string[];
  readonly account: string;
  /** Whether its newest state was reached; `why` is empty unless Cloud Run says something. */
  readonly isReady: boolean;
  readonly why: string;
  /** Short names of revisions. */
  readonly newest: string;
  readonly newestReady: string;
  /** Whether all requests go to the newest. */
  readonly servesNewest: boolean;
  /** `INGRESS_TRAFFIC_ALL` and the like. */
  readonly ingress: string;
  /** Cloud Run lets in whoever asks. */
  readonly isOpen: boolean;
  /** Values of those that are written out; `undefined` is a secret's. */
  readonly environment: ReadonlyMap<string, string | undefined>;
}

/** A job of Cloud Scheduler, as far as it is no setting. */
export interface ScheduledJob {
  readonly state: string;
  /** In whose name it calls. */
  readonly account: string | undefined;
  readonly lastAttempt: string | undefined;
  /** What came of that; `undefined`: it worked. */
  readonly lastFailure: string | undefined;
}

/** A database of Firestore, and of what the store needs in it how it stands: `absent`, or the state that the API gives. */
export interface Database {
  readonly type: string;
  readonly indexes: readonly {
    readonly collection: string;
    readonly fields: readonly string[];
    readonly state: string;
  }[];
  readonly timeToLive: readonly {
    readonly collection: string;
    readonly field: string;
    readonly state: string;
  }[];
}

/** A bucket of Cloud Storage. */
export interface StorageBucket {
  /** How long objects are kept from being deleted; 0: not at all. */
  readonly retentionSeconds: number;
  readonly hasVersions: boolean;
  /** `enforced`, or `inherited`. */
  readonly publicAccessPrevention: string;
}

/** Who a Slack token speaks for. `scopes` is `undefined` where Slack did not say. */
export interface SlackIdentity {
  readonly team: string;
  readonly user: string;
  readonly scopes: readonly string[] | undefined;
}

export interface SlackChannel {
  readonly name: string;
  readonly isArchived: boolean;
  readonly isMember: boolean;
}
