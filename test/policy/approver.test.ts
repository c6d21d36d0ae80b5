import { describe, expect, it } from '@jest/globals';
import { type Approver, approverText, parseApprover } from '../../shared/policy/approver.ts';
import { policyOf } from './policy-of.ts';

describe('an approver', () => {
  it.each<[string, Approver]>([
    ['user:kim@acme.example', { kind: 'user', email: 'kim@acme.example' }],
    ['group:security@acme.example', { kind: 'group', email: 'security@acme.example' }],
    ['slackUser:U0123ABCD', { kind: 'slackUser', id: 'U0123ABCD' }],
    ['slackUser:W0123ABCD', { kind: 'slackUser', id: 'W0123ABCD' }],
    ['slackGroup:S0SECAPPROVE', { kind: 'slackGroup', id: 'S0SECAPPROVE' }],
  ])('%s', (text, approver) => {
    expect(parseApprover(text)).toEqual(approver);
    expect(approverText(approver)).toBe(text);
  });

  it('is the same one in whatever letters the e-mail is written', () => {
    expect(parseApprover('user:Kim@Acme.example')).toEqual(parseApprover('user:kim@acme.example'));
  });

  it.each([
    'kim@acme.example',
    'user:kim',
    'user:user:kim@acme.example',
    'serviceAccount:a@b.example',
    'slackUser:kim',
    'slackUser:S0123ABCD',
    'slackGroup:U0123ABCD',
    'slackGroup:@security',
    ' user:kim@acme.example',
    '',
  ])('is not %j', (text) => {
    expect(parseApprover(text)).toBeUndefined();
  });

  it('stands parsed in the policy', () => {
    expect(
      policyOf('  exceptions: {approvers: ["slackGroup:S0SECAPPROVE", "user:Kim@acme.example"]}\n').approvers,
    ).toEqual([
      { kind: 'slackGroup', id: 'S0SECAPPROVE' },
      { kind: 'user', email: 'kim@acme.example' },
    ]);
  });
});
