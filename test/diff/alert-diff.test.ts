import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diffAlerts } from '../../shared/diff/alert-diff.ts';
import { tellingsOf } from '../../shared/diff/telling.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { HOUR, MINUTE } from '../../shared/model/time.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { finding } from '../findings/a-finding.ts';
import { POLICY, t } from '../world.ts';

const END = t(24 * 3600);
/** Quiet all day long. */
const QUIET: Policy = {
  ...POLICY,
  routing: {
    ...POLICY.routing,
    quietHours: { from: '00:00', to: '23:59', days: [], breakThrough: ['critical'] },
  },
};

function telling(more: Partial<Finding>, policy = POLICY) {
  return tellingsOf([finding(more)], policy, END).get('f1');
}

describe('what becomes of a finding', () => {
  it.each<[string, Partial<Finding>, string]>([
    ['an attack', {}, 'alert'],
    ['posture', { class: 'posture' }, 'digest'],
    ['an exception', { state: 'excepted' }, 'excepted'],
    ['what is not decided', { state: 'undecided' }, 'undecided'],
    [
      'an outage that was over before it had settled',
      { class: 'outage', state: 'resolved', resolution: 'repaired', firstSeen: t(0), resolvedAt: t(60) },
      'repaired first',
    ],
    [
      'an outage that was over after it had settled',
      { class: 'outage', state: 'resolved', resolution: 'repaired', firstSeen: t(0), resolvedAt: t(3600) },
      'alert',
    ],
  ])('%s: %#', (_what, more, fate) => {
    expect(telling(more)?.fate).toBe(fate);
  });

  it('is told when it has settled, and after quiet hours unless it is bad enough', () => {
    expect(telling({ class: 'outage', firstSeen: t(0) })?.at).toBe(t(0) + 15n * MINUTE);
    expect(telling({ firstSeen: t(0) })?.at).toBe(t(0));
    const held = telling({ firstSeen: t(0) }, QUIET);
    expect((held?.at ?? 0n) - t(0)).toBeGreaterThan(HOUR);
    expect(held?.lines.map(({ what }) => what)).toContain('quiet hours');
    expect(telling({ firstSeen: t(0), severity: 'critical' }, QUIET)?.at).toBe(t(0));
  });

  it('waits for nothing beside an attack of the same incident', () => {
    const both = [
      finding({ id: 'f1', class: 'outage', incident: 'i', firstSeen: t(0) }),
      finding({ id: 'f2', incident: 'i', firstSeen: t(0) }),
    ];
    expect(tellingsOf(both, POLICY, END).get('f1')?.at).toBe(t(0));
  });
});

const FINDINGS = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    class: fc.constantFrom<Finding['class']>('attack', 'outage', 'posture'),
    severity: fc.constantFrom<Finding['severity']>('critical', 'high', 'low'),
    state: fc.constantFrom<Finding['state']>('open', 'excepted', 'undecided'),
    incident: fc.constantFrom('i', 'j', ''),
  }),
  { selector: ({ id }) => id },
);

describe('two policies over the same events', () => {
  it('are alike when they found the same, and the other way round what vanished appears', () => {
    fc.assert(
      fc.property(FINDINGS, FINDINGS, (before, after) => {
        const a = { policy: POLICY, findings: before.map((more) => finding(more)) };
        const b = { policy: POLICY, findings: after.map((more) => finding(more)) };
        const alike = diffAlerts(a, a, END);
        expect([alike.vanish, alike.move, alike.appear, alike.aside].flat()).toEqual([]);
        const [there, back] = [diffAlerts(a, b, END), diffAlerts(b, a, END)];
        const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id).sort();
        expect(ids(there.vanish)).toEqual(ids(back.appear));
        expect(ids(there.move)).toEqual(ids(back.move));
        expect(ids(there.aside)).toEqual(ids(back.aside));
        expect(there.same).toBe(back.same);
      }),
    );
  });
});
