import { describe, expect, it } from '@jest/globals';
import { hmacKeyName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { account, act, gone, lineOf, NOW, only, POLICY, says } from '../world.ts';
import { ACCOUNTS, API, API_ASSET } from './cast.ts';
import { ago, hmac, ruling } from './keys.ts';

const DETECTOR = 'hmac-key';
const ID = 'GOOG1EXAMPLEACCESSID';
const SFTP = 'sftp@acme-data.iam.gserviceaccount.com';

describe('an HMAC key', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    [
      'of an account that may have none',
      [hmac(ID, API)],
      ['open: api@acme-prod has HMAC key GOOG1EXA…, and the policy allows it no keys'],
    ],
    [
      'that is inactive',
      [hmac(ID, API, { active: false })],
      ['open: api@acme-prod keeps an inactive HMAC key GOOG1EXA…, and the policy allows it no keys'],
    ],
    ['of an account that the policy allows keys', [...account(SFTP, '2001'), hmac(ID, SFTP)], []],
    ['that was deleted', [hmac(ID, API), gone(hmacKeyName(ID), { time: NOW })], []],
    ['whose account was deleted', [hmac(ID, API), gone(API_ASSET, { time: NOW })], []],
    [
      'of nobody knows whom',
      [hmac(ID, undefined)],
      ['undecided: an unknown account has HMAC key GOOG1EXA…, and the policy allows it no keys'],
    ],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, ...observations] })).toEqual(expected);
  });

  it('is nothing where the policy has nothing against keys', () => {
    expect(says(DETECTOR, { observations: [hmac(ID, API)], policy: ruling('userManaged: allow') })).toEqual(
      [],
    );
  });

  it('is looked at again when the allowance ends', () => {
    const end = POLICY.serviceAccountKeys!.allowed[0]!.expires!;
    const observations = [...account(SFTP, '2001'), hmac(ID, SFTP)];
    expect(only(DETECTOR, { observations, asOf: end }).title).toBe(
      'sftp@acme-data has HMAC key GOOG1EXA…, and the allowance sftp has expired',
    );
  });

  it('is told with who made it, and deactivated before it is deleted', () => {
    expect(
      only(DETECTOR, {
        observations: [...ACCOUNTS, hmac(ID, API)],
        acts: [act('a1', hmacKeyName(ID), { kind: 'create-hmac-key', account: API, time: ago(1) })],
      }),
    ).toMatchObject({
      class: 'attack',
      severity: 'high',
      subject: `hmac-key:${ID}`,
      actor: { principal: 'jane@acme.example' },
      owner: 'team-payments',
      why: { line: lineOf('serviceAccountKeys:') },
      remediation: [
        { text: `gcloud storage hmac update ${ID} --deactivate --project=acme-prod` },
        { text: `gcloud storage hmac delete ${ID} --project=acme-prod` },
      ],
    });
  });
});
