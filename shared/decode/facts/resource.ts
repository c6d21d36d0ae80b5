import type { AssetName } from '../../model/asset.ts';
import type { Fields } from '../fields.ts';

/** An asset's name as it came, the same in our spelling, and the resource as its own API writes it, where the message has it. */
export interface Resource {
  readonly name: string;
  readonly asset: AssetName;
  readonly data: Fields | undefined;
}
