/**
 * Writes an organisation of any size down: `assets.ndjson` (two exports of Cloud Asset Inventory, RESOURCE and then IAM_POLICY),
 * `policy.yaml` that declares most of it, and `events.ndjson`, the push bodies of the time after. The same numbers give the same bytes.
 *
 *     node bench/export.ts FOLDER [--assets 100000] [--events 2000] [--seed 1]
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { policies, resources } from './assets.ts';
import { events } from './events.ts';
import { Organisation } from './organisation.ts';
import { policyLines } from './policy.ts';

export interface ExportSize {
  /** Lines of the export: one asset with one kind of content each. */
  readonly assets: number;
  readonly events: number;
  readonly seed: number;
}

export interface ExportFiles {
  readonly assets: string;
  readonly policy: string;
  readonly events: string;
}

/** Writes the three files into a folder, which is made where there is none, and gives their paths. Memory does not grow with the size. */
export function writeExport(folder: string, { assets, events: messages, seed }: ExportSize): ExportFiles {
  const organisation = new Organisation({ lines: assets, seed });
  const file = (name: string) => join(folder, name);
  const files = { assets: file('assets.ndjson'), policy: file('policy.yaml'), events: file('events.ndjson') };
  mkdirSync(folder, { recursive: true });
  writeLines(files.assets, jsonLines(resources(organisation), policies(organisation)));
  writeLines(files.policy, policyLines(organisation));
  writeLines(files.events, jsonLines(events(organisation, messages)));
  return files;
}

function* jsonLines(...lists: readonly Iterable<object>[]): Generator<string> {
  for (const list of lists) for (const value of list) yield JSON.stringify(value);
}

const CHUNK = 1024 * 1024;

function writeLines(path: string, lines: Iterable<string>): void {
  const file = openSync(path, 'w');
  try {
    let text = '';
    for (const line of lines) {
      text += `${line}\n`;
      if (text.length < CHUNK) continue;
      writeSync(file, text);
      text = '';
    }
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      assets: { type: 'string', default: '100000' },
      events: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
    },
  });
  const [folder] = positionals;
  if (folder === undefined)
    throw new Error('node bench/export.ts FOLDER [--assets N] [--events N] [--seed N]');
  writeExport(folder, {
    assets: Number(values.assets),
    events: Number(values.events),
    seed: Number(values.seed),
  });
}
