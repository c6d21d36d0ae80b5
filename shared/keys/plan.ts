import type { Answer } from '../explain/explanation.ts';
import type { PolicyLine, Remedy } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import type { UsageVerdict, Use } from '../model/usage.ts';

/** How far the way from a key to Workload Identity has been gone. */
export const STAGES = ['found', 'path declared', 'path works', 'disabled', 'gone'] as const;
export type Stage = (typeof STAGES)[number];

/** What is to be done about an organisation's keys, one by one, and how far it is. */
export interface KeysPlan {
  readonly asOf: Nanos;
  readonly burnDown: BurnDown;
  /** The keys that are left: those that must go first, and of these the ones furthest on the way. */
  readonly keys: readonly KeyPlan[];
  /** HMAC keys, which no list of service account keys shows. */
  readonly hmacKeys: readonly HmacKeyLine[];
  /** Workloads that carry a key, nobody can tell whose. */
  readonly unclaimed: readonly Carrier[];
}

export interface BurnDown {
  readonly total: number;
  readonly gone: number;
  /** How many of all are at each stage. */
  readonly stages: Readonly<Record<Stage, number>>;
  /** The last day on which a key may be left, `YYYY-MM-DD`. */
  readonly retireBy: string | undefined;
  /** Whole days until then, the last one included; negative when it is past. */
  readonly daysLeft: number | undefined;
}

export interface KeyPlan {
  readonly id: string;
  /** E-mail where known. */
  readonly account: string;
  readonly owner: string;
  readonly stage: Stage;
  /** Whether the policy wants it gone, and in what words. */
  readonly mustGo: Answer;
  readonly says: string;
  readonly why: PolicyLine;
  readonly madeAt: Nanos | undefined;
  readonly ageDays: number | undefined;
  readonly origin: 'created' | 'uploaded' | undefined;
  readonly madeBy: string | undefined;
  readonly disabledSince: Nanos | undefined;
  readonly usage: UsageVerdict;
  /** How it was used, newest first, as far as audit entries told. */
  readonly uses: readonly Use[];
  readonly carriers: readonly Carrier[];
  /** The workload identities that take the key's place. */
  readonly paths: readonly Path[];
  readonly steps: readonly PlanStep[];
}

/** A workload that carries a key. */
export interface Carrier {
  /** `Deployment payments/api`. */
  readonly workload: string;
  /** `projects/P/locations/L/clusters/C`. */
  readonly cluster: string;
  readonly signs: readonly string[];
  /** Why it is this key that it carries; empty when nobody can tell. */
  readonly because: string;
}

/** One KSA on its way to be the account. */
export interface Path {
  /** `payments/api`. */
  readonly ksa: string;
  /** Where the workload runs; absent for a KSA that no carrier runs as. */
  readonly cluster: string | undefined;
  readonly declared: boolean;
  readonly annotated: Answer;
  readonly bound: Answer;
  /** When it was last seen to be the account. */
  readonly seen: Nanos | undefined;
}

export interface PlanStep {
  readonly id: StepId;
  readonly title: string;
  /** *done*; *next*; *later*: others come first; *never*: not while things are as they are. */
  readonly state: 'done' | 'next' | 'later' | 'not yet';
  /** One sentence without a full stop: how it stands, or what to wait for. */
  readonly says: string;
  readonly commands: readonly Remedy[];
  /** `in cluster prod-euw1`. */
  readonly where?: string;
}

export type StepId =
  | 'see'
  | 'find'
  | 'platform'
  | 'declare'
  | 'service-account'
  | 'annotate'
  | 'bind'
  | 'try'
  | 'shift'
  | 'verify'
  | 'disable'
  | 'watch'
  | 'delete'
  | 'back-out';

export interface HmacKeyLine {
  readonly accessId: string;
  readonly account: string;
  readonly active: boolean;
  readonly since: Nanos;
}
