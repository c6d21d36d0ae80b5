import type { Coverage } from './inventory/coverage.ts';
import type { Register } from './inventory/register.ts';
import type { Act } from './model/act.ts';
import type { AssetName } from './model/asset.ts';
import type { ChangeRecord } from './model/change.ts';
import type { AnswerTo, Decision, Intent, SlackUser } from './model/decision.ts';
import type {
  Database,
  Reading,
  RoleGrant,
  RunService,
  ScheduledJob,
  SlackChannel,
  SlackIdentity,
  StorageBucket,
} from './model/deployment.ts';
import type { Finding, FindingState, Severity } from './model/finding.ts';
import type { IncidentEvent } from './model/incident-event.ts';
import type { Job } from './model/job.ts';
import type { Alias } from './model/observation.ts';
import type { PolicyInForce, PosturePoint, ReportHead, Review, Roster } from './model/posture.ts';
import type { ReportSummary } from './model/report-summary.ts';
import type { Nanos } from './model/time.ts';
import type { Use, Watch } from './model/usage.ts';
import type { DeclaredPart, Setting } from './model/watch-part.ts';
import type { Policy } from './policy/policy.ts';
import type { Catalogue } from './roles/catalogue.ts';
import type { RoleChange } from './roles/changes.ts';

export type { IncidentEvent, IncidentEventKind } from './model/incident-event.ts';
export type { Job } from './model/job.ts';

/** What the store keeps, by collection. Times are `Nanos`; the adapters write them as fixed-width text. */
export interface Documents {
  /** What is known of one asset's policy or of the asset itself. Id: `content|name`. Keys: its facts' index keys. */
  registers: Register;
  aliases: Alias & { readonly time: Nanos };
  coverage: Coverage;
  /** Due at `nextChangeAt`, at once when dirty. Keys: what its last evaluation read. */
  subjects: SubjectState;
  /** Subjects to be marked dirty, where one piece of news touches more than a transaction should write. Due at once. */
  ripples: { readonly subjects: readonly string[] };
  /** Keys: `subject:…`, `incident:…`, and `confirming:…` while its repair is not confirmed. */
  findings: StoredFinding;
  transitions: Transition;
  /** Keys: its causes. */
  incidents: Incident;
  /** Incidents with news that nobody has been chosen to hear yet. Due at once. */
  news: { readonly incident: string };
  /** Due at `notBefore`, or when its lease ends. */
  outbox: OutboxRow;
  /** What has been told together, because there was too much of it. */
  rollups: Rollup;
  /** What people asked for in Slack. Due until it is decided. */
  intents: Intent;
  /** What people decided. Keys: `finding:…`, `incident:…`, `request:…`. */
  decisions: Decision;
  seen: { readonly at: Nanos };
  acts: Act;
  /** Who changed what, for as long as auditors ask. Id: `when|act`, so that those of a period lie side by side. */
  changes: ChangeRecord;
  quarantine: { readonly at: Nanos; readonly why: string; readonly body: string };
  meta: { readonly value: string };
  /** The role catalogue as Google last told it, in parts that fit a document. */
  catalogue: CataloguePart;
  /** Sweeps. Id: when it began, so that the newest is the last. */
  runs: SweepRun;
  /** What a sweep is cut into. Keys: `run:…`. Id: `RUN|0003`. */
  shards: SweepShard;
  /** What one page of a shard showed. Keys: `run:…`. */
  sightings: Sighting;
  /** How everything stood when a report was made. Id: when, so that the newest is the last. */
  posture: PosturePoint;
  /** Reports that were made. Id: `ENTRY|when-hash`. Keys: `entry:…`. */
  reports: ReportHead;
  /** What owners said of their identities. Id: `QUARTER|identity|when`; the last word counts. */
  reviews: Review;
  /** Id: `OWNER|0003`. */
  rosters: Roster;
  /** Policies that judged. */
  policies: PolicyInForce;
}
export type Collection = keyof Documents;

export interface SweepRun {
  readonly startedAt: Nanos;
  readonly scopes: readonly string[];
  readonly state: 'reading' | 'concluding' | 'done';
  /** The last register that was looked at for being gone. */
  readonly cursor: string | undefined;
  readonly endedAt: Nanos | undefined;
  /** Of all shards, once it is concluded. */
  readonly counts: SweepCounts;
}

export interface SweepCounts {
  readonly assets: number;
  /** Changes that no event had told. */
  readonly missed: number;
  /** Assets found to be gone that no event had told of. */
  readonly gone: number;
  /** Shards that were read to their end, and all there are. */
  readonly complete: number;
  readonly shards: number;
}

export interface SweepShard {
  readonly run: string;
  readonly of: ShardOf;
  /** `refused`: it may not be read. `shrunk`: read, but so much less than the last time that nothing is taken to be gone. */
  readonly state: 'reading' | 'complete' | 'shrunk' | 'refused';
  readonly why: string | undefined;
  /** Times it began anew: what was sighted before that does not count. */
  readonly attempt: number;
  readonly position: ShardPosition;
  readonly pages: number;
  readonly assets: number;
  readonly missed: number;
  /** What is told was so then, or later. */
  readonly readTime: Nanos | undefined;
}

export type ShardOf =
  | ({ readonly kind: 'assets' } & AssetQuery)
  /** The KSAs of a cluster (`projects/P/locations/L/clusters/C`), from its API server. */
  | { readonly kind: 'cluster'; readonly cluster: string; readonly endpoint: string };

export type ShardPosition =
  | { readonly kind: 'page'; readonly token: string | undefined }
  /** There is too much to page through: it is being exported. */
  | { readonly kind: 'exporting'; readonly operation: string }
  /** Lines of the export that were read. */
  | {
      readonly kind: 'exported';
      readonly objects: readonly string[];
      readonly object: number;
      readonly line: number;
    };

export interface Sighting {
  readonly attempt: number;
  /** Ids of registers. */
  readonly registers: readonly string[];
  /** Ids and numbers. */
  readonly projects: readonly string[];
  /** Clusters of which KSAs were seen. */
  readonly clusters: readonly string[];
}

export interface SubjectState {
  readonly dirty: boolean;
  readonly evaluatedAt: Nanos | undefined;
  readonly nextChangeAt: Nanos | undefined;
  /** What its last evaluation asked the inventory for: also its index keys. */
  readonly reads: readonly string[];
}

export interface StoredFinding {
  readonly subjectKey: string;
  readonly finding: Finding;
  /** Head of its chain of transitions. */
  readonly head: string;
}

/** Append-only: each names the hash of the one before it for the same finding. */
export interface Transition {
  readonly finding: string;
  readonly episode: number;
  readonly at: Nanos;
  readonly from: FindingState | 'none';
  readonly to: FindingState;
  readonly why: string;
  readonly previousHash: string;
  readonly hash: string;
  /** A person was taken out of `why`: the hash, which the next one names, is that of the text before. */
  readonly erased?: true;
}

/** The findings of one change, and where it has been announced. */
export interface Incident {
  readonly id: string;
  /** Keys of the change (`act:…`, `version:…`): news that shares one belongs here. */
  readonly causes: readonly string[];
  readonly findings: readonly string[];
  readonly openedAt: Nanos;
  /** Grows with every transition of its findings: the outbox compares it with what was sent. */
  readonly revision: number;
  readonly sent: readonly Announced[];
  /** The incident of the same finding's episode before this one. */
  readonly previous?: string;
  /** What has happened, the oldest first; `forgotten` counts those no longer kept. */
  readonly events: readonly IncidentEvent[];
  readonly forgotten: number;
}

/** What was last sent to one destination: written after a successful send, so a crash repeats an alert and never loses one. */
export interface Announced {
  readonly destination: string;
  /** Its own message; `undefined` when it was told in a roll-up only. */
  readonly handle: MessageHandle | undefined;
  readonly rollup: string | undefined;
  readonly revision: number;
  readonly at: Nanos;
  /** Hash of the message as sent: equal content is not sent again. */
  readonly contentHash: string;
  /** What that message said, to tell a reopening and an escalation from a mere change. */
  readonly told: { readonly open: boolean; readonly severity: Severity };
  /** How many of the incident's events its thread has shown, those forgotten included. */
  readonly noted: number;
}

/** Something to be sent to one destination, until it is. */
export type OutboxRow = Outgoing & {
  readonly destination: string;
  /** Since when it should have been sent. */
  readonly since: Nanos;
  readonly attempts: number;
  readonly notBefore: Nanos;
  /** Set while a sender holds it; another may take it over afterwards. */
  readonly leaseUntil: Nanos | undefined;
  readonly parked: string | undefined;
  /** A sending that was begun and not concluded: it may have been accepted, so it is looked for before it is sent again. */
  readonly begun: { readonly key: string; readonly at: Nanos } | undefined;
};

export type Outgoing =
  /**
   * The incident's own message: posted, or edited. `fresh`: this destination has not heard of it, and how bad it is. `insteadOf`: the
   * destination it stands in for, which cannot be used.
   */
  | {
      readonly kind: 'alert';
      readonly incident: string;
      readonly fresh: Severity | undefined;
      readonly insteadOf?: string;
    }
  /** What its thread does not show yet. */
  | { readonly kind: 'thread'; readonly incident: string; readonly broadcast: boolean }
  /** Nobody has acknowledged it: somebody is called by name, or the channel is reminded. */
  | { readonly kind: 'escalation'; readonly incident: string; readonly mention: string | undefined }
  | { readonly kind: 'rollup'; readonly rollup: string }
  /** A message made already: a digest, a request for approval. */
  | { readonly kind: 'message'; readonly message: AlertMessage; readonly thread: MessageHandle | undefined }
  /** A report that was made: its figures, then its file into the thread of that message. */
  | {
      readonly kind: 'report';
      readonly summary: ReportSummary;
      /** The message, once it is posted: the file is what is left to do. */
      readonly handle: MessageHandle | undefined;
    }
  /** An answer that only one person sees. */
  | {
      readonly kind: 'answer';
      readonly to: AnswerTo;
      readonly message: AlertMessage;
      readonly askedAt: Nanos;
    }
  /** One transition, as JSON, for a topic. */
  | {
      readonly kind: 'publish';
      readonly body: string;
      readonly attributes: Readonly<Record<string, string>>;
    };

/** Everything new that one destination was told in one message, while there was too much for one message each. */
export interface Rollup {
  readonly destination: string;
  readonly startedAt: Nanos;
  /** Folds end here: what comes later is counted anew. */
  readonly until: Nanos;
  readonly incidents: number;
  /** New findings by severity, and by what the policy groups by: `forbidden-role · payments`. */
  readonly bySeverity: Readonly<Partial<Record<Severity, number>>>;
  readonly byGroup: Readonly<Record<string, number>>;
  /** The worst, at most ten. */
  readonly top: readonly { readonly title: string; readonly severity: Severity; readonly finding: string }[];
  /** Incidents in it that have been repaired since. */
  readonly closed: number;
  /** Hashes of the policy before and after, where a new policy brought it about. */
  readonly policies: { readonly from: string; readonly to: string } | undefined;
  readonly handle: MessageHandle | undefined;
  readonly contentHash: string | undefined;
}

export interface Index {
  /** `find` answers by any of these. */
  readonly keys?: readonly string[];
  /** `due` answers by this. */
  readonly dueAt?: Nanos | undefined;
  /** May be dropped after this; readers must not rely on it having been. */
  readonly expiresAt?: Nanos;
}

/**
 * One serialisable unit of work. All reads come before the first write, because Firestore asks for it; an adapter throws when they do not.
 * Documents are plain data (strings, numbers, booleans, bigints, undefined, arrays, objects).
 */
export interface Transaction {
  get<C extends Collection>(collection: C, id: string): Promise<Documents[C] | undefined>;
  /** Those of `ids` that exist, by id. */
  getMany<C extends Collection>(
    collection: C,
    ids: Iterable<string>,
  ): Promise<ReadonlyMap<string, Documents[C]>>;
  /** Documents that have any of `keys`, by id. */
  find<C extends Collection>(
    collection: C,
    keys: Iterable<string>,
  ): Promise<ReadonlyMap<string, Documents[C]>>;
  /** Documents with `dueAt <= now`, the earliest first, at most `limit`, by id. */
  due<C extends Collection>(
    collection: C,
    now: Nanos,
    limit: number,
  ): Promise<ReadonlyMap<string, Documents[C]>>;
  /** All documents, by id in text order, `limit` after the id `after`. */
  list<C extends Collection>(
    collection: C,
    after: string | undefined,
    limit: number,
  ): Promise<ReadonlyMap<string, Documents[C]>>;
  /** Creates or replaces, index included. */
  put<C extends Collection>(collection: C, id: string, document: Documents[C], index?: Index): void;
  /**
   * Replaces a document that is there, and leaves when it is due and when it expires. Of its keys those that `renamed` names are renamed. Does
   * nothing where there is none.
   */
  amend<C extends Collection>(
    collection: C,
    id: string,
    document: Documents[C],
    renamed?: ReadonlyMap<string, string>,
  ): void;
  delete(collection: Collection, id: string): void;
}

/** Throws `StoreUnavailable` when the outside world fails, so that the message is redelivered. */
export interface Store {
  /** Runs `body` alone against the rest of the world; may run it again from the start on a conflict. What it throws rolls everything back. */
  transaction<T>(body: (tx: Transaction) => Promise<T>, how?: Access): Promise<T>;
  close(): Promise<void>;
}

/** `read-only`: sees one moment, keeps nobody waiting, and throws when it is asked to write. */
export type Access = 'read-write' | 'read-only';

export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** Where a message stands once posted. For Slack: channel id and `ts`. */
export interface MessageHandle {
  readonly channel: string;
  readonly ts: string;
}

/** A message ready to send: Block Kit, and the plain text that phones and screen readers get. */
export interface AlertMessage {
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** One Block Kit block (docs.slack.dev/reference/block-kit/blocks), as JSON. */
export type Block = { readonly type: string; readonly [field: string]: unknown };

/** What became of a send, by what must be done next (reliability-security A6). */
export type SendResult =
  | { readonly kind: 'sent'; readonly handle: MessageHandle }
  /** Not now. `ambiguous`: it may have been accepted all the same. */
  | { readonly kind: 'wait'; readonly seconds: number; readonly ambiguous: boolean; readonly why: string }
  /** This channel or message cannot be used: post anew, or to the fallback channel. */
  | { readonly kind: 'reroute'; readonly gone: 'channel' | 'message'; readonly why: string }
  /** The token is refused: nothing can be sent until it is mended. */
  | { readonly kind: 'credential'; readonly why: string }
  /** Slack will not take this content: send the plain form. */
  | { readonly kind: 'unsendable'; readonly why: string };

export interface Notifier {
  /** `key` is the same for every attempt at one message: it lets a lost answer be told from a lost message. */
  post(channel: string, message: AlertMessage, key: string, thread?: InThread): Promise<SendResult>;
  update(handle: MessageHandle, message: AlertMessage): Promise<SendResult>;
  /** To one person only; it cannot be edited, and after a restart of their Slack it is gone. */
  answer(to: AnswerTo, message: AlertMessage): Promise<SendResult>;
  /**
   * Puts a file into the thread of a message, once. `since`: an attempt was begun then and not concluded, so the file is looked for first. What
   * is not sent and need not be waited for is refused for good: the app may not share files, or this one is not wanted.
   */
  attach(to: MessageHandle, file: Attachment, since?: Nanos): Promise<SendResult>;
  /** Looks for a message posted with `key` since then: `unknown` where that cannot be looked up (no permission to read the channel). */
  find(channel: string, key: string, since: Nanos, thread?: InThread): Promise<Found>;
  /** A link to the message for people; `undefined` when there is none to be had. */
  permalink(handle: MessageHandle): Promise<string | undefined>;
}

export interface Attachment {
  /** Told from any other by its name. */
  readonly name: string;
  readonly title: string;
  readonly body: Uint8Array;
}

export interface InThread {
  readonly of: MessageHandle;
  /** Also shown in the channel. */
  readonly broadcast: boolean;
}

export type Found =
  | { readonly kind: 'found'; readonly handle: MessageHandle }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown'; readonly why: string }
  /** It cannot be looked up now, and may be after this many seconds. */
  | { readonly kind: 'wait'; readonly seconds: number; readonly why: string };

/** Publishes to a Pub/Sub topic (`projects/P/topics/T`). `gone` is a topic that does not exist, or may not be written to. */
export interface Publisher {
  publish(topic: string, body: string, attributes: Readonly<Record<string, string>>): Promise<PublishResult>;
}

export type PublishResult =
  | { readonly kind: 'published'; readonly messageId: string }
  | { readonly kind: 'wait'; readonly seconds: number; readonly why: string }
  | { readonly kind: 'gone'; readonly why: string };

/** Who somebody in Slack is. Throws `OutsideUnavailable` when that cannot be asked now. */
export interface People {
  /** `undefined`: there is no such user. */
  person(user: SlackUser): Promise<Person | undefined>;
  /** Whether they are in a Slack user group (`S…`). */
  isInGroup(user: SlackUser, group: string): Promise<boolean>;
}

export interface Person {
  readonly id: string;
  readonly team: string;
  /** As the workspace has verified it; `undefined` without the scope `users:read.email`. */
  readonly email: string | undefined;
  /** A guest, or of another workspace that shares the channel. */
  readonly isGuest: boolean;
}

/** Opens a dialogue for whoever pressed a button, while Slack's trigger lasts (three seconds). */
export interface Dialogues {
  open(
    trigger: string,
    view: ModalView,
  ): Promise<{ readonly kind: 'opened' } | { readonly kind: 'failed'; readonly why: string }>;
}

/** A Block Kit modal (docs.slack.dev/reference/views), as JSON. */
export type ModalView = { readonly type: 'modal'; readonly [field: string]: unknown };

/** The world beyond the store cannot be asked now; later it may. */
export class OutsideUnavailable extends Error {
  override readonly name = 'OutsideUnavailable';
}

export interface Clock {
  now(): Nanos;
}

/** A fixed message with fields; never both logged and thrown. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export interface PolicySource {
  /** The last policy that was good. Throws only when there has never been one. */
  current(): Promise<Policy>;
  /** How the policy stands where it is kept, which `current` does not tell. `inForce` is the hash of what is judged by meanwhile. */
  state(): Promise<PolicyState>;
}

export type PolicyState =
  | {
      readonly kind: 'good';
      readonly hash: string;
      /** Of what was read. */
      readonly generation: string;
      readonly readAt: Nanos;
      /** Who wrote it, where that is told with it. */
      readonly by?: string | undefined;
    }
  | {
      readonly kind: 'bad';
      /** `gs://acme-policy/policy.yaml:12:7: …`, errors only. */
      readonly problems: readonly string[];
      /** When it was first seen to be so. */
      readonly since: Nanos;
      readonly inForce: string | undefined;
    }
  | {
      readonly kind: 'unreadable';
      readonly why: string;
      readonly since: Nanos;
      readonly inForce: string | undefined;
    };

/** A part of a stored role catalogue, in their order by id. */
export interface CataloguePart {
  /** Of the whole text: parts of another one are not its own. */
  readonly hash: string;
  readonly parts: number;
  readonly text: string;
}

/** What roles permit. Never throws: what cannot be read now is told as it was read last, or from the built-in table. */
export interface RoleCatalog {
  current(): Promise<RolesNow>;
}

export interface RolesNow {
  readonly catalogue: Catalogue;
  /** Predefined roles that Google changed since the reading before: told once, by the call that read them. */
  readonly changes: readonly RoleChange[];
  /** What could not be read, and why. Custom roles there are known by their own messages only. */
  readonly gaps: readonly CatalogueGap[];
}

/** Who is in which group. Nothing in IAM tells. */
export interface Directory {
  /** Everybody who is in a group or in groups of it, those groups themselves too, as grants name them, sorted. `group`: its address. */
  membersOf(
    group: string,
  ): Promise<{ readonly kind: 'members'; readonly members: readonly string[] } | NoAnswer>;
}

export interface CatalogueGap {
  /** `predefined roles`, `projects/P`, `organizations/O`. */
  readonly scope: string;
  readonly why: string;
}

/** What the cloud itself tells of the use of keys and accounts. Audit entries tell uses by themselves, and never that there was none. */
export interface Usage {
  /**
   * Of these keys and accounts of one project (its id or number: their names do not tell it), by the names they were asked for with. Of what
   * the answer leaves out nothing is known either. Throws `OutsideUnavailable` when it cannot be asked now.
   */
  of(project: string, assets: readonly AssetName[]): Promise<ReadonlyMap<AssetName, UsageTold>>;
}

/** `unknown` is an answer: it never means unused. */
export type UsageTold =
  | { readonly kind: 'unknown'; readonly why: string }
  | {
      readonly kind: 'known';
      /** Within this time every use would have been seen. */
      readonly watch: Watch;
      /** `undefined`: there was none. */
      readonly lastUse: Nanos | undefined;
      /** By whom, from where and with what, where that is told. */
      readonly uses: readonly Use[];
    };

/** Asks for work elsewhere. What cannot be asked for throws `OutsideUnavailable`, a nudge aside: `deliver` runs every minute all the same. */
export interface Queue {
  work(job: Job): Promise<void>;
  nudgeDeliver(): Promise<void>;
}

/** What the world beyond said instead of answering. */
export type NoAnswer =
  /** It may not be read with what we are granted, or is not there: asking again changes nothing. */
  | { readonly kind: 'refused'; readonly why: string }
  /** The page token is no longer good: the listing begins anew. */
  | { readonly kind: 'expired'; readonly why: string }
  /** Too much was asked, or it is down: again after this many seconds. */
  | { readonly kind: 'wait'; readonly seconds: number; readonly why: string };

export type AssetContent = 'resource' | 'policy' | 'org-policy';

export interface AssetQuery {
  /** `projects/P`, `folders/N`, `organizations/N`. */
  readonly scope: string;
  readonly content: AssetContent;
  readonly assetTypes: readonly string[];
}

/** Cloud Asset Inventory, read only (`@google-cloud/asset`). Assets are given as the API's own JSON, for `decode`. */
export interface CloudAssets {
  /** One page of all there is, as of the newest state that the API has. */
  list(query: AssetQuery, pageToken: string | undefined): Promise<AssetPage | NoAnswer>;
  /** The newest known state of at most a hundred assets, deleted ones included (BatchGetAssetsHistory: 35 days at most). */
  latest(
    scope: string,
    content: AssetContent,
    names: readonly AssetName[],
    window: { readonly from: Nanos; readonly to: Nanos },
  ): Promise<{ readonly kind: 'assets'; readonly assets: readonly unknown[] } | NoAnswer>;
  /** Begins to write all there is under `gs://BUCKET/PREFIX`, as one JSON value a line. Gives the operation's name. */
  beginExport(
    query: AssetQuery,
    to: string,
  ): Promise<{ readonly kind: 'begun'; readonly operation: string } | NoAnswer>;
  /** Whether it is written. `failed`: it will not be. */
  exported(
    operation: string,
  ): Promise<
    | { readonly kind: 'running' }
    | { readonly kind: 'done'; readonly readTime: Nanos; readonly objects: readonly string[] }
    | { readonly kind: 'failed'; readonly why: string }
    | NoAnswer
  >;
}

export interface AssetPage {
  readonly kind: 'page';
  /** What is told is so as of then. */
  readonly readTime: Nanos;
  readonly assets: readonly unknown[];
  readonly next: string | undefined;
}

/** The API servers of clusters, over their DNS endpoints. Objects are given as the API's own JSON, for `decode`. */
export interface KubernetesApi {
  /** One page of a cluster's KSAs. `endpoint`: host name of its DNS endpoint. */
  serviceAccounts(
    endpoint: string,
    continueToken: string | undefined,
  ): Promise<
    | { readonly kind: 'page'; readonly items: readonly unknown[]; readonly next: string | undefined }
    | NoAnswer
  >;
}

/** Cloud Logging, read only (`entries.list`): who did what was only seen as a state. */
export interface AuditHistory {
  /** Admin Activity entries on a resource, the oldest first, at most a hundred, as LogEntry JSON for `decode`. `within`: project, folder or organisation. */
  entries(
    within: string,
    resource: AssetName,
    window: { readonly from: Nanos; readonly to: Nanos },
  ): Promise<{ readonly kind: 'entries'; readonly entries: readonly unknown[] } | NoAnswer>;
}

/** Objects under names with slashes: a folder, or a bucket of Cloud Storage. Throws `OutsideUnavailable` when it cannot be asked now. */
export interface Bucket {
  /** By name. */
  list(prefix: string): Promise<readonly StoredObject[]>;
  /** `undefined`: there is no such object, or no such generation of it. */
  read(
    name: string,
    generation?: string,
  ): Promise<{ readonly body: Uint8Array; readonly generation: string } | undefined>;
  /** An object's lines, gunzipped where its name ends in `.gz`. */
  lines(name: string): AsyncIterable<string>;
  /** Never overwrites: `exists` when there is an object of that name already. */
  create(name: string, body: Uint8Array | string, contentType: string): Promise<'created' | 'exists'>;
}

export interface StoredObject {
  readonly name: string;
  /** Changes with every writing; of a file, a hash of what it holds. */
  readonly generation: string;
  readonly bytes: number;
  /** What whoever wrote it said along with it; absent where nothing was said. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What the watch itself is made of, read only. */
export interface OwnParts {
  /** How a part is set now. Never throws for what the outside world does: what cannot be read is told as that. */
  read(part: DeclaredPart): Promise<PartReading>;
}

export type PartReading =
  | {
      readonly kind: 'found';
      /** Under the names that `DeclaredPart.wanted` has. */
      readonly settings: readonly Setting[];
      /** Of a topic its IAM policy, as the API's own JSON, for `decode`. */
      readonly policy?: unknown;
    }
  | { readonly kind: 'absent' }
  /** It may not be read, or not now: nothing is known of it. */
  | { readonly kind: 'unknown'; readonly why: string };

/** What a deployment is read through, read only. Never throws for what the outside world does: what cannot be read is told as that. */
export interface DeploymentReads {
  /** Host names of the APIs that are on. */
  apis(project: string): Promise<Reading<ReadonlySet<string>>>;
  /** The IAM policy on a resource itself, by its full name: nothing inherited. */
  grants(resource: AssetName): Promise<Reading<readonly RoleGrant[]>>;
  permissions(role: string): Promise<Reading<ReadonlySet<string>>>;
  /** Under the names that `DeclaredPart.wanted` has. */
  part(part: DeclaredPart): Promise<Reading<readonly Setting[]>>;
  /** Whom the tokens of its pushes are made out to; `undefined`: their endpoint. */
  audience(subscription: string): Promise<Reading<string | undefined>>;
  subscriptionsOf(topic: string): Promise<Reading<readonly string[]>>;
  service(name: string): Promise<Reading<RunService>>;
  job(name: string): Promise<Reading<ScheduledJob>>;
  /** How many versions of a secret are enabled. */
  enabledVersions(secret: string): Promise<Reading<number>>;
  database(project: string, database: string): Promise<Reading<Database>>;
  bucket(name: string): Promise<Reading<StorageBucket>>;
}

/** A Slack token, tried. `absent`: Slack does not take it, or there is no such channel. */
export interface SlackReads {
  identity(): Promise<Reading<SlackIdentity>>;
  channel(id: string): Promise<Reading<SlackChannel>>;
}

/** A harmless change, to see whether it is noticed. */
export interface Canary {
  /** Puts `title` on the canary's condition, in the policy of one account and of no other. Throws `OutsideUnavailable` when that fails. */
  flip(title: string): Promise<void>;
}

/** Numbers for dashboards and alarms. Never throws. */
export interface Metrics {
  /** `labels` are few and of few values: each pair of them is a series of its own. */
  record(name: MetricName, value: number, labels?: Readonly<Record<string, string>>): void;
}

/** Stable: dashboards and alarms go by them. `_total` counts what happened in one call, the others tell how things stand. */
export type MetricName =
  | 'events_total'
  | 'feed_lag_seconds'
  | 'missed_events_total'
  | 'stale_dropped_total'
  | 'quarantine_depth'
  | 'outbox_depth'
  | 'outbox_oldest_seconds'
  | 'notify_attempts_total'
  | 'policy_last_load_ok'
  | 'policy_hash_info'
  | 'scan_coverage_ratio'
  | 'last_canary_age_seconds'
  | 'last_sweep_age_seconds';
