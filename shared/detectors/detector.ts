import type { SubjectKind, SubjectOf } from '../inventory/subject.ts';
import type { View } from '../inventory/view.ts';
import type { AssetName } from '../model/asset.ts';
import type { ControlRef, FindingClass, PolicyLine, Remedy, Severity } from '../model/finding.ts';
import type { Source } from '../model/observation.ts';
import type { KsaId } from '../model/principal.ts';
import type { Nanos } from '../model/time.ts';
import type { Policy } from '../policy/policy.ts';

/** What a detector says of one subject. The engine adds fingerprint, actor, exception and life. */
export interface Judgement {
  /** `undecided`: too little is known, and `explanation` says what. Never used for "fine". */
  readonly state: 'open' | 'undecided';
  /** Overrides the detector's class or severity for this case. */
  readonly severity?: Severity;
  readonly class?: FindingClass;
  readonly title: string;
  /** Shown, and part of the fingerprint: names only, no wording. */
  readonly subject: string;
  /** Who it is about, as people say it. */
  readonly identity: string;
  readonly resource: AssetName;
  readonly role?: string;
  readonly key?: string;
  readonly condition?: string;
  readonly namespace?: string;
  readonly cluster?: string;
  readonly project?: string;
  readonly owner?: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly path?: readonly string[];
  readonly explanation: string;
  readonly why: PolicyLine;
  readonly remediation: readonly Remedy[];
  /** The change that brought it about: joins act, state and incident. */
  readonly cause: Cause;
  /** What an exception may name it by, beside the fields above. */
  readonly member?: string;
  readonly ksa?: KsaId;
  readonly account?: string;
  readonly service?: string;
  readonly network?: string;
}

/** The change behind a judgement, as far as the state shows it. */
export interface Cause {
  readonly asset: AssetName;
  readonly time: Nanos;
  readonly source: Source;
  readonly etag?: string | undefined;
  /** The grant that came or went, to tell acts on one asset apart. */
  readonly grantKey?: string;
  /** The grant went, it did not come: the act behind it removed it. */
  readonly removed?: boolean;
  /** Set when an act itself is judged. */
  readonly act?: string;
}

/** What a detector needs to be fed: sink filters and feeds are generated from these. */
export interface Sources {
  /** `*` with content `policy` means the policies on resources of every type. */
  readonly assetTypes: readonly {
    readonly type: string;
    readonly content: 'resource' | 'policy' | 'org-policy';
  }[];
  /**
   * Method names in Cloud Audit Logs, in any case: `*` stands for anything, `(a|b)` for one of several. Name verbs that change something:
   * where Data Access is logged, reads by the million stand beside them.
   */
  readonly methods: readonly string[];
  /**
   * Calls that this detector never judges: of `methods`, each as it stands above, by `callers`, patterns of the same kind. What another detector
   * wants of them it gets all the same.
   */
  readonly except?: { readonly methods: readonly string[]; readonly callers: readonly string[] };
  /** Entries of whatever method that tell a use: signed in with a key; called as a service account or by a KSA itself. */
  readonly uses?: readonly ('key' | 'account')[];
  /** The Data Access logs that must be switched on for it; Admin Activity always is. */
  readonly logs?: readonly AuditLog[];
}

export interface AuditLog {
  readonly service: string;
  readonly type: 'ADMIN_READ' | 'DATA_READ' | 'DATA_WRITE';
}

/** One way in which identities drift. Pure: it sees a view and the policy, never JSON, a client, a clock or another detector. */
export interface Detector<K extends SubjectKind = SubjectKind> {
  /** kebab-case, = the file's name. */
  readonly id: string;
  readonly title: string;
  readonly class: FindingClass;
  readonly severity: Severity;
  /** Why it matters and when it speaks, for `anchorwatch detectors` and the docs. */
  readonly about: string;
  readonly subject: K;
  readonly sources: Sources;
  readonly controls: readonly ControlRef[];
  /** Detectors whose findings on the same subject say nothing more once this one has spoken. */
  readonly mutes?: readonly string[];
  /**
   * What a trusted changer did may be ahead of the policy that declares it: for a quarter of an hour such a judgement is not decided.
   */
  readonly heldForPolicy?: boolean;
  detect(subject: SubjectOf<K>, view: View, policy: Policy): readonly Judgement[];
}
