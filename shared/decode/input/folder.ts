import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface Folder {
  /** In text order of their paths, so that a run can be repeated. */
  readonly files: readonly string[];
  /** How many files were passed over. */
  readonly otherKinds: number;
  readonly descriptions: number;
}

/**
 * The files of JSON and YAML below a folder. `X.meta.json` beside `X.json` describes it and holds no messages. Linked files are followed,
 * linked folders are not: they could lead round in a circle. Errors of the system are thrown as they come.
 */
export async function filesIn(folder: string): Promise<Folder> {
  const files: string[] = [];
  let otherKinds = 0;
  let descriptions = 0;
  for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const inner = await filesIn(path);
      files.push(...inner.files);
      otherKinds += inner.otherKinds;
      descriptions += inner.descriptions;
    } else if (/\.meta\.json$/i.test(entry.name)) descriptions++;
    else if (
      /\.(json|ndjson|jsonl|ya?ml|gz)$/i.test(entry.name) &&
      (entry.isFile() || (await leadsToFile(path)))
    )
      files.push(path);
    else otherKinds++;
  }
  return { files, otherKinds, descriptions };
}

async function leadsToFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
