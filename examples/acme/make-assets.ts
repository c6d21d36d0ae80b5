/**
 * Writes `assets.ndjson`: two exports of the three projects, first RESOURCE, then IAM_POLICY, one asset a line. Into the folder that is
 * named, else beside itself.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { policies, resources } from './organisation.ts';

const lines = [...resources(), ...policies()].map((asset) => `${JSON.stringify(asset)}\n`);
writeFileSync(join(process.argv[2] ?? import.meta.dirname, 'assets.ndjson'), lines.join(''));
