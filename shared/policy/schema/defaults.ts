import type { Severity } from '../../model/finding.ts';
import type { ChangeKind, GroupKey, Mode } from '../policy.ts';

/** What holds when nothing is written: named once, for the schema that shows it and the loader that applies it. */
export const DEFAULTS = {
  timezone: 'UTC',
  mode: 'enforce' satisfies Mode,
  userManaged: 'forbid',
  may: ['bindings', 'serviceAccounts', 'keyDelete'] satisfies ChangeKind[],
  removals: '5m',
  outage: '15m',
  learn: '30d',
  forget: '90d',
  depth: 4,
  nodes: 2000,
  actors: '400d',
  formats: ['html'],
  signOff: 'none',
  breakThrough: ['critical'] satisfies Severity[],
  groupBy: ['detector', 'namespace'] satisfies GroupKey[],
  groupWait: '30s',
  groupInterval: '5m',
  repeatInterval: '24h',
} as const;
