import { hash } from 'node:crypto';
import type { CataloguePart, Store } from '../ports.ts';
import type { Catalogue } from '../roles/catalogue.ts';
import { readCatalogue } from '../roles/serialised.ts';

/** In UTF-16 units, each at most three bytes of UTF-8: with its other fields a part stays below 900 kB, and Firestore takes a mebibyte. */
const PART = 290_000;
/** Four million characters, six times what Google's roles are today. */
const MOST_PARTS = 16;

/** The catalogue that was stored last; `undefined` when there is none, or what is there is not whole. */
export async function storedCatalogue(store: Store): Promise<Catalogue | undefined> {
  const stored = await store.transaction((tx) => tx.list('catalogue', undefined, MOST_PARTS));
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

/** Stores a catalogue (`writeCatalogue`) in place of the one before, at once. Throws `RangeError` when it is too big. */
export async function storeCatalogue(store: Store, text: string): Promise<void> {
  const texts: string[] = [];
  for (let start = 0; start < text.length; start += PART) texts.push(text.slice(start, start + PART));
  if (texts.length > MOST_PARTS) throw new RangeError(`a role catalogue of ${text.length} characters`);
  const common = { hash: hashOf(text), parts: texts.length };
  await store.transaction(async (tx) => {
    const before = await tx.list('catalogue', undefined, MOST_PARTS);
    for (const id of before.keys()) if (Number(id) >= texts.length) tx.delete('catalogue', id);
    for (const [index, part] of texts.entries())
      tx.put('catalogue', idOf(index), { ...common, text: part } satisfies CataloguePart);
  });
}

/** Two digits, so that the order of ids is that of parts. */
function idOf(index: number): string {
  return String(index).padStart(2, '0');
}

function hashOf(text: string): string {
  return hash('sha256', text, 'hex');
}
