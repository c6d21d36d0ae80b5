import { expect, it } from '@jest/globals';
import type { Severity } from '../../shared/model/finding.ts';
import { modeOf, severityOf } from '../../shared/policy/match.ts';
import { policyOf } from './policy-of.ts';

const POLICY = policyOf(`
  severity:
    - {detector: dangling-binding, set: low}
    - {detector: "key-*", set: critical}
    - {detector: key-unused, project: "acme-dev-*", max: info}
    - {detector: "*", namespace: "sandbox-*", max: medium}
`);

it.each<[string, Parameters<typeof severityOf>[1], Severity]>([
  ['no rule', { detector: 'forbidden-role', severity: 'high' }, 'high'],
  ['set', { detector: 'dangling-binding', severity: 'high' }, 'low'],
  ['set higher', { detector: 'key-overdue', severity: 'low' }, 'critical'],
  ['capped', { detector: 'forbidden-role', severity: 'critical', namespace: 'sandbox-1' }, 'medium'],
  ['below the cap', { detector: 'forbidden-role', severity: 'low', namespace: 'sandbox-1' }, 'low'],
  [
    'the last match decides alone',
    { detector: 'dangling-binding', severity: 'high', namespace: 'sandbox-1' },
    'medium',
  ],
  ['in the project meant', { detector: 'key-unused', severity: 'low', project: 'acme-dev-1' }, 'info'],
  ['in another project', { detector: 'key-unused', severity: 'low', project: 'acme-prod' }, 'critical'],
  ['in a project that is not known', { detector: 'key-unused', severity: 'low' }, 'critical'],
  [
    'in a namespace that is called alike',
    { detector: 'forbidden-role', severity: 'critical', namespace: 'sandbox' },
    'critical',
  ],
])('%s', (_what, verdict, expected) => {
  expect(severityOf(POLICY, verdict)).toBe(expected);
});

it.each(['baseline', 'audit', 'enforce'] as const)('the mode is %s', (mode) => {
  expect(modeOf(policyOf(`  mode: ${mode}\n`))).toBe(mode);
});
