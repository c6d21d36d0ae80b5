import { hash } from 'node:crypto';
import { isObject } from './fields.ts';

/** SHA-256 over the canonical JSON of `parts`: equal for equal content, in whatever order its keys came. */
export function contentId(...parts: readonly unknown[]): string {
  return hash('sha256', canonicalJson(parts), 'hex');
}

/** JSON with sorted keys and no white space. Recursive: callers have checked the depth. */
export function canonicalJson(value: unknown): string {
  // Sorting first and leaving the writing to the engine is the fastest way: a scan does this for every asset.
  return JSON.stringify(sorted(value)) ?? 'null';
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    // Assigning to this one would set the prototype.
    if (key !== '__proto__') copy[key] = sorted(value[key]);
  }
  return copy;
}

/** Whether lists and objects stand in one another more than `limit` deep. */
export function deeperThan(value: unknown, limit: number): boolean {
  if (Array.isArray(value)) return limit === 0 || value.some((child) => deeperThan(child, limit - 1));
  if (!isObject(value)) return false;
  if (limit === 0) return true;
  for (const key in value) {
    const child = value[key];
    if (typeof child === 'object' && deeperThan(child, limit - 1)) return true;
  }
  return false;
}

/** The same of JSON that has not been parsed, in one pass: parsing millions of lists in lists takes seconds, and what is too deep is not wanted. */
export function textDeeperThan(json: string, limit: number): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) inText = !inText;
    else if (inText) {
      if (code === BACKSLASH) at++;
    } else if (code === LIST || code === OBJECT) {
      depth++;
      if (depth > limit) return true;
    } else if (code === LIST_END || code === OBJECT_END) depth--;
  }
  return false;
}

const [QUOTE, BACKSLASH, LIST, LIST_END, OBJECT, OBJECT_END] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];
