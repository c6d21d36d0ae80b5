import { type Place, problemAt } from '../problem.ts';
import type { Lint } from './lint.ts';

/** `duplicate-name`: findings cite items by name, so a name is used once in its list, whatever file it stands in. */
export const names: Lint = function* (sections) {
  for (const list of sections.names) {
    const firsts = new Map<string, Place>();
    for (const { value, at } of list) {
      const place = at();
      const first = firsts.get(value);
      if (!first) firsts.set(value, place);
      else {
        const message = `the name \`${value}\` in line ${place.line} is already used in ${first.file}:${first.line}`;
        yield problemAt(place, { code: 'duplicate-name', message });
      }
    }
  }
};
