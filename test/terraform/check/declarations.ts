import type { Attribute, BlockSchema, NestedBlock, ValueType } from './schema.ts';

/*
 * A provider's schema, read back from the TypeScript that CDK for Terraform makes of it (`lib/TYPE/index.d.ts` of its npm packages). The text is
 * generated, one declaration like the next: each thing that may be set is a member of an interface, with Terraform's own name in the link of its
 * comment; each thing that can be read is a getter of a class.
 */

interface Member {
  readonly name: string;
  readonly required: boolean;
  readonly type: string;
}

interface Declarations {
  readonly interfaces: ReadonlyMap<string, readonly Member[]>;
  /** By class: the names of getters and their types. */
  readonly classes: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** The class that stands for the resource itself. */
  readonly main: string;
}

/** The schema of the resource or data source that one such file declares. Throws when the file is not of that form. */
export function schemaFrom(text: string): BlockSchema {
  const declared = declarationsIn(text);
  return blockOf(`${declared.main}Config`, declared.main, declared);
}

function declarationsIn(text: string): Declarations {
  const interfaces = new Map<string, readonly Member[]>();
  const classes = new Map<string, ReadonlyMap<string, string>>();
  let main: string | undefined;
  for (const [, kind, name = '', parent = '', body = ''] of text.matchAll(
    /^export (interface|declare class) (\w+)(?: extends ([\w.]+))? \{\n([\s\S]*?)^\}$/gm,
  )) {
    if (kind === 'interface') interfaces.set(name, membersIn(body));
    else {
      classes.set(name, gettersIn(body));
      if (parent === 'cdktf.TerraformResource' || parent === 'cdktf.TerraformDataSource') main = name;
    }
  }
  if (main === undefined) throw new Error('the file declares neither a resource nor a data source');
  return { interfaces, classes, main };
}

function membersIn(body: string): readonly Member[] {
  const members = body.matchAll(
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*readonly (\w+)(\??): ((?:\{[\s\S]*?\}|[^;{])+);/g,
  );
  return [...members].map(([, comment = '', name = '', optional, type = '']) => ({
    name: /#(\w+) \w+#\w+\}/.exec(comment)?.[1] ?? snake(name),
    required: optional === '',
    type: type.replace(/\s+/g, ' ').replace(/ \| cdktf\.IResolvable$/, ''),
  }));
}

/** `fooInput` gives back what `foo` was set to, and is nothing of Terraform's. */
function gettersIn(body: string): ReadonlyMap<string, string> {
  const all = new Map(
    [...body.matchAll(/^ {4}get (\w+)\(\): ((?:\{[\s\S]*?\}|[^;{])+);/gm)].map(([, name = '', type = '']) => [
      name,
      type.replace(/\s+/g, ' '),
    ]),
  );
  return new Map(
    [...all].filter(
      ([name]) => name !== 'internalValue' && !(name.endsWith('Input') && all.has(name.slice(0, -5))),
    ),
  );
}

function blockOf(config: string, reader: string, declared: Declarations): BlockSchema {
  const attributes = new Map<string, Attribute>();
  const blocks = new Map<string, NestedBlock>();
  for (const { name, required, type } of declared.interfaces.get(config) ?? []) {
    const inner = type.replace(/\[\]$/, '');
    if (declared.interfaces.has(inner))
      blocks.set(name, {
        block: blockOf(inner, `${inner}OutputReference`, declared),
        required,
        many: type.endsWith('[]'),
      });
    else attributes.set(name, { type: valueType(type), settable: true, required });
  }
  for (const [getter, type] of declared.classes.get(reader) ?? []) {
    const name = snake(getter);
    if (attributes.has(name) || blocks.has(name)) continue;
    const inner = type.replace(/(?:List|OutputReference)$/, '');
    const computed =
      inner !== type && declared.classes.has(`${inner}OutputReference`)
        ? blockOf(inner, `${inner}OutputReference`, declared)
        : valueType(type);
    attributes.set(name, { type: computed, settable: false, required: false });
  }
  return { attributes, blocks };
}

function valueType(type: string): ValueType {
  if (type === 'string' || type === 'number') return type;
  // What is read and may be true or false, the generator calls resolvable.
  if (type === 'boolean' || type === 'cdktf.IResolvable' || type === 'boolean | cdktf.IResolvable')
    return 'bool';
  if (type === 'string[]' || type === 'number[]') return ['list', valueType(type.slice(0, -2))];
  if (type === 'cdktf.StringMap' || /^\{ \[key: string\]: string; \}$/.test(type)) return ['map', 'string'];
  return 'any';
}

/** The generator's `someName2` is `some_name2`: as good as can be told where no comment has the name itself. */
function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
