import { describe, expect, it } from '@jest/globals';
import type { Severity } from '../../shared/model/finding.ts';
import { type ModeContext, modeOf, severityOf } from '../../shared/policy/match.ts';
import type { Mode } from '../../shared/policy/policy.ts';
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

describe('modes', () => {
  const MODES = policyOf(`
  mode: baseline
  trust: {pools: [{name: prod, pool: acme-prod.svc.id.goog, clusters: [acme-prod/l/c]}]}
  modes:
    - {match: {pool: prod}, set: enforce}
    - {match: {namespace: "sandbox-*"}, set: audit}
    - {match: {detector: "unused-*", project: acme-dev}, set: baseline}
`);
  it.each<[string, ModeContext | undefined, Mode]>([
    ['nothing is known', undefined, 'baseline'],
    ['another pool', { pool: 'acme-dev.svc.id.goog' }, 'baseline'],
    ['the pool', { pool: 'acme-prod.svc.id.goog' }, 'enforce'],
    [
      'the pool by its path',
      { pool: 'projects/1/locations/global/workloadIdentityPools/acme-prod.svc.id.goog' },
      'enforce',
    ],
    ['the last that matches', { pool: 'acme-prod.svc.id.goog', namespace: 'sandbox-1' }, 'audit'],
    ['all fields must match', { pool: 'acme-prod.svc.id.goog', detector: 'unused-privilege' }, 'enforce'],
    [
      'and do',
      { pool: 'acme-prod.svc.id.goog', detector: 'unused-privilege', project: 'acme-dev' },
      'baseline',
    ],
  ])('%s', (_what, context, expected) => {
    expect(modeOf(MODES, context)).toBe(expected);
  });
});

it('no cap makes less of what reaches out of its entry', () => {
  const verdict = { detector: 'forbidden-role', severity: 'critical', namespace: 'sandbox-1' } as const;
  expect(severityOf(POLICY, { ...verdict, uncapped: true })).toBe('critical');
  expect(severityOf(POLICY, verdict)).toBe('medium');
});
