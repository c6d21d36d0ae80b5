/** One call of a module: `module.NAME[KEY]`. */
export interface ModuleCall {
  readonly name: string;
  /** `[0]`, `["eu"]`; empty where the module is called once. */
  readonly index: string;
}

/** A resource's address, taken apart. */
export interface Address {
  readonly modules: readonly ModuleCall[];
  /** `TYPE.NAME`: what the configuration knows it by. */
  readonly local: string;
  readonly index: string;
}

const INDEX = /(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?/.source;
const MODULE = new RegExp(`^module\\.([^.[\\]]+)${INDEX}\\.`);
const LOCAL = new RegExp(`^([^.[\\]]+\\.[^.[\\]]+)${INDEX}`);

/** The resource that a text begins with (an address, or a reference to one's attribute), and what is left of the text. */
export function readAddress(text: string): { readonly address: Address; readonly rest: string } | undefined {
  const { modules, rest } = readModules(text);
  const local = LOCAL.exec(rest);
  if (local === null) return undefined;
  return {
    address: { modules, local: local[1]!, index: local[2] ?? '' },
    rest: rest.slice(local[0].length),
  };
}

/** `module.a.module.b["x"]` without an end, as `provider_config` has it. */
export function modulesOf(text: string): readonly ModuleCall[] {
  return readModules(`${text}.`).modules;
}

function readModules(text: string) {
  const modules: ModuleCall[] = [];
  let rest = text;
  for (let call = MODULE.exec(rest); call !== null; call = MODULE.exec(rest)) {
    modules.push({ name: call[1]!, index: call[2] ?? '' });
    rest = rest.slice(call[0].length);
  }
  return { modules, rest };
}

export function addressText(modules: readonly ModuleCall[], local: string): string {
  return `${modules.map(({ name, index }) => `module.${name}${index}.`).join('')}${local}`;
}
