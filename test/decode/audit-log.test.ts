import { describe, expect, it } from '@jest/globals';
import { formatTime } from '../../shared/model/time.ts';
import { accountEntry, auditEntry, KSA_MEMBER, news, policy, RECEIVED_AT, why } from './payloads.ts';

const setPolicy = {
  serviceName: 'cloudresourcemanager.googleapis.com',
  methodName: 'SetIamPolicy',
  resourceName: 'projects/acme-prod',
  response: policy('BwY=', ['roles/viewer', 'user:ann@example.com']),
};

describe('only what Google wrote is believed', () => {
  it.each([
    ['projects/acme-prod/logs/cloudaudit.googleapis.com%2Factivity', true],
    ['projects/acme-prod/logs/cloudaudit.googleapis.com%2Fdata_access', true],
    ['organizations/678/logs/cloudaudit.googleapis.com/activity', true],
    ['folders/345/logs/cloudaudit.googleapis.com%2factivity', true],
    ['projects/acme-prod/logs/activity', false],
    ['projects/acme-prod/logs/my%2Flogs%2Fcloudaudit.googleapis.com%2Factivity', false],
    ['projects/acme-prod/logs/cloudaudit.googleapis.com%2Factivity2', false],
    ['projects/acme-prod/logs/x/logs/cloudaudit.googleapis.com%2Factivity', false],
    ['projects/acme-prod/logs/cloudaudit.googleapis.com%0Factivity', false],
  ])('%s: %p', (logName, believed) => {
    const entry = auditEntry(setPolicy, { logName });
    if (believed) expect(news(entry).acts).toHaveLength(1);
    else expect(why(entry)).toBe(`ignored: log name that is not of a Cloud Audit Log: ${logName}`);
  });

  it('an entry without a log name is not', () => {
    expect(why(auditEntry(setPolicy, { logName: undefined }))).toMatch(
      /^ignored: log entry without a log name/,
    );
  });
});

describe('what is no news says why', () => {
  it.each([
    [
      'a refused call',
      { ...setPolicy, status: { code: 7, message: 'no' } },
      {},
      'ignored: the call failed, nothing changed: 7 PERMISSION_DENIED',
    ],
    [
      'a failed call of a code we do not know',
      { ...setPolicy, status: { code: 99 } },
      {},
      'ignored: the call failed, nothing changed: 99',
    ],
    [
      'a call none of whose permissions was granted',
      { ...setPolicy, status: undefined, authorizationInfo: [{ granted: false }] },
      {},
      'ignored: the call failed, nothing changed: no permission was granted',
    ],
    [
      'a method we do not judge',
      { serviceName: 'storage.googleapis.com', methodName: 'storage.buckets.create' },
      {},
      'ignored: method that this version does not judge: storage.buckets.create',
    ],
    [
      'a read',
      { serviceName: 'storage.googleapis.com', methodName: 'storage.objects.get' },
      { logName: 'projects/p/logs/cloudaudit.googleapis.com%2Fdata_access' },
      'ignored: data access, which this version does not judge: storage.objects.get',
    ],
    [
      'a Kubernetes entry',
      { serviceName: 'k8s.io', methodName: 'io.k8s.core.v1.pods.create' },
      {},
      'ignored: Kubernetes pods, which come and go: what makes them is read: io.k8s.core.v1.pods.create',
    ],
    [
      'a Kubernetes entry with a patch as a list',
      { serviceName: 'k8s.io', methodName: 'io.k8s.core.v1.pods.patch', request: [] },
      {},
      'ignored: Kubernetes pods, which come and go: what makes them is read: io.k8s.core.v1.pods.patch',
    ],
    ['no method', { serviceName: 'iam.googleapis.com' }, {}, 'malformed: protoPayload.methodName: missing'],
    [
      'a payload of another type',
      { ...setPolicy, '@type': 'type.googleapis.com/google.appengine.logging.v1.RequestLog' },
      {},
      'malformed: protoPayload.@type: not an AuditLog',
    ],
    [
      'a time that is none',
      setPolicy,
      { timestamp: 'soon' },
      'malformed: timestamp: a time was expected, found a text',
    ],
    [
      'no resource',
      { ...setPolicy, resourceName: undefined },
      {},
      'malformed: protoPayload.resourceName: missing',
    ],
    [
      'members that are no list',
      { ...setPolicy, response: { bindings: [{ role: 'roles/viewer', members: 'allUsers' }] } },
      {},
      'malformed: protoPayload.response.bindings[0].members: a list was expected, found a text',
    ],
    [
      'a member that is no text',
      { ...setPolicy, response: { bindings: [{ role: 'roles/viewer', members: ['allUsers', 7] }] } },
      {},
      'malformed: protoPayload.response.bindings[0].members[1]: a text was expected, found a number',
    ],
    [
      'a binding without a role',
      { ...setPolicy, response: { bindings: [{ members: ['allUsers'] }] } },
      {},
      'malformed: protoPayload.response.bindings[0].role: missing',
    ],
    [
      'a delta that neither adds nor removes',
      { ...setPolicy, serviceData: { policyDelta: { bindingDeltas: [{ role: 'r', member: 'm' }] } } },
      {},
      'malformed: protoPayload.serviceData.policyDelta.bindingDeltas[0].action: neither ADD nor REMOVE',
    ],
  ])('%s', (_what, payload, entry, expected) => {
    expect(why(auditEntry(payload, entry))).toBe(expected);
  });

  it('a log entry of another payload is ignored by its log name', () => {
    expect(why({ logName: 'projects/p/logs/syslog', textPayload: 'hello' })).toMatch(/^ignored: log name/);
    expect(why({ insertId: 'a', jsonPayload: {} })).toMatch(/^ignored: log entry without a log name/);
    expect(why({ logName: 'projects/p/logs/cloudaudit.googleapis.com%2Factivity' })).toBe(
      'malformed: protoPayload: missing',
    );
  });

  it('text from the message is shown without what could act on a terminal', () => {
    expect(
      why(auditEntry(setPolicy, { logName: `projects/p/logs/\u001b[31m\u202e${'x'.repeat(500)}` })),
    ).toMatch(/^ignored: log name that is not of a Cloud Audit Log: projects\/p\/logs\/ \[31m x+…$/);
  });
});

it('an entry of status success is one, whatever its permissions say', () => {
  expect(news(auditEntry({ ...setPolicy, authorizationInfo: [{ granted: false }] })).acts).toHaveLength(1);
});

describe('identity and time of an entry', () => {
  it('goes by log name, timestamp and insert id', () => {
    const { id, time } = news(auditEntry(setPolicy));
    expect(id).toBe(
      'projects/acme-prod/logs/cloudaudit.googleapis.com%2Factivity|2026-02-03T04:05:06.123456000Z|abc123',
    );
    expect(formatTime(time)).toBe('2026-02-03T04:05:06.123456000Z');
  });

  it('is the same however a shipper spells the entry', () => {
    const entry = auditEntry(setPolicy);
    const { protoPayload, logName: _, insertId, receiveTimestamp, ...rest } = entry;
    const shipped = {
      ...rest,
      logname: 'projects/acme-prod/logs/cloudaudit.googleapis.com/activity',
      insertid: insertId,
      receivetimestamp: receiveTimestamp,
      timestamp: '2026-02-03 04:05:06.123456',
      protopayload: {
        ...(protoPayload as object),
        '@type': undefined,
        at_sign_type: 'type.googleapis.com/google.cloud.audit.AuditLog',
      },
    };
    expect(news(shipped)).toEqual(news(entry));
  });

  it('without an insert id goes by content, in whatever order its keys come', () => {
    const entry = auditEntry(setPolicy, { insertId: undefined });
    const turned = Object.fromEntries(Object.entries(entry).reverse());
    expect(news(entry).id).toMatch(/^[0-9a-f]{64}$/);
    expect(news(turned).id).toBe(news(entry).id);
    expect(
      news(auditEntry({ ...setPolicy, resourceName: 'projects/other' }, { insertId: undefined })).id,
    ).not.toBe(news(entry).id);
  });

  it('without a timestamp takes the time of reception by the log, then ours', () => {
    expect(formatTime(news(auditEntry(setPolicy, { timestamp: undefined })).time)).toBe(
      '2026-02-03T04:05:07.000000000Z',
    );
    expect(news(auditEntry(setPolicy, { timestamp: undefined, receiveTimestamp: undefined })).time).toBe(
      RECEIVED_AT,
    );
  });

  it('lies in the project of its labels, else of its log', () => {
    expect(news(auditEntry(setPolicy)).acts[0]?.project).toBe('acme-prod');
    const ofLog = news(
      auditEntry(setPolicy, {
        resource: undefined,
        logName: 'projects/other/logs/cloudaudit.googleapis.com%2Factivity',
      }),
    );
    expect(ofLog.observations[0]).toMatchObject({ source: 'audit-log', ancestors: ['projects/other'] });
    const ofOrganisation = news(
      auditEntry(
        { ...setPolicy, resourceName: 'organizations/678' },
        {
          resource: { type: 'organization', labels: {} },
          logName: 'organizations/678/logs/cloudaudit.googleapis.com%2Factivity',
        },
      ),
    );
    expect(ofOrganisation.observations[0]).toMatchObject({ ancestors: ['organizations/678'] });
  });
});

describe('the actor', () => {
  it.each([
    [
      'a person',
      { principalEmail: 'ann@example.com', principalSubject: 'user:ann@example.com' },
      { principal: 'ann@example.com', subject: 'user:ann@example.com', delegation: [] },
    ],
    [
      'a KSA behind a GSA',
      {
        principalEmail: 'api@p.iam.gserviceaccount.com',
        serviceAccountDelegationInfo: [{ principalSubject: KSA_MEMBER }],
      },
      { principal: 'api@p.iam.gserviceaccount.com', delegation: [KSA_MEMBER] },
    ],
    [
      'a chain of accounts',
      {
        principalEmail: 'c@p',
        serviceAccountDelegationInfo: [
          { firstPartyPrincipal: { principalEmail: 'a@p' } },
          {},
          { thirdPartyPrincipal: { thirdPartyClaims: { sub: 'repo' } } },
        ],
      },
      { principal: 'c@p', delegation: ['a@p', 'repo'] },
    ],
    [
      'a key',
      { principalEmail: 'c@p', serviceAccountKeyName: '//iam/k' },
      { principal: 'c@p', delegation: [], keyName: '//iam/k' },
    ],
    [
      'a third party',
      { principalSubject: 'principal://iam/x' },
      { principal: 'principal://iam/x', subject: 'principal://iam/x', delegation: [] },
    ],
    ['nobody, as in redacted entries', {}, { principal: '', delegation: [] }],
    ['nothing, as in the last entry of an operation', undefined, { principal: '', delegation: [] }],
  ])('is %s', (_what, authenticationInfo, expected) => {
    const entry = auditEntry(
      { ...setPolicy, authenticationInfo, requestMetadata: undefined },
      { operation: { id: 'o', last: true } },
    );
    expect(news(entry).acts[0]?.actor).toEqual(expected);
  });

  it('comes with address, user agent and reason, as claimed', () => {
    const requestMetadata = {
      callerIP: 'gce-internal-ip',
      callerSuppliedUserAgent: 'curl',
      requestAttributes: { reason: 'ticket 7' },
    };
    expect(news(auditEntry({ ...setPolicy, requestMetadata })).acts[0]?.actor).toMatchObject({
      ip: 'gce-internal-ip',
      userAgent: 'curl',
      reason: 'ticket 7',
    });
    expect(news(auditEntry({ ...setPolicy, requestMetadata: '...' })).acts[0]?.actor.principal).toBe(
      'dev@example.com',
    );
  });

  it('may be Google, who disables keys it found in public', () => {
    const google = 'gcp-compromised-key-response@system.gserviceaccount.com';
    const entry = accountEntry('DisableServiceAccountKey', {
      resourceName: 'projects/-/serviceAccounts/1057/keys/k1',
      authenticationInfo: { principalEmail: google },
    });
    expect(news(entry).acts[0]).toMatchObject({ kind: 'disable-key', actor: { principal: google } });
  });
});
