import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeValue } from '../../shared/decode/input/decode-value.ts';

export interface Seed {
  /** Where it comes from: `k8s-io/feed.json#3`. */
  readonly from: string;
  readonly text: string;
  readonly syntax: 'json' | 'yaml';
  /** It tells us something as it stands: most of what is made of such a one still gets far. */
  readonly isNews: boolean;
}

/** Larger ones are many of the same, and slow to work on. */
const MOST_BYTES = 60_000;
const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));
const CAPTURED =
  process.env.ANCHORWATCH_FIXTURES ?? fileURLToPath(new URL('../../../shared/fixtures', import.meta.url));

/** Captured payloads where they are at hand, and our own examples: each message, plan, manifest and policy by itself, in a fixed order. */
export function corpus(): { readonly seeds: readonly Seed[]; readonly folders: readonly string[] } {
  const folders = [CAPTURED, EXAMPLES].filter((folder) => existsSync(folder));
  const seeds = folders.flatMap((folder) =>
    filesBelow(folder).flatMap((file) => seedsIn(join(folder, file), file)),
  );
  return { seeds: seeds.filter(({ text }) => text.length > 0 && text.length <= MOST_BYTES), folders };
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.meta)\.(json|ndjson|ya?ml)$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

function seedsIn(path: string, file: string): readonly Seed[] {
  if (statSync(path).size > 20_000_000) return [];
  const text = readFileSync(path, 'utf8');
  if (/ya?ml$/.test(file)) return [{ from: file, text, syntax: 'yaml', isNews: false }];
  const values = file.endsWith('.ndjson') ? text.trim().split('\n').map(parsed) : [parsed(text)].flat();
  return values.map((value, index) => ({
    from: `${file}#${index}`,
    text: JSON.stringify(value) ?? '',
    syntax: 'json',
    isNews: decodeValue({ value }, { receivedAt: 0n }).decoded.some(({ kind }) => kind === 'news'),
  }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
