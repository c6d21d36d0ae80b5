import { type Place, problemAt } from '../problem.ts';
import type { Item } from '../sections.ts';
import type { Lint } from './lint.ts';

/** `duplicate-name`: findings cite items by name, so a name is used once in its list, whatever file it stands in. */
export const names: Lint = function* (sections) {
  const { pools, identities, forbiddenRoles, keyAllowances, changers, exceptions, sensitive } = sections;
  const lists: readonly (readonly Item<{ readonly name: string }>[])[] = [
    pools,
    identities,
    forbiddenRoles,
    keyAllowances,
    changers,
    exceptions,
    sensitive,
  ];
  for (const list of lists) {
    const firsts = new Map<string, Place>();
    for (const item of list) {
      const place = item.at('name');
      const first = firsts.get(item.value.name);
      if (!first) firsts.set(item.value.name, place);
      else {
        const message = `the name \`${item.value.name}\` in line ${place.line} is already used in ${first.file}:${first.line}`;
        yield problemAt(place, { code: 'duplicate-name', message });
      }
    }
  }
};
