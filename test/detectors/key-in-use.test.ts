import { describe, expect, it } from '@jest/globals';
import type { Observation } from '../../shared/model/observation.ts';
import { account, lineOf, only, says } from '../world.ts';
import { ACCOUNTS } from './cast.ts';
import { ago, keyMade, ruling, used, watched } from './keys.ts';

const DETECTOR = 'key-in-use';
const FORBIDDEN = keyMade('k1', '1001', 10);
const SFTP = 'sftp@acme-data.iam.gserviceaccount.com';
const ALLOWED = [...account(SFTP, '2001'), keyMade('k1', '2001', 400)];
const allowing = (...rules: readonly string[]) =>
  ruling(...rules, `allowed: [{name: sftp, serviceAccount: ${SFTP}, expires: 2026-12-31}]`);

describe('a key that must go', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    [
      'and was used yesterday',
      [used('k1', 1)],
      ['open: Key k1 of api@acme-prod must go and was used on 2026-11-20'],
    ],
    [
      'and was used, as a watch tells that does not say by whom',
      [watched('k1', 400, 2, 5)],
      ['open: Key k1 of api@acme-prod must go and was used on 2026-11-16'],
    ],
    ['and was used too long ago to count', [used('k1', 91)], []],
    ['and nobody could see', [], []],
    ['and was watched, and not used', [watched('k1', 400, 2)], []],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, FORBIDDEN, ...observations] })).toEqual(expected);
  });

  it.each([
    ['is overdue', allowing('maxAge: 90d'), 'Was made|It was made on 2025-10-17', 'maxAge'],
    ['has an end', allowing('retireBy: 2027-06-30'), 'No key is to be left after 2027-06-30', 'retireBy'],
  ])('because it %s, though the policy allows it', (_what, policy, says, rule) => {
    const finding = only(DETECTOR, { observations: [...ALLOWED, used('k1', 1)], policy });
    expect(finding.explanation).toMatch(new RegExp(says));
    expect(finding.why.entry).toBe(`serviceAccountKeys.${rule}`);
  });

  it('but not one that the policy allows for as long as it lasts, nor a disabled one, nor Google’s', () => {
    expect(says(DETECTOR, { observations: [...ALLOWED, used('k1', 1)], policy: allowing() })).toEqual([]);
    for (const facts of [{ disabled: true }, { managedBy: 'google' }] as const) {
      const made = keyMade('k1', '1001', 10, facts);
      expect(says(DETECTOR, { observations: [...ACCOUNTS, made, used('k1', 1)] })).toEqual([]);
    }
  });
});

it('tells when, as whom, from where, with what and for which API, the latest first and each way once', () => {
  const observations = [
    ...ACCOUNTS,
    FORBIDDEN,
    used('k1', 3, {
      network: '203.0.113.9',
      tool: 'google-cloud-sdk gcloud',
      service: 'storage.googleapis.com',
    }),
    used('k1', 1, {
      network: '203.0.113.9',
      tool: 'google-cloud-sdk gcloud',
      service: 'storage.googleapis.com',
    }),
    used('k1', 2, {
      principal: 'deployer@acme-prod.iam.gserviceaccount.com',
      network: 'projects/acme-ci/global/networks/default',
    }),
  ];
  expect(only(DETECTOR, { observations })).toMatchObject({
    class: 'posture',
    severity: 'medium',
    subject: 'key:k1',
    eventTime: ago(10),
    after: [
      'user-managed key k1 (created)',
      '2026-11-20: as api@acme-prod.iam.gserviceaccount.com from 203.0.113.9 with google-cloud-sdk gcloud (as claimed) for storage.googleapis.com',
      '2026-11-19: as deployer@acme-prod.iam.gserviceaccount.com from projects/acme-ci/global/networks/default',
    ],
    why: { line: lineOf('serviceAccountKeys:') },
    remediation: [],
  });
});
