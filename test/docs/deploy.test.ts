/** docs/deploy.md is typed after by somebody who has ten minutes: what it names has to be there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readModule } from '../terraform/check/hcl.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DEPLOY = readFileSync(join(ROOT, 'docs', 'deploy.md'), 'utf8');
const BLOCKS = await readModule(join(ROOT, 'terraform'));

function names(kind: string): readonly string[] {
  return BLOCKS.filter((block) => block.kind === kind).flatMap(({ labels }) => labels);
}

describe('docs/deploy.md', () => {
  it('sets no variable that the module does not have', () => {
    const example = /^module "anchorwatch" \{$([\s\S]*?)^\}$/m.exec(DEPLOY)?.[1] ?? '';
    const set = [
      ...[...example.matchAll(/^ {2}(\w+) +=/gm)].map(([, name = '']) => name),
      ...[...DEPLOY.matchAll(/`(\w+) = /g)].map(([, name = '']) => name),
      ...[...DEPLOY.matchAll(/\bTF_VAR_(\w+)/g)].map(([, name = '']) => name),
    ].filter((name) => name !== 'source');
    const known = names('variable');
    expect(set.filter((name) => !known.includes(name))).toEqual([]);
    expect(set.length).toBeGreaterThan(10);
  });

  it('speaks of every variable there is to choose', () => {
    expect(names('variable').filter((name) => !new RegExp(`\\b${name}\\b`).test(DEPLOY))).toEqual([]);
  });

  it('reads no output that the module does not have', () => {
    const read = [
      ...[...DEPLOY.matchAll(/terraform output -(?:raw|json) (\w+)/g)].map(([, name = '']) => name),
      ...[...DEPLOY.matchAll(/\boutput `(\w+)`/g)].map(([, name = '']) => name),
    ];
    expect(read.filter((name) => !names('output').includes(name))).toEqual([]);
    expect(read).toContain('deployment');
  });

  it('reckons with as many calls by the clock as there are', () => {
    const perMonth = { deliver: 43_200, heartbeat: 8_640, report: 2_880, sweep: 120 };
    const schedules = BLOCKS.find(({ kind, body }) => kind === 'locals' && 'schedules' in body)?.body
      .schedules;
    expect(Object.keys(schedules as object).sort()).toEqual(Object.keys(perMonth).sort());
    const sum = Object.values(perMonth).reduce((total, calls) => total + calls, 0);
    for (const count of [...Object.values(perMonth), sum])
      expect(DEPLOY).toContain(count.toLocaleString('en'));
  });
});
