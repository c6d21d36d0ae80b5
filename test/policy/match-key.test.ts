import { expect, it } from '@jest/globals';
import { parseTime } from '../../shared/model/time.ts';
import { keyAllowance } from '../../shared/policy/match.ts';
import { policyOf } from './policy-of.ts';

const POLICY = policyOf(`
  serviceAccountKeys:
    allowed:
      - {name: sftp, serviceAccount: sftp@acme-data.iam.gserviceaccount.com, expires: 2026-03-29}
      - {name: old, serviceAccount: "*@acme-old.iam.gserviceaccount.com", expires: 2026-01-31}
      - {name: old-longer, serviceAccount: a@acme-old.iam.gserviceaccount.com, expires: 2026-12-31}
      - {name: ever, serviceAccount: "b@*.iam.gserviceaccount.com"}
`);

it.each([
  [
    'an account that is not named',
    'x@acme-data.iam.gserviceaccount.com',
    '2026-01-01T00:00:00Z',
    'forbidden',
  ],
  ['the account next to it', 'sftp@acme-data2.iam.gserviceaccount.com', '2026-01-01T00:00:00Z', 'forbidden'],
  ['an account that is not known', undefined, '2026-01-01T00:00:00Z', 'forbidden'],
  [
    'an account that is named',
    'sftp@acme-data.iam.gserviceaccount.com',
    '2026-01-01T00:00:00Z',
    'allowed by sftp',
  ],
  ['in any case', 'SFTP@acme-data.iam.gserviceaccount.com', '2026-01-01T00:00:00Z', 'allowed by sftp'],
  [
    'on its last day, in Berlin',
    'sftp@acme-data.iam.gserviceaccount.com',
    '2026-03-29T21:59:59.999999999Z',
    'allowed by sftp',
  ],
  [
    'at the end of that day',
    'sftp@acme-data.iam.gserviceaccount.com',
    '2026-03-29T22:00:00Z',
    'expired by sftp',
  ],
  [
    'of two allowances the longer',
    'a@acme-old.iam.gserviceaccount.com',
    '2026-06-01T00:00:00Z',
    'allowed by old-longer',
  ],
  ['by glob', 'c@acme-old.iam.gserviceaccount.com', '2026-01-01T00:00:00Z', 'allowed by old'],
  ['without an end', 'b@acme-old.iam.gserviceaccount.com', '2099-01-01T00:00:00Z', 'allowed by ever'],
])('%s', (_what, email, asOf, expected) => {
  const verdict = keyAllowance(POLICY, email, parseTime(asOf)!);
  expect('by' in verdict ? `${verdict.kind} by ${verdict.by.name}` : verdict.kind).toBe(expected);
});

it.each([
  ['no section', '  mode: audit\n', 'unruled'],
  ['keys allowed', '  serviceAccountKeys: {userManaged: allow}\n', 'unruled'],
  ['keys forbidden', '  serviceAccountKeys: {userManaged: forbid}\n', 'forbidden'],
  ['an empty section', '  serviceAccountKeys: {}\n', 'forbidden'],
])('%s', (_what, spec, expected) => {
  expect(keyAllowance(policyOf(spec), 'a@b.iam.gserviceaccount.com', 0n).kind).toBe(expected);
});
