import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadPolicy, loadPolicyTests } from '../../shared/policy/load.ts';
import { policyPage } from '../../shared/policy/policy-page.ts';
import { PROBLEM_CODES, renderProblem } from '../../shared/policy/problem.ts';

const DOCS = new URL('../../docs/', import.meta.url);
const HEAD = readFileSync(new URL('policy-head.md', DOCS), 'utf8');
const PAGE = readFileSync(new URL('policy.md', DOCS), 'utf8');

it('docs/policy.md is what the schema says: else run `npm run schema`', () => {
  expect(PAGE).toBe(policyPage(HEAD));
});

it('every code has its line', () => {
  for (const code of PROBLEM_CODES)
    expect(PAGE).toMatch(new RegExp(`^\\| \`${code}\` \\| \\S.*\\. \\|$`, 'm'));
});

describe('what the page shows', () => {
  const blocks = [...PAGE.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);

  it.each(blocks.map((text) => [/name: ([\w-]+)\n\s+(?:identit|files)/.exec(text)?.[1] ?? 'tests', text]))(
    '%s is sound',
    (_name, text) => {
      if (text.includes('kind: PolicyTest')) {
        expect(loadPolicyTests([{ path: 'p.yaml', text }]).ok).toBe(true);
        return;
      }
      const loaded = loadPolicy([{ path: 'p.yaml', text }]);
      const problems = loaded.ok ? loaded.warnings : loaded.problems;
      // A page shows the root file alone, without those that it delegates.
      const real = problems.filter(({ code }) => code !== 'delegation-unused');
      expect(real.map((problem) => renderProblem(problem, { color: false }))).toEqual([]);
    },
  );

  it('teaches the three patterns', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(5);
    expect(blocks.join()).toMatch(/<ksa>@.*ephemeral:.*until:/s);
  });
});
