import { describe, expect, it } from '@jest/globals';
import { only, says } from '../world.ts';
import { part } from './watch.ts';

const DETECTOR = 'self-policy-weakened';
const with_ = (...troubles: readonly string[]) => ({
  observations: [
    part('policy', 'own:policy', {
      troubles: troubles.map((one) => {
        const [about = '', words = ''] = one.split(': ');
        return { about, words };
      }),
    }),
  ],
});

describe('self-policy-weakened', () => {
  it('says nothing of a policy that is none the weaker', () => {
    expect(says(DETECTOR, with_())).toEqual([]);
    expect(says(DETECTOR, with_('problem: policy.yaml:1:1 x'))).toEqual([]);
  });

  it('tells the guard rails that went, before what is declared wider', () => {
    expect(
      only(
        DETECTOR,
        with_('wider: workloadIdentities[api] allows more', 'weaker: forbiddenRoles[basic] is gone'),
      ),
    ).toMatchObject({
      class: 'attack',
      severity: 'high',
      title: 'The policy is weaker than before in one way',
      after: ['forbiddenRoles[basic] is gone', 'workloadIdentities[api] allows more'],
    });
  });

  it('pages nobody where only more is declared: that is what policies are changed for', () => {
    expect(only(DETECTOR, with_('wider: workloadIdentities[api] allows more'))).toMatchObject({
      class: 'posture',
      severity: 'low',
    });
  });

  it('counts what would be too long to read', () => {
    const many = Array.from({ length: 14 }, (_, at) => `weaker: ${at + 10}`);
    expect(only(DETECTOR, with_(...many)).after).toHaveLength(11);
    expect(only(DETECTOR, with_(...many)).after.at(-1)).toBe('and 4 more');
  });
});
