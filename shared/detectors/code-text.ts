/** What YAML takes for a text as it stands, and nobody for anything else: no number, no word of YAML's own, nothing to trip over. */
const PLAIN = /^[A-Za-z][A-Za-z0-9_./-]*$/;
const WORDS: ReadonlySet<string> = new Set(['null', 'true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n']);

/** A mapping of YAML; keys are ours. */
export interface YamlMap {
  readonly [key: string]: string | boolean | YamlMap | undefined;
}

/** The lines of a YAML document. Names come from the cloud: each is quoted so that it stays the one text it is. */
export function yaml(map: YamlMap, indent = ''): readonly string[] {
  return Object.entries(map).flatMap(([key, value]) => {
    if (value === undefined) return [];
    if (typeof value === 'object') return [`${indent}${key}:`, ...yaml(value, `${indent}  `)];
    return [`${indent}${key}: ${typeof value === 'boolean' ? value : scalar(value)}`];
  });
}

function scalar(text: string): string {
  return PLAIN.test(text) && !WORDS.has(text.toLowerCase()) ? text : quoted(text);
}

/** The body of an HCL block: arguments, then blocks and maps. */
export interface HclBody {
  readonly args: { readonly [name: string]: string | boolean | undefined };
  readonly blocks?: { readonly [name: string]: HclBody | undefined };
  /** Arguments that are maps of texts, keys in quotes. */
  readonly maps?: { readonly [name: string]: { readonly [key: string]: string } };
}

/** The lines of `resource "TYPE" "LABEL" { … }`, as `terraform fmt` has them. `type` is ours; the label is made of `label` and is a plain word. */
export function hclResource(type: string, label: string, body: HclBody): readonly string[] {
  return [`resource "${type}" "${word(label, '_')}" {`, ...hclBody(body, '  '), '}'];
}

function hclBody({ args, blocks = {}, maps = {} }: HclBody, indent: string): readonly string[] {
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  return [
    ...aligned(
      given.map(([name, value]) => [name, typeof value === 'string' ? hclText(value) : `${value}`]),
    ).map((line) => `${indent}${line}`),
    ...Object.entries(maps).flatMap(([name, map]) => [
      `${indent}${name} = {`,
      ...aligned(Object.entries(map).map(([key, value]) => [hclText(key), hclText(value)])).map(
        (line) => `${indent}  ${line}`,
      ),
      `${indent}}`,
    ]),
    ...Object.entries(blocks).flatMap(([name, block]) =>
      block === undefined ? [] : [`${indent}${name} {`, ...hclBody(block, `${indent}  `), `${indent}}`],
    ),
  ];
}

function aligned(pairs: readonly (readonly [name: string, value: string])[]): readonly string[] {
  const width = Math.max(0, ...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)} = ${value}`);
}

/** In HCL a text in quotes is a template besides: what would begin an expression is doubled (HCL native syntax: Template Expressions). */
function hclText(text: string): string {
  return quoted(text).replace(/[$%](?=\{)/g, '$&$&');
}

/** A text in double quotes. YAML and HCL read the same escapes; what cannot be seen, or may be seen as something else, is written in them. */
function quoted(text: string): string {
  const escaped = text
    .toWellFormed()
    .replace(/["\\]/g, '\\$&')
    .replace(/[^\x20-\x7e]/gu, (character) => {
      const code = character.codePointAt(0)!.toString(16);
      return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
    });
  return `"${escaped}"`;
}

const LONGEST_WORD = 60;

/** A name of our making from others' names: small letters, digits and `joint`, a letter first. */
export function word(text: string, joint: '_' | '-'): string {
  const plain = text
    .replace(/([a-z0-9])([A-Z])/g, `$1${joint}$2`)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, joint)
    .slice(0, LONGEST_WORD)
    .replace(/^[^a-z]+|[^a-z0-9]+$/g, '');
  return plain === '' ? 'identity' : plain;
}
