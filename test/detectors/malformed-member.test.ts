import { describe, expect, it } from '@jest/globals';
import { serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { account, found, iam, ksa, member, only, says, WI } from '../world.ts';
import { ACCOUNTS, API_ASSET, BY_HAND } from './cast.ts';

const DETECTOR = 'malformed-member';
/** An account of another project than the cluster's. */
const DATA = 'data@acme-data.iam.gserviceaccount.com';
const DATA_ASSET = serviceAccountName('3001');

describe('a member that is written wrong', () => {
  it.each<[string, string, boolean]>([
    ['a dot for the slash', member('payments.api'), true],
    ['no name', member('payments/'), true],
    ['brackets that do not close', 'serviceAccount:acme-prod.svc.id.goog[payments/api', true],
    ['a KSA', member('payments/api'), false],
    ['an account', 'serviceAccount:api@acme-prod.iam.gserviceaccount.com', false],
    ['an unknown form that has nothing to do with pools', 'robot:api', false],
  ])('%s', (_what, written, expected) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, iam(API_ASSET, [[WI, written]])] })).toHaveLength(
      expected ? 1 : 0,
    );
  });

  it('is put right by writing what was meant, and taking the slip away', () => {
    const observations = [...ACCOUNTS, iam(API_ASSET, [[WI, member('payments.api')]])];
    const finding = only(DETECTOR, { observations, policy: BY_HAND });
    expect(finding.class).toBe('outage');
    expect(finding.explanation).toContain('has a dot where IAM needs a slash');
    expect(finding.remediation.map(({ text }) => text)).toEqual([
      `gcloud iam service-accounts add-iam-policy-binding api@acme-prod.iam.gserviceaccount.com --project=acme-prod '--member=${member('payments/api')}' --role=${WI}`,
      `gcloud iam service-accounts remove-iam-policy-binding api@acme-prod.iam.gserviceaccount.com --project=acme-prod '--member=${member('payments.api')}' --role=${WI}`,
    ]);
  });
});

it('is written right in the code first, where bindings are made as code', () => {
  const observations = [...ACCOUNTS, iam(API_ASSET, [[WI, member('payments.api')]])];
  const { remediation } = only(DETECTOR, { observations });
  expect(remediation.map(({ kind }) => kind)).toEqual(['terraform', 'gcloud', 'gcloud']);
  expect(remediation[0]?.text).toContain(`= "${member('payments/api')}"`);
});

describe("the pool of the account's project instead of the cluster's", () => {
  const wrong = iam(DATA_ASSET, [[WI, member('payments/api', 'acme-data.svc.id.goog')]]);
  const SLIP = ["open: data@acme-data lets in payments/api of the wrong project's pool"];

  it.each<[string, readonly Observation[], readonly string[]]>([
    ['while the KSA that points at it lives in a trusted pool', [wrong, ksa('payments/api', DATA)], SLIP],
    ['while no KSA points at it: then the pool is not trusted, and that is all', [wrong], []],
    ['while another KSA points at it', [wrong, ksa('payments/other', DATA)], []],
    [
      'is no slip when a third pool is named',
      [iam(DATA_ASSET, [[WI, member('payments/api', 'x.svc.id.goog')]]), ksa('payments/api', DATA)],
      [],
    ],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations: [...account(DATA, '3001'), ...observations] })).toEqual(expected);
  });

  it('does not hush that the pool is not trusted: whoever makes a cluster there gets the account', () => {
    const observations = [...account(DATA, '3001'), wrong, ksa('payments/api', DATA)];
    expect(found({ observations }).map(({ detector }) => detector)).toContain('untrusted-pool');
  });
});
