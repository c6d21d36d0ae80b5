import type { PolicyLine, Severity } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import type { Approver } from './approver.ts';

/** A loaded policy: every list item knows its own line. Made by `load.ts` only, so it has passed the schema and the lints. */
export interface Policy {
  /** `metadata.name`: the tenant in every fingerprint. */
  readonly name: string;
  readonly owner: string;
  /** SHA-256 of the normalised document, 12 hex digits. */
  readonly hash: string;
  readonly timezone: string;
  readonly mode: Mode;
  /** The mode of some findings, over `mode`: the last that matches decides. */
  readonly modes: readonly ModeRule[];
  /** The line of `spec:`, cited where the default deny speaks. */
  readonly at: PolicyLine;
  /** The lines of keys that are no items of a list, without `spec.` before them: `mode`, `exceptions.maxDuration`, `metadata.owner`. */
  readonly lines: Readonly<Record<string, PolicyLine>>;
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
  readonly approvers: readonly Approver[];
  readonly neverExcept: readonly string[];
  readonly severity: readonly SeverityRule[];
  readonly routing: Routing;
  readonly sensitive: readonly SensitiveResource[];
  readonly settle: Settle;
  readonly delegations: readonly Delegation[];
  readonly reports: readonly Report[];
  readonly destinations: readonly Destination[];
  readonly behaviour: Behaviour;
  readonly become: Become;
  readonly retention: Retention;
}

/** *baseline* records and never alerts, *audit* goes to digest and report, *enforce* alerts. */
export type Mode = 'baseline' | 'audit' | 'enforce';

export interface ModeRule {
  /** Every field that is given must match; `pool` is the pool itself, resolved from its name in `trust.pools`. */
  readonly match: {
    readonly pool: string | undefined;
    readonly namespace: string | undefined;
    readonly project: string | undefined;
    readonly detector: string | undefined;
  };
  readonly set: Mode;
  readonly at: PolicyLine;
}

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
  /** The first moment at which the entry no longer declares anything. */
  readonly until: Nanos | undefined;
  readonly ticket: string | undefined;
  readonly ephemeral: Ephemeral | undefined;
  readonly usage: DeclaredUsage | undefined;
  readonly allow: readonly AllowedGrant[];
  readonly at: PolicyLine;
}

/** How an identity is used, as far as an entry declares it; of what is absent, use is learnt. */
export interface DeclaredUsage {
  /** Globs over hosts. */
  readonly services: readonly string[] | undefined;
  /** Names of `behaviour.networks`. */
  readonly networks: readonly string[] | undefined;
  /** Globs over principals, as audit entries name them. */
  readonly impersonatedBy: readonly string[] | undefined;
  readonly at: PolicyLine;
}

/** Identities that come and go by themselves. */
export interface Ephemeral {
  readonly maxAge: Nanos;
  /** The name of the trusted changer that makes and removes them. */
  readonly by: string;
  /** Resource patterns as in `allow.on`; never empty. */
  readonly within: readonly string[];
  /** The line of `maxAge`. */
  readonly at: PolicyLine;
}

export interface AllowedGrant {
  /** A role, or permissions: then every role is allowed that permits nothing else. */
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
  /** Globs; one without stands for every role that can take its place. With roles alone the entry speaks of service accounts, KSAs and federated identities, whoever they are. */
  readonly roles: readonly string[];
  /** Every role that permits any of them is forbidden too. */
  readonly permissions: readonly string[];
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
  readonly form: ChangerForm;
  /**
   * Glob over principalSubject or principalEmail (`serviceAccount:tf@…`, `user:…`, `principal://…`). Of a form that goes by more than a
   * name it is only the name, and empty where there is none: `changerOf` alone says who is trusted.
   */
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

/** How an entry of `trustedChangers` tells who it means. */
export type ChangerForm =
  | { readonly kind: 'subject' }
  /** A KSA of one cluster: `system:serviceaccount:NAMESPACE:NAME`. */
  | {
      readonly kind: 'kubernetes';
      /** `projects/P/locations/L/clusters/C`. */
      readonly cluster: string;
      readonly namespace: string;
      readonly serviceAccount: string;
    }
  /** Whatever account is used through the controller of Config Connector, a KSA of `pool` in the namespace `cnrm-system`. */
  | { readonly kind: 'configConnector'; readonly cluster: string; readonly pool: string }
  | { readonly kind: 'pam' };

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
  /** Where it can be seen that they did: the address of a review, or the id of a decision. */
  readonly approval: string | undefined;
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
  readonly service: string | undefined;
  readonly network: string | undefined;
}

/** The last rule that matches decides, alone: `set` replaces the severity, `max` caps it. */
export interface SeverityRule {
  readonly detector: string;
  readonly namespace: string | undefined;
  readonly project: string | undefined;
  readonly set: Severity | undefined;
  readonly max: Severity | undefined;
  readonly at: PolicyLine;
}

/** Who hears of what. `match-route.ts` answers for one finding. */
export interface Routing {
  readonly fallbackChannel: string | undefined;
  readonly groupBy: readonly GroupKey[];
  readonly groupWait: Nanos;
  readonly groupInterval: Nanos;
  readonly repeatInterval: Nanos;
  readonly burst: { readonly perChannel: number; readonly per: Nanos } | undefined;
  readonly routes: readonly Route[];
  /** `at` is `HH:MM` in the time zone of the policy. */
  readonly digest: { readonly at: string; readonly channel: string } | undefined;
  readonly quietHours: QuietHours | undefined;
}

export type GroupKey = 'detector' | 'namespace' | 'project' | 'owner' | 'identity';

export interface Route {
  readonly name: string;
  /** Every field that is given must match; an empty list of severities is every severity. */
  readonly match: {
    readonly severity: readonly Severity[];
    readonly owner: string | undefined;
    readonly detector: string | undefined;
    readonly namespace: string | undefined;
    readonly project: string | undefined;
  };
  /** A Slack channel, the owner's own, or the digest. */
  readonly to:
    | { readonly kind: 'channel'; readonly channel: string }
    | { readonly kind: 'owner' }
    | { readonly kind: 'digest' };
  readonly mention: string | undefined;
  readonly escalateAfter: Nanos | undefined;
  /** Whether later routes are tried too. */
  readonly continue: boolean;
  readonly at: PolicyLine;
}

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

export interface QuietHours {
  /** `HH:MM` in the time zone of the policy; `to` before `from` is on the next morning. */
  readonly from: string;
  readonly to: string;
  /** The days on which they begin; empty = every day. */
  readonly days: readonly Weekday[];
  /** Severities that are told all the same. */
  readonly breakThrough: readonly Severity[];
}

export interface Report {
  readonly name: string;
  /** In the time zone of the policy. */
  readonly cron: string;
  readonly formats: readonly ('html' | 'csv' | 'json' | 'sarif' | 'md')[];
  readonly bucket: string;
  readonly frameworks: readonly string[];
  readonly notify: string | undefined;
  readonly signOff: 'required' | 'none';
  readonly at: PolicyLine;
}

/** Where news goes besides the channels of Slack. */
export type Destination =
  /** Every transition as JSON. */
  | { readonly kind: 'pubsub'; readonly name: string; readonly topic: string; readonly at: PolicyLine }
  | {
      readonly kind: 'digest';
      readonly name: string;
      readonly every: 'daily' | 'weekly';
      /** Its own, else the one of `routing.digest`, else the fallback. */
      readonly channel: string | undefined;
      readonly at: PolicyLine;
    };

/** Files in which others declare, and the bounds that the loader holds them to. */
export interface Delegation {
  readonly name: string;
  readonly files: string;
  readonly namespaces: readonly string[];
  /** Empty = any. */
  readonly projects: readonly string[];
  readonly resources: readonly string[];
  readonly maxRoles: readonly string[];
  readonly at: PolicyLine;
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

/** How long use is learnt, and after how long without use it is forgotten. */
export interface Behaviour {
  readonly learn: Nanos;
  readonly forget: Nanos;
  readonly networks: readonly DeclaredNetwork[];
}

/** A network that is ours. */
export interface DeclaredNetwork {
  readonly name: string;
  /** Addresses and ranges of them. */
  readonly addresses: readonly string[];
  /** Globs over VPC networks (`projects/P/global/networks/N`). */
  readonly vpcs: readonly string[];
  readonly at: PolicyLine;
}

/** How far "who can become whom" is followed. */
export interface Become {
  readonly allowed: readonly MayBecome[];
  readonly depth: number;
  readonly nodes: number;
}

/** Somebody who is meant to be able to become identities. */
export interface MayBecome {
  readonly name: string;
  /** Glob over the member: `group:…`, `user:…`, `serviceAccount:POOL[NAMESPACE/NAME]`. */
  readonly subject: string;
  /** Globs; empty = every identity. */
  readonly namespaces: readonly string[];
  readonly at: PolicyLine;
}

/** How long personal data is kept. */
export interface Retention {
  readonly actors: Nanos;
}
