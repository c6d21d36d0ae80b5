import type { Act, Actor } from '../model/act.ts';
import type { AssetName } from '../model/asset.ts';

/** What one principal did to one account, or in one namespace of a cluster: judged together, however often it was done. */
export interface Doings {
  /** The principal, behind whoever acted through it. */
  readonly who: string;
  readonly on: AssetName;
}

/** The doings an act is one of; nothing for the changes, each of which is judged by itself. */
export function doingsOf({ kind, asset, actor }: Act): Doings | undefined {
  switch (kind) {
    case 'mint-token':
      return { who: whoDid(actor), on: asset };
    case 'create-ksa-token':
    case 'exec-into-pod': {
      const namespace = /^(.+\/k8s\/namespaces\/[^/]+)\//.exec(asset)?.[1];
      return namespace === undefined ? undefined : { who: whoDid(actor), on: namespace };
    }
    // Found by who acts within the project, folder or organisation that the privilege is for.
    case 'request-privilege': {
      const on = /^\/\/[^/]+\/((?:projects|folders|organizations)\/[^/]+)\//.exec(asset)?.[1];
      return on === undefined
        ? undefined
        : { who: whoDid(actor), on: `//cloudresourcemanager.googleapis.com/${on}` };
    }
    default:
      return undefined;
  }
}

function whoDid({ delegation, principal }: Actor): string {
  return [...delegation, principal].join(' > ');
}
