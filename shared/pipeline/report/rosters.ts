import type { Transaction } from '../../ports.ts';
import type { Report } from '../../report/report.ts';

/** A document takes a mebibyte, and an identity some two hundred characters. */
const IN_ONE = 2_000;
/** More than there are owners of thousands of identities. */
const MOST = 5_000;

/** Takes down who answers for which identities, in place of what was taken down before. Reads, and gives what to write. */
export async function keepRosters(tx: Transaction, { accessReview }: Report): Promise<() => void> {
  const before = await tx.list('rosters', undefined, MOST);
  return () => {
    const now = accessReview.owners.flatMap(({ owner, identities }) =>
      Array.from({ length: Math.ceil(identities.length / IN_ONE) }, (_, part) => ({
        id: `${owner}|${String(part).padStart(4, '0')}`,
        owner,
        identities: identities.slice(part * IN_ONE, (part + 1) * IN_ONE).map(({ identity }) => identity),
      })),
    );
    const ids = new Set(now.map(({ id }) => id));
    for (const id of before.keys()) if (!ids.has(id)) tx.delete('rosters', id);
    for (const { id, ...roster } of now) tx.put('rosters', id, roster);
  };
}
