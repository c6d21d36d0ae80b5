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
  /** What an entry of the policy says of one KSA that it names without a glob. */
  | { readonly kind: 'declaration'; readonly entry: string; readonly ksa: KsaId }
  | { readonly kind: 'key'; readonly id: string }
  | { readonly kind: 'act'; readonly id: string };

export type SubjectKind = Subject['kind'];
export type SubjectOf<K extends SubjectKind> = Extract<Subject, { kind: K }>;
