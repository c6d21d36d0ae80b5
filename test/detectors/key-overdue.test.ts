import { describe, expect, it } from '@jest/globals';
import type { Observation } from '../../shared/model/observation.ts';
import { DAY, formatTime, parseTime } from '../../shared/model/time.ts';
import { account, key, lineOf, NOW, only, says, wakesAt } from '../world.ts';
import { ACCOUNTS, API } from './cast.ts';
import { ago, keyMade, ruling, used, watched } from './keys.ts';

const DETECTOR = 'key-overdue';
const POLICY = ruling('userManaged: forbid', 'maxAge: 90d');
const SFTP = 'sftp@acme-data.iam.gserviceaccount.com';

function saysOf(observations: readonly Observation[], policy = POLICY) {
  return says(DETECTOR, { observations: [...ACCOUNTS, ...observations], policy });
}

describe('maxAge', () => {
  it('a key that is older than it', () => {
    expect(saysOf([keyMade('k1', '1001', 91)])).toEqual([
      'open: Key k1 of api@acme-prod was made on 2026-08-22, and keys may become 90 days old',
    ]);
  });

  it.each<[string, readonly Observation[]]>([
    ['one that is not yet', [keyMade('k1', '1001', 89)]],
    ['one of Google’s own, however old', [keyMade('k1', '1001', 4000, { managedBy: 'google' })]],
    ['one that has run out', [keyMade('k1', '1001', 400, { validBefore: formatTime(ago(1)) })]],
  ])('not %s', (_what, observations) => {
    expect(saysOf(observations)).toEqual([]);
  });

  it('speaks at that very moment', () => {
    const observations = [...ACCOUNTS, keyMade('k1', '1001', 80)];
    const due = ago(80) + 90n * DAY;
    expect(wakesAt({ observations, policy: POLICY })).toBe(due);
    expect(says(DETECTOR, { observations, policy: POLICY, asOf: due - 1n })).toEqual([]);
    expect(says(DETECTOR, { observations, policy: POLICY, asOf: due })).toHaveLength(1);
  });

  it('cannot tell of a key that does not say when it was made', () => {
    expect(saysOf([key('k1', '1001')])).toEqual([
      'undecided: Whether key k1 of api@acme-prod is overdue is not known',
    ]);
  });

  it('holds for keys that the policy allows, too', () => {
    const policy = ruling(
      'maxAge: 90d',
      `allowed: [{name: sftp, serviceAccount: ${SFTP}, owner: team-data, expires: 2027-12-31}]`,
    );
    const world = { observations: [...account(SFTP, '2001'), keyMade('k1', '2001', 200)], policy };
    expect(only(DETECTOR, world)).toMatchObject({ owner: 'team-data', class: 'posture', severity: 'medium' });
    expect(says('key-not-allowed', world)).toEqual([]);
  });
});

describe('retireBy', () => {
  const policy = ruling('userManaged: forbid', 'retireBy: 2026-12-31');
  const end = parseTime('2027-01-01T00:00:00Z')!;
  const observations = [...ACCOUNTS, keyMade('k1', '1001', 10)];

  it('is the last day: the day after, what is left is overdue', () => {
    expect(says(DETECTOR, { observations, policy, asOf: end - 1n })).toEqual([]);
    expect(says(DETECTOR, { observations, policy, asOf: end })).toEqual([
      'open: Key k1 of api@acme-prod is still there: no key was to be left after 2026-12-31',
    ]);
    expect(wakesAt({ observations, policy })).toBe(end);
  });

  it.each([
    ['ends later, until it does', '2027-03-31', []],
    ['ends sooner not at all', '2026-12-01', ['sftp@acme-data']],
  ])('an allowance that %s', (_what, expires, late) => {
    const allowed = ruling(
      'retireBy: 2026-12-31',
      `allowed: [{name: sftp, serviceAccount: ${SFTP}, expires: ${expires}}]`,
    );
    const world = { observations: [...account(SFTP, '2001'), keyMade('k1', '2001', 10)], policy: allowed };
    const overdue = (asOf: bigint) => says(DETECTOR, { ...world, asOf }).length;
    expect(overdue(end)).toBe(late.length);
    expect(overdue(parseTime('2027-04-01T00:00:00Z')!)).toBe(1);
  });
});

describe('what the finding tells', () => {
  it('the line of the rule, and to disable only what is known to be unused', () => {
    const made = keyMade('k1', '1001', 200);
    const fix = (more: readonly Observation[]) =>
      only(DETECTOR, { observations: [...ACCOUNTS, made, ...more], policy: POLICY }).remediation;
    expect(fix([])).toEqual([]);
    expect(fix([watched('k1', 200, 2, 30)])).toEqual([]);
    expect(fix([used('k1', 3), watched('k1', 200, 2, 150)])).toEqual([]);
    expect(fix([watched('k1', 200, 2, 150)])).toEqual([
      { kind: 'gcloud', text: `gcloud iam service-accounts keys disable k1 --iam-account=${API}` },
    ]);
    expect(only(DETECTOR, { observations: [...ACCOUNTS, made], policy: POLICY })).toMatchObject({
      subject: 'key:k1',
      owner: 'team-payments',
      eventTime: ago(200),
      why: { entry: 'serviceAccountKeys.maxAge', line: lineOf('serviceAccountKeys:') + 2 },
    });
  });

  it('of a disabled key: that it is low', () => {
    const observations = [...ACCOUNTS, keyMade('k1', '1001', 200, { disabled: true })];
    expect(only(DETECTOR, { observations, policy: POLICY, asOf: NOW })).toMatchObject({
      severity: 'low',
      remediation: [],
    });
  });

  it('nothing where the policy sets neither age nor end', () => {
    expect(saysOf([keyMade('k1', '1001', 4000)], ruling('userManaged: forbid'))).toEqual([]);
  });
});
