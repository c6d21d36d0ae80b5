import { hash } from 'node:crypto';
import type { CataloguePart, Store } from '../ports.ts';
import type { Catalogue } from '../roles/catalogue.ts';
import { readCatalogue } from '../roles/serialised.ts';
import { inParts, MOST_PARTS, partId } from './text-parts.ts';

/** The catalogue that was stored last; `undefined` when there is none, or what is there is not whole. */
export async function storedCatalogue(store: Store): Promise<Catalogue | undefined> {
  const stored = await store.transaction((tx) => tx.list('catalogue', undefined, MOST_PARTS), 'read-only');
  const parts = [...stored.values()];
  const [first] = parts;
  if (first === undefined || parts.length !== first.parts) return undefined;
  const text = parts.map((part) => part.text).join('');
  if (parts.some((part) => part.hash !== first.hash) || hashOf(text) !== first.hash) return undefined;
  try {
    return readCatalogue(text, 'cached');
  } catch (error) {
    // Another version of the program wrote it in another format.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Stores a catalogue (`writeCatalogue`) in place of the one before, at once. Throws `RangeError` when it is too big; Google's roles are a sixth of that today. */
export async function storeCatalogue(store: Store, text: string): Promise<void> {
  const texts = inParts(text);
  const common = { hash: hashOf(text), parts: texts.length };
  await store.transaction(async (tx) => {
    const before = await tx.list('catalogue', undefined, MOST_PARTS);
    for (const id of before.keys()) if (Number(id) >= texts.length) tx.delete('catalogue', id);
    for (const [index, part] of texts.entries())
      tx.put('catalogue', partId(index), { ...common, text: part } satisfies CataloguePart);
  });
}

function hashOf(text: string): string {
  return hash('sha256', text, 'hex');
}
