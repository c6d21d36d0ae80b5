import type { ErasedFrom } from '../../shared/pipeline/erase/erase.ts';
import { type Io, styled } from '../io.ts';

/** How many documents of each collection were changed, or would be, and how many still name the person. */
export function erasedTable(erased: readonly ErasedFrom[], dryRun: boolean, io: Io): string {
  if (erased.length === 0) return 'nothing names them\n';
  const width = Math.max(...erased.map(({ collection }) => collection.length));
  const done = dryRun ? 'to change' : 'changed';
  return erased
    .map(({ collection, changed, stays }) => {
      const rest = stays === 0 ? '' : styled(io, 'yellow', `  ${stays} still name them`);
      return `${collection.padEnd(width)}  ${String(changed).padStart(6)} ${done}${rest}\n`;
    })
    .join('');
}
