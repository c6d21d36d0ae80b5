import { HOUR, type Nanos } from '../model/time.ts';
import type { Transaction } from '../ports.ts';

/** When a destination got its latest messages: what the burst is counted by. */
export async function postsOf(tx: Transaction, destination: string, now: Nanos): Promise<readonly Nanos[]> {
  const all = timesIn((await tx.get('meta', postsId(destination)))?.value);
  return all.filter((at) => at + HOUR > now);
}

/** A destination has got one more message of its own. */
export function notePost(tx: Transaction, destination: string, posts: readonly Nanos[], now: Nanos): void {
  tx.put('meta', postsId(destination), { value: [...posts, now].slice(-200).join(' ') });
}

function postsId(destination: string): string {
  return `posts|${destination}`;
}

/** Whoever is called too often no longer comes. */
const MENTIONS_AN_HOUR = 5;

/** Whether this channel may call somebody by name again: reads now, and the function it gives writes. */
export async function mayMention(
  tx: Transaction,
  destination: string,
  now: Nanos,
): Promise<{ readonly may: boolean; readonly note: () => void }> {
  const id = `mentions|${destination}`;
  const recent = timesIn((await tx.get('meta', id))?.value).filter((at) => at + HOUR > now);
  return {
    may: recent.length < MENTIONS_AN_HOUR,
    note: () => tx.put('meta', id, { value: [...recent, now].join(' ') }),
  };
}

function timesIn(value = ''): readonly Nanos[] {
  return value
    .split(' ')
    .filter((text) => text !== '')
    .map(BigInt);
}
