/**
 * `npm run build`: everything that is deployed and run, into `dist/`: `functions/NAME/` and `functions/NAME.zip` for each function, `cli/` for the
 * command line, and `SHA256SUMS` of the zips. The same sources give the same sums.
 *
 *     node build/build.ts [--out dist]
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { FUNCTIONS } from '../functions/names.ts';
import { ROOT } from './bundle.ts';
import { type Built, buildCli, buildFunction } from './write.ts';

const { values } = parseArgs({ options: { out: { type: 'string', default: join(ROOT, 'dist') } } });
const dist = resolve(values.out);

const kilobytes = (bytes: number) => `${Math.round(bytes / 1000).toLocaleString('en')} kB`;

function table(rows: readonly Built[]): string {
  const cells = rows.map(({ name, code, atStart, zip, sha256 }) => [
    name,
    kilobytes(code),
    kilobytes(atStart),
    kilobytes(zip),
    sha256,
  ]);
  const head = ['function', 'code', 'at start', 'zip', 'sha256'];
  return [head, ...cells]
    .map(([name = '', ...figures]) =>
      [name.padEnd(16), ...figures.map((figure) => figure.padStart(9))].join('  '),
    )
    .map((line) => `${line}\n`)
    .join('');
}

mkdirSync(dist, { recursive: true });
// A function that is no more must not be deployed from what it left behind.
rmSync(join(dist, 'functions'), { recursive: true, force: true });
const built: Built[] = [];
for (const name of FUNCTIONS) built.push(await buildFunction(name, dist));
await buildCli(dist);
writeFileSync(
  join(dist, 'SHA256SUMS'),
  built.map(({ name, sha256 }) => `${sha256}  functions/${name}.zip\n`).join(''),
);
process.stdout.write(`${table(built)}\n${relative(process.cwd(), dist) || '.'}/SHA256SUMS has the sums.\n`);
