import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Judgement } from '../../shared/detectors/detector.ts';
import { fingerprint, hashOf } from '../../shared/findings/fingerprint.ts';
import { projectName } from '../../shared/model/asset.ts';
import { foundBy, iam, member, POLICY_YAML, policyOf, policyWith, t, type World } from '../world.ts';
import { judgement } from './a-finding.ts';

const of = (more: Partial<Judgement> = {}, tenant = 'acme', detector = 'forbidden-role') =>
  fingerprint(tenant, detector, judgement(more));

describe('a finding is the same one', () => {
  it.each<[string, Partial<Judgement>]>([
    ['under another title', { title: 'other words' }],
    ['with another explanation', { explanation: 'other words' }],
    ['when it is graver', { severity: 'critical', class: 'posture' }],
    ['when it is no longer decided', { state: 'undecided' }],
    [
      'at another time, by another change',
      { cause: { asset: '//x', time: t(999), source: 'scan', etag: 'e' } },
    ],
    [
      'by another version of the policy',
      { why: { file: 'p', line: 9, column: 9, entry: 'x', policyHash: 'other' } },
    ],
    ['with another owner', { owner: 'team-b' }],
    [
      'with other things around it',
      { before: ['x'], after: ['y'], path: ['z'], project: 'p', cluster: 'c', namespace: 'n' },
    ],
    ['with another remedy', { remediation: [{ kind: 'gcloud', text: 'x' }] }],
    [
      'named otherwise',
      { identity: 'api', member: 'm', account: 'a', ksa: { pool: 'p', namespace: 'n', name: 'k' } },
    ],
  ])('%s', (_what, more) => {
    expect(of(more)).toBe(of());
  });
});

describe('a finding is another', () => {
  it.each<[string, string]>([
    ['of another subject', of({ subject: 'gsa:b' })],
    ['on another resource', of({ resource: projectName('b') })],
    ['of another role', of({ role: 'roles/owner' })],
    ['of another key', of({ key: 'k1' })],
    ['under another condition', of({ condition: 'x' })],
    ['of another detector', of({}, 'acme', 'undeclared-grant')],
    ['of another tenant', of({}, 'acme-2')],
  ])('%s', (_what, id) => {
    expect(id).not.toBe(of());
  });

  it('when the same letters stand in other fields', () => {
    const { role: _role, ...bare } = judgement();
    const ids = [{ role: 'a' }, { key: 'a' }, { condition: 'a' }].map((more) =>
      fingerprint('acme', 'd', { ...bare, ...more }),
    );
    expect(new Set(ids).size).toBe(3);
  });
});

it('is 32 hex digits, and no two lists of parts run together', () => {
  const parts = fc.array(fc.string({ unit: fc.constantFrom('a', '|', '"', ',', '\\') }), { maxLength: 4 });
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      expect(hashOf(a)).toMatch(/^[0-9a-f]{32}$/);
      expect(hashOf(a) === hashOf(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});

describe('of a whole world', () => {
  const world: World = {
    observations: [
      iam(projectName('acme-prod'), [['roles/editor', member('payments/api')]], { time: t(5), etag: 'e1' }),
      iam('//storage.googleapis.com/x', [
        ['roles/x', member('payments/api'), { expression: 'a  <  b', title: 'one' }],
      ]),
    ],
  };
  const ids = (more: Partial<World> = {}) =>
    ['forbidden-role', 'undeclared-grant']
      .flatMap((detector) => foundBy(detector, { ...world, ...more }))
      .map(({ id }) => id)
      .sort();

  it.each<[string, Partial<World>]>([
    ['looked at later', { asOf: t(90_000) }],
    [
      'by a policy with other severities',
      { policy: policyWith('  severity: [{detector: "*", set: low}]\n') },
    ],
    ['by a policy with other lines', { policy: policyOf(`# a comment\n${POLICY_YAML}`) }],
    [
      'with the condition written otherwise',
      {
        observations: [
          world.observations[0]!,
          iam('//storage.googleapis.com/x', [
            ['roles/x', member('payments/api'), { expression: 'a < b', title: 'two' }],
          ]),
        ],
      },
    ],
  ])('the ids stay, %s', (_what, more) => {
    expect(ids()).toHaveLength(2);
    expect(ids(more)).toEqual(ids());
  });

  it('the ids are others for another tenant', () => {
    const policy = policyOf(POLICY_YAML.replace('name: acme,', 'name: acme-2,'));
    expect(ids({ policy }).filter((id) => ids().includes(id))).toEqual([]);
  });
});
