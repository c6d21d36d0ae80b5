import { describe, expect, it } from '@jest/globals';
import { parseRequestValue } from '../../shared/alerts/actions.ts';
import { approvalMessage, approvedMessage, refusedMessage } from '../../shared/alerts/approval-message.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { endOfDay } from '../../shared/policy/calendar.ts';
import { loadPolicy } from '../../shared/policy/load.ts';
import type { AlertMessage } from '../../shared/ports.ts';
import { POLICY_YAML } from '../world.ts';
import { finding, INCIDENT, NIGHT } from './examples.ts';
import { pushed, shown, sizeOf } from './shown.ts';

const REQUEST = '3f9c12a0b1c2d3e4f5a6b7c8d9e0f1a2';
const ASKED = {
  findings: [finding()],
  request: {
    kind: 'request-exception',
    reason: 'Data migration needs broad access until cut-over',
    ticket: 'PAY-2210',
    expires: endOfDay('2026-03-30', 'Europe/Berlin'),
  },
  by: 'lee@acme.example',
  asOf: NIGHT,
} as const;
const AGREED = {
  ...ASKED,
  agreedBy: 'kim@acme.example',
  decisionId: REQUEST,
  approvalId: '99dc12a0b1c2d3e4f5a6b7c8d9e0f1a2',
  timezone: 'Europe/Berlin',
};
const FACTS = [
  'Reason  Data migration needs broad access until cut-over',
  'Ticket  PAY-2210',
  'Until  {2026-03-30 22:00:00 UTC}',
  'Covers 1 finding',
  '• 🔴 Critical · payments/checkout-api gained roles/editor on project:acme-prod',
];

function many(count: number): readonly Finding[] {
  return Array.from({ length: count }, (_, at) =>
    finding({ id: `f${at}`, title: `finding ${at}`, role: `roles/r${at}` }),
  );
}

function yamlOf(message: AlertMessage): string {
  return shown(message)
    .filter((line) => line.startsWith('▌ '))
    .map((line) => line.slice(2))
    .join('\n');
}

describe('a request', () => {
  it('says who asks for what, why and until when, and that it takes somebody else', () => {
    const message = approvalMessage({ ...ASKED, decisionId: REQUEST });
    expect(shown(message)).toEqual([
      'lee@acme.example asks for an exception',
      ...FACTS,
      'Somebody else has to agree. Until then the alert stands.',
      '[Agree] [Refuse]',
    ]);
    expect(pushed(message)).toBe(
      'lee@acme.example asks for an exception: Data migration needs broad access until cut-over · somebody else has to agree',
    );
  });

  it('has buttons that carry it, and asks once more before it is agreed to', () => {
    const { blocks } = approvalMessage({ ...ASKED, decisionId: REQUEST });
    const value = `${INCIDENT}|1|${REQUEST}`;
    expect(blocks.at(-1)).toMatchObject({
      block_id: 'anchorwatch',
      elements: [
        { action_id: 'approve-exception', value, confirm: { title: { text: 'Agree to this exception?' } } },
        { action_id: 'reject-exception', value },
      ],
    });
    expect(parseRequestValue(value)).toEqual({ about: { incident: INCIDENT, episode: 1 }, request: REQUEST });
  });

  it('counts what it covers where that is much', () => {
    const lines = shown(approvalMessage({ ...ASKED, findings: many(40), decisionId: REQUEST }));
    expect(lines).toContain('Covers 40 findings');
    expect(lines).toContain('… 32 more'.replace(/^/, '• '));
  });
});

describe('what was agreed to', () => {
  it('says by whom, and what to commit', () => {
    const lines = shown(approvedMessage(AGREED));
    expect(lines.slice(0, 7)).toEqual([
      'Exception agreed by kim@acme.example, asked by lee@acme.example.',
      ...FACTS,
      'Not in git yet. Commit this beside the policy, so that it can be reviewed:',
    ]);
    expect(pushed(approvedMessage(AGREED))).toBe(
      'Exception agreed by kim@acme.example, asked by lee@acme.example. Not in git yet.',
    );
  });

  it('can be copied into the policy as it stands', () => {
    const text = yamlOf(approvedMessage({ ...AGREED, findings: many(2) }));
    const loaded = loadPolicy([
      { path: 'policy.yaml', text: POLICY_YAML },
      { path: 'x.yaml', text },
    ]);
    if (!loaded.ok) throw new Error(loaded.problems[0]?.message);
    const fromSlack = loaded.policy.exceptions.filter(({ name }) => name.startsWith('slack-'));
    expect(fromSlack.map(({ match: { role } }) => role)).toEqual(['roles/r0', 'roles/r1']);
    expect(fromSlack[0]?.expires).toBe(endOfDay('2026-03-30', 'UTC'));
  });

  it('shows whole documents only, and counts the rest', () => {
    const message = approvedMessage({ ...AGREED, findings: many(12) });
    expect(shown(message).at(-1)).toMatch(/^\d+ more documents would not fit here\.$/);
    expect(yamlOf(message).split('---').at(-1)).toMatch(/expires: 2026-03-30$/);
    expect(sizeOf(message)).toBeLessThan(6_000);
  });

  it('is left to people where the language of the policy cannot name it', () => {
    const lines = shown(approvedMessage({ ...AGREED, findings: [finding({ identity: '' })] }));
    expect(lines.at(-1)).toBe('Not in git yet: write it into the policy, so that it can be reviewed.');
  });
});

it('a refusal says by whom, and that nothing changes', () => {
  expect(shown(refusedMessage({ ...ASKED, refusedBy: 'kim@acme.example' }))).toEqual([
    'Exception refused by kim@acme.example, asked by lee@acme.example: Data migration needs broad access until cut-over',
    'The alert stands as it was.',
  ]);
});
