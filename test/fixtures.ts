import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { it } from '@jest/globals';

/** Captured payloads are read in place, never copied: beside the repository, or where ANCHORWATCH_FIXTURES says. */
const FOLDER =
  process.env.ANCHORWATCH_FIXTURES ?? fileURLToPath(new URL('../../shared/fixtures', import.meta.url));

/** The payloads of one captured file; a file of one payload gives a list of one. */
export function fixtures(path: string): readonly unknown[] {
  const content: unknown = JSON.parse(readFileSync(fixturePath(path), 'utf8'));
  return Array.isArray(content) ? content : [content];
}

export function fixturePath(path: string): string {
  return join(FOLDER, path);
}

/** The captured files of JSON below `folder`, without the `.meta.json` that describe them, as paths for `fixtures`. */
export function fixtureFiles(folder: string): readonly string[] {
  return readdirSync(fixturePath(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json') && !entry.name.endsWith('.meta.json'))
    .map((entry) => relative(FOLDER, join(entry.parentPath, entry.name)))
    .sort();
}

/** A test over captured payloads. Where they are not at hand it passes, and says aloud that it has shown nothing. */
export function itOnFixtures(behaviour: string, test: () => void | Promise<void>): void {
  it(behaviour, async () => {
    if (existsSync(FOLDER)) await test();
    else
      console.warn(`NOT TESTED: ${behaviour}: no captured payloads at ${FOLDER} (set ANCHORWATCH_FIXTURES)`);
  });
}
