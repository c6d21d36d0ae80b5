import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AFTER, BEFORE } from './answers.ts';
import type { Block } from './hcl.ts';
import type { ProviderSchema } from './schema.ts';
import { type Answers, stubProvider, type UsedTypes } from './stub-provider.ts';

/** Terraform in one folder, with stubs for its providers. */
export interface Terraform {
  /** What Terraform says against the folder: empty when it says nothing. */
  validate(): Promise<readonly string[]>;
  /**
   * What it would make, when nothing is there yet (`before`), or with what Google would have answered (`after`); or what is wrong, from conditions
   * on variables to keys of loops that cannot be known in time.
   */
  plan(
    answered: 'before' | 'after',
    variables?: Readonly<Record<string, string>>,
  ): Promise<Plan | readonly string[]>;
}

/** As `terraform show -json` gives it, as far as it is looked at. */
export interface Plan {
  readonly planned_values: {
    readonly outputs?: Readonly<Record<string, { readonly value?: unknown }>>;
    readonly root_module: PlannedModule;
  };
}
interface PlannedModule {
  readonly resources?: readonly PlannedResource[];
  readonly child_modules?: readonly PlannedModule[];
}
export interface PlannedResource {
  readonly address: string;
  readonly type: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Everything that is planned, of all modules. */
export function resourcesIn({
  resources = [],
  child_modules = [],
}: PlannedModule): readonly PlannedResource[] {
  return [...resources, ...child_modules.flatMap(resourcesIn)];
}

/** `blocks`: all that is in `folder` and in what it calls, for the types that the stubs have to know. */
export function terraformIn(
  folder: string,
  blocks: readonly Block[],
  providers: Readonly<Record<string, ProviderSchema>>,
): Terraform {
  const used: UsedTypes = { resources: typesOf('resource', blocks), data: typesOf('data', blocks) };
  return {
    validate: () =>
      withStubs(providers, used, BEFORE, async (env) => {
        const init = await run(INIT, folder, env);
        if (init.code !== 0) return [init.errors];
        return diagnosticsIn((await run(['validate', '-json'], folder, env)).output);
      }),
    plan: (answered, variables = {}) =>
      withStubs(providers, used, answered === 'before' ? BEFORE : AFTER, async (env) => {
        const set = Object.fromEntries(
          Object.entries(variables).map(([name, value]) => [`TF_VAR_${name}`, value]),
        );
        const init = await run(INIT, folder, env);
        if (init.code !== 0) return [init.errors];
        const file = join(env.TF_DATA_DIR ?? folder, 'plan');
        const plan = await run(['plan', '-input=false', '-lock=false', '-no-color', `-out=${file}`], folder, {
          ...env,
          ...set,
        });
        if (plan.code !== 0) return [plan.errors];
        const shown: Plan = JSON.parse((await run(['show', '-json', file], folder, env)).output);
        return shown;
      }),
  };
}

const INIT = ['init', '-backend=false', '-input=false', '-no-color'];

function typesOf(kind: string, blocks: readonly Block[]): ReadonlySet<string> {
  return new Set(blocks.filter((block) => block.kind === kind).map(({ labels }) => labels[0] ?? ''));
}

async function withStubs<T>(
  providers: Readonly<Record<string, ProviderSchema>>,
  used: UsedTypes,
  answers: Answers,
  work: (env: NodeJS.ProcessEnv) => Promise<T>,
): Promise<T> {
  const stubs = await Promise.all(
    Object.entries(providers).map(
      async ([name, schema]) => [name, await stubProvider(schema, used, answers)] as const,
    ),
  );
  // Where Terraform keeps what it makes: the folder itself stays as it is.
  const data = mkdtempSync(join(tmpdir(), 'anchorwatch-terraform-'));
  const reattach = stubs.map(([name, stub]) => [`registry.terraform.io/hashicorp/${name}`, stub.reattach]);
  try {
    return await work({
      ...process.env,
      TF_DATA_DIR: data,
      TF_REATTACH_PROVIDERS: JSON.stringify(Object.fromEntries(reattach)),
    });
  } finally {
    for (const [, stub] of stubs) stub.close();
    rmSync(data, { recursive: true, force: true });
  }
}

interface Diagnostic {
  readonly summary: string;
  readonly detail?: string;
  readonly range?: { readonly filename: string; readonly start: { readonly line: number } };
}

function diagnosticsIn(output: string): readonly string[] {
  const { diagnostics }: { diagnostics: readonly Diagnostic[] } = JSON.parse(output);
  return diagnostics.map(({ summary, detail, range }) =>
    `${range === undefined ? '' : `${range.filename}:${range.start.line}: `}${summary}. ${detail ?? ''}`.trim(),
  );
}

function run(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('terraform', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output, errors }));
  });
}
