import { problemAt } from '../problem.ts';
import type { Lint } from './lint.ts';

/** `key-allowance-without-expiry`: what is tolerated for now needs an end, or it stays. */
export const keys: Lint = function* ({ keyAllowances }) {
  for (const { value, at, isPartial } of keyAllowances) {
    if (isPartial || value.expires !== undefined) continue;
    const message = `\`${value.name}\` lets a key live for ever`;
    yield problemAt(at(), {
      code: 'key-allowance-without-expiry',
      severity: 'warning',
      message,
      hint: 'add `expires: YYYY-MM-DD`',
    });
  }
};
