import type { View } from '../inventory/view.ts';
import type { Act } from '../model/act.ts';
import { clusterOf, serviceAccountOf } from '../model/asset.ts';
import { conditionKey, type GrantChange } from '../model/grant.ts';
import { principalKey } from '../model/principal.ts';

/** Whether nothing of what an act did is left. What cannot be told, or cannot be undone, is not. */
export function isUndone(act: Act, view: View): boolean {
  switch (act.kind) {
    case 'create-key':
    case 'upload-key':
      return isKey(act, view, (key) => key === undefined);
    case 'enable-key':
      return isKey(act, view, (key) => key === undefined || key.disabled);
    case 'disable-key':
      return isKey(act, view, (key) => key !== undefined && !key.disabled);
    case 'create-service-account':
    case 'undelete-service-account':
      return stateOf(act, view) === 'deleted';
    case 'enable-service-account':
      return stateOf(act, view) === 'disabled' || stateOf(act, view) === 'deleted';
    case 'disable-service-account':
      return stateOf(act, view) === 'active';
    case 'delete-service-account':
      return stateOf(act, view) === 'active' || stateOf(act, view) === 'disabled';
    case 'create-ksa':
      return isKsaThere(act, view) === false && areKsasKnown(act, view);
    case 'delete-ksa':
      return isKsaThere(act, view) === true;
    default:
      return act.changes.length > 0 && act.changes.every((change) => isReversed(change, view));
  }
}

type Key = ReturnType<View['key']>;

function isKey({ asset }: Act, view: View, holds: (key: Key) => boolean): boolean {
  const id = /\/keys\/([^/]+)$/.exec(asset)?.[1];
  return id !== undefined && holds(view.key(id));
}

function stateOf({ asset }: Act, view: View): string | undefined {
  const account = serviceAccountOf(asset);
  return account === undefined ? undefined : view.account(account).state;
}

/** Whether its KSA is there, in its cluster; of many at once that cannot be told. */
function isKsaThere({ asset }: Act, view: View): boolean | undefined {
  const [, namespace, name] = /\/k8s\/namespaces\/([^/]+)\/serviceaccounts\/([^/]+)$/.exec(asset) ?? [];
  if (namespace === undefined || name === undefined) return undefined;
  return view.ksasNamed(namespace, name).some(({ cluster }) => cluster === clusterOf(asset));
}

/** Whether a KSA that is not known is known not to be there. */
function areKsasKnown({ asset }: Act, view: View): boolean {
  return view.covered(clusterOf(asset) ?? '', 'k8s.io/ServiceAccount', 'resource');
}

/** What it added is gone; what it took is back. */
function isReversed({ action, grant }: GrantChange, view: View): boolean {
  const standing = view.grant({
    kind: 'grant',
    resource: view.canonical(grant.resource),
    role: grant.role,
    principal: principalKey(grant.principal),
    condition: conditionKey(grant.condition),
  });
  return (action === 'add') === (standing === undefined);
}
