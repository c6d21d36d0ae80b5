import { describe, expect, it } from '@jest/globals';
import { keyName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { DAY } from '../../shared/model/time.ts';
import { account, act, gone, key, only, says, t, wakesAt } from '../world.ts';
import { ACCOUNTS, API } from './cast.ts';

const DETECTOR = 'key-reenabled';
const at = (seconds: number, disabled: boolean | undefined, account = '1001'): Observation =>
  key('k1', account, disabled === undefined ? {} : { disabled }, { time: t(seconds), source: 'feed' });
const AGAIN = 'open: Key k1 of api@acme-prod was disabled and is enabled again';

describe('a key', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['that was disabled and says that it is not', [at(0, true), at(60, false)], [AGAIN]],
    [
      'that was disabled and no longer says so, as Google’s JSON leaves it out',
      [at(0, true), at(60, undefined)],
      [AGAIN],
    ],
    ['in whatever order that is told', [at(60, false), at(0, true)], [AGAIN]],
    ['that was enabled, disabled and enabled', [at(0, false), at(30, true), at(60, false)], [AGAIN]],
    ['that was disabled again', [at(0, true), at(60, false), at(90, true)], []],
    ['that was disabled and stays so', [at(0, false), at(60, true)], []],
    ['that was never disabled, as far as is known', [at(0, false), at(60, undefined)], []],
    ['that is gone', [at(0, true), at(60, false), gone(keyName('k1'), { time: t(90) })], []],
    ['of Google’s own', [at(0, true), key('k1', '1001', { managedBy: 'google' }, { time: t(60) })], []],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, ...observations] })).toEqual(expected);
  });

  it('is told with who did it, and how to disable it', () => {
    const world = {
      observations: [...ACCOUNTS, at(0, true), at(60, false), at(600, false), at(900, undefined)],
      acts: [act('a1', keyName('k1'), { kind: 'enable-key', time: t(59) })],
    };
    expect(only(DETECTOR, world)).toMatchObject({
      class: 'attack',
      severity: 'high',
      eventTime: t(60),
      actor: { principal: 'jane@acme.example' },
      before: ['user-managed key k1 (created, disabled)'],
      after: ['user-managed key k1 (created)'],
      remediation: [{ text: `gcloud iam service-accounts keys disable k1 --iam-account=${API}` }],
    });
  });

  it('is posture where the policy allows it', () => {
    const sftp = account('sftp@acme-data.iam.gserviceaccount.com', '2001');
    expect(
      only(DETECTOR, { observations: [...sftp, at(0, true, '2001'), at(60, false, '2001')] }),
    ).toMatchObject({ class: 'posture', severity: 'medium' });
  });

  it('is history after seven days', () => {
    const observations = [...ACCOUNTS, at(0, true), at(60, false)];
    const end = t(60) + 7n * DAY;
    expect(wakesAt({ observations })).toBe(end);
    expect(says(DETECTOR, { observations, asOf: end - 1n })).toEqual([AGAIN]);
    expect(says(DETECTOR, { observations, asOf: end })).toEqual([]);
  });
});
