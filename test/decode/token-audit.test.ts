/** Tokens made and documents signed as an account, as data access of iam.googleapis.com logs them. */
import { describe, expect, it } from '@jest/globals';
import { ACCOUNT, accountEntry, EMAIL, KSA_MEMBER, news, UNIQUE_ID, why } from './payloads.ts';

type Json = Readonly<Record<string, unknown>>;

const token = (payload: Json = {}, method = 'GenerateAccessToken', entry: Json = {}): Json => ({
  ...accountEntry('', { serviceName: 'iamcredentials.googleapis.com', methodName: method, ...payload }),
  logName: 'projects/acme-prod/logs/cloudaudit.googleapis.com%2Fdata_access',
  ...entry,
});
const by = (principalEmail: string, ...delegates: readonly string[]): Json => ({
  authenticationInfo: {
    principalEmail,
    serviceAccountDelegationInfo: delegates.map((principalSubject) => ({ principalSubject })),
  },
});
const bySubject = (principalSubject: string): Json => ({ authenticationInfo: { principalSubject } });
const KSA =
  'principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/acme-prod.svc.id.goog/subject/ns/payments/sa/api';

describe('a person who has a token made', () => {
  it.each(['GenerateAccessToken', 'GenerateIdToken', 'SignBlob', 'SignJwt'])('by %s', (method) => {
    const found = news(token({}, method));
    expect(found.acts).toMatchObject([
      {
        kind: 'mint-token',
        method,
        asset: ACCOUNT,
        account: EMAIL,
        project: 'acme-prod',
        actor: { principal: 'dev@example.com', ip: '198.51.100.7' },
      },
    ]);
    expect(found.observations).toMatchObject([{ kind: 'alias', alias: { id: UNIQUE_ID, name: EMAIL } }]);
  });

  it('is told of each time', () => {
    const ids = ['a', 'b'].map((insertId) => news(token({}, 'SignJwt', { insertId })).id);
    expect(new Set(ids).size).toBe(2);
  });

  it('is malformed where no account is named', () => {
    const entry = token({ resourceName: undefined }, 'SignBlob', { resource: { type: 'service_account' } });
    expect(why(entry)).toBe('malformed: protoPayload.resourceName: names no service account');
  });

  it('has failed to, and is none', () => {
    expect(why(token({ status: { code: 7 } }))).toBe(
      'ignored: the call failed, nothing changed: 7 PERMISSION_DENIED',
    );
  });
});

describe('what workloads do all day', () => {
  it.each<[string, Json]>([
    ['a KSA, for the account it is linked to', bySubject(KSA)],
    ['the same in the older spelling', bySubject(KSA_MEMBER)],
    ['the account itself, that signs', by(EMAIL)],
    ['the account itself, through its KSA', by(EMAIL, KSA_MEMBER)],
    ['an agent of Google', by('service-1@gcp-sa-pubsub.iam.gserviceaccount.com')],
  ])('is told of once an hour: %s', (_what, payload) => {
    const at = (timestamp: string, insertId: string) =>
      news(token(payload, 'SignBlob', { timestamp, insertId }));
    const [first, again] = [at('2026-02-03T04:05:06Z', 'a'), at('2026-02-03T04:59:59Z', 'b')];
    expect(again).toEqual({ ...first, time: again.time });
    // That its KSA uses it is another thing to tell, and no less told once an hour.
    expect(first.observations.filter(({ kind }) => kind !== 'used' && kind !== 'visited')).toEqual([]);
    expect(first.acts[0]?.actor).not.toHaveProperty('ip');
    expect(at('2026-02-03T05:00:00Z', 'c').id).not.toBe(first.id);
    expect(news(token(payload, 'SignJwt', { timestamp: '2026-02-03T04:05:06Z' })).id).not.toBe(first.id);
  });

  it.each<[string, Json]>([
    ['a person who acts as it', by(EMAIL, 'user:jane@acme.example')],
    ['another account', by('admin@acme-prod.iam.gserviceaccount.com')],
    [
      'an identity from elsewhere',
      bySubject(KSA.replace('acme-prod.svc.id.goog', 'aws').replace('ns/payments/sa/api', 'x')),
    ],
  ])('is not what is done by %s', (_what, payload) => {
    expect(news(token(payload)).acts[0]).toMatchObject({ actor: { ip: '198.51.100.7' } });
  });
});

it('is no other method of that name', () => {
  expect(why(token({ serviceName: 'other.googleapis.com' }))).toBe(
    'ignored: data access, which this version does not judge: GenerateAccessToken',
  );
});
