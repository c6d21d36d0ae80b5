import type { FindingClass, PolicyLine, Severity } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';

/** A loaded policy: every list item knows its own line. Made by `load.ts` only, so it has passed the schema and the lints. */
export interface Policy {
  /** `metadata.name`: the tenant in every fingerprint. */
  readonly name: string;
  readonly owner: string;
  /** SHA-256 of the normalised document, 12 hex digits. */
  readonly hash: string;
  readonly timezone: string;
  readonly mode: Mode;
  /** The line of `spec:`, cited where the default deny speaks. */
  readonly at: PolicyLine;
  readonly scope: Scope;
  /** The line of `trust.pools`, cited where a pool is not among them. */
  readonly poolsAt: PolicyLine;
  readonly pools: readonly TrustedPool[];
  readonly identities: readonly DeclaredIdentity[];
  readonly forbiddenRoles: readonly ForbiddenRoles[];
  readonly serviceAccountKeys: KeyRules | undefined;
  /** The line of `trustedChangers`, cited where somebody is not among them. */
  readonly changersAt: PolicyLine;
  readonly trustedChangers: readonly TrustedChanger[];
  readonly exceptions: readonly Exception[];
  /** How long an exception may hold, and who may agree to one. */
  readonly maxExceptionDuration: Nanos | undefined;
  readonly approvers: readonly string[];
  readonly neverExcept: readonly string[];
  readonly severity: readonly SeverityRule[];
  readonly routing: Routing;
  readonly sensitive: readonly SensitiveResource[];
  readonly settle: Settle;
}

/** *baseline* records and never alerts, *audit* goes to digest and report, *enforce* alerts. */
export type Mode = 'baseline' | 'audit' | 'enforce';

export interface Scope {
  /** `organizations/N`, `folders/N`, `projects/ID-or-NUMBER`; globs in project ids. Empty = everything. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export interface TrustedPool {
  readonly name: string;
  /** `PROJECT.svc.id.goog`, or the full path of another workload identity pool. */
  readonly pool: string;
  /** `projects/P/locations/L/clusters/C`. */
  readonly clusters: readonly string[];
  /** `accepted`: the same namespace and name in two of `clusters` are meant to be one identity. */
  readonly identitySameness: 'accepted' | 'reported';
  readonly issuers: readonly string[];
  /** Whether each provider of the pool must have an attribute condition. */
  readonly requireCondition: boolean;
  readonly at: PolicyLine;
}

/** The KSAs an entry speaks of; `namespace` and `serviceAccount` may be globs. */
export interface IdentityPattern {
  /** The pool itself (`acme-prod.svc.id.goog`), resolved from its name in `trust.pools`. */
  readonly pool: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

export interface DeclaredIdentity {
  readonly name: string;
  readonly identities: readonly IdentityPattern[];
  /** E-mail, perhaps with the captures `<ksa>` and `<namespace>`; absent = direct access. */
  readonly gsa: string | undefined;
  readonly grantForm: 'each' | 'namespace' | 'cluster' | 'pool';
  readonly owner: string | undefined;
  readonly slack: string | undefined;
  readonly allow: readonly AllowedGrant[];
  readonly at: PolicyLine;
}

export interface AllowedGrant {
  /** A role, or a list of permissions (decided with the role catalogue; until that is loaded such an item allows no role by name). */
  readonly role: string | undefined;
  readonly permissions: readonly string[];
  /** As written: `project:acme-*`, `bucket:x`, or a full name; captures allowed. */
  readonly on: string;
  /** `required`: some condition. Any other text: exactly this expression (white space aside). Absent: with or without. */
  readonly condition: string | undefined;
  readonly at: PolicyLine;
}

export interface ForbiddenRoles {
  readonly name: string;
  /** Globs. With roles alone the entry speaks of service accounts, KSAs and federated identities, whoever they are. */
  readonly roles: readonly string[];
  /** Globs over the member as written. Given, the entry speaks of these members and nobody else. */
  readonly principals: readonly string[];
  /** Resource kinds (`project`, `folder`, `organization`, `bucket` …); empty = everywhere. */
  readonly at: readonly string[];
  readonly severity: Severity | undefined;
  readonly line: PolicyLine;
}

export interface KeyRules {
  readonly userManaged: 'forbid' | 'allow';
  /** How old a key may become. */
  readonly maxAge: Nanos | undefined;
  /** The first moment at which no key shall be left. */
  readonly retireBy: Nanos | undefined;
  readonly allowed: readonly KeyAllowance[];
  readonly at: PolicyLine;
}

export interface KeyAllowance {
  readonly name: string;
  /** E-mail; globs allowed. */
  readonly serviceAccount: string;
  readonly maxKeys: number | undefined;
  /** The first moment at which it no longer holds. */
  readonly expires: Nanos | undefined;
  readonly owner: string | undefined;
  readonly ticket: string | undefined;
  readonly at: PolicyLine;
}

export interface TrustedChanger {
  readonly name: string;
  /** Glob over principalSubject or principalEmail (`serviceAccount:tf@…`, `user:…`, `principal://…`). */
  readonly subject: string;
  /** Globs over who may act through it. Empty: nobody may, it acts as itself. */
  readonly delegates: readonly string[];
  readonly may: readonly ChangeKind[];
  /** Resource patterns as in `allow.on`; empty = everywhere. */
  readonly within: readonly string[];
  readonly requireTicket: boolean;
  readonly severity: Severity | undefined;
  readonly at: PolicyLine;
}

export type ChangeKind =
  | 'bindings'
  | 'serviceAccounts'
  | 'keyCreate'
  | 'keyDelete'
  | 'keys'
  | 'clusters'
  | 'all';

export interface Exception {
  readonly name: string;
  readonly match: ExceptionMatch;
  readonly reason: string;
  readonly ticket: string | undefined;
  readonly requestedBy: string | undefined;
  readonly approvedBy: string | undefined;
  /** The first moment at which it no longer holds. Every exception has one. */
  readonly expires: Nanos;
  readonly at: PolicyLine;
}

/** Every field that is given must match (whole field, globs). */
export interface ExceptionMatch {
  readonly detector: string;
  /** A declared identity's name, `namespace/ksa`, or a GSA's e-mail. */
  readonly identity: string | undefined;
  readonly serviceAccount: string | undefined;
  readonly namespace: string | undefined;
  readonly role: string | undefined;
  readonly on: string | undefined;
  readonly member: string | undefined;
  readonly key: string | undefined;
}

/** The last rule that matches decides, alone: `set` replaces the severity, `max` caps it. */
export interface SeverityRule {
  readonly detector: string;
  readonly namespace: string | undefined;
  readonly project: string | undefined;
  readonly class: FindingClass | undefined;
  readonly set: Severity | undefined;
  readonly max: Severity | undefined;
}

export interface Routing {
  readonly fallbackChannel: string | undefined;
}

/** What a breach would hurt most: named in alerts. */
export interface SensitiveResource {
  readonly name: string;
  /** As in `allow.on`. */
  readonly on: string;
  readonly class: string | undefined;
  readonly at: PolicyLine;
}

/** How long removals and outages are watched before they are announced. */
export interface Settle {
  readonly removals: Nanos;
  readonly outage: Nanos;
}
