import type { AssetName } from './asset.ts';

/** Work for the `work` function. Each may come twice and in any order: what it does is the same. */
export type Job =
  /** Reads an asset whose state the messages do not tell. */
  | { readonly kind: 'verify'; readonly asset: AssetName; readonly why: string }
  /** Reads on in one shard of a sweep. */
  | { readonly kind: 'shard'; readonly shard: string }
  /** Looks, once every shard has been read, for what is gone. */
  | { readonly kind: 'conclude'; readonly run: string }
  /** Looks up who brought about what was only seen as a state. */
  | {
      readonly kind: 'backfill';
      readonly asset: AssetName;
      /** Whose log holds it: `projects/P`, `folders/N`, `organizations/N`. */
      readonly within: string;
      /** RFC 3339. */
      readonly time: string;
    }
  /** Asks how keys and accounts are used, project by project in the order of their names; `after`: the last that was asked about. */
  | { readonly kind: 'usage'; readonly after?: string }
  /** Asks who is in the groups that grants name, in the order of their addresses; `after`: the last that was asked about. */
  | { readonly kind: 'groups'; readonly after?: string }
  /** Judges what is due: there was too much of it for the function that noticed. */
  | { readonly kind: 'evaluate' };
