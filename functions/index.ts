// Importing a function registers it with the functions framework.
import './console.ts';
import './deliver.ts';
import './heartbeat.ts';
import './on-asset-change.ts';
import './on-audit-log.ts';
import './report.ts';
import './slack-actions.ts';
import './sweep.ts';
import './work.ts';
