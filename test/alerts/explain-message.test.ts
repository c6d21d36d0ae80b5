import { describe, expect, it } from '@jest/globals';
import { explainMessage } from '../../shared/alerts/explain-message.ts';
import type { Decision, DecisionKind } from '../../shared/model/decision.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { DAY, HOUR, MINUTE } from '../../shared/model/time.ts';
import type { Incident } from '../../shared/ports.ts';
import { finding, INCIDENT, incident, NIGHT, resolved } from './examples.ts';
import { pushed, shown, sizeOf } from './shown.ts';

const REQUEST = '3f9c12a0b1c2d3e4f5a6b7c8d9e0f1a2';

function decision(kind: DecisionKind, email: string | undefined, over: Partial<Decision> = {}): Decision {
  const { id, detector, episode, severity } = finding();
  const about = [{ finding: id, detector, episode, severity }];
  const by = { id: 'U0LEE', team: 'T0ACME', email };
  return { id: 'd', at: NIGHT + MINUTE, by, incident: INCIDENT, about, ...kind, ...over } as Decision;
}

function explained(
  findings: readonly Finding[],
  decisions: readonly Decision[] = [],
  over: Partial<Incident> = {},
): readonly string[] {
  return shown(explainMessage({ incident: incident(over), findings, decisions, asOf: NIGHT + HOUR }));
}

/** The lines from a heading to the one before the next. */
function under(heading: string, lines: readonly string[]): readonly string[] {
  const from = lines.indexOf(heading) + 1;
  const to = lines.findIndex((line, at) => at > from && HEADINGS.includes(line));
  return from === 0 ? [] : lines.slice(from, to === -1 ? undefined : to);
}
const HEADINGS = [
  'Why the policy says so',
  'Why no exception covers it',
  'What covers it',
  'How it was learnt',
  'Controls this is evidence for',
  'Fingerprint',
];

it('traces the verdict, from the identity to the line of the policy', () => {
  const blastRadius = {
    clusters: ['c'],
    workloads: ['Deployment payments/checkout-api'],
    permissions: ['x.y.z'],
    sensitive: [],
  };
  expect(explained([finding({ blastRadius })])).toEqual([
    '# Why: payments/checkout-api gained roles/editor on project:acme-prod',
    'Step by step',
    '1. acme-prod.svc.id.goog[payments/checkout-api]',
    '2. checkout-api@acme-prod.iam.gserviceaccount.com',
    '3. roles/editor',
    '4. project:acme-prod',
    '│ - roles/cloudsql.client',
    '│ + roles/editor',
    'Blast radius  1 cluster, Deployment payments/checkout-api; can x.y.z',
    'Why the policy says so',
    'An editor can change nearly everything in the project, and through Cloud Build or a function become its other accounts too.',
    'Judged by forbidden-role',
    'By forbiddenRoles[basic-roles], policy.yaml:36:7 of policy 3f9c12a0b1c2',
    'Why no exception covers it',
    'No exception of the policy covers it, and none was agreed to in Slack.',
    'How it was learnt',
    'It happened at {2026-03-01 02:14:07 UTC}; learnt via audit log in 4 s; last looked at {2026-03-01 02:14:11 UTC}.',
    'Controls this is evidence for',
    'NIST 800-53 r5: AC-6 Least Privilege',
    'CIS GCP 5.0: 1.6 Service account has no admin privileges',
    'Fingerprint',
    '9c2e41d07aa3',
  ]);
});

it('goes by identity, role and resource where no path is known', () => {
  expect(explained([finding({ path: [] })]).slice(1, 5)).toEqual([
    'Step by step',
    '1. checkout-api@acme-prod',
    '2. roles/editor',
    '3. project:acme-prod',
  ]);
});

it('says that it is the silence of the policy, where it is', () => {
  const why = { ...finding().why, entry: 'spec' };
  expect(explained([finding({ why })])).toContain(
    'By not declared, so denied, policy.yaml:36:7 of policy 3f9c12a0b1c2',
  );
});

describe('why no exception covers it', () => {
  const asked = decision(
    { kind: 'request-exception', reason: 'Migration', ticket: 'PAY-2210', expires: NIGHT + 30n * DAY },
    'lee@acme.example',
    { id: REQUEST },
  );

  it('tells what people said to it, in its order', () => {
    const refused = decision({ kind: 'reject-exception', request: REQUEST }, 'kim@acme.example', {
      at: NIGHT + 2n * MINUTE,
    });
    expect(under('Why no exception covers it', explained([finding()], [refused, asked]))).toEqual([
      'No exception of the policy covers it, and none was agreed to in Slack.',
      '{2026-03-01 02:15:07 UTC}  exception slack-3f9c12a0b1c2 asked by lee@acme.example until {2026-03-31 02:14:07 UTC}: Migration (PAY-2210)',
      '{2026-03-01 02:16:07 UTC}  refused by kim@acme.example',
    ]);
  });

  it('tells that the request waits', () => {
    expect(
      under('Why no exception covers it', explained([finding({ exceptionPending: true })], [asked]))[0],
    ).toBe('An exception is asked for, and nobody has agreed to it yet.');
  });

  it('tells when the one that covered it ended', () => {
    const ended = { at: NIGHT - DAY, kind: 'exception-ended', title: finding().title } as const;
    const lines = explained([finding()], [], { events: [ended] });
    expect(under('Why no exception covers it', lines)).toEqual([
      'The exception that covered it ended {2026-02-28 02:14:07 UTC}.',
    ]);
  });

  it('tells of a snooze that it is over, and who acknowledged, by Slack id where there is no address', () => {
    const snoozed = decision({ kind: 'snooze', until: NIGHT + 2n * MINUTE }, undefined);
    const taken = decision({ kind: 'acknowledge' }, 'jon@acme.example');
    const wrong = decision({ kind: 'false-positive', reason: 'a drill' }, 'jon@acme.example');
    expect(
      under('Why no exception covers it', explained([finding()], [snoozed, taken, wrong])).slice(1),
    ).toEqual([
      '{2026-03-01 02:15:07 UTC}  snoozed by slack:U0LEE until, now over, {2026-03-01 02:16:07 UTC}',
      '{2026-03-01 02:15:07 UTC}  acknowledged by jon@acme.example',
      '{2026-03-01 02:15:07 UTC}  called a false positive by jon@acme.example: a drill',
    ]);
  });

  it('leaves out what was said of other findings', () => {
    const other = {
      ...asked,
      about: [{ finding: 'other', detector: 'forbidden-role', episode: 1, severity: 'low' as const }],
    };
    expect(under('Why no exception covers it', explained([finding()], [other]))).toHaveLength(1);
  });
});

it('names the exception that covers it, and that git does not know of it', () => {
  const over = { state: 'excepted', exception: 'slack-3f9c12a0b1c2', exceptedUntil: NIGHT + DAY } as const;
  expect(under('What covers it', explained([finding({ ...over, exceptionDecision: REQUEST })]))).toEqual([
    'Covered by slack-3f9c12a0b1c2 until {2026-03-02 02:14:07 UTC}, agreed to in Slack, not in git.',
  ]);
  expect(
    under('What covers it', explained([finding({ state: 'excepted', exception: 'migration' })])),
  ).toEqual(['Covered by migration.']);
});

it('of a repair says that it is still to be confirmed', () => {
  const lines = explained([resolved({ confirming: true })]);
  expect(lines.join('\n')).toContain('; the repair is still to be confirmed by a reading.');
  expect(lines).not.toContain('Why no exception covers it');
});

it('has all fingerprints to quote, and stays readable', () => {
  const many = Array.from({ length: 40 }, (_, at) => finding({ id: `id-${String(at).padStart(2, '0')}` }));
  const message = explainMessage({ incident: incident(), findings: many, decisions: [], asOf: NIGHT });
  expect(shown(message)).toContain('id-00  payments/checkout-api gained roles/editor on project:acme-prod');
  expect(shown(message).at(-1)).toBe('… 32 more');
  expect(sizeOf(message)).toBeLessThan(6_000);
  expect(pushed(message)).toBe('Why: payments/checkout-api gained roles/editor on project:acme-prod');
});

it('says when there is nothing to explain any more', () => {
  expect(explained([])).toEqual(['Nothing is on record for this alert any more.']);
});
