import type { AssetName } from '../../model/asset.ts';
import type { Decoded } from '../../model/decoded.ts';
import type { Grant } from '../../model/grant.ts';
import type { UnknownArgument } from '../intent.ts';
import type { PlannedAction } from './resource.ts';

/** A `google_…_iam_binding`: once applied, the role has these members on that asset under that condition, and no others. */
export interface WholeRole {
  readonly asset: AssetName;
  readonly role: string;
  /** As `conditionKey` writes it. */
  readonly condition: string;
  readonly grants: readonly Grant[];
}

/** One managed resource of a plan: what it was, what is done to it, what it will be. */
export interface PlannedResource {
  readonly address: string;
  readonly type: string;
  readonly action: PlannedAction;
  /** Of a replacement, that the new one comes before the old one goes. */
  readonly createsFirst: boolean;
  /** What applying brings about. */
  readonly decoded: Decoded;
  /** How things stood when the plan was made; absent for what is new. */
  readonly prior?: Decoded;
  readonly unknown: readonly UnknownArgument[];
  readonly wholeRole?: WholeRole;
}
