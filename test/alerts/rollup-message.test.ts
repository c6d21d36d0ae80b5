import { describe, expect, it } from '@jest/globals';
import { rollupMessage } from '../../shared/alerts/rollup-message.ts';
import { HOUR, MINUTE } from '../../shared/model/time.ts';
import type { Rollup } from '../../shared/ports.ts';
import { NIGHT } from './examples.ts';
import { pushed, shown, sizeOf } from './shown.ts';

const STORM: Rollup = {
  destination: 'C0SOC',
  startedAt: NIGHT,
  until: NIGHT + 10n * MINUTE,
  incidents: 310,
  bySeverity: { medium: 1000, critical: 12, high: 228 },
  byGroup: { 'wide-member': 40, 'undeclared-grant': 1000, 'forbidden-role': 200 },
  top: Array.from({ length: 10 }, (_, at) => ({
    title: `team-${at}/worker holds roles/editor on project:acme-prod, which is forbidden`,
    severity: 'critical' as const,
    finding: `f${at}`,
  })),
  closed: 12,
  policies: { from: '3f9c12a0b1c2', to: '8a11d04aabbc' },
  handle: undefined,
  contentHash: undefined,
};
const CONSOLE = 'https://watch.acme.example/';

function told(over: Partial<Rollup> = {}, asOf = NIGHT + 4n * MINUTE, consoleUrl?: string) {
  return rollupMessage({
    rollup: { ...STORM, ...over },
    asOf,
    ...(consoleUrl === undefined ? {} : { consoleUrl }),
  });
}

describe('a storm', () => {
  it('is one message: how much, how bad, after what, the worst of it, and what to do', () => {
    expect(shown(told({}, undefined, CONSOLE))).toEqual([
      '# 🔴 Critical · 1,240 findings in 4 m after policy 3f9c12a → 8a11d04',
      '*Severity* | 🔴 Critical 12 | 🔶 High 228 | 🟨 Medium 1,000',
      '*Groups* | undeclared-grant 1,000 | forbidden-role 200 | wide-member 40',
      '*Status* | 12 of 310 changes repaired since',
      'The worst',
      ...STORM.top.map(({ title }) => `• 🔴 Critical · ${title}`),
      'What to do  The policy changed just before: read its last change first (anchorwatch diff OLD NEW). If it was not meant, put it back, and these close by themselves.',
      `All of them in Anchorwatch (${CONSOLE}). What comes until {2026-03-01 02:24:07 UTC} is counted here.`,
    ]);
    expect(sizeOf(told({}, undefined, CONSOLE))).toBeLessThan(6_000);
  });

  it('without a new policy is what one machine did', () => {
    const lines = shown(told({ policies: undefined }));
    expect(lines[0]).toBe('# 🔴 Critical · 1,240 findings in 4 m');
    expect(lines.at(-2)).toBe(
      'What to do  One change made by a machine is behind most storms: look at the worst, find what they share, put that right. The rest closes by itself.',
    );
    expect(lines.at(-1)).toBe(
      'The digest counts all of them. What comes until {2026-03-01 02:24:07 UTC} is counted here.',
    );
  });

  it('stops growing when its time is over', () => {
    const lines = shown(told({}, NIGHT + HOUR));
    expect(lines[0]).toContain('in 10 m');
    expect(lines.at(-1)).toBe('The digest counts all of them. What came later is told anew.');
  });

  it('that is repaired says so, and leaves nothing to do', () => {
    const message = told({ closed: 310 }, NIGHT + HOUR);
    expect(shown(message)).toEqual([
      '# ✅ All repaired · 1,240 findings in 10 m after policy 3f9c12a → 8a11d04',
      '*Severity* | 🔴 Critical 12 | 🔶 High 228 | 🟨 Medium 1,000',
      '*Groups* | undeclared-grant 1,000 | forbidden-role 200 | wide-member 40',
      '*Status* | 310 of 310 changes repaired since',
      'The digest counts all of them. What came later is told anew.',
    ]);
    expect(pushed(message)).toBe('✅ All repaired · 1,240 findings in 10 m after policy 3f9c12a → 8a11d04');
  });

  it('of many detectors counts those it does not name', () => {
    const byGroup = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`detector-${at}`, 12 - at]));
    expect(shown(told({ byGroup }))[2]).toMatch(/\| detector-7 5 \| others 10$/);
  });

  it('looks the same in whatever order it was counted', () => {
    const byGroup = { 'forbidden-role': 200, 'wide-member': 40, 'undeclared-grant': 1000 };
    expect(told({ byGroup })).toEqual(told());
  });
});
