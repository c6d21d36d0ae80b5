import type { Answer } from '../explain/explanation.ts';
import type { Graph } from '../explain/graph/graph.ts';
import type { BurnDown, Stage } from '../keys/plan.ts';
import type { ActKind } from '../model/act.ts';
import type { EdgeState } from '../model/edge.ts';
import type { Finding, FindingClass, FindingState, PolicyLine, Severity } from '../model/finding.ts';
import type { Source } from '../model/observation.ts';
import type { PosturePoint } from '../model/posture.ts';
import type { Nanos } from '../model/time.ts';
import type { Mode } from '../policy/policy.ts';

/**
 * The compliance report as one plain value. Every face (HTML, CSV, JSON, SARIF, Markdown) is drawn from it and from nothing else.
 *
 * Three rules hold throughout. Every `bigint` is a moment (`Nanos`), written as RFC 3339 in JSON; lengths of time are whole seconds, as
 * numbers. Every text is data: names come from the cloud, and the faces escape all of them. What is not known is `undefined`, `'unknown'` or
 * counted as unknown, and never counted as fine.
 */
export interface Report {
  readonly schemaVersion: typeof REPORT_VERSION;
  readonly header: Header;
  readonly figures: KeyFigures;
  readonly posture: Posture;
  readonly changes: Changes;
  /** What stands and what was resolved within the period, in reading order: the worst that stands first. */
  readonly findings: readonly Finding[];
  /** What people decided about these findings, the newest first. Joined by the ids in `findings`. */
  readonly decisions: readonly DecisionLine[];
  /** Who can act as which account, and what they hold. */
  readonly identities: readonly IdentityLine[];
  /** The same as a drawing: KSA, account, role, resource from left to right. */
  readonly graph: Graph;
  readonly workloads: WorkloadCoverage;
  readonly keys: KeysSection;
  readonly frameworks: readonly FrameworkSection[];
  readonly exceptions: readonly ExceptionLine[];
  /** Every detector there is, with how it went: the checks that posture and controls are counted from. */
  readonly detectors: readonly DetectorLine[];
  readonly population: ChangePopulation;
  readonly completeness: Completeness;
  readonly effectiveness: Effectiveness;
  readonly accessReview: AccessReview;
  /** The policies that were in force during the period, the newest first. */
  readonly policyHistory: readonly PolicyVersion[];
  /** One summary for each owner, those with most to do first. */
  readonly owners: readonly OwnerSummary[];
  /** Where the chains of transitions end: nobody can change history before this report without another report showing it. */
  readonly chains: ChainHeads;
  /** The report before this one of the same schedule; none for the first, and none for a scan of files. */
  readonly previous: PreviousReport | undefined;
  /** How this was made and what it does not show, in paragraphs. */
  readonly method: readonly Note[];
  readonly limits: readonly Note[];
  readonly signOff: SignOff;
  /** SHA-256 (hex) of the canonical JSON of all of the above (`seal.ts`). */
  readonly hash: string;
}

export type { PosturePoint } from '../model/posture.ts';

/** Grows when a field changes its meaning or goes. */
export const REPORT_VERSION = 1;

export interface Note {
  readonly title: string;
  readonly text: string;
}

// ── Header ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Header {
  /** `metadata.name` of the policy. */
  readonly tenant: string;
  /** Of the schedule in the policy's `reports`; undefined for one made by hand. */
  readonly name: string | undefined;
  /** What happened after `from`, up to and including `to`. */
  readonly period: { readonly from: Nanos; readonly to: Nanos };
  /** Everything is told as it stood then. */
  readonly asOf: Nanos;
  readonly generatedAt: Nanos;
  readonly policy: {
    readonly name: string;
    readonly hash: string;
    readonly mode: Mode;
    readonly owner: string;
    readonly file: string;
  };
  readonly tool: { readonly name: string; readonly version: string };
  /** `files`: made from files, without any history. `store`: made from what the deployed watch has recorded. */
  readonly madeFrom: 'files' | 'store';
  readonly timezone: string;
  readonly freshness: readonly Freshness[];
  readonly coverage: CoverageSummary;
}

/** How recent what we know from one source is. */
export interface Freshness {
  readonly source: Source;
  /** When its newest news came about; undefined: it has told nothing. */
  readonly newest: Nanos | undefined;
  /** Seconds from there to `asOf`. */
  readonly ageSeconds: number | undefined;
}

export interface CoverageSummary {
  /** Of what must be known completely, how much is: 0 to 1. Undefined where nothing is known that could be covered. */
  readonly ratio: number | undefined;
  readonly complete: number;
  readonly needed: number;
  /** Scopes and types that are not completely known: what depends on their being absent is undecided. */
  readonly gaps: readonly CoverageGap[];
}

export interface CoverageGap {
  /** `projects/acme-prod`, `projects/P/locations/L/clusters/C`. */
  readonly scope: string;
  /** `iam.googleapis.com/ServiceAccount policy`, in words where it is no asset type. */
  readonly what: string;
  readonly why: string;
  /** Findings that are undecided there. */
  readonly undecided: number;
}

// ── Key figures, posture ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

export type BySeverity = Readonly<Record<Severity, number>>;

export interface KeyFigures {
  /** What stands (open, acknowledged or snoozed), by severity. */
  readonly open: BySeverity;
  readonly acknowledged: number;
  readonly snoozed: number;
  readonly excepted: number;
  readonly undecided: number;
  /** Within the period. */
  readonly opened: number;
  readonly resolved: number;
  readonly identities: number;
  readonly declaredIdentities: number;
  readonly undeclaredIdentities: number;
  /** Open findings of `out-of-band-change`. */
  readonly outOfBandChanges: number;
  /** User-managed keys that are left, and how many there ever were. */
  readonly keysLeft: number;
  readonly keysTotal: number;
  readonly exceptionsActive: number;
  /** Workloads on Workload Identity among those that have a cloud identity at all and of which it is known: 0 to 1. */
  readonly workloadIdentityShare: number | undefined;
  readonly timeToNotice: Spread;
  readonly timeToAcknowledge: Spread;
  readonly timeToClose: Spread;
}

/** How long something took, in whole seconds. With `count` 0 the others are undefined. */
export interface Spread {
  readonly count: number;
  readonly median: number | undefined;
  readonly p90: number | undefined;
  readonly longest: number | undefined;
}

/** A check is a detector. Its weight goes by its severity. */
export interface Posture {
  /** 0 to 100, one decimal; undefined when too little is known to say. */
  readonly score: number | undefined;
  /** Why there is no score: `insufficient data: …`. Undefined when there is one. */
  readonly insufficient: string | undefined;
  /** Written out for people: `100 × Σ weight(passed) ÷ Σ weight(passed + failed)`. */
  readonly formula: string;
  readonly weights: BySeverity;
  readonly inputs: {
    readonly passed: CheckSum;
    readonly failed: CheckSum;
    /** Neither passed nor failed: everything it found is covered by exceptions. Left out of the score. */
    readonly excepted: CheckSum;
    /** Left out of the score too, and never taken for passed. */
    readonly notEvaluated: CheckSum;
  };
  /** At most twelve weeks, the oldest first, this report's own point last. Empty when there is no history. */
  readonly trend: readonly PosturePoint[];
}

export interface CheckSum {
  readonly checks: number;
  readonly weight: number;
}

// ── Changes since the last report ───────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Changes {
  /** `previous report`: since that was made. `period`: since the period began. */
  readonly since: 'previous report' | 'period';
  readonly from: Nanos;
  /** Ids of findings, in their order in `findings`. Came for the first time; came back; ended. */
  readonly opened: readonly string[];
  readonly reopened: readonly string[];
  readonly resolved: readonly string[];
  /** Every other step from one state to another, the newest first. Empty when there is no history. */
  readonly moved: readonly Movement[];
}

export interface Movement {
  readonly finding: string;
  readonly title: string;
  readonly at: Nanos;
  readonly from: FindingState | 'none';
  readonly to: FindingState;
  readonly why: string;
}

export interface DecisionLine {
  readonly id: string;
  readonly at: Nanos;
  /** E-mail where Slack told it, else the id of the Slack user. */
  readonly by: string;
  readonly kind:
    | 'acknowledge'
    | 'snooze'
    | 'request-exception'
    | 'approve-exception'
    | 'reject-exception'
    | 'false-positive';
  /** The reason they gave; empty when they gave none. */
  readonly reason: string;
  readonly ticket: string | undefined;
  /** When a snooze or an exception ends. */
  readonly until: Nanos | undefined;
  readonly findings: readonly string[];
}

// ── Identities ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** One KSA and the account it acts as, one KSA with roles of its own, or one set of KSAs. */
export interface IdentityLine {
  /** Stable: `acme-prod.svc.id.goog[payments/api] -> api@…`. */
  readonly id: string;
  readonly kind: 'edge' | 'direct' | 'set';
  readonly pool: string;
  /** `payments/api`; of a set `payments/*`, `cluster prod-euw1` or `every workload`. */
  readonly ksa: string;
  readonly namespace: string | undefined;
  /** Short names of the clusters in which the KSA was seen. */
  readonly clusters: readonly string[];
  /** E-mail where known, else the unique id; undefined when it acts as itself. */
  readonly account: string | undefined;
  /** Its unique id, where that is known. */
  readonly accountId: string | undefined;
  readonly accountState: 'active' | 'disabled' | 'deleted' | 'unknown' | undefined;
  readonly state: EdgeState;
  readonly declared: boolean;
  /** The entry that declares it. */
  readonly entry: PolicyLine | undefined;
  readonly owner: string;
  readonly roles: readonly HeldRoleLine[];
  /** How many roles beyond those listed. */
  readonly moreRoles: number;
  /** `Deployment payments/api`: what runs as it. */
  readonly workloads: readonly string[];
  /** Ids of findings that stand on it. */
  readonly findings: readonly string[];
}

export interface HeldRoleLine {
  readonly role: string;
  /** As the policy writes it: `project:acme-prod`, `bucket:acme-ledger`. */
  readonly on: string;
  readonly condition: string | undefined;
  /** No entry allows it. */
  readonly drift: boolean;
}

export interface WorkloadCoverage {
  readonly total: WorkloadCounts;
  readonly clusters: readonly ClusterCoverage[];
}

/** Every workload is counted once: keys come before anything else, because a key works wherever it is carried to. */
export interface WorkloadCounts {
  readonly workloads: number;
  /** Its KSA acts as an account, or holds roles itself. */
  readonly workloadIdentity: number;
  /** It gets the account of its node. */
  readonly nodeIdentity: number;
  /** It shows signs of carrying a service account key. */
  readonly keys: number;
  /** Workload Identity is on, and its KSA is nobody in the cloud. */
  readonly noCloudIdentity: number;
  readonly unknown: number;
}

export interface ClusterCoverage {
  /** `projects/P/locations/L/clusters/C`. */
  readonly cluster: string;
  readonly workloadIdentity: 'on' | 'off' | 'unknown';
  readonly pool: string | undefined;
  readonly autopilot: boolean;
  readonly nodePools: {
    readonly total: number;
    readonly metadataServer: number;
    readonly without: number;
    readonly unknown: number;
  };
  readonly counts: WorkloadCounts;
  readonly namespaces: readonly { readonly namespace: string; readonly counts: WorkloadCounts }[];
}

export interface KeysSection {
  readonly burnDown: BurnDown;
  readonly keys: readonly KeyLine[];
  readonly hmacKeys: number;
  /** How many were left, the oldest first, this report's own count last. Empty when there is no history. */
  readonly trend: readonly { readonly at: Nanos; readonly left: number }[];
}

export interface KeyLine {
  readonly id: string;
  readonly account: string;
  /** The account's unique id, where that is known. */
  readonly accountId: string | undefined;
  readonly owner: string;
  readonly stage: Stage;
  /** Whether the policy wants it gone, and in what words. */
  readonly mustGo: Answer;
  readonly says: string;
  readonly madeAt: Nanos | undefined;
  readonly ageDays: number | undefined;
  /** In words: `2026-11-20, as bigquery`, `unknown: …`. */
  readonly lastUse: string;
  readonly carriers: readonly string[];
}

// ── Controls, exceptions, detectors ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** The evidence supports a control; it never satisfies one. */
export interface FrameworkSection {
  readonly framework: string;
  readonly version: string;
  /** Whose judgement the mapping is. */
  readonly mapping: string;
  readonly controls: readonly ControlLine[];
}

/** `fail`: something stands. `excepted`: all that was found is covered by exceptions. `not evaluated`: too little is known, or nothing of its kind was seen. */
export type Outcome = 'pass' | 'fail' | 'excepted' | 'not evaluated';

export interface ControlLine {
  readonly id: string;
  readonly title: string;
  /** The worst of its detectors: fail, then not evaluated, then excepted, then pass. */
  readonly outcome: Outcome;
  readonly detectors: readonly { readonly id: string; readonly outcome: Outcome }[];
  /** Ids of findings that stand, or are excepted. */
  readonly evidence: readonly string[];
  /** Why it was not evaluated; empty otherwise. */
  readonly why: string;
}

export interface ExceptionLine {
  readonly name: string;
  /** `ending`: within thirty days. `unused`: in force, and nothing needs it. */
  readonly state: 'active' | 'ending' | 'ended' | 'unused';
  /** False: agreed to in Slack, and in no file. */
  readonly inGit: boolean;
  /** What it speaks of, in the policy's words: `detector=forbidden-role, role=roles/editor`. */
  readonly match: string;
  readonly reason: string;
  readonly ticket: string | undefined;
  readonly requestedBy: string | undefined;
  readonly approvedBy: string | undefined;
  readonly approval: string | undefined;
  /** The first moment at which it no longer holds. */
  readonly expires: Nanos;
  readonly at: PolicyLine | undefined;
  readonly covers: readonly string[];
}

export interface DetectorLine {
  readonly id: string;
  readonly title: string;
  readonly class: FindingClass;
  readonly severity: Severity;
  readonly outcome: Outcome;
  /** Why it was not evaluated; empty otherwise. */
  readonly why: string;
  /** Subjects it was asked about. */
  readonly judged: number;
  readonly standing: number;
  readonly excepted: number;
  readonly undecided: number;
  /** Subjects on which it threw. */
  readonly failures: number;
  readonly openedInPeriod: number;
  /** How often people called what it says a false positive, ever. */
  readonly falsePositives: number;
  /** Of all that it has ever opened, the share nobody called a false positive; undefined when it has opened nothing, or nobody was asked (files). */
  readonly precision: number | undefined;
}

// ── What auditors sample ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Every identity change of the period, so that a sample can be drawn that somebody else can draw again. */
export interface ChangePopulation {
  readonly seed: string;
  readonly declared: number;
  readonly undeclared: number;
  readonly unknown: number;
  /** The newest first. */
  readonly changes: readonly PopulationLine[];
}

export interface PopulationLine {
  /** The audit entry: `logName|timestamp|insertId`. */
  readonly id: string;
  readonly at: Nanos;
  readonly kind: ActKind;
  readonly method: string;
  readonly asset: string;
  readonly project: string | undefined;
  /** Lines of what came (`+`) and went (`-`), as far as the entry tells. */
  readonly changes: readonly string[];
  /** In the caller's own words, never checked; undefined when they gave none. */
  readonly requesterAsClaimed: string | undefined;
  /** Who did it, as the audit log has it; empty where it was redacted. */
  readonly implementer: string;
  /** Who acted through it, the first hands first. */
  readonly delegation: readonly string[];
  /** The entry of `trustedChangers` it was made by, or the policy that declares it; undefined when neither. */
  readonly approver: string | undefined;
  readonly ticket: string | undefined;
  readonly declared: 'yes' | 'no' | 'unknown';
  /** Ids of the findings it brought about. */
  readonly findings: readonly string[];
  /** Its place in the order that `seed` shuffles the population into, from 1: a sample of n is the ranks 1 to n. */
  readonly sampleRank: number;
}

export interface Completeness {
  readonly rows: readonly CompletenessRow[];
  readonly excluded: readonly { readonly scope: string; readonly why: string }[];
}

/** How many of a type were seen in a scope, and whether these are known to be all. */
export interface CompletenessRow {
  readonly scope: string;
  readonly type: string;
  readonly count: number;
  readonly coverage: 'complete' | 'partial';
  /** As of when it is complete. */
  readonly asOf: Nanos | undefined;
  /** Why it is not, or by what it is. */
  readonly why: string;
}

export interface Effectiveness {
  /** Sweeps of the period, the newest first. Empty for a report made from files. */
  readonly runs: readonly RunLine[];
  /** Times within the period in which the watch was not known to be awake. */
  readonly gaps: readonly { readonly from: Nanos; readonly to: Nanos; readonly why: string }[];
  /** Share of the period without gaps: 0 to 1. Undefined where nobody kept watch (files). */
  readonly awake: number | undefined;
  readonly timeToNotice: Spread;
  readonly timeToAcknowledge: Spread;
  readonly timeToClose: Spread;
  /** Messages that could not be read and wait for somebody. */
  readonly quarantined: number | undefined;
  /** Messages that could not be sent. */
  readonly parked: number | undefined;
}

export interface RunLine {
  readonly id: string;
  readonly startedAt: Nanos;
  readonly endedAt: Nanos | undefined;
  readonly state: 'reading' | 'concluding' | 'done';
  readonly scopes: readonly string[];
  readonly assets: number;
  /** Changes that no event had told. */
  readonly missed: number;
  readonly completeShards: number;
  readonly shards: number;
}

export interface AccessReview {
  /** `2026-Q4`. */
  readonly quarter: string;
  readonly attested: number;
  readonly revoked: number;
  readonly pending: number;
  readonly owners: readonly {
    readonly owner: string;
    readonly identities: readonly ReviewLine[];
  }[];
}

export interface ReviewLine {
  /** The id of an `IdentityLine`. */
  readonly identity: string;
  readonly decision: 'attested' | 'revoked' | 'pending';
  readonly by: string | undefined;
  readonly at: Nanos | undefined;
  readonly comment: string;
}

export interface PolicyVersion {
  readonly hash: string;
  /** When it was first seen to be in force, and last. */
  readonly from: Nanos;
  readonly to: Nanos;
  /** Who changed it, where that is known (a commit, a writer of the object). */
  readonly by: string | undefined;
}

export interface OwnerSummary {
  readonly owner: string;
  readonly identities: number;
  /** Findings that stand and wait for somebody: snoozed ones are not among them. */
  readonly toDo: number;
  readonly open: BySeverity;
  /** Ids of findings that stand, the worst first. */
  readonly findings: readonly string[];
  readonly keysLeft: number;
  readonly exceptionsEnding: number;
  readonly reviewPending: number;
}

export interface ChainHeads {
  /** SHA-256 over all heads in the order of their findings: one value to write down. Empty when there is no history. */
  readonly root: string;
  readonly heads: readonly { readonly finding: string; readonly head: string }[];
}

export interface PreviousReport {
  readonly hash: string;
  readonly asOf: Nanos;
}

export interface SignOff {
  readonly required: boolean;
  readonly statement: string;
  /** Lines to be filled in by hand: `Prepared by`, `Reviewed by`. */
  readonly roles: readonly string[];
}
