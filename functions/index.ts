// Importing a function registers it with the functions framework.
import './deliver.ts';
import './heartbeat.ts';
import './on-asset-change.ts';
import './on-audit-log.ts';
import './slack-actions.ts';
import './sweep.ts';
import './work.ts';
