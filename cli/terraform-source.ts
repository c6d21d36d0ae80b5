import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ChangeItem, Place } from '../shared/check/change.ts';
import { type TerraformBlocks, terraformBlocks } from '../shared/check/terraform-blocks.ts';
import { readAddress } from '../shared/decode/terraform/address.ts';
import { CommandFailed, EXIT, plainReason } from './exit.ts';

/** Modules call one another; more of them than this go round in a circle. */
const MAX_DEPTH = 20;

/**
 * Gives resources of a plan the file and line of their `resource` block. `source`: the folder of the root module; else that of the plan, or
 * the one we are in, whichever holds Terraform files. Modules are followed where their source is a folder; what is not found keeps its plan.
 */
export async function placedInSource(
  items: readonly ChangeItem[],
  source: string | undefined,
): Promise<readonly ChangeItem[]> {
  const folders = new Map<string, Promise<Folder | undefined>>();
  const read = (path: string) => {
    const known = folders.get(path) ?? folderAt(path);
    folders.set(path, known);
    return known;
  };
  if (source !== undefined && (await read(source)) === undefined)
    throw new CommandFailed(EXIT.usage, `--source ${source}: there is no .tf file in it`);
  const placed: ChangeItem[] = [];
  for (const item of items) {
    const place = item.source === 'plan' ? await placeOf(item, source, read) : undefined;
    placed.push(place === undefined ? item : { ...item, place });
  }
  return placed;
}

interface Folder {
  readonly path: string;
  readonly files: readonly { readonly file: string; readonly blocks: TerraformBlocks }[];
}

async function folderAt(path: string): Promise<Folder | undefined> {
  let names: readonly string[];
  try {
    names = (await readdir(path)).filter((name) => name.endsWith('.tf')).sort();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CommandFailed(EXIT.incomplete, `cannot read ${path}: ${plainReason(error)}`);
  }
  if (names.length === 0) return undefined;
  const files = names.map(async (name) => {
    const file = join(path, name);
    return { file, blocks: terraformBlocks(await readFile(file, 'utf8')) };
  });
  return { path, files: await Promise.all(files) };
}

async function placeOf(
  item: ChangeItem,
  source: string | undefined,
  read: (path: string) => Promise<Folder | undefined>,
): Promise<Place | undefined> {
  const address = readAddress(item.name)?.address;
  if (address === undefined || address.modules.length > MAX_DEPTH) return undefined;
  const { file } = item.place;
  const roots = source !== undefined ? [source] : [...(file === '-' ? [] : [dirname(file)]), '.'];
  for (const root of roots) {
    let folder = await read(root);
    for (const { name } of address.modules) folder = folder && (await moduleIn(folder, name, read));
    for (const { file: found, blocks } of folder?.files ?? []) {
      const line = blocks.resources.get(address.local);
      if (line !== undefined) return { file: found, line };
    }
  }
  return undefined;
}

async function moduleIn(folder: Folder, name: string, read: (path: string) => Promise<Folder | undefined>) {
  const source = folder.files.map(({ blocks }) => blocks.modules.get(name)).find((one) => one !== undefined);
  return source !== undefined && /^\.\.?(?:\/|$)/.test(source) ? read(join(folder.path, source)) : undefined;
}
