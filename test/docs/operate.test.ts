/** docs/operate.md answers whoever is called at night: what can call them has to stand there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { ALL_DETECTORS } from '../../shared/detectors/index.ts';
import { readModule } from '../terraform/check/hcl.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OPERATE = readFileSync(join(ROOT, 'docs', 'operate.md'), 'utf8');
const MONITORING = (await readModule(join(ROOT, 'terraform'))).filter(({ file }) => file === 'monitoring.tf');

/** The text below a heading, up to the next one of its kind. */
function section(heading: string): string {
  const [mark = ''] = heading.split(' ');
  const [, text = ''] = OPERATE.split(`\n${heading}\n`);
  return text.split(`\n${mark} `)[0] ?? '';
}

/** Of a table's rows, its head left out. */
function firstCells(text: string): readonly string[] {
  return [...text.matchAll(/^\| ([^|]*) \|/gm)].map(([, cell = '']) => cell).slice(1);
}

/** The names in the code: `metrics.record('outbox_depth', …)`. */
function recordedMetrics(): readonly string[] {
  const found = ['shared', 'functions'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => [
        ...readFileSync(join(ROOT, folder, file), 'utf8').matchAll(/\brecord\(\s*'([a-z_]+)'/g),
      ])
      .map(([, name = '']) => name),
  );
  return [...new Set(found)].sort();
}

function local(name: string): Readonly<Record<string, { readonly title?: string }>> {
  const block = MONITORING.find(({ kind, body }) => kind === 'locals' && name in body);
  return (block?.body[name] ?? {}) as ReturnType<typeof local>;
}

describe('docs/operate.md', () => {
  it.each(ALL_DETECTORS.map(({ id }) => id).filter((id) => id.startsWith('self-')))(
    'says of %s what it means, what to look at and to do, and when it is over',
    (id) => {
      const steps = [...section(`### ${id}`).matchAll(/^- \*\*(.+?)\*\*/gm)].map(([, step]) => step);
      expect(steps).toEqual(['Means', 'Look at', 'Do', 'Over']);
    },
  );

  it('has a row for each metric that is told, and for no other', () => {
    const documented = firstCells(section('## Metrics')).map((cell) => /`(\w+)`/.exec(cell)?.[1]);
    expect(documented.sort()).toEqual(recordedMetrics());
  });

  it('tells of the metrics that Terraform makes', () => {
    expect(Object.keys(local('metrics')).sort()).toEqual(recordedMetrics());
  });

  it('has a row for each alarm that Terraform makes', () => {
    const titles = ['told', 'subscription_alarms'].flatMap((name) =>
      Object.values(local(name)).map(({ title }) => title),
    );
    const others = ['the watch is silent', 'something failed'];
    const documented = firstCells(section('## Alarms').split('\n### ')[0] ?? '');
    expect(documented.map((cell) => /\*(.+?)\*/.exec(cell)?.[1]).sort()).toEqual(
      [...titles, ...others].sort(),
    );
    expect(titles.length + others.length).toBe(11);
  });

  it('says what each line that rings an alarm means', () => {
    const block = MONITORING.find(({ kind, body }) => kind === 'locals' && 'lines_worth_an_alarm' in body);
    const lines = block?.body.lines_worth_an_alarm as readonly string[];
    const documented = section('### Lines worth an alarm');
    expect(lines.filter((line) => !documented.includes(`\`${line}\``))).toEqual([]);
    expect(lines).not.toEqual([]);
  });
});
