import { expect, it } from '@jest/globals';
import type { Observation } from '../../shared/model/observation.ts';
import { iam, ksa, member, only, POLICY_YAML, policyOf, says, WI } from '../world.ts';
import { ACCOUNTS, API, API_ASSET, DECLARED } from './cast.ts';

const DETECTOR = 'shared-account';
const SHARED = 'open: api@acme-prod is shared by workloads of 2 namespaces';

it.each<[string, readonly Observation[], readonly string[]]>([
  ['KSAs of two namespaces point at it', [...DECLARED, ksa('sandbox/debug', API)], [SHARED]],
  [
    'it lets in KSAs of two namespaces',
    [
      ...ACCOUNTS,
      iam(API_ASSET, [
        [WI, member('payments/api')],
        [WI, member('sandbox/debug')],
      ]),
    ],
    [SHARED],
  ],
  ['one KSA is linked', DECLARED, []],
  ['two KSAs of one namespace are linked', [...DECLARED, ksa('payments/worker', API)], []],
  [
    'the other is of a pool that is not trusted',
    [
      ...ACCOUNTS,
      iam(API_ASSET, [
        [WI, member('payments/api')],
        [WI, member('a/b', 'x.svc.id.goog')],
      ]),
    ],
    [],
  ],
])('an account is shared when %s', (_what, observations, expected) => {
  expect(says(DETECTOR, { observations })).toEqual(expected);
});

it('is silent when one entry declares them together', () => {
  const together =
    'identities: [{pool: prod, namespace: payments, serviceAccount: api}, {pool: prod, namespace: sandbox, serviceAccount: debug}]';
  const policy = policyOf(
    POLICY_YAML.replace('identity: {pool: prod, namespace: payments, serviceAccount: api}', together),
  );
  expect(says(DETECTOR, { observations: [...DECLARED, ksa('sandbox/debug', API)], policy })).toEqual([]);
});

it('names them all', () => {
  expect(only(DETECTOR, { observations: [...DECLARED, ksa('sandbox/debug', API)] })).toMatchObject({
    class: 'posture',
    after: ['payments/api', 'sandbox/debug'],
    owner: 'team-payments',
  });
});
