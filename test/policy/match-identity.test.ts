import { describe, expect, it } from '@jest/globals';
import { parseTime } from '../../shared/model/time.ts';
import {
  accountsDeclaredFor,
  capturesOf,
  declaredFor,
  declaredForGsa,
  declaresEdge,
  nextEndFor,
  poolOf,
} from '../../shared/policy/match.ts';
import { policyOf } from './policy-of.ts';

const POOL = 'acme-prod.svc.id.goog';
const POLICY = policyOf(`
  trust:
    pools:
      - {name: prod, pool: acme-prod.svc.id.goog}
      - {name: dev, pool: acme-dev.svc.id.goog}
      - {name: ci, pool: projects/444455556666/locations/global/workloadIdentityPools/github}
  workloadIdentities:
    - {name: api, identity: {pool: prod, namespace: payments, serviceAccount: api}, gsa: api@acme-prod.iam.gserviceaccount.com}
    - {name: api-too, identities: [{pool: prod, namespace: payments, serviceAccount: web}, {pool: prod, namespace: payments, serviceAccount: "a*"}]}
    - {name: a-more, identity: {pool: prod, namespace: payments, serviceAccount: "ap*"}}
    - {name: a-like, identity: {pool: prod, namespace: payments, serviceAccount: "?p*"}}
    - {name: all-payments, identity: {pool: prod, namespace: payments, serviceAccount: "*"}}
    - {name: teams, identity: {pool: prod, namespace: "team-*", serviceAccount: "*"}, gsa: <ksa>@<namespace>.iam.gserviceaccount.com}
    - {name: runners, identity: {pool: prod, namespace: "team-*", serviceAccount: runner}}
    - {name: dev-api, identity: {pool: dev, namespace: payments, serviceAccount: api}}
    - {name: any-default, identity: {pool: prod, namespace: batch, serviceAccount: default}}
    - {name: joined, identity: {pool: prod, namespace: "ns-*", serviceAccount: "w-*"}, gsa: <namespace>-<ksa>@acme-prod.iam.gserviceaccount.com}
`);

const ksa = (namespace: string, name: string, pool = POOL) => ({ pool, namespace, name });
const names = (entries: readonly { readonly name: string }[]) => entries.map(({ name }) => name);

describe('poolOf', () => {
  it.each([
    ['acme-prod.svc.id.goog', 'prod'],
    ['projects/123/locations/global/workloadIdentityPools/acme-prod.svc.id.goog', 'prod'],
    ['projects/444455556666/locations/global/workloadIdentityPools/github', 'ci'],
    ['projects/666/locations/global/workloadIdentityPools/github', undefined],
    ['github', undefined],
    ['acme-prod.svc.id.goog.evil', undefined],
    ['prod', undefined],
  ])('%s is trusted as %s', (pool, name) => {
    expect(poolOf(POLICY, pool)?.name).toBe(name);
  });
});

describe('declaredFor', () => {
  it.each([
    ['an exact entry beats every glob', ksa('payments', 'api'), ['api']],
    ['an exact pattern among several', ksa('payments', 'web'), ['api-too']],
    ['the longer globs beat the shorter, and equals add up', ksa('payments', 'app'), ['a-more', 'a-like']],
    ['the shorter when the longer does not match', ksa('payments', 'axe'), ['api-too']],
    ['everything of a namespace', ksa('payments', 'cron'), ['all-payments']],
    ['the exact name beats the star', ksa('team-a', 'runner'), ['runners']],
    ['a star of service accounts in a glob of namespaces', ksa('team-a', 'x'), ['teams']],
    ['a star never covers default', ksa('payments', 'default'), []],
    ['its name does', ksa('batch', 'default'), ['any-default']],
    ['another namespace is another', ksa('payments-2', 'api'), []],
    ['another pool is another', ksa('payments', 'api', 'acme-dev.svc.id.goog'), ['dev-api']],
    ['no pool of ours', ksa('payments', 'api', 'evil.svc.id.goog'), []],
    ['a star does not cross a slash', ksa('team-a/x', 'y'), []],
  ])('%s', (_what, id, expected) => {
    expect(names(declaredFor(POLICY, id))).toEqual(expected);
  });

  it.each([
    ['a star without an account does not cover an annotated KSA', ksa('payments', 'cron'), []],
    ['a glob with letters does', ksa('payments', 'app'), ['a-more', 'a-like']],
    ['a star with an account does', ksa('team-a', 'x'), ['teams']],
    ['an exact entry does', ksa('payments', 'web'), ['api-too']],
  ])('annotated: %s', (_what, id, expected) => {
    expect(names(declaredFor(POLICY, id, { annotated: true }))).toEqual(expected);
  });
});

describe('declaresEdge', () => {
  it.each([
    ['the account by the letter', ksa('payments', 'api'), 'api@acme-prod.iam.gserviceaccount.com', 'api'],
    ['in any case', ksa('payments', 'api'), 'API@acme-prod.iam.gserviceaccount.com', 'api'],
    ['another account', ksa('payments', 'api'), 'api@acme-dev.iam.gserviceaccount.com', undefined],
    ['captures filled in', ksa('team-a', 'x'), 'x@team-a.iam.gserviceaccount.com', 'teams'],
    ['captures of another KSA', ksa('team-a', 'x'), 'y@team-a.iam.gserviceaccount.com', undefined],
    [
      'a less specific entry counts too',
      ksa('team-a', 'runner'),
      'runner@team-a.iam.gserviceaccount.com',
      'teams',
    ],
    [
      'default is not covered by a star',
      ksa('team-a', 'default'),
      'default@team-a.iam.gserviceaccount.com',
      undefined,
    ],
    [
      'a member with a wildcard for a name matches nothing',
      ksa('team-a', '*'),
      '*@team-a.iam.gserviceaccount.com',
      undefined,
    ],
  ])('%s', (_what, id, email, expected) => {
    expect(declaresEdge(POLICY, id, email)?.name).toBe(expected);
  });
});

describe('declaredForGsa', () => {
  it.each([
    ['by the letter', 'api@acme-prod.iam.gserviceaccount.com', ['api']],
    ['by captures', 'x@team-a.iam.gserviceaccount.com', ['teams']],
    ['a capture that its glob does not cover', 'x@prod.iam.gserviceaccount.com', []],
    ['a capture of default', 'default@team-a.iam.gserviceaccount.com', []],
    ['two captures side by side', 'ns-a-w-b@acme-prod.iam.gserviceaccount.com', ['joined']],
    [
      'two captures that cannot be told apart so that both fit',
      'ns-a-b@acme-prod.iam.gserviceaccount.com',
      [],
    ],
    ['nobody', 'nobody@acme-prod.iam.gserviceaccount.com', []],
    ['a longer domain', 'api@acme-prod.iam.gserviceaccount.com.evil.example', []],
  ])('%s', (_what, email, expected) => {
    expect(names(declaredForGsa(POLICY, email))).toEqual(expected);
  });

  it('tells what the captures stand for', () => {
    const captures = (name: string, email: string) =>
      capturesOf(POLICY.identities.find((entry) => entry.name === name)!, email);
    expect(captures('teams', 'x@team-a.iam.gserviceaccount.com')).toEqual([
      { ksa: 'x', namespace: 'team-a' },
    ]);
    expect(captures('api', 'api@acme-prod.iam.gserviceaccount.com')).toEqual([
      { ksa: 'api', namespace: 'payments' },
    ]);
    expect(captures('joined', 'ns-a-w-w-b@acme-prod.iam.gserviceaccount.com')).toEqual([
      { ksa: 'w-w-b', namespace: 'ns-a' },
      { ksa: 'w-b', namespace: 'ns-a-w' },
    ]);
    expect(captures('joined', 'other@acme-prod.iam.gserviceaccount.com')).toEqual([]);
    expect(captures('runners', 'runner@acme-prod.iam.gserviceaccount.com')).toEqual([]);
  });
});

describe('an entry with an end', () => {
  const ENDING = policyOf(`
  trust: {pools: [{name: prod, pool: acme-prod.svc.id.goog, clusters: [acme-prod/l/c]}]}
  workloadIdentities:
    - {name: all, identity: {pool: prod, namespace: shop, serviceAccount: "*"}, gsa: all@acme-prod.iam.gserviceaccount.com}
    - name: shared
      identities: [{pool: prod, namespace: shop, serviceAccount: web}, {pool: prod, namespace: shop, serviceAccount: "w-*"}]
      gsa: shared@acme-prod.iam.gserviceaccount.com
      until: 2027-03-31
      ticket: SHOP-1
`);
  const [, shared] = ENDING.identities;
  const end = parseTime('2027-03-31T22:00:00Z')!;
  const web = ksa('shop', 'web');
  const email = 'shared@acme-prod.iam.gserviceaccount.com';

  it('ends with its last day, in the time zone of the policy', () => {
    expect(shared).toMatchObject({ until: end, ticket: 'SHOP-1' });
  });

  it.each([
    ['before', end - 1n, ['shared'], 'shared', ['shared']],
    ['after', end, ['all'], undefined, []],
    ['when nobody says what time it is', undefined, ['shared'], 'shared', ['shared']],
  ])('%s', (_what, asOf, declared, edge, ofAccount) => {
    expect(names(declaredFor(ENDING, web, {}, asOf))).toEqual(declared);
    expect(declaresEdge(ENDING, web, email, asOf)?.name).toBe(edge);
    expect(names(declaredForGsa(ENDING, email, asOf))).toEqual(ofAccount);
    expect(accountsDeclaredFor(ENDING, web, asOf).includes(email)).toBe(edge !== undefined);
  });

  it('says when it ends, to whoever rests on it', () => {
    expect(nextEndFor(ENDING, { ksa: web }, end - 1n)).toBe(end);
    expect(nextEndFor(ENDING, { gsa: email }, end - 1n)).toBe(end);
    expect(nextEndFor(ENDING, { ksa: web, gsa: email }, end)).toBeUndefined();
    expect(nextEndFor(ENDING, { ksa: ksa('shop', 'api') }, 0n)).toBeUndefined();
  });
});
