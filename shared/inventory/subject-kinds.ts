import type { AssetName } from '../model/asset.ts';
import type { KsaId } from '../model/principal.ts';

/** What a detector judges. Account references are unique ids where known, else e-mails. */
export type Subject =
  | { readonly kind: 'edge'; readonly ksa: KsaId /** Absent on a direct edge. */; readonly account?: string }
  | {
      readonly kind: 'grant';
      readonly resource: AssetName;
      readonly role: string;
      readonly principal: string;
      readonly condition: string;
    }
  /** A KSA across the clusters of its pool. */
  | { readonly kind: 'ksa'; readonly ksa: KsaId }
  | { readonly kind: 'account'; readonly account: string }
  /** Whoever holds roles: an account, a KSA or a set of KSAs, as `identityMember` spells it. */
  | { readonly kind: 'identity'; readonly member: string }
  /** What an entry of the policy says of one KSA that it names without a glob. */
  | { readonly kind: 'declaration'; readonly entry: string; readonly ksa: KsaId }
  | { readonly kind: 'key'; readonly id: string }
  | { readonly kind: 'hmac-key'; readonly id: string }
  /** What carries a key, or may: a workload, a Secret, a ConfigMap. */
  | { readonly kind: 'object'; readonly asset: AssetName }
  | { readonly kind: 'org-policy'; readonly asset: AssetName }
  /** `projects/P/locations/L/clusters/C`. */
  | { readonly kind: 'cluster'; readonly cluster: string }
  | { readonly kind: 'node-pool'; readonly asset: AssetName }
  /** A cluster's membership of a fleet. */
  | { readonly kind: 'membership'; readonly asset: AssetName }
  /** A provider of a workload identity pool. */
  | { readonly kind: 'provider'; readonly asset: AssetName }
  /** A custom role. */
  | { readonly kind: 'role'; readonly asset: AssetName }
  /** What one principal did to one account, or in one namespace. */
  | { readonly kind: 'doings'; readonly who: string; readonly on: AssetName }
  /** How an account is used, or a KSA by itself (`workloadName`). */
  | { readonly kind: 'usage'; readonly asset: AssetName }
  /** A part of the watch itself. */
  | { readonly kind: 'watch'; readonly asset: AssetName }
  | { readonly kind: 'act'; readonly id: string };

export type SubjectKind = Subject['kind'];
export type SubjectOf<K extends SubjectKind> = Extract<Subject, { kind: K }>;
