import { describe, expect, it } from '@jest/globals';
import { keyName } from '../../shared/model/asset.ts';
import { ACCOUNT, accountEntry, auditEntry, EMAIL, news, observed, UNIQUE_ID, why } from './payloads.ts';

const KEY_ID = '69049163b190437ab9279b28e8afa24bb5c5b076';
const response = {
  '@type': 'type.googleapis.com/google.iam.admin.v1.ServiceAccount',
  name: `projects/acme-prod/serviceAccounts/${EMAIL}`,
  project_id: 'acme-prod',
  unique_id: UNIQUE_ID,
  email: EMAIL,
  display_name: 'API',
};
const facts = { type: 'service-account', uniqueId: UNIQUE_ID, email: EMAIL };

describe('what is done to a service account', () => {
  it.each([
    [
      'CreateServiceAccount',
      { resourceName: 'projects/acme-prod', response },
      'create-service-account',
      { kind: 'resource', whole: true, facts: { ...facts, projectId: 'acme-prod', displayName: 'API' } },
    ],
    [
      'PatchServiceAccount',
      { response: { ...response, display_name: 'New' } },
      'update-service-account',
      { kind: 'resource', whole: false, facts: { ...facts, projectId: 'acme-prod', displayName: 'New' } },
    ],
    ['UpdateServiceAccount', {}, 'update-service-account', { kind: 'resource', whole: false, facts }],
    [
      'DisableServiceAccount',
      { response: {} },
      'disable-service-account',
      { kind: 'resource', whole: false, facts: { ...facts, disabled: true } },
    ],
    [
      'EnableServiceAccount',
      {},
      'enable-service-account',
      { kind: 'resource', whole: false, facts: { ...facts, disabled: false } },
    ],
    ['DeleteServiceAccount', {}, 'delete-service-account', { kind: 'gone', type: 'service-account' }],
    [
      'UndeleteServiceAccount',
      { response: { restoredAccount: { ...response, disabled: true } } },
      'undelete-service-account',
      {
        kind: 'resource',
        whole: false,
        facts: { ...facts, projectId: 'acme-prod', displayName: 'API', disabled: true },
      },
    ],
  ])('%s', (method, payload, kind, state) => {
    const found = news(accountEntry(method, payload));
    expect(found.acts).toMatchObject([
      { kind, asset: ACCOUNT, account: EMAIL, project: 'acme-prod', changes: [] },
    ]);
    expect(found.observations[0]).toEqual({
      ...state,
      asset: ACCOUNT,
      time: found.time,
      source: 'audit-log',
      ancestors: ['projects/acme-prod'],
    });
    expect(observed(found, 'alias').alias).toEqual({ of: 'service-account', id: UNIQUE_ID, name: EMAIL });
  });

  it('a creation whose labels are empty still knows the account from the answer', () => {
    const found = news(
      accountEntry(
        'CreateServiceAccount',
        { resourceName: 'projects/acme-prod', response },
        { unique_id: '', email_id: '' },
      ),
    );
    expect(found.acts[0]).toMatchObject({ asset: ACCOUNT, account: EMAIL });
  });

  it('an answer cut down to an example does not pass for the whole account', () => {
    const found = news(
      accountEntry('CreateServiceAccount', { response: { email: EMAIL } }, { unique_id: '' }),
    );
    expect(observed(found, 'resource')).toMatchObject({ whole: false });
  });

  it('an entry that names no account is malformed', () => {
    const entry = auditEntry({
      serviceName: 'iam.googleapis.com',
      methodName: 'google.iam.admin.v1.DeleteServiceAccount',
      resourceName: 'projects/p',
    });
    expect(why(entry)).toBe('malformed: protoPayload.resourceName: names no service account');
  });

  it('methods of other services with such a name are not taken for it', () => {
    expect(
      why(
        auditEntry({
          serviceName: 'x.googleapis.com',
          methodName: 'google.iam.admin.v1.DeleteServiceAccount',
        }),
      ),
    ).toMatch(/^ignored/);
    expect(why(accountEntry('constructor'))).toMatch(/^ignored/);
  });
});

describe('what is done to a key', () => {
  const name = `projects/acme-prod/serviceAccounts/${EMAIL}/keys/${KEY_ID}`;
  const resourceName = `projects/-/serviceAccounts/${UNIQUE_ID}/keys/${KEY_ID}`;
  const known = { type: 'service-account-key', keyId: KEY_ID, account: UNIQUE_ID };
  const seconds = {
    valid_after_time: { seconds: 1678377036 },
    valid_before_time: { seconds: '253402300799' },
  };
  const valid = {
    validAfter: '2023-03-09T15:50:36.000000000Z',
    validBefore: '9999-12-31T23:59:59.000000000Z',
  };
  it.each([
    [
      'CreateServiceAccountKey',
      { response: { name, key_origin: 2, ...seconds } },
      'create-key',
      { kind: 'resource', whole: true, facts: { ...known, managedBy: 'user', origin: 'created', ...valid } },
    ],
    [
      'UploadServiceAccountKey',
      { response: { name, validAfterTime: '2023-03-09T15:50:36Z', validBeforeTime: '9999-12-31T23:59:59Z' } },
      'upload-key',
      { kind: 'resource', whole: true, facts: { ...known, managedBy: 'user', origin: 'uploaded', ...valid } },
    ],
    [
      'DeleteServiceAccountKey',
      { resourceName },
      'delete-key',
      { kind: 'gone', type: 'service-account-key' },
    ],
    [
      'DisableServiceAccountKey',
      { resourceName },
      'disable-key',
      { kind: 'resource', whole: false, facts: { ...known, disabled: true } },
    ],
    [
      'EnableServiceAccountKey',
      { request: { name } },
      'enable-key',
      { kind: 'resource', whole: false, facts: { ...known, disabled: false } },
    ],
  ])('%s', (method, payload, kind, state) => {
    const found = news(accountEntry(method, payload));
    expect(found.acts).toMatchObject([{ kind, asset: keyName(KEY_ID), account: EMAIL }]);
    expect(found.observations[0]).toEqual({
      ...state,
      asset: keyName(KEY_ID),
      time: found.time,
      source: 'audit-log',
      ancestors: ['projects/acme-prod'],
    });
    expect(observed(found, 'alias').alias.id).toBe(UNIQUE_ID);
  });

  it('a creation without an answer is an act on the account, and no key is made up', () => {
    const found = news(
      accountEntry(
        'CreateServiceAccountKey',
        { request: { name: `projects/-/serviceAccounts/${EMAIL}` } },
        { unique_id: '', email_id: '' },
      ),
    );
    expect(found.acts).toMatchObject([{ kind: 'create-key', asset: ACCOUNT, account: EMAIL }]);
    expect(found.observations.map(({ kind }) => kind)).toEqual(['alias']);
  });

  it('times that no calendar has are malformed', () => {
    const entry = accountEntry('CreateServiceAccountKey', {
      response: { name, valid_after_time: { seconds: 1e15 } },
    });
    expect(why(entry)).toBe(
      'malformed: protoPayload.response.validAfterTime: a time was expected, found an object',
    );
  });
});
