/** Every function there is, by the name it is registered and deployed under. */
export const FUNCTIONS = [
  'on-asset-change',
  'on-audit-log',
  'work',
  'sweep',
  'deliver',
  'report',
  'heartbeat',
  'slack-actions',
  'console',
] as const;
