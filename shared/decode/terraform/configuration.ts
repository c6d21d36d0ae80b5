import { Fields, isObject } from '../fields.ts';
import { type Address, type ModuleCall, modulesOf, readAddress } from './address.ts';

/** An expression as `terraform show -json` tells of it: its value when it is a constant, else only what it refers to. */
export interface Expression {
  readonly constant?: string;
  /** Without those that only lead to another: of `a.b` and `a.b.email`, the second. */
  readonly references: readonly string[];
}

/** What a plain reference comes to: a text, or a resource's attribute (empty for the resource as such). */
export type Resolved =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'attribute';
      readonly modules: readonly ModuleCall[];
      readonly local: string;
      readonly attribute: string;
    };

/** Modules call one another; a reference that goes on for longer than this goes round in a circle. */
const MAX_STEPS = 20;

/** The part of a plan that says how its values are made. A state has none: there every value is known. */
export class Configuration {
  readonly #configuration: Fields | undefined;
  readonly #variables: Fields | undefined;
  readonly #resources = new Map<Fields['values'], ReadonlyMap<string, Fields>>();

  constructor(json: Fields) {
    this.#configuration = json.objectIfAny('configuration');
    this.#variables = json.objectIfAny('variables');
  }

  /** The expression at a path of a resource's arguments: `member`, or `metadata`, 0, `annotations`. */
  expression({ modules, local }: Address, path: readonly (string | number)[]): Expression | undefined {
    return expressionAt(this.#resource(modules, local)?.raw('expressions'), path);
  }

  /** The `project` that a resource's provider is configured with; undefined where that is an expression that takes more than following. */
  providerProject({ modules, local }: Address): { readonly isSaid: boolean; readonly project?: string } {
    const key = this.#resource(modules, local)?.textIfAny('provider_config_key');
    const provider =
      key === undefined ? undefined : this.#configuration?.objectIfAny('provider_config')?.objectIfAny(key);
    const expression = expressionAt(provider?.raw('expressions'), ['project']);
    if (expression === undefined) return { isSaid: false };
    const scope = modulesOf(provider?.textIfAny('module_address') ?? '');
    const resolved = this.#value(expression, scope, 0);
    return { isSaid: true, ...(resolved?.kind === 'text' ? { project: resolved.text } : {}) };
  }

  /** Follows a reference through variables and outputs to what it plainly is; undefined where that takes more than following. */
  resolve(reference: string, modules: readonly ModuleCall[], steps = 0): Resolved | undefined {
    if (steps > MAX_STEPS) return undefined;
    const variable = /^var\.([^.[\]]+)$/.exec(reference)?.[1];
    if (variable !== undefined) return this.#variable(variable, modules, steps);
    const output = /^(module\..+)\.([^.[\]]+)$/.exec(reference);
    if (output !== null) return this.#output(modulesOf(output[1]!), output[2]!, modules, steps);
    if (/^(?:data|each|count|local|path|self|terraform|var|module)\./.test(reference)) return undefined;
    const found = readAddress(reference);
    if (found === undefined || !/^(?:\.[^.[\]]+)?$/.test(found.rest)) return undefined;
    const { local, index } = found.address;
    return { kind: 'attribute', modules, local: local + index, attribute: found.rest.slice(1) };
  }

  #variable(name: string, modules: readonly ModuleCall[], steps: number): Resolved | undefined {
    const call = modules.at(-1);
    if (call === undefined) {
      const value = this.#variables?.objectIfAny(name)?.textIfAny('value');
      return value === undefined ? undefined : { kind: 'text', text: value };
    }
    const outer = modules.slice(0, -1);
    const expressions = this.#module(outer)
      ?.objectIfAny('module_calls')
      ?.objectIfAny(call.name)
      ?.raw('expressions');
    const expression = expressionAt(expressions, [name]);
    return expression === undefined ? undefined : this.#value(expression, outer, steps + 1);
  }

  #output(
    calls: readonly ModuleCall[],
    name: string,
    modules: readonly ModuleCall[],
    steps: number,
  ): Resolved | undefined {
    // A module refers to the outputs of those it calls itself, and to no others.
    if (calls.length !== 1) return undefined;
    const inner = [...modules, ...calls];
    const output = this.#module(inner)?.objectIfAny('outputs')?.objectIfAny(name);
    const expression = expressionOf(output?.raw('expression'));
    return expression === undefined ? undefined : this.#value(expression, inner, steps + 1);
  }

  #value(
    { constant, references }: Expression,
    modules: readonly ModuleCall[],
    steps: number,
  ): Resolved | undefined {
    if (constant !== undefined) return { kind: 'text', text: constant };
    return references.length === 1 ? this.resolve(references[0]!, modules, steps) : undefined;
  }

  #module(modules: readonly ModuleCall[]): Fields | undefined {
    let module = this.#configuration?.objectIfAny('root_module');
    for (const { name } of modules)
      module = module?.objectIfAny('module_calls')?.objectIfAny(name)?.objectIfAny('module');
    return module;
  }

  #resource(modules: readonly ModuleCall[], local: string): Fields | undefined {
    const module = this.#module(modules);
    if (module === undefined) return undefined;
    const known = this.#resources.get(module.values);
    if (known !== undefined) return known.get(local);
    const list = module.raw('resources');
    const resources = (Array.isArray(list) ? list : [])
      .filter(isObject)
      .map((resource) => new Fields(resource, 'configuration'));
    const byAddress = new Map(
      resources.map((resource) => [resource.textIfAny('address') ?? '', resource] as const),
    );
    this.#resources.set(module.values, byAddress);
    return byAddress.get(local);
  }
}

function expressionAt(expressions: unknown, path: readonly (string | number)[]): Expression | undefined {
  let found = expressions;
  for (const step of path) {
    if (Array.isArray(found) && typeof step === 'number') found = found[step];
    else if (isObject(found) && typeof step === 'string' && Object.hasOwn(found, step)) found = found[step];
    else return undefined;
  }
  return expressionOf(found);
}

function expressionOf(value: unknown): Expression | undefined {
  if (!isObject(value)) return undefined;
  const list = Array.isArray(value.references) ? value.references : [];
  const references = list.filter((reference) => typeof reference === 'string');
  const leading = references.filter(
    (reference, at) =>
      references.indexOf(reference) === at &&
      !references.some((other) => other.startsWith(`${reference}.`) || other.startsWith(`${reference}[`)),
  );
  return typeof value.constant_value === 'string'
    ? { constant: value.constant_value, references: leading }
    : { references: leading };
}
