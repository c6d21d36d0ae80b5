import { problemAt } from '../problem.ts';
import type { Item } from '../sections.ts';
import type { Lint } from './lint.ts';

/** `conflicting-values`: documents add up, so what can hold only one value must have the same in each that writes it. */
export const singleValues: Lint = function* (sections) {
  const {
    name,
    owner,
    timezone,
    mode,
    userManaged,
    maxAge,
    retireBy,
    maxDuration,
    fallbackChannel,
    removals,
    outage,
  } = sections;
  const all: readonly (readonly Item<string>[])[] = [
    name,
    owner,
    timezone,
    mode,
    userManaged,
    maxAge,
    retireBy,
    maxDuration,
    fallbackChannel,
    removals,
    outage,
  ];
  for (const [first, ...others] of all) {
    for (const other of others) {
      if (first === undefined || other.value === first.value) continue;
      const { file, line } = first.at();
      const message = `\`${other.entry}\` is \`${other.value}\` here and \`${first.value}\` in ${file}:${line}`;
      yield problemAt(other.at(), {
        code: 'conflicting-values',
        message,
        hint: 'write it in one document only',
      });
    }
  }
};
