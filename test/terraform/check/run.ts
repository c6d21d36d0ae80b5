/**
 * `npm run check:terraform`: holds terraform/ and its examples against the providers' schemas, and, where `terraform` is on the PATH, has Terraform
 * itself validate them and plan some deployments, with stubs for the providers. Nothing of Google's is needed. Exits 1 when something is wrong.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Checked, faultsIn } from './faults.ts';
import { type Block, readModule } from './hcl.ts';
import { planFaults, readersIn } from './plans.ts';
import { googleProviders } from './provider.ts';
import { terraformIn } from './terraform.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MODULE = join(ROOT, 'terraform');
const EXAMPLES = join(MODULE, 'examples');

const providers = googleProviders(join(ROOT, 'node_modules', '.cache', 'terraform-check'));
const examples = readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const folders = [MODULE, ...examples.map(({ name }) => join(EXAMPLES, name))];

let wrong = 0;
for (const folder of folders) {
  const blocks = await readModule(folder);
  const checked: Checked = { blocks, providers, modules: await modulesCalled(folder, blocks) };
  for (const { file, at, what } of faultsIn(checked)) {
    wrong += 1;
    console.error(`${relative(ROOT, join(folder, file))}: ${at}: ${what}`);
  }
  const things = blocks.filter(({ kind }) => kind === 'resource' || kind === 'data' || kind === 'module');
  console.log(`${relative(ROOT, folder)}: ${things.length} resources, data sources and modules looked at`);
}

if (spawnSync('terraform', ['version']).error === undefined) {
  const all = await readModule(MODULE);
  const said = [
    ...(await terraformIn(MODULE, all, providers).validate()).map((what) => `terraform validate: ${what}`),
    ...(
      await planFaults(
        MODULE,
        all,
        providers,
        join(ROOT, 'examples', 'acme', 'policy.yaml'),
        readersIn(readFileSync(join(ROOT, 'docs', 'operate.md'), 'utf8')),
      )
    ).map((what) => `terraform plan: ${what}`),
  ];
  for (const what of said) console.error(what);
  wrong += said.length;
  console.log('terraform: validated, and deployments planned');
} else console.log('terraform is not on the PATH: not validated, nothing planned');
process.exitCode = wrong === 0 ? 0 : 1;

/** Only those in folders of ours, which is all there are. */
async function modulesCalled(
  folder: string,
  blocks: readonly Block[],
): Promise<ReadonlyMap<string, readonly Block[]>> {
  const calls = blocks.filter(({ kind, body }) => kind === 'module' && String(body.source).startsWith('.'));
  return new Map(
    await Promise.all(
      calls.map(
        async ({ labels, body }) =>
          [labels[0] ?? '', await readModule(join(folder, String(body.source)))] as const,
      ),
    ),
  );
}
