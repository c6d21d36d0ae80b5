/** Where the blocks of a Terraform file begin: what there is to find a resource's line by. */
export interface TerraformBlocks {
  /** `TYPE.NAME`, and the line of its `resource "TYPE" "NAME"`. */
  readonly resources: ReadonlyMap<string, number>;
  /** Modules that the file calls, and the `source` each says. */
  readonly modules: ReadonlyMap<string, string>;
}

const RESOURCE = /^\s*resource\s+"([^"]+)"\s+"([^"]+)"/;
const MODULE = /^\s*module\s+"([^"]+)"/;
const SOURCE = /^[^#]*?\bsource\s*=\s*"([^"]+)"/;
const HEREDOC = /<<-?\s*([A-Za-z_][\w-]*)\s*$/;

/** Reads line by line, and not as the language: comments and heredocs are passed over, and that is all that is needed. */
export function terraformBlocks(text: string): TerraformBlocks {
  const resources = new Map<string, number>();
  const modules = new Map<string, string>();
  let [module, heredoc, inComment]: [string | undefined, string | undefined, boolean] = [
    undefined,
    undefined,
    false,
  ];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (heredoc !== undefined) {
      if (line.trim() === heredoc) heredoc = undefined;
      continue;
    }
    if (inComment) {
      inComment = !line.includes('*/');
      continue;
    }
    if (/^\s*\/\*/.test(line)) {
      inComment = !line.includes('*/');
      continue;
    }
    if (/^\s*(?:#|\/\/)/.test(line)) continue;
    const resource = RESOURCE.exec(line);
    if (resource !== null) resources.set(`${resource[1]}.${resource[2]}`, index + 1);
    module = MODULE.exec(line)?.[1] ?? (resource === null ? module : undefined);
    const source = module === undefined ? undefined : SOURCE.exec(line)?.[1];
    if (module !== undefined && source !== undefined) {
      modules.set(module, source);
      module = undefined;
    }
    heredoc = HEREDOC.exec(line)?.[1];
  }
  return { resources, modules };
}
