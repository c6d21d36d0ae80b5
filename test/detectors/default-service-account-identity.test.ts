import { expect, it } from '@jest/globals';
import type { Observation } from '../../shared/model/observation.ts';
import { iam, ksa, member, only, POLICY_YAML, policyOf, says, WI } from '../world.ts';
import { ACCOUNTS, API, API_ASSET } from './cast.ts';

const DETECTOR = 'default-service-account-identity';
const LINKED = 'open: The default KSA of namespace payments is linked to api@acme-prod';

it.each<[string, readonly Observation[], readonly string[]]>([
  ['annotated', [ksa('payments/default', API)], [LINKED]],
  ['bound', [iam(API_ASSET, [[WI, member('payments/default')]])], [LINKED]],
  ['without annotation or binding', [ksa('payments/default')], []],
  ['another KSA of the namespace', [ksa('payments/api', API)], []],
  ['one whose name only begins so', [ksa('payments/default-api', API)], []],
])('the default KSA %s', (_what, observations, expected) => {
  expect(says(DETECTOR, { observations: [...ACCOUNTS, ...observations] })).toEqual(expected);
});

it('is silent where an entry names the KSA default itself', () => {
  const policy = policyOf(POLICY_YAML.replace('serviceAccount: api}', 'serviceAccount: default}'));
  expect(says(DETECTOR, { observations: [...ACCOUNTS, ksa('payments/default', API)], policy })).toEqual([]);
});

it('is posture: it goes to the report, and takes the link away', () => {
  expect(only(DETECTOR, { observations: [...ACCOUNTS, ksa('payments/default', API)] })).toMatchObject({
    class: 'posture',
    severity: 'medium',
    remediation: [
      {
        text: 'kubectl annotate serviceaccount default --namespace=payments --overwrite iam.gke.io/gcp-service-account-',
      },
    ],
  });
});
