import { describe, expect, it } from '@jest/globals';
import { type Digest, digestMessage } from '../../shared/alerts/digest-message.ts';
import { DAY } from '../../shared/model/time.ts';
import { NIGHT } from './examples.ts';
import { pushed, shown, sizeOf } from './shown.ts';

const CALM: Digest = {
  period: 'daily',
  day: '2026-03-01',
  opened: 0,
  closed: 0,
  standing: {},
  snoozed: 0,
  excepted: 0,
  undecided: 0,
  ageing: [],
  posture: [],
  endingExceptions: [],
  declared: 14,
  policyHash: '3f9c12a0b1c2',
  coverage: [],
  asOf: NIGHT,
};

const REVIEW = {
  quarter: '2026-Q1',
  identities: 14,
  attested: 3,
  revoked: 0,
  pending: 11,
  owners: [
    { owner: 'team-orders', pending: 6 },
    { owner: 'team-payments', pending: 5 },
  ],
  ends: '2026-03-31',
};

const BUSY: Digest = {
  ...CALM,
  owner: 'team-payments',
  period: 'weekly',
  opened: 3,
  closed: 1,
  standing: { critical: 1, medium: 4 },
  snoozed: 1,
  excepted: 2,
  undecided: 2,
  ageing: [
    {
      title: 'payments/api gained roles/editor',
      severity: 'critical',
      since: NIGHT - 3n * DAY,
      owner: 'team-payments',
    },
  ],
  posture: [
    {
      detector: 'node-pool-default-account',
      count: 12,
      worst: 'medium',
      example: 'Pool default-pool runs as the default account',
    },
    { detector: 'key-unused', count: 1, worst: 'low', example: 'Key 0123 of sftp@acme-data is not used' },
  ],
  endingExceptions: [
    { name: 'migration-editor', ends: NIGHT + 5n * DAY, notInGit: false },
    { name: 'slack-3f9c12a0b1c2', ends: NIGHT + 6n * DAY, notInGit: true },
  ],
  unusedExceptions: ['old-sftp'],
  keysLeft: 3,
  coverage: ['2 of 61 projects not covered: acme-lab, acme-old', 'feed lag p95 41 s; canary 96/96'],
};

const summary = (over: Partial<Digest>) => shown(digestMessage({ ...CALM, ...over })).slice(1, -1);

describe('a digest', () => {
  it('comes even when there is nothing to tell', () => {
    const message = digestMessage(CALM);
    expect(shown(message)).toEqual([
      '# Anchorwatch daily · 2026-03-01',
      'Nothing new.',
      '14 identities declared, all as declared.',
      '~ policy 3f9c12a',
    ]);
    expect(pushed(message)).toBe(
      'Anchorwatch daily · 2026-03-01: Nothing new. 14 identities declared, all as declared.',
    );
  });

  it('tells what is new, what stands the longest, what can wait, what ends, and how well the watch sees', () => {
    expect(shown(digestMessage(BUSY))).toEqual([
      '# Anchorwatch weekly · 2026-03-01 · team-payments',
      '3 new, 1 closed. Open: 1 critical, 4 medium. 1 snoozed, 2 excepted.',
      '14 identities declared.',
      '2 questions could not be decided: too little is known. None of them is called fine.',
      'Open the longest',
      '• 🔴 Critical · payments/api gained roles/editor, for 3 d, team-payments',
      'Posture, when there is time',
      '• 🟨 Medium · node-pool-default-account 12, such as: Pool default-pool runs as the default account',
      '• 🔹 Low · key-unused: Key 0123 of sftp@acme-data is not used',
      'Exceptions that end within 14 days',
      '• migration-editor, ends {2026-03-06 02:14:07 UTC}',
      '• slack-3f9c12a0b1c2, ends {2026-03-07 02:14:07 UTC}, not in git',
      'Exceptions that nothing needs  old-sftp. Delete them.',
      'The watch itself',
      '• 2 of 61 projects not covered: acme-lab, acme-old',
      '• feed lag p95 41 s; canary 96/96',
      '~ policy 3f9c12a · 3 static keys left',
    ]);
    expect(sizeOf(digestMessage(BUSY))).toBeLessThan(6_000);
  });

  it.each<[string, Partial<Digest>]>([
    ['something stands', { standing: { low: 1 } }],
    ['something is put off', { snoozed: 1 }],
    ['something is excepted', { excepted: 1 }],
    ['something is posture', { posture: BUSY.posture }],
    ['something is not known', { undecided: 1 }],
  ])('does not say that all is as declared while %s', (_what, over) => {
    expect(summary(over).join('\n')).not.toContain('all as declared');
  });

  it('counts in the singular too', () => {
    expect(summary({ declared: 1 })).toEqual(['Nothing new.', '1 identity declared, all as declared.']);
    expect(summary({ undecided: 1 })[2]).toMatch(/^1 question could/);
    expect(shown(digestMessage({ ...CALM, keysLeft: 1 })).at(-1)).toBe(
      '~ policy 3f9c12a · 1 static key left',
    );
    expect(shown(digestMessage({ ...CALM, keysLeft: 0 })).at(-1)).toBe(
      '~ policy 3f9c12a · no static keys left',
    );
  });

  it('of a great deal shows the first, counts the rest, and stays readable', () => {
    const many = <T>(one: T) => Array.from({ length: 200 }, () => one);
    const message = digestMessage({
      ...BUSY,
      ageing: many(BUSY.ageing[0]!),
      posture: many(BUSY.posture[0]!),
      endingExceptions: many(BUSY.endingExceptions[0]!),
      unusedExceptions: many('old'),
      coverage: many('x'.repeat(200)),
    });
    const lines = shown(message);
    expect(lines.filter((line) => line.includes('payments/api gained'))).toHaveLength(5);
    expect(lines.some((line) => /^• … 2,3\d\d more$/.test(line))).toBe(true);
    expect(sizeOf(message)).toBeLessThan(6_000);
  });
});

describe('the access review', () => {
  it('is told with who has something left to do', () => {
    expect(shown(digestMessage({ ...CALM, review: REVIEW }))).toContain(
      'Access review 2026-Q1  3 of 14 identities attested, 11 pending (team-orders 6, team-payments 5); it ends on 2026-03-31.',
    );
  });

  it('is told to an owner without the others', () => {
    const own = { ...REVIEW, identities: 6, attested: 0, revoked: 1, pending: 5 };
    expect(shown(digestMessage({ ...CALM, owner: 'team-payments', review: own }))).toContain(
      'Access review 2026-Q1  0 of 6 identities attested, 1 revoked, 5 pending; it ends on 2026-03-31.',
    );
  });

  it('of very many owners names the most pending', () => {
    const owners = Array.from({ length: 300 }, (_, n) => ({ owner: `team-${n}`, pending: 300 - n }));
    const lines = shown(digestMessage({ ...CALM, review: { ...REVIEW, owners } })).join('\n');
    expect(lines).toContain('team-0 300');
    expect(lines).toMatch(/others [\d,]+\)/);
  });
});

it('coverage is never rounded up to all of it', () => {
  expect(shown(digestMessage({ ...CALM, coverageRatio: 0.99999 })).join()).toContain('coverage 99.9 %');
});
