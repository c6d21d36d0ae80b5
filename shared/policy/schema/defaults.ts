import type { ChangeKind, Mode } from '../policy.ts';

/** What holds when nothing is written: named once, for the schema that shows it and the loader that applies it. */
export const DEFAULTS = {
  timezone: 'UTC',
  mode: 'enforce' satisfies Mode,
  userManaged: 'forbid',
  may: ['bindings', 'serviceAccounts', 'keyDelete'] satisfies ChangeKind[],
  removals: '5m',
  outage: '15m',
} as const;
