import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktf/hcl2json';

/** What stands in a body: arguments as JSON with expressions as text (`"${…}"`), blocks as lists of bodies. */
export interface Body {
  readonly [name: string]: unknown;
}

/** A block with its labels: `resource "google_x" "y"`, `variable "name"`, `locals`. */
export interface Block {
  readonly file: string;
  readonly kind: string;
  readonly labels: readonly string[];
  readonly body: Body;
}

/** How many labels the blocks of a kind have; none where it is not said. */
const LABELS: Readonly<Record<string, number>> = {
  resource: 2,
  data: 2,
  variable: 1,
  output: 1,
  module: 1,
  provider: 1,
};

/** The blocks of every `.tf` file right in `folder`. Throws, with the file's name, what the parser says of one that is no HCL. */
export async function readModule(folder: string): Promise<readonly Block[]> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.tf'))
    .sort();
  const read = await Promise.all(
    files.map((file) => parseFile(file, readFileSync(join(folder, file), 'utf8'))),
  );
  return read.flat();
}

/** The blocks of one file's text. */
export async function parseFile(file: string, text: string): Promise<readonly Block[]> {
  const parsed: Body = await parse(file, text);
  return Object.entries(parsed).flatMap(([kind, under]) => blocksUnder(file, kind, [], under));
}

function blocksUnder(
  file: string,
  kind: string,
  labels: readonly string[],
  under: unknown,
): readonly Block[] {
  if (labels.length === (LABELS[kind] ?? 0))
    return bodies(under).map((body) => ({ file, kind, labels, body }));
  return Object.entries(asBody(under)).flatMap(([label, inner]) =>
    blocksUnder(file, kind, [...labels, label], inner),
  );
}

/** The bodies of blocks that have one name, as the parser gives them. */
export function bodies(under: unknown): readonly Body[] {
  return (Array.isArray(under) ? under : [under]).map(asBody);
}

export function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asBody(value: unknown): Body {
  if (!isBody(value)) throw new Error(`the parser gave no body: ${JSON.stringify(value)}`);
  return value;
}
