import { problemAt } from '../problem.ts';
import type { Item } from '../sections.ts';
import type { Lint } from './lint.ts';

/** `conflicting-values`: documents add up, so what can hold only one value must have the same in each that writes it. */
export const singleValues: Lint = function* (sections) {
  const all = SINGLE.map((key): readonly Item<unknown>[] => sections[key]);
  for (const [first, ...others] of all) {
    for (const other of others) {
      if (first === undefined || text(other) === text(first)) continue;
      const { file, line } = first.at();
      const message = `\`${other.entry}\` is \`${text(other)}\` here and \`${text(first)}\` in ${file}:${line}`;
      yield problemAt(other.at(), {
        code: 'conflicting-values',
        message,
        hint: 'write it in one document only',
      });
    }
  }
};

const SINGLE = [
  'name',
  'owner',
  'timezone',
  'mode',
  'userManaged',
  'maxAge',
  'retireBy',
  'maxDuration',
  'fallbackChannel',
  'groupBy',
  'groupWait',
  'groupInterval',
  'repeatInterval',
  'burst',
  'digest',
  'quietHours',
  'removals',
  'outage',
  'learn',
  'forget',
  'depth',
  'nodes',
  'actors',
] as const;

function text({ value }: Item<unknown>): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
