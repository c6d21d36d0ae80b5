import { globCovers } from '../glob-covers.ts';
import type { MayBecome } from '../policy.ts';
import { coversCrossing } from './covers.ts';
import { changed, listChanges, type NamedWords } from './tell.ts';

export const MAY_BECOME: NamedWords<MayBecome> = {
  more: 'weaker',
  came: ({ subject, namespaces }) =>
    `${subject} may be able to become ${namespaces.length === 0 ? 'every identity' : `the identities of ${namespaces.join(', ')}`} now`,
  went: ({ subject }) => `${subject} may no longer be able to become identities`,
  kept: (a, b) => [
    ...changed(coversCrossing(a.subject, b.subject) ? 'stronger' : 'weaker', 'is', a.subject, b.subject),
    ...listChanges(a.namespaces, b.namespaces, 'in namespaces', 'weaker', {
      emptyIsAll: true,
      covers: globCovers,
    }),
  ],
};
