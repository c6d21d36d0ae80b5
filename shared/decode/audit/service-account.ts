import type { ActKind } from '../../model/act.ts';
import type { Observation } from '../../model/observation.ts';
import type { Fields } from '../fields.ts';
import { present } from '../present.ts';
import { type AccountNames, accountAlias, accountAsset, accountNames } from './account.ts';
import { type AuditEntry, type AuditHead, actBase, iamAdminMethod, seenIn } from './entry.ts';
import type { AuditNews, ReadNews } from './reader.ts';

type AccountAct = Extract<ActKind, `${string}-service-account`>;

/** Methods of `google.iam.admin.v1` (docs: iam/docs/audit-logging), in lower case. */
const KINDS: ReadonlyMap<string | undefined, AccountAct> = new Map([
  ['createserviceaccount', 'create-service-account'],
  ['patchserviceaccount', 'update-service-account'],
  ['updateserviceaccount', 'update-service-account'],
  ['deleteserviceaccount', 'delete-service-account'],
  ['undeleteserviceaccount', 'undelete-service-account'],
  ['disableserviceaccount', 'disable-service-account'],
  ['enableserviceaccount', 'enable-service-account'],
]);

/** Creation, change, deletion and restoring of service accounts, and switching them on and off. */
export function serviceAccountReader(head: AuditHead): ReadNews | undefined {
  const kind = KINDS.get(iamAdminMethod(head));
  return kind && ((entry) => news(kind, entry));
}

function news(kind: AccountAct, entry: AuditEntry): AuditNews {
  const account = entry.response?.object('restoredAccount') ?? entry.response;
  const names = accountNames(entry, account);
  return {
    act: {
      ...actBase(entry),
      kind,
      asset: accountAsset(names),
      changes: [],
      ...present({ account: names.email }),
    },
    observations: [stateAfter(kind, entry, account, names), ...accountAlias(entry, names)],
  };
}

function stateAfter(
  kind: AccountAct,
  entry: AuditEntry,
  account: Fields | undefined,
  names: AccountNames,
): Observation {
  const seen = { ...seenIn(entry), asset: accountAsset(names) };
  if (kind === 'delete-service-account') return { ...seen, kind: 'gone', type: 'service-account' };
  const facts = {
    type: 'service-account',
    ...names,
    ...present({
      projectId: account?.text('projectId'),
      displayName: account?.text('displayName'),
      disabled: disabledAfter(kind, account),
    }),
  } as const;
  // A response that was cut down to an example does not tell what the account lacks.
  const told = account?.has('uniqueId') === true && account.has('email');
  return { ...seen, kind: 'resource', facts, whole: kind === 'create-service-account' && told };
}

function disabledAfter(kind: AccountAct, account: Fields | undefined): boolean | undefined {
  if (kind === 'disable-service-account') return true;
  if (kind === 'enable-service-account') return false;
  return account?.flag('disabled');
}
