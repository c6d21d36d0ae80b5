import { isObject } from '../fields.ts';

/** Answers of Google's list calls and of `gcloud pubsub subscriptions pull` hold their messages in one of these. */
const WRAPPERS = ['assets', 'entries', 'receivedMessages', 'messages', 'activities'];

/** The values that a value of a file holds, when it is only their list; else itself. */
export function unwrapped(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return [value];
  const { apiVersion, kind, items } = value;
  if (typeof apiVersion === 'string' && typeof kind === 'string' && Array.isArray(items)) {
    return kind.endsWith('List') ? items.map((item) => typed(item, apiVersion, kind)) : [value];
  }
  if (value.name !== undefined || value.message !== undefined) return [value];
  const held = WRAPPERS.map((wrapper) => value[wrapper]).find((list) => Array.isArray(list));
  return held ?? [value];
}

/** What stands in a `ServiceAccountList` does not repeat that it is a `ServiceAccount`. In a plain `List` it does. */
function typed(item: unknown, apiVersion: string, listKind: string): unknown {
  const kind = listKind.slice(0, -'List'.length);
  return kind === '' || !isObject(item) || item.kind !== undefined ? item : { apiVersion, kind, ...item };
}
