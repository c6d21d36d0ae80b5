import { type AssetName, serviceAccountName } from '../../model/asset.ts';
import type { Observation } from '../../model/observation.ts';
import { type Fields, Malformed } from '../fields.ts';
import { present } from '../present.ts';
import { type AuditEntry, seenIn } from './entry.ts';

/** What an entry calls a service account. */
export interface AccountNames {
  readonly uniqueId?: string;
  readonly email?: string;
}

/**
 * The account an entry is about. `resourceName` has the unique id mostly, the labels have both, the request has what the caller
 * wrote; on creation only the response knows (gcp-facts 3.3).
 */
export function accountNames(entry: AuditEntry, account: Fields | undefined = entry.response): AccountNames {
  const written = [
    entry.resourceName,
    entry.request?.text('name'),
    entry.request?.text('resource'),
    account?.text('name'),
  ]
    .map((name) => /(?:^|\/)serviceAccounts\/([^/]+)/.exec(name ?? '')?.[1])
    .filter((name) => name !== undefined);
  const email =
    entry.labels?.text('email_id') ?? account?.text('email') ?? written.find((name) => name.includes('@'));
  return present({
    uniqueId:
      entry.labels?.id('unique_id') ?? account?.id('uniqueId') ?? written.find((name) => /^\d+$/.test(name)),
    email: email?.toLowerCase(),
  });
}

/** The account's asset, by unique id where the entry knows it. Throws `Malformed` when the entry names no account. */
export function accountAsset({ uniqueId, email }: AccountNames): AssetName {
  const name = uniqueId ?? email;
  if (name === undefined) throw new Malformed('protoPayload.resourceName: names no service account');
  return serviceAccountName(name);
}

/** That unique id and e-mail are one account, when the entry has both. */
export function accountAlias(entry: AuditEntry, { uniqueId, email }: AccountNames): readonly Observation[] {
  if (uniqueId === undefined || email === undefined) return [];
  const alias = { of: 'service-account', id: uniqueId, name: email } as const;
  return [{ kind: 'alias', ...seenIn(entry), asset: serviceAccountName(uniqueId), alias }];
}
