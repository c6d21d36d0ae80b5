import { describe, expect, it } from '@jest/globals';
import { only, POLICY, says, t } from '../world.ts';
import { part } from './watch.ts';

const DETECTOR = 'self-policy-invalid';
const MISTAKE = { about: 'problem', words: 'policy.yaml:7:5 `allw` is no key of workloadIdentities' };

describe('self-policy-invalid', () => {
  it('says nothing of a policy that loads', () => {
    expect(
      says(DETECTOR, { observations: [part('policy', 'own:policy', { troubles: [], found: [] })] }),
    ).toEqual([]);
  });

  it('tells what is wrong with one that does not, and that the last good one judges on', () => {
    const finding = only(DETECTOR, { observations: [part('policy', 'own:policy', { troubles: [MISTAKE] })] });
    expect(finding).toMatchObject({
      state: 'open',
      severity: 'critical',
      after: [MISTAKE.words],
      owner: POLICY.owner,
    });
    expect(finding.explanation).toContain(POLICY.hash);
  });

  it('tells at once that it cannot be read', () => {
    const observations = [part('policy', 'own:policy', { unread: '403 on gs://acme-policy' }, t(10))];
    expect(only(DETECTOR, { observations, asOf: t(11) })).toMatchObject({
      state: 'open',
      title: 'The policy cannot be read',
      explanation: `403 on gs://acme-policy. Policy ${POLICY.hash} judges on.`,
    });
  });

  it('leaves it to others that it is weaker', () => {
    const troubles = [{ about: 'weaker', words: 'scope.include' }];
    expect(says(DETECTOR, { observations: [part('policy', 'own:policy', { troubles })] })).toEqual([]);
  });
});
