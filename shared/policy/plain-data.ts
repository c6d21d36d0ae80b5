import type { Path } from './source.ts';

/** The part of plain data at `path`; `undefined` when there is none. Looks at own keys only. */
export function valueAt(data: unknown, path: Path): unknown {
  let found = data;
  for (const step of path) {
    if (!isKeyed(found) || !Object.hasOwn(found, step)) return undefined;
    found = found[step];
  }
  return found;
}

function isKeyed(value: unknown): value is Readonly<Record<PropertyKey, unknown>> {
  return typeof value === 'object' && value !== null;
}
