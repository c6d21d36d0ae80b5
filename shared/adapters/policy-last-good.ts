import type { Nanos } from '../model/time.ts';
import type { PolicyFile } from '../policy/load.ts';
import type { Store } from '../ports.ts';
import { inParts, partId } from './text-parts.ts';

/** The text of a policy that was good, and where and when it was read. */
export interface GoodPolicy {
  /** `gs://BUCKET/OBJECT`: what was good elsewhere is not in force here. */
  readonly place: string;
  readonly generation: string;
  readonly readAt: Nanos;
  readonly files: readonly PolicyFile[];
}

const ID = 'policy-last-good';

/** The document of that id says what it is, those of its parts hold the files as JSON. */
interface Head {
  readonly place: string;
  readonly generation: string;
  readonly readAt: string;
  readonly parts: number;
}

/** The last good policy of a place, whichever instance read it; `undefined` when there has been none. */
export function lastGoodPolicy(store: Store, place: string): Promise<GoodPolicy | undefined> {
  return store.transaction(async (tx) => {
    const head = headIn(await tx.get('meta', ID));
    if (head === undefined || head.place !== place) return undefined;
    const ids = partIds(head.parts);
    const parts = await tx.getMany('meta', ids);
    const text = ids.map((id) => parts.get(id)?.value ?? '').join('');
    const { generation, readAt } = head;
    return { place, generation, readAt: BigInt(readAt), files: JSON.parse(text) as readonly PolicyFile[] };
  });
}

/**
 * Keeps a good policy for the next start, unless the same or a later one of that place is kept already. Throws `RangeError` when it is too big for
 * that.
 */
export async function keepGoodPolicy(store: Store, good: GoodPolicy): Promise<void> {
  const { place, generation, readAt, files } = good;
  const texts = files.map(({ path, text }) => ({ path, text: textIn(text) }));
  const parts = inParts(JSON.stringify(texts));
  await store.transaction(async (tx) => {
    const before = headIn(await tx.get('meta', ID));
    if (before?.place === place && (before.generation === generation || BigInt(before.readAt) > readAt))
      return;
    for (const id of partIds(before?.parts ?? 0).slice(parts.length)) tx.delete('meta', id);
    for (const [index, value] of parts.entries()) tx.put('meta', `${ID}.${partId(index)}`, { value });
    const head: Head = { place, generation, readAt: String(readAt), parts: parts.length };
    tx.put('meta', ID, { value: JSON.stringify(head) });
  });
}

/** What is no UTF-8 is no good policy. */
function textIn(text: PolicyFile['text']): string {
  return typeof text === 'string' ? text : new TextDecoder('utf-8', { fatal: true }).decode(text);
}

function headIn(document: { readonly value: string } | undefined): Head | undefined {
  return document && (JSON.parse(document.value) as Head);
}

function partIds(parts: number): readonly string[] {
  return Array.from({ length: parts }, (_, index) => `${ID}.${partId(index)}`);
}
