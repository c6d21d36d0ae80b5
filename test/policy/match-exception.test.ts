import { describe, expect, it } from '@jest/globals';
import { parseTime } from '../../shared/model/time.ts';
import { type ExceptedVerdict, exceptionFor } from '../../shared/policy/match.ts';
import { policyOf } from './policy-of.ts';

const PROJECT = '//cloudresourcemanager.googleapis.com/projects/acme-stage';
const POLICY = policyOf(`
  exceptions:
    neverExcept: [untrusted-pool, "self-*"]
    items:
      - {name: editor, match: {detector: forbidden-role, identity: checkout-api, role: roles/editor, on: "project:acme-stage"}, reason: r, expires: 2026-08-15}
      - {name: payments, match: {detector: "dangling-*", namespace: payments}, reason: r, expires: 2026-08-15}
      - {name: sftp, match: {detector: key-overdue, serviceAccount: sftp@acme.iam.gserviceaccount.com, key: "abc*"}, reason: r, expires: 2026-08-15}
      - {name: person, match: {detector: undeclared-grant, member: "user:*@acme.example"}, reason: r, expires: 2026-08-15}
      - {name: by-ksa, match: {detector: shared-account, identity: "payments/*"}, reason: r, expires: 2026-03-01}
      - {name: by-ksa-again, match: {detector: shared-account, identity: "payments/api"}, reason: r, expires: 2026-08-15}
      - {name: everything, match: {detector: "*", namespace: sandbox}, reason: r, expires: 2026-08-15}
`);

const BASE: ExceptedVerdict = {
  detector: 'forbidden-role',
  subject: 's',
  identity: 'payments/checkout',
  resource: PROJECT,
  role: 'roles/editor',
  namespace: 'payments',
  identityNames: ['checkout-api', 'payments/checkout', 'checkout@acme.iam.gserviceaccount.com'],
};

function verdict(
  change: Partial<ExceptedVerdict>,
  asOf = '2026-06-01T00:00:00Z',
  spellings = [PROJECT],
): string {
  const found = exceptionFor(POLICY, { ...BASE, ...change }, spellings, parseTime(asOf)!);
  return found ? `${found.by.name}${found.expired ? ', expired' : ''}` : 'none';
}

describe('an exception', () => {
  it.each<[string, Partial<ExceptedVerdict>, string]>([
    ['covers what it names', {}, 'editor'],
    ['not the role next to it', { role: 'roles/owner' }, 'none'],
    ['not another identity', { identity: 'x/y', identityNames: ['x/y'] }, 'none'],
    [
      'not an identity of whose name it is a part',
      { identity: 'x/y', identityNames: ['checkout-api-2'] },
      'none',
    ],
    ['not another detector', { detector: 'forbidden-role-2' }, 'none'],
    ['by glob of the detector', { detector: 'dangling-binding' }, 'payments'],
    ['in its namespace only', { detector: 'dangling-binding', namespace: 'payments-2' }, 'none'],
    [
      'by account and key',
      { detector: 'key-overdue', serviceAccount: 'sftp@acme.iam.gserviceaccount.com', key: 'abc1' },
      'sftp',
    ],
    [
      'not when the key is not known',
      { detector: 'key-overdue', serviceAccount: 'sftp@acme.iam.gserviceaccount.com' },
      'none',
    ],
    [
      'not another key',
      { detector: 'key-overdue', serviceAccount: 'sftp@acme.iam.gserviceaccount.com', key: 'xabc' },
      'none',
    ],
    ['by member', { detector: 'undeclared-grant', member: 'user:kim@acme.example' }, 'person'],
    ['not another member', { detector: 'undeclared-grant', member: 'user:kim@evil.example' }, 'none'],
    [
      'the one that holds longest',
      { detector: 'shared-account', identityNames: ['payments/api'] },
      'by-ksa-again',
    ],
    [
      'the one that still matches, over or not',
      { detector: 'shared-account', identity: 'payments/web', identityNames: ['payments/web'] },
      'by-ksa, expired',
    ],
    ['every detector of a namespace', { detector: 'key-not-allowed', namespace: 'sandbox' }, 'everything'],
    ['but never what cannot be excepted', { detector: 'untrusted-pool', namespace: 'sandbox' }, 'none'],
    ['nor what cannot by glob', { detector: 'self-silent', namespace: 'sandbox' }, 'none'],
  ])('%s', (_what, change, expected) => {
    expect(verdict(change)).toBe(expected);
  });

  it('is for its resource', () => {
    expect(verdict({}, undefined, ['//cloudresourcemanager.googleapis.com/projects/acme-prod'])).toBe('none');
    expect(verdict({}, undefined, ['//cloudresourcemanager.googleapis.com/projects/123', PROJECT])).toBe(
      'editor',
    );
  });

  it.each([
    ['2026-08-15T21:59:59.999999999Z', 'editor'],
    ['2026-08-15T22:00:00Z', 'editor, expired'],
  ])('ends with its last day in Berlin: at %s it is %s', (asOf, expected) => {
    expect(verdict({}, asOf)).toBe(expected);
  });
});
