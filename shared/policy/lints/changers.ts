import { isCatchAll } from '../identity-pattern.ts';
import { type Place, type Problem, problemAt } from '../problem.ts';
import type { Lint } from './lint.ts';

/** Whom `trustedChangers` names, directly and as delegates. */
export const changers: Lint = function* (sections) {
  for (const { value, at } of sections.changers) {
    yield* subject(value.subject, at('subject'));
    for (const [i, delegate] of value.delegates.entries()) yield* subject(delegate, at('delegates', i));
  }
};

function* subject(text: string, place: Place): Generator<Problem> {
  if (/^(group|domain|principalSet):|\/(attribute\.|group\/)/.test(text)) {
    const message = `\`${text}\` can match nobody: audit entries name who acted, never groups or attributes`;
    const hint = 'name the accounts, or the subjects: principal://…/subject/…';
    yield problemAt(place, { code: 'changer-unexpandable', message, hint });
  } else if (isForeign(text) || isCatchAll(text.replace(/^(user:|serviceAccount:|principal:\/\/)/, ''))) {
    const message = `\`${text}\` trusts more than anyone can know`;
    yield problemAt(place, {
      code: 'changer-too-wide',
      severity: 'warning',
      message,
      hint: 'name who may change things',
    });
  }
}

/** A star for the project: anybody can make a pool of that name in a project of their own. */
function isForeign(text: string): boolean {
  return /^principal:\/\/iam\.googleapis\.com\/projects\/[^/]*[*?]/.test(text);
}
