import { type Block, type Body, bodies, isBody } from './hcl.ts';
import { type Reference, referencesIn } from './references.ts';
import type { BlockSchema, ProviderSchema } from './schema.ts';

export interface Fault {
  readonly file: string;
  /** `google_pubsub_topic.this`, `local.watch`: where in the file. */
  readonly at: string;
  readonly what: string;
}

/** What is checked: one folder's blocks, with what they may refer to. */
export interface Checked {
  readonly blocks: readonly Block[];
  /** By provider: `google`, `google-beta`. */
  readonly providers: Readonly<Record<string, ProviderSchema>>;
  /** The blocks of the modules that are called, by the label of the call. */
  readonly modules?: ReadonlyMap<string, readonly Block[]>;
}

/**
 * What is wrong with a module, as far as that can be told without a provider: types, arguments and blocks that there are not, required ones that
 * are missing, references that lead nowhere, variables and locals that nothing refers to. In the order of the blocks.
 */
export function faultsIn(checked: Checked): readonly Fault[] {
  const context = contextOf(checked);
  return [
    ...checked.blocks.flatMap((block) => [
      ...shapeFaults(block, context),
      ...referenceFaults(block, context),
    ]),
    ...unusedFaults(context),
  ];
}

interface Context extends Checked {
  readonly variables: ReadonlyMap<string, Block>;
  readonly locals: ReadonlyMap<string, Block>;
  /** Of resources `TYPE.NAME`, of data sources `data.TYPE.NAME`. */
  readonly declared: ReadonlyMap<string, BlockSchema | undefined>;
}

function contextOf(checked: Checked): Context {
  const { blocks } = checked;
  const named = (kind: string) =>
    new Map(blocks.filter((block) => block.kind === kind).map((block) => [block.labels[0] ?? '', block]));
  const locals = blocks
    .filter(({ kind }) => kind === 'locals')
    .flatMap((block) => Object.keys(block.body).map((name) => [name, block] as const));
  const declared = blocks
    .filter(isOfProvider)
    .map((block) => [addressOf(block), schemaOf(block, checked)] as const);
  return { ...checked, variables: named('variable'), locals: new Map(locals), declared: new Map(declared) };
}

function isOfProvider({ kind }: Block): boolean {
  return kind === 'resource' || kind === 'data';
}

function addressOf({ kind, labels }: Block): string {
  if (kind === 'resource') return labels.join('.');
  return [kind, ...labels].join('.');
}

/** Built into Terraform: it belongs to no provider that is looked at. */
const BUILT_IN = 'terraform_data';

function schemaOf({ kind, labels, body }: Block, { providers }: Checked): BlockSchema | undefined {
  const [type = ''] = labels;
  const provider = providers[providerOf(body, type)];
  return kind === 'data' ? provider?.data(type) : provider?.resource(type);
}

function providerOf(body: Body, type: string): string {
  const said = typeof body.provider === 'string' ? /^\$\{([\w-]+)/.exec(body.provider)?.[1] : undefined;
  return said ?? type.split('_')[0] ?? '';
}

const META = ['for_each', 'count', 'depends_on', 'provider', 'lifecycle', 'provisioner', 'connection'];

function shapeFaults(block: Block, context: Context): readonly Fault[] {
  const { file, kind, labels, body } = block;
  const at = addressOf(block);
  const fault = (what: string): Fault => ({ file, at, what });
  if (kind === 'module') return callFaults(block, context).map(fault);
  if (!isOfProvider(block) || labels[0] === BUILT_IN) return [];
  const schema = schemaOf(block, context);
  if (schema === undefined)
    return [
      fault(
        `${providerOf(body, labels[0] ?? '')} has no ${kind === 'data' ? 'data source' : 'resource'} ${labels[0]}`,
      ),
    ];
  const own = Object.fromEntries(Object.entries(body).filter(([name]) => !META.includes(name)));
  return bodyFaults(own, schema, []).map(fault);
}

function bodyFaults(body: Body, schema: BlockSchema, path: readonly string[]): readonly string[] {
  const where = path.length === 0 ? '' : ` in ${path.join('.')}`;
  const { dynamic, ...direct } = body;
  const faults: string[] = [];
  const present = new Set(Object.keys(direct));
  const inner: [name: string, body: Body][] = [];
  for (const [name, value] of Object.entries(direct)) {
    const attribute = schema.attributes.get(name);
    if (schema.blocks.has(name)) {
      // A block is a list of bodies; `name = …` would be a text or an object of expressions.
      if (Array.isArray(value) && value.every(isBody)) for (const one of value) inner.push([name, one]);
      else faults.push(`${name}${where} is a block, and is written as an argument`);
    } else if (attribute === undefined) faults.push(`there is no argument or block ${name}${where}`);
    else if (!attribute.settable) faults.push(`${name}${where} can only be read`);
  }
  for (const [name, generators] of isBody(dynamic) ? Object.entries(dynamic) : []) {
    present.add(name);
    if (!schema.blocks.has(name)) faults.push(`there is no block ${name}${where}`);
    for (const generator of bodies(generators))
      for (const one of bodies(generator.content)) inner.push([name, one]);
  }
  for (const [name, { required }] of [...schema.attributes, ...schema.blocks])
    if (required && !present.has(name)) faults.push(`${name} is missing${where}`);
  return [
    ...faults,
    ...inner.flatMap(([name, one]) => {
      const nested = schema.blocks.get(name);
      return nested === undefined ? [] : bodyFaults(one, nested.block, [...path, name]);
    }),
  ];
}

const META_OF_CALLS = ['source', 'version', 'for_each', 'count', 'depends_on', 'providers'];

function callFaults({ labels, body }: Block, { modules }: Context): readonly string[] {
  const called = modules?.get(labels[0] ?? '');
  if (called === undefined) return ['the module that is called cannot be read'];
  const variables = called.filter(({ kind }) => kind === 'variable');
  const names = variables.map((variable) => variable.labels[0] ?? '');
  return [
    ...Object.keys(body)
      .filter((name) => !META_OF_CALLS.includes(name) && !names.includes(name))
      .map((name) => `the module has no variable ${name}`),
    ...variables
      .filter((variable) => !('default' in variable.body) && !((variable.labels[0] ?? '') in body))
      .map((variable) => `${variable.labels[0]} is missing`),
  ];
}

function referenceFaults(block: Block, context: Context): readonly Fault[] {
  const named =
    block.kind === 'locals'
      ? Object.entries(block.body).map(([name, value]) => [`local.${name}`, value] as const)
      : [[addressOf(block), block.body] as const];
  return named.flatMap(([at, value]) =>
    referencesIn(value)
      .map((reference) => danglingIn(reference, context))
      .filter((what) => what !== undefined)
      .map((what) => ({ file: block.file, at, what })),
  );
}

/** What is wrong with a reference; `undefined` when it leads somewhere, or to what is known only while Terraform runs. */
function danglingIn(reference: Reference, context: Context): string | undefined {
  const [root, name] = reference;
  const text = reference
    .map((step) => (step === 0 ? '[…]' : `.${step}`))
    .join('')
    .slice(1);
  if (root === 'var')
    return context.variables.has(String(name)) ? undefined : `${text}: there is no such variable`;
  if (root === 'local')
    return context.locals.has(String(name)) ? undefined : `${text}: there is no such local`;
  if (root === 'module') return moduleOutputFault(reference, text, context);
  const isData = root === 'data';
  if (!isData && !/^google_/.test(String(root))) return undefined;
  const length = isData ? 3 : 2;
  // `google_x` alone is a key of an object, say.
  if (reference.length < length) return undefined;
  const address = reference.slice(0, length).join('.');
  if (!context.declared.has(address)) return `${text}: there is no ${address}`;
  const schema = context.declared.get(address);
  return schema === undefined ? undefined : stepFault(reference.slice(length), schema, text);
}

function stepFault(steps: Reference, schema: BlockSchema, text: string): string | undefined {
  const [step, ...rest] = steps.filter((one) => one !== 0);
  if (step === undefined) return undefined;
  const nested = schema.blocks.get(step);
  if (nested !== undefined) return stepFault(rest, nested.block, text);
  const attribute = schema.attributes.get(step);
  if (attribute === undefined) return `${text}: there is no attribute ${step}`;
  return isSchema(attribute.type) ? stepFault(rest, attribute.type, text) : undefined;
}

function isSchema(type: unknown): type is BlockSchema {
  return typeof type === 'object' && type !== null && 'attributes' in type;
}

function moduleOutputFault(reference: Reference, text: string, { modules }: Context): string | undefined {
  const [, label, ...steps] = reference;
  const called = modules?.get(String(label));
  if (called === undefined) return `${text}: there is no such module`;
  const output = steps.find((step) => step !== 0);
  const outputs = called.filter(({ kind }) => kind === 'output').map(({ labels }) => labels[0]);
  return output === undefined || outputs.includes(String(output))
    ? undefined
    : `${text}: the module has no such output`;
}

function unusedFaults({ blocks, variables, locals }: Context): readonly Fault[] {
  const used = new Set(
    blocks
      .flatMap(({ kind, labels, body }) =>
        referencesIn(body).filter(
          ([root, name]) => !(kind === 'variable' && root === 'var' && name === labels[0]),
        ),
      )
      .map(([root, name]) => `${root}.${name}`),
  );
  const unused = (root: string, of: ReadonlyMap<string, Block>) =>
    [...of]
      .filter(([name]) => !used.has(`${root}.${name}`))
      .map(([name, { file }]) => ({ file, at: `${root}.${name}`, what: 'nothing refers to it' }));
  return [...unused('var', variables), ...unused('local', locals)];
}
