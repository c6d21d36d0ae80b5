import { changers } from './changers.ts';
import { detectorNames } from './detector-names.ts';
import { exceptionRules } from './exception-rules.ts';
import { identities } from './identities.ts';
import { keys } from './keys.ts';
import type { Lint } from './lint.ts';
import { names } from './names.ts';
import { roles } from './roles.ts';
import { singleValues } from './single-values.ts';

/** Every lint there is. A new one is a file and a line here. */
export const LINTS: readonly Lint[] = [
  singleValues,
  names,
  identities,
  roles,
  keys,
  changers,
  exceptionRules,
  detectorNames,
];
