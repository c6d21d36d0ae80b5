import { type Place, problemAt } from '../problem.ts';
import type { Lint } from './lint.ts';

/** `unknown-owner-shape`: routes and reports go by the owner's letters, so `Team Payments` and `team-payments` are two. */
export const owners: Lint = function* ({ owner, identities, keyAllowances }) {
  const named: readonly (readonly [string | undefined, Place])[] = [
    ...owner.map(({ value, at }) => [value, at()] as const),
    ...identities.map(({ value, at }) => [value.owner, at('owner')] as const),
    ...keyAllowances.map(({ value, at }) => [value.owner, at('owner')] as const),
  ];
  for (const [text, place] of named) {
    if (text === undefined || OWNER.test(text)) continue;
    yield problemAt(place, {
      code: 'unknown-owner-shape',
      severity: 'warning',
      message: `\`${text.slice(0, 80)}\` looks like no team and no address`,
      hint: 'write a name such as team-payments, or an e-mail',
    });
  }
};

const OWNER = /^(?:[a-z0-9][a-z0-9._/-]*|(?:user:|group:)?[^\s@:]+@[^\s@:]+)$/;
