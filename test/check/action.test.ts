/** The composite action: what it runs, and that no input is ever part of a shell's text. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';
import { acme, Folder } from '../cli/cli.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const STEP = z.object({ name: z.string(), run: z.string(), env: z.record(z.string(), z.string()) }).loose();
const ACTION = z
  .object({
    inputs: z.record(z.string(), z.object({ default: z.string().optional() })),
    outputs: z.record(z.string(), z.unknown()),
    runs: z.object({ steps: z.array(STEP) }),
  })
  .parse(parse(readFileSync(`${ROOT}action.yml`, 'utf8')));
const [install, check] = ACTION.runs.steps;

const folder = new Folder();
afterAll(() => folder.remove());

interface Ran {
  readonly code: number;
  readonly summary: string;
  readonly output: string;
  readonly err: string;
}

/** Runs the step as a runner does: inputs in the environment, files for what it tells. */
async function run(inputs: Readonly<Record<string, string>>): Promise<Ran> {
  const summary = folder.file('summary');
  const output = folder.file('output');
  const given = Object.entries(check!.env).flatMap(([name, value]) => {
    const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value)?.[1];
    return input === undefined ? [] : [[name, inputs[input] ?? ACTION.inputs[input]?.default ?? '']];
  });
  const env = {
    ...process.env,
    ...Object.fromEntries(given),
    ACTION_PATH: ROOT.replace(/\/$/, ''),
    RUNNER_TEMP: folder.path,
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_OUTPUT: output,
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_REPOSITORY: 'acme/infra',
    GITHUB_SHA: 'c0ffee',
  };
  const ended = await new Promise<{ code: number; err: string }>((resolve) => {
    execFile('bash', ['-e', '-c', check!.run], { cwd: ROOT, env }, (error, _out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, err }),
    );
  });
  return { ...ended, summary: readFileSync(summary, 'utf8'), output: readFileSync(output, 'utf8') };
}

const STATE = {
  policy: acme('policy.yaml'),
  snapshot: acme('assets.ndjson'),
  cluster: 'acme-prod/europe-west1/prod-euw1',
};

describe('the action', () => {
  it('never makes an input, or anything else of the run, part of a shell text', () => {
    for (const { run: script } of ACTION.runs.steps) expect(script).not.toContain('${{');
    expect(install?.run).toContain('npm ci');
    expect(ACTION.runs.steps.filter((step) => 'uses' in step)).toEqual([]);
  });

  it('tells the run what the change does, and where the SARIF lies', async () => {
    const plan = acme('pull-request/half-bound/plan.json');
    const ran = await run({ ...STATE, plan, manifests: `\n  ${acme('pull-request/half-bound/k8s')}\n` });
    expect(ran.code).toBe(1);
    expect(ran.summary).toContain('**annotated only**');
    expect(ran.summary).toContain(
      'https://github.example/acme/infra/blob/c0ffee/examples/acme/pull-request/half-bound/main.tf#L',
    );
    expect(ran.output).toBe(
      `sarif=${folder.in('anchorwatch.sarif')}\nmarkdown=${folder.in('anchorwatch.md')}\nexit-code=1\n`,
    );
    expect(JSON.parse(readFileSync(folder.in('anchorwatch.sarif'), 'utf8'))).toHaveProperty('runs');
  }, 60_000);

  it('is content with a clean change', async () => {
    const ran = await run({ ...STATE, manifests: acme('pull-request/clean') });
    expect(ran).toMatchObject({ code: 0, output: expect.stringContaining('exit-code=0') });
  }, 60_000);

  it('an input that looks like a command is a file that is not there', async () => {
    const ran = await run({ ...STATE, manifests: `$(touch ${folder.in('owned')}) ; --policy` });
    expect(ran.code).toBe(4);
    expect(ran.err).toContain('no such file');
    expect(() => readFileSync(folder.in('owned'))).toThrow();
  }, 60_000);
});
