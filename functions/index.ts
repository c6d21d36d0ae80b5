// Importing a function registers it with the functions framework.
import './deliver.ts';
import './on-asset-change.ts';
import './on-audit-log.ts';
import './slack-actions.ts';

/** Every function there is, by the name it is registered and deployed under. */
export const FUNCTIONS = ['on-asset-change', 'on-audit-log', 'deliver', 'slack-actions'] as const;
