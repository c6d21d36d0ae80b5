import { describe, expect, it } from '@jest/globals';
import { frameworkSections } from '../../shared/report/frameworks.ts';
import type { Outcome } from '../../shared/report/report.ts';
import { report } from './small-report.ts';

const REPORT = report();
const control = (framework: string, id: string, of = REPORT.frameworks) =>
  of.find((one) => one.framework === framework)?.controls.find((one) => one.id === id);

/** The sections when every detector came out one way, but for some. */
function sections(all: Outcome, but: Readonly<Record<string, Outcome>> = {}) {
  const lines = REPORT.detectors.map((line) => ({
    ...line,
    judged: 1,
    standing: 0,
    undecided: 0,
    excepted: 0,
    failures: 0,
    outcome: but[line.id] ?? all,
    why: '',
  }));
  return frameworkSections(lines, [], []);
}

describe('controls', () => {
  it('are of named versions, and say whose judgement the mapping is', () => {
    expect(REPORT.frameworks.map(({ framework, version }) => `${framework} ${version}`)).toEqual([
      'CIS GCP 5.0',
      'CIS GKE 1.9',
      'NIST 800-53 r5',
      'PCI DSS 4.0',
      'SOC 2 2017',
      'ISO 27001 2022',
      'OWASP Kubernetes 2025',
    ]);
    for (const { mapping, controls } of REPORT.frameworks) {
      expect(mapping).toMatch(/judgement/);
      expect(controls.length).toBeGreaterThan(0);
    }
  });

  it('that a detector names, and those on the same theme, have its findings for evidence', () => {
    const [finding] = REPORT.findings.filter(({ detector }) => detector === 'forbidden-role');
    for (const [framework, id] of [
      ['CIS GCP', '1.6'],
      ['NIST 800-53', 'AC-6'],
      ['PCI DSS', '7.2.5'],
      ['SOC 2', 'CC6.3'],
      ['ISO 27001', 'A.8.2'],
    ] as const) {
      expect(control(framework, id)).toMatchObject({ outcome: 'fail' });
      expect(control(framework, id)?.evidence).toContain(finding?.id);
    }
    expect(control('CIS GKE', '5.2.2')?.evidence).not.toContain(finding?.id);
  });

  it('are no better than the worst of what speaks to them', () => {
    const one = (but: Readonly<Record<string, Outcome>>) =>
      control('CIS GCP', '1.6', sections('pass', but))?.outcome;
    expect(one({})).toBe('pass');
    expect(one({ 'forbidden-role': 'excepted' })).toBe('excepted');
    expect(one({ 'forbidden-role': 'excepted', 'escalation-path': 'not evaluated' })).toBe('not evaluated');
    expect(one({ 'forbidden-role': 'fail', 'escalation-path': 'not evaluated' })).toBe('fail');
  });

  it('a detector that met nothing of its kind says nothing while others speak', () => {
    // There is a key, and no HMAC key.
    expect(control('CIS GCP', '1.5')).toMatchObject({ outcome: 'fail' });
    const nothing = frameworkSections(
      REPORT.detectors.map((line) => ({
        ...line,
        outcome: 'not evaluated',
        judged: 0,
        standing: 0,
        why: 'nothing was seen',
      })),
      [],
      [],
    );
    expect(control('CIS GCP', '1.5', nothing)).toMatchObject({
      outcome: 'not evaluated',
      why: expect.stringContaining('hmac-key: nothing was seen'),
    });
  });

  it('stand in the order of their numbers', () => {
    const ids =
      REPORT.frameworks.find(({ framework }) => framework === 'PCI DSS')?.controls.map(({ id }) => id) ?? [];
    expect(ids.indexOf('2.2.1')).toBeLessThan(ids.indexOf('10.2.1'));
  });

  it('are those of the frameworks asked for; one that is not known is told among the limits', () => {
    const entry = {
      name: 'quarterly',
      frameworks: ['soc2-2017', 'cis-gcp-4.0'],
      signOff: 'required',
    } as const;
    const asked = report(undefined, { entry });
    expect(asked.frameworks.map(({ framework }) => framework)).toEqual(['SOC 2']);
    expect(asked.limits.map(({ text }) => text)).toContain(
      'The policy asks for cis-gcp-4.0, to which nothing is mapped here.',
    );
    expect(asked.signOff.required).toBe(true);
  });
});
