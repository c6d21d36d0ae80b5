import { approvers } from './approvers.ts';
import { changers } from './changers.ts';
import { detectorNames } from './detector-names.ts';
import { ends } from './ends.ts';
import { exceptionRules } from './exception-rules.ts';
import { identities } from './identities.ts';
import { keys } from './keys.ts';
import type { Lint } from './lint.ts';
import { names } from './names.ts';
import { networks } from './networks.ts';
import { owners } from './owners.ts';
import { pools } from './pools.ts';
import { roleNames } from './role-names.ts';
import { roles } from './roles.ts';
import { routes } from './routes.ts';
import { singleValues } from './single-values.ts';
import { wideGlobs } from './wide-globs.ts';

/** Every lint there is. A new one is a file and a line here. */
export const LINTS: readonly Lint[] = [
  singleValues,
  names,
  identities,
  roles,
  keys,
  changers,
  exceptionRules,
  approvers,
  detectorNames,
  ends,
  owners,
  pools,
  networks,
  roleNames,
  routes,
  wideGlobs,
];
