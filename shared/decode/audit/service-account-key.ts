import type { ActKind } from '../../model/act.ts';
import { keyName } from '../../model/asset.ts';
import type { Observation } from '../../model/observation.ts';
import { type Fields, formattedTime } from '../fields.ts';
import { present } from '../present.ts';
import { type AccountNames, accountAlias, accountAsset, accountNames } from './account.ts';
import { type AuditEntry, type AuditHead, actBase, iamAdminMethod, seenIn } from './entry.ts';
import type { AuditNews, ReadNews } from './reader.ts';

type KeyAct = Exclude<Extract<ActKind, `${string}-key`>, `${string}-hmac-key`>;

/** Methods of `google.iam.admin.v1` (docs: iam/docs/audit-logging), in lower case. */
const KINDS: ReadonlyMap<string | undefined, KeyAct> = new Map([
  ['createserviceaccountkey', 'create-key'],
  ['uploadserviceaccountkey', 'upload-key'],
  ['deleteserviceaccountkey', 'delete-key'],
  ['disableserviceaccountkey', 'disable-key'],
  ['enableserviceaccountkey', 'enable-key'],
]);

/**
 * What happened to a key. The id of a new key stands in the response only: where that is missing, the act names the account and
 * nothing is observed.
 */
export function serviceAccountKeyReader(head: AuditHead): ReadNews | undefined {
  const kind = KINDS.get(iamAdminMethod(head));
  return kind && ((entry) => news(kind, entry));
}

function news(kind: KeyAct, entry: AuditEntry): AuditNews {
  const names = accountNames(entry);
  const keyId = keyIdOf(entry);
  const asset = keyId === undefined ? accountAsset(names) : keyName(keyId);
  return {
    act: { ...actBase(entry), kind, asset, changes: [], ...present({ account: names.email }) },
    observations: [
      ...(keyId === undefined ? [] : [keyAfter(kind, entry, keyId, names)]),
      ...accountAlias(entry, names),
    ],
  };
}

function keyIdOf(entry: AuditEntry): string | undefined {
  return [entry.response?.text('name'), entry.resourceName, entry.request?.text('name')]
    .map((name) => /\/keys\/([^/]+)$/.exec(name ?? '')?.[1])
    .find((id) => id !== undefined);
}

function keyAfter(kind: KeyAct, entry: AuditEntry, keyId: string, names: AccountNames): Observation {
  const seen = { ...seenIn(entry), asset: keyName(keyId) };
  const known = {
    type: 'service-account-key',
    keyId,
    ...present({ account: names.uniqueId ?? names.email }),
  } as const;
  switch (kind) {
    case 'delete-key':
      return { ...seen, kind: 'gone', type: 'service-account-key' };
    case 'disable-key':
    case 'enable-key':
      return {
        ...seen,
        kind: 'resource',
        facts: { ...known, disabled: kind === 'disable-key' },
        whole: false,
      };
    case 'create-key':
    case 'upload-key': {
      const origin = kind === 'create-key' ? 'created' : 'uploaded';
      const facts = { ...known, managedBy: 'user', origin, ...validity(entry.response) } as const;
      return { ...seen, kind: 'resource', facts, whole: entry.response?.has('name') === true };
    }
  }
}

function validity(key: Fields | undefined) {
  return present({
    disabled: key?.flag('disabled'),
    validAfter: formattedTime(key?.time('validAfterTime')),
    validBefore: formattedTime(key?.time('validBeforeTime')),
  });
}
