import type { AssetName } from './asset.ts';
import type { Source } from './observation.ts';
import type { Nanos } from './time.ts';

export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** *attack* pages at once; *outage* goes to the owner after settling; *posture* to the report and the digest only. */
export type FindingClass = 'attack' | 'outage' | 'posture';

export type FindingState = 'open' | 'acknowledged' | 'snoozed' | 'excepted' | 'resolved' | 'undecided';

export type Resolution = 'repaired' | 'exception' | 'false-positive' | 'wont-fix' | 'expired';

export interface FindingActor {
  readonly principal: string;
  readonly delegation: readonly string[];
  readonly ip?: string;
  readonly userAgent?: string;
  readonly reason?: string;
}

/** Where the policy says so: the line a person opens to understand or to change the verdict. */
export interface PolicyLine {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `workloadIdentities[checkout-api]`, `forbiddenRoles[basic-roles]`; `spec` when it is the default deny that speaks. */
  readonly entry: string;
  readonly policyHash: string;
}

export interface Remedy {
  readonly kind: 'gcloud' | 'kubectl' | 'terraform' | 'yaml';
  readonly text: string;
}

/** What the identity of a finding can do harm to, as far as the inventory knows. */
export interface BlastRadius {
  /** `projects/P/locations/L/clusters/C` in which the KSA lives, or could. */
  readonly clusters: readonly string[];
  /** `Deployment payments/checkout-api`: what runs as it. */
  readonly workloads: readonly string[];
  /** The permissions among those it holds that matter most, at most three. */
  readonly permissions: readonly string[];
  /** Names of the policy's `sensitive` entries it reaches, with their class: `customer-data (restricted)`. */
  readonly sensitive: readonly string[];
}

export interface ControlRef {
  readonly framework: string;
  readonly version: string;
  readonly id: string;
  readonly title: string;
}

/** What a detector says, before time and people touch it: a pure function of inventory, acts, policy and `asOf`. */
export interface Verdict {
  /** Fingerprint: tenant, detector, subject, resource, role or key, condition. Never time, text, severity or policy version. */
  readonly id: string;
  readonly detector: string;
  readonly class: FindingClass;
  readonly severity: Severity;
  readonly verdict: 'open' | 'excepted' | 'undecided';
  readonly title: string;
  /** What is judged: `ksa:POOL[ns/name]`, `edge:… -> …`, `gsa:…`, `key:…`. */
  readonly subject: string;
  /** The identity whose owner must hear of it, as people say it. */
  readonly identity: string;
  readonly resource: AssetName;
  readonly role?: string;
  readonly project?: string;
  readonly cluster?: string;
  readonly namespace?: string;
  /** The workload identity pool of its KSA: `acme-prod.svc.id.goog`. */
  readonly pool?: string;
  readonly owner?: string;
  readonly actor: FindingActor | 'pending' | 'unknown';
  readonly observedBy: Source;
  /** When the state that is judged came about. */
  readonly eventTime: Nanos;
  /** Something that stood was taken away: whoever re-creates it often puts it back at once. */
  readonly removal?: true;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly path: readonly string[];
  /** One or two sentences: why it matters, and for `undecided` what is not known. */
  readonly explanation: string;
  readonly why: PolicyLine;
  readonly remediation: readonly Remedy[];
  readonly controls: readonly ControlRef[];
  readonly blastRadius?: BlastRadius;
  /** The name of the exception that covers it. */
  readonly exception?: string;
  /** Keys of the change that brought it about (act, asset version): findings that share one share an incident. */
  readonly causes: readonly string[];
}

/** A verdict with its life. */
export interface Finding extends Verdict {
  readonly state: FindingState;
  readonly episode: number;
  readonly incident: string;
  readonly confirming: boolean;
  readonly flapping: boolean;
  readonly exceptionPending: boolean;
  /** Who acknowledged it. */
  readonly assignee?: string;
  readonly snoozedUntil?: Nanos;
  /** The decision in Slack that excepts it, or asks to: not in git. */
  readonly exceptionDecision?: string;
  readonly exceptedUntil?: Nanos;
  /** When its latest episodes opened, while that was less than an hour ago: many make it flapping. */
  readonly openings?: readonly Nanos[];
  readonly firstSeen: Nanos;
  readonly lastSeen: Nanos;
  readonly resolvedAt?: Nanos;
  readonly resolution?: Resolution;
  /** Who repaired it, or closed it, where that is known. */
  readonly resolvedBy?: string;
}
