/** Writes `assets.ndjson`: two exports of the three projects, first RESOURCE, then IAM_POLICY, one asset a line. */
import { writeFileSync } from 'node:fs';
import { policies, resources } from './organisation.ts';

const lines = [...resources(), ...policies()].map((asset) => `${JSON.stringify(asset)}\n`);
writeFileSync(new URL('assets.ndjson', import.meta.url), lines.join(''));
