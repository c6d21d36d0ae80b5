import { valueAt } from '../policy/plain-data.ts';
import type { OldEntry } from './old-entries.ts';
import { sortedTexts } from './sorted.ts';

/** What became of the generated entries, in words: one line each. Empty when nothing that they say has changed. */
export function entryChanges(before: readonly OldEntry[], after: readonly OldEntry[]): readonly string[] {
  const old = new Map(before.map((entry) => [entry.key, entry]));
  const lines: string[] = [];
  for (const entry of after) {
    const was = old.get(entry.key);
    old.delete(entry.key);
    if (was === undefined) lines.push(`+ ${entry.name}: ${about(entry)} is new`);
    else lines.push(...changes(was, entry));
  }
  for (const entry of old.values()) lines.push(`- ${entry.name}: ${about(entry)} is gone`);
  return lines;
}

function about({ value }: OldEntry): string {
  const gsa = valueAt(value, ['gsa']);
  return `${ksas(value).join(', ')}${typeof gsa === 'string' ? ` as ${gsa}` : ', with roles of its own'}`;
}

function changes(was: OldEntry, is: OldEntry): readonly string[] {
  const line = (text: string): string => `~ ${is.name}: ${text}`;
  const single = (field: string): readonly string[] => {
    const [a, b] = [valueAt(was.value, [field]), valueAt(is.value, [field])];
    return a === b ? [] : [line(`${field} ${String(a ?? 'none')} -> ${String(b ?? 'none')}`)];
  };
  return [
    ...single('name'),
    ...difference(ksas(was.value), ksas(is.value)).map(line),
    ...['gsa', 'grantForm', 'owner'].flatMap(single),
    ...difference(allowed(was.value), allowed(is.value)).map(line),
  ];
}

function difference(before: readonly string[], after: readonly string[]): readonly string[] {
  const added = after.filter((text) => !before.includes(text));
  const removed = before.filter((text) => !after.includes(text));
  return [...added.map((text) => `now ${text}`), ...removed.map((text) => `no longer ${text}`)];
}

function ksas(value: unknown): readonly string[] {
  const several = valueAt(value, ['identities']);
  const all: readonly unknown[] = Array.isArray(several) ? several : [valueAt(value, ['identity'])];
  return sortedTexts(
    all.map((one) => `${String(valueAt(one, ['namespace']))}/${String(valueAt(one, ['serviceAccount']))}`),
  );
}

function allowed(value: unknown): readonly string[] {
  const items = valueAt(value, ['allow']);
  const all: readonly unknown[] = Array.isArray(items) ? items : [];
  return sortedTexts(
    all.map((item) => {
      const condition = valueAt(item, ['condition']);
      return `${String(valueAt(item, ['role']))} on ${String(valueAt(item, ['on']))}${
        condition === undefined ? '' : ` if ${String(condition)}`
      }`;
    }),
  );
}
