import { expect, it } from '@jest/globals';
import { accountsDeclaredFor } from '../../shared/policy/match.ts';
import { policyOf } from './policy-of.ts';

const POOL = 'acme-prod.svc.id.goog';
const POLICY = policyOf(`
  trust:
    pools:
      - {name: prod, pool: acme-prod.svc.id.goog}
      - {name: dev, pool: acme-dev.svc.id.goog}
  workloadIdentities:
    - {name: api, identity: {pool: prod, namespace: payments, serviceAccount: api}, gsa: api@acme-prod.iam.gserviceaccount.com}
    - {name: apis, identity: {pool: prod, namespace: payments, serviceAccount: "a*"}, gsa: <ksa>@acme-apis.iam.gserviceaccount.com}
    - {name: same, identity: {pool: prod, namespace: "pay*", serviceAccount: api}, gsa: api@acme-prod.iam.gserviceaccount.com}
    - {name: all, identity: {pool: prod, namespace: payments, serviceAccount: "*"}}
    - {name: teams, identity: {pool: prod, namespace: "team-*", serviceAccount: "*"}, gsa: <ksa>@<namespace>.iam.gserviceaccount.com}
    - {name: dev, identity: {pool: dev, namespace: payments, serviceAccount: api}, gsa: api@acme-dev.iam.gserviceaccount.com}
`);

const ksa = (namespace: string, name: string, pool = POOL) => ({ pool, namespace, name });

it.each([
  [
    'every entry that covers the KSA, the most specific first, each account once',
    ksa('payments', 'api'),
    ['api@acme-prod.iam.gserviceaccount.com', 'api@acme-apis.iam.gserviceaccount.com'],
  ],
  ['captures filled in', ksa('payments', 'auth'), ['auth@acme-apis.iam.gserviceaccount.com']],
  ['both of them', ksa('team-a', 'web'), ['web@team-a.iam.gserviceaccount.com']],
  ['no account, where the entries name none', ksa('payments', 'web'), []],
  ['nor for the default KSA, which no star covers', ksa('team-a', 'default'), []],
  ['nor for a name that is none: it brings no wildcard in', ksa('team-a', '*'), []],
  ['nor for a KSA that no entry speaks of', ksa('sandbox', 'debug'), []],
  [
    'another pool is another',
    ksa('payments', 'api', 'acme-dev.svc.id.goog'),
    ['api@acme-dev.iam.gserviceaccount.com'],
  ],
])('the accounts that a KSA is declared to act as: %s', (_what, id, expected) => {
  expect(accountsDeclaredFor(POLICY, id)).toEqual(expected);
});
