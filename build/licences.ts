/** Whose code a bundle holds, and under which terms. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import * as z from 'zod';
import { ROOT } from './bundle.ts';

export interface BundledPackage {
  /** Inside the project: `node_modules/zod`. */
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  /** By its SPDX identifier, as the package says. */
  readonly licence: string;
  /** What its files LICENSE, COPYING and NOTICE say, in that order; empty when it has none. */
  readonly text: string;
}

/** Every package of which something is in the bundle, by name and version. Throws when one does not say its licence. */
export function bundledPackages(metafile: Metafile): readonly BundledPackage[] {
  const folders = new Set<string>();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const path of Object.keys(inputs)) {
      // The innermost package: one may carry others.
      const folder = /^node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
      if (folder !== undefined) folders.add(folder);
    }
  }
  return [...folders].map(packageAt).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** `LICENSES.txt`: each package with its version, licence and text, as most licences ask of whoever passes the code on. */
export function licencesText(packages: readonly BundledPackage[]): string {
  const line = '-'.repeat(80);
  const ours = readFileSync(join(ROOT, 'LICENSE'), 'utf8');
  const parts = packages.map(
    (one) =>
      `${line}\n${one.name} ${one.version}\nLicence: ${one.licence}\n\n${one.text || 'The package carries no text of its licence.'}\n`,
  );
  return `Anchorwatch\nLicence: Apache-2.0\n\n${ours.trim()}\n\n${line}\nIt is bundled with these ${packages.length} packages.\n${parts.join('')}`;
}

const MANIFEST = z.object({ name: z.string(), version: z.string(), license: z.string() });

function packageAt(folder: string): BundledPackage {
  const read = MANIFEST.safeParse(JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')));
  if (!read.success)
    throw new Error(
      `${folder}/package.json does not say its name, version and licence, so it is not bundled`,
    );
  const { name, version, license: licence } = read.data;
  return { folder, name, version, licence, text: textIn(join(ROOT, folder)) };
}

function textIn(folder: string): string {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((file) => file.isFile() && /^(?:licen[cs]e|copying|notice)(?:[.-]|$)/i.test(file.name))
    .map(({ name }) => name)
    .sort();
  return files
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim())
    .join('\n\n');
}

function keyOf({ name, version, folder }: BundledPackage): string {
  return `${name} ${version} ${folder}`;
}
