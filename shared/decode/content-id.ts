import { hash } from 'node:crypto';

/** SHA-256 over the canonical JSON of `parts`: equal for equal content, in whatever order its keys came. */
export function contentId(...parts: readonly unknown[]): string {
  return hash('sha256', canonicalJson(parts), 'hex');
}

/**
 * JSON with sorted keys and no white space. Recursive: callers have checked the depth.
 * Written for speed: a scan does it for every asset.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? ofList(value) : ofObject(value);
  return JSON.stringify(value) ?? 'null';
}

function ofList(list: readonly unknown[]): string {
  let text = '[';
  for (let at = 0; at < list.length; at++) text += (at === 0 ? '' : ',') + canonicalJson(list[at]);
  return text + ']';
}

function ofObject(object: object): string {
  let text = '{';
  const fields = new Map(Object.entries(object));
  for (const key of [...fields.keys()].sort()) {
    text += `${text.length === 1 ? '' : ','}${JSON.stringify(key)}:${canonicalJson(fields.get(key))}`;
  }
  return text + '}';
}

/** Whether lists and objects stand in one another more than `limit` deep. */
export function deeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  for (const child of Object.values(value)) if (deeperThan(child, limit - 1)) return true;
  return false;
}
