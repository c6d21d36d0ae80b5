import type { AssetName } from './asset.ts';
import type { GrantChange } from './grant.ts';
import type { Nanos } from './time.ts';

/** Who did it, as the audit log has it. `userAgent` and `reason` are the caller's own words: shown "as claimed", never believed. */
export interface Actor {
  /** `principalEmail`, else `principalSubject`; empty when the entry was redacted. */
  readonly principal: string;
  /** `principalSubject` where given: `user:…`, `serviceAccount:…`, `principal://…`. */
  readonly subject?: string;
  /** Who acted through it, outermost first (`serviceAccountDelegationInfo`). */
  readonly delegation: readonly string[];
  /** The key used to sign in as the account, when it was one. */
  readonly keyName?: string;
  readonly ip?: string;
  readonly userAgent?: string;
  readonly reason?: string;
}

/** An actor as far as the policy goes by it: kept with what they set, for longer than the act itself. */
export type Setter = Pick<Actor, 'principal' | 'subject' | 'delegation' | 'reason'>;

export type ActKind =
  | 'set-iam-policy'
  | 'create-service-account'
  | 'update-service-account'
  | 'delete-service-account'
  | 'undelete-service-account'
  | 'disable-service-account'
  | 'enable-service-account'
  | 'create-key'
  | 'upload-key'
  | 'delete-key'
  | 'disable-key'
  | 'enable-key'
  | 'create-hmac-key'
  | 'update-hmac-key'
  | 'delete-hmac-key'
  | 'create-ksa'
  | 'update-ksa'
  | 'delete-ksa'
  | 'create-ksa-token'
  | 'exec-into-pod'
  /** A token, an assertion or a signature as an account (`iamcredentials.googleapis.com`). */
  | 'mint-token'
  /** Something was made to run as an account (`iam.serviceAccounts.actAs`), or was started as one. */
  | 'attach-account'
  | 'create-namespace'
  | 'delete-namespace'
  | 'change-role-binding'
  /** A Role or ClusterRole of a cluster. */
  | 'change-kubernetes-role'
  | 'change-cluster'
  | 'change-node-pool'
  | 'change-membership'
  | 'change-identity-provider'
  | 'change-org-policy'
  | 'change-role'
  /** An object of Config Connector that gives roles: what it makes of it in Google Cloud comes after. */
  | 'change-connector-object'
  /** Of Privileged Access Manager: a grant was asked for, agreed to, or ended before its time. */
  | 'request-privilege'
  | 'approve-privilege'
  | 'end-privilege'
  /** A part of the watch itself was changed or deleted. */
  | 'change-watch';

/** One decoded message about something done: a change, by somebody, that succeeded. */
export interface Act {
  /** `logName|timestamp|insertId`: equal for every delivery of one entry. */
  readonly id: string;
  readonly kind: ActKind;
  /** `protoPayload.methodName`, as logged. */
  readonly method: string;
  readonly asset: AssetName;
  readonly time: Nanos;
  readonly actor: Actor;
  /** Etag of the policy version this act made: joins the act to the state the feed shows. */
  readonly etag?: string;
  /** What it changed, as far as the entry says. */
  readonly changes: readonly GrantChange[];
  /** Account the key or the policy belongs to, by e-mail, where the entry says. */
  readonly account?: string;
  readonly project?: string;
  /** Of a privilege that was asked for: how long it lasts, and whether somebody must agree first. */
  readonly privilege?: { readonly lasts: Nanos; readonly awaitsApproval: boolean };
}
