/** Who signed in with what, as audit entries tell it beside all else; and Activity Analyzer's word. */
import { describe, expect, it } from '@jest/globals';
import { decodeValue } from '../../shared/decode/input/decode-value.ts';
import { unwrapped } from '../../shared/decode/input/unwrap.ts';
import { formatTime } from '../../shared/model/time.ts';
import { workloadName } from '../../shared/model/usage.ts';
import { fixtures, itOnFixtures } from '../fixtures.ts';
import { accountEntry, auditEntry, CONTEXT, EMAIL, type News, news, observed, why } from './payloads.ts';

const KEY = '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567';
const NAME = `//iam.googleapis.com/projects/acme-prod/serviceAccounts/${EMAIL}/keys/${KEY}`;
const ASSET = `//iam.googleapis.com/projects/-/serviceAccounts/-/keys/${KEY}`;
const READ = {
  serviceName: 'storage.googleapis.com',
  methodName: 'storage.objects.get',
  resourceName: 'projects/_/buckets/b/objects/o',
};

/** The one use that is told of an asset. */
function useOf(found: News, of: string) {
  const uses = found.observations.filter((one) => one.kind === 'used' && one.asset === of);
  expect(uses).toHaveLength(1);
  return uses[0] as Extract<News['observations'][number], { kind: 'used' }>;
}

const signed = (more: object = {}, entry: object = {}) =>
  auditEntry(
    {
      ...READ,
      authenticationInfo: { principalEmail: EMAIL, serviceAccountKeyName: NAME },
      requestMetadata: {
        callerIp: '203.0.113.9',
        callerSuppliedUserAgent: 'google-cloud-sdk gcloud/500.0.0 command/gcloud.storage.cp (Linux 6.1)',
      },
      ...more,
    },
    { logName: 'projects/acme-prod/logs/cloudaudit.googleapis.com%2Fdata_access', ...entry },
  );

describe('a call that a key signed', () => {
  it('tells that the key is in use, within the hour, and how, though the method is none that is judged', () => {
    const found = news(signed());
    expect(found.acts).toEqual([]);
    const { asset, use, time } = useOf(found, ASSET);
    expect(asset).toBe(ASSET);
    expect(formatTime(time)).toBe('2026-02-03T04:00:00.000000000Z');
    expect(use).toEqual({
      time,
      principal: EMAIL,
      network: '203.0.113.9',
      tool: 'google-cloud-sdk gcloud',
      service: 'storage.googleapis.com',
    });
  });

  it('tells it beside the change, where it made one', () => {
    const found = news(
      accountEntry('DisableServiceAccount', {
        authenticationInfo: {
          principalEmail: 'tf@acme-iac.iam.gserviceaccount.com',
          serviceAccountKeyName: NAME,
        },
      }),
    );
    expect(found.acts).toHaveLength(1);
    expect(useOf(found, ASSET).use.principal).toBe('tf@acme-iac.iam.gserviceaccount.com');
  });

  it('tells it where the call was refused: whoever is refused has signed in', () => {
    expect(useOf(news(signed({ status: { code: 7 } })), ASSET).asset).toBe(ASSET);
  });

  it('is told once an hour for each way: the next hour, or from elsewhere, is other news', () => {
    const id = (more: object, entry: object = {}) => news(signed(more, entry)).id;
    expect(id({}, { insertId: 'other', timestamp: '2026-02-03T04:59:59Z' })).toBe(id({}));
    expect(id({}, { timestamp: '2026-02-03T05:00:00Z' })).not.toBe(id({}));
    expect(id({ requestMetadata: { callerIp: '203.0.113.10' } })).not.toBe(id({}));
  });

  it('comes from a VPC by the name of its network', () => {
    const requestMetadata = {
      callerIp: 'private',
      callerNetwork: '//compute.googleapis.com/projects/acme-ci/global/networks/default',
    };
    expect(useOf(news(signed({ requestMetadata })), ASSET).use).toMatchObject({
      network: 'projects/acme-ci/global/networks/default',
    });
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['something that is no key', '//iam.googleapis.com/projects/p/serviceAccounts/x'],
    ['a number', 7],
  ])('not one with %s for its name', (_what, serviceAccountKeyName) => {
    const authenticationInfo = { principalEmail: 'jane@acme.example', serviceAccountKeyName };
    expect(why(signed({ authenticationInfo }))).toMatch(/^ignored/);
  });
});

describe('a call that a workload makes as an account, without a key', () => {
  const KSA = 'serviceAccount:acme-prod.svc.id.goog[payments/api]';
  const ACCOUNT = `//iam.googleapis.com/projects/-/serviceAccounts/${EMAIL}`;

  it('tells that it does', () => {
    const authenticationInfo = {
      principalEmail: EMAIL,
      serviceAccountDelegationInfo: [{}, { principalSubject: KSA }],
    };
    const { asset, use } = observed(news(auditEntry({ ...READ, authenticationInfo })), 'used');
    expect(asset).toBe(ACCOUNT);
    expect(use).toMatchObject({ principal: EMAIL, through: KSA });
  });

  it('tells it when it asks for the token, too', () => {
    const found = news(
      auditEntry(
        {
          serviceName: 'iamcredentials.googleapis.com',
          methodName: 'GenerateAccessToken',
          resourceName: `projects/-/serviceAccounts/${EMAIL}`,
          authenticationInfo: { principalSubject: KSA },
        },
        { resource: { type: 'service_account', labels: { email_id: EMAIL, project_id: 'acme-prod' } } },
      ),
    );
    expect(observed(found, 'used')).toMatchObject({ asset: ACCOUNT, use: { through: KSA } });
  });

  it('is the KSA’s own where it has no account', () => {
    const authenticationInfo = {
      principalSubject:
        'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/acme-prod.svc.id.goog/subject/ns/payments/sa/api',
    };
    expect(observed(news(auditEntry({ ...READ, authenticationInfo })), 'used').asset).toBe(
      workloadName({ pool: 'acme-prod.svc.id.goog', namespace: 'payments', name: 'api' }),
    );
  });
});

describe('a call that anybody else makes as an account', () => {
  const by = (authenticationInfo: object, more: object = {}, entry: Readonly<Record<string, unknown>> = {}) =>
    auditEntry({ ...READ, authenticationInfo, ...more }, entry);
  const through = (principalSubject: string) =>
    by({ principalEmail: EMAIL, serviceAccountDelegationInfo: [{ principalSubject }] });

  it('tells who acts through it', () => {
    expect(observed(news(by({ principalEmail: EMAIL })), 'used').use).not.toHaveProperty('through');
    for (const who of ['user:jane@acme.example', 'serviceAccount:ci@acme-iac.iam.gserviceaccount.com'])
      expect(observed(news(through(who)), 'used').use.through).toBe(who);
  });

  it('not Google’s agents, by themselves or through it, nor people', () => {
    const agent = 'service-1@compute-system.iam.gserviceaccount.com';
    expect(why(by({ principalEmail: agent }))).toMatch(/^ignored/);
    expect(why(by({ principalEmail: 'jane@acme.example' }))).toMatch(/^ignored/);
    const told = news(
      by({
        principalEmail: EMAIL,
        serviceAccountDelegationInfo: [{ firstPartyPrincipal: { principalEmail: agent } }],
      }),
    );
    expect(observed(told, 'used').use).not.toHaveProperty('through');
  });

  it('tells who comes to a network, and to a service whose log can be switched off', () => {
    const visited = (more: object, entry: Readonly<Record<string, unknown>> = {}) =>
      news(by({ principalEmail: EMAIL }, more, entry)).observations.flatMap((one) =>
        one.kind === 'visited' ? [one.asset] : [],
      );
    const data = { logName: 'projects/acme-prod/logs/cloudaudit.googleapis.com%2Fdata_access' };
    const requestMetadata = { callerIp: '203.0.113.9' };
    expect(visited({ requestMetadata })).toEqual(['//networks/203.0.113.0/24']);
    expect(visited({ requestMetadata: { callerIp: 'gce-internal-ip' } }, data)).toEqual([
      '//storage.googleapis.com',
    ]);
    expect(visited({ requestMetadata: {}, serviceName: 'bigquery.googleapis.com' }, data)).toEqual([]);
  });
});

describe('Activity Analyzer', () => {
  // The shape of docs: policy-intelligence/docs/activity-analyzer-service-account-authentication.
  const activity = (more: object = {}, lastAuthenticatedTime?: string) => ({
    activity: {
      ...(lastAuthenticatedTime === undefined ? {} : { lastAuthenticatedTime }),
      serviceAccountKey: { fullResourceName: NAME, projectNumber: '1', serviceAccountId: '2' },
    },
    activityType: 'serviceAccountKeyLastAuthentication',
    fullResourceName: NAME,
    observationPeriod: { startTime: '2025-11-01T07:00:00Z', endTime: '2026-02-01T07:00:00Z' },
    ...more,
  });
  const decoded = (value: unknown) => decodeValue({ value }, CONTEXT).decoded[0]!;

  it('tells when a key was used last, and between when it was looked at', () => {
    const found = decoded(activity({}, '2026-01-20T07:00:00Z'));
    expect(found).toMatchObject({ kind: 'news', observations: [{ kind: 'watched', asset: ASSET }] });
    if (found.kind !== 'news') throw new Error(found.kind);
    const { from, until, lastUse } = observed(found, 'watched');
    expect([from, until, lastUse!].map((time) => formatTime(time).slice(0, 10))).toEqual([
      '2025-11-01',
      '2026-02-01',
      '2026-01-20',
    ]);
  });

  it('tells of a key that was never used by leaving the time out', () => {
    const found = decoded(activity());
    if (found.kind !== 'news') throw new Error(found.kind);
    expect(observed(found, 'watched')).not.toHaveProperty('lastUse');
  });

  it('tells of accounts alike', () => {
    const account = {
      activityType: 'serviceAccountLastAuthentication',
      fullResourceName: NAME.replace(/\/keys\/.*/, ''),
    };
    expect(decoded(activity(account))).toMatchObject({
      observations: [{ asset: `//iam.googleapis.com/projects/-/serviceAccounts/${EMAIL}` }],
    });
  });

  it('comes as a list of gcloud’s, or as the API answers', () => {
    expect(unwrapped({ activities: [activity()], nextPageToken: 'x' })).toEqual([activity()]);
  });

  it.each([
    [
      'without the time that was looked at: no use told would say nothing',
      { observationPeriod: undefined },
      'malformed',
    ],
    [
      'that ends before it begins',
      { observationPeriod: { startTime: '2026-02-01T07:00:00Z', endTime: '2025-11-01T07:00:00Z' } },
      'malformed',
    ],
    ['of something else', { fullResourceName: '//compute.googleapis.com/projects/p' }, 'ignored'],
  ])('not %s', (_what, more, kind) => {
    expect(decoded(activity(more)).kind).toBe(kind);
  });

  it('is believed from files alone: nobody’s message may say that nothing happened', () => {
    expect(why(activity())).toBe('malformed: message: neither a log entry nor an asset nor a change of one');
  });
});

describe('HMAC keys', () => {
  const entry = (method: string, more: object = {}) =>
    auditEntry({
      serviceName: 'storage.googleapis.com',
      methodName: `storage.hmacKeys.${method}`,
      resourceName: 'projects/acme-prod/hmacKeys/GOOG1E',
      ...more,
    });

  it('made, with whose they are', () => {
    const found = news(
      entry('create', {
        response: {
          metadata: {
            accessId: 'GOOG1E',
            serviceAccountEmail: EMAIL,
            state: 'ACTIVE',
            timeCreated: '2026-02-03T04:05:06Z',
          },
          secret: 'x',
        },
      }),
    );
    expect(found.acts).toMatchObject([{ kind: 'create-hmac-key', account: EMAIL }]);
    const { facts, asset } = observed(found, 'resource');
    expect(asset).toBe('//storage.googleapis.com/projects/-/hmacKeys/GOOG1E');
    expect(facts).toEqual({
      type: 'hmac-key',
      accessId: 'GOOG1E',
      account: EMAIL,
      active: true,
      createdAt: '2026-02-03T04:05:06.000000000Z',
    });
  });

  it('deactivated, and deleted', () => {
    expect(
      observed(news(entry('update', { request: { state: 'INACTIVE' } })), 'resource').facts,
    ).toMatchObject({ active: false });
    expect(observed(news(entry('delete')), 'gone').type).toBe('hmac-key');
  });

  it('of which only the account is told: the act, and nothing that could be wrong', () => {
    const found = news(entry('create', { resourceName: `projects/-/serviceAccounts/${EMAIL}` }));
    expect(found.acts).toMatchObject([{ asset: `//iam.googleapis.com/projects/-/serviceAccounts/${EMAIL}` }]);
    expect(found.observations).toEqual([]);
    expect(why(entry('create', { resourceName: 'projects/acme-prod' }))).toMatch(/^malformed: .*HMAC/);
  });

  it('that are only read, or of which another service speaks', () => {
    expect(why(entry('list'))).toMatch(/^ignored/);
    expect(why(entry('create', { serviceName: 'other.googleapis.com' }))).toMatch(/^ignored/);
  });
});

describe('captured entries', () => {
  itOnFixtures('Terraform with a key, and the same tool without one', () => {
    const other = fixtures('professional-services/audit_log_examples_other.json')[6];
    const signedBy =
      '//iam.googleapis.com/projects/-/serviceAccounts/-/keys/cbf7d9769c83853e97a2dc08240872c54de991f2';
    expect(useOf(news(other), signedBy)).toMatchObject({
      use: {
        principal: 'terraform@anon-terraform-prod.iam.gserviceaccount.com',
        service: 'storage.googleapis.com',
        tool: 'apitools Python',
      },
    });
    const composer = fixtures('khi/gke_audit.json')[2];
    expect(observed(news(composer), 'used').use).toMatchObject({
      through: 'serviceAccount:project-id.svc.id.goog[composer-2-6-5-airflow-2-7-3-a86c53dd/default]',
      tool: 'google-api-go-client Terraform',
    });
  });

  itOnFixtures('an identity of AWS that exchanges its token, and acts as an account', () => {
    const entries = fixtures('google-docs-iam/audit_log_examples.json');
    const topic = observed(news(entries[10]), 'used');
    expect(topic.asset).toBe(
      '//iam.googleapis.com/projects/-/serviceAccounts/my-service-account@my-project.iam.gserviceaccount.com',
    );
    expect(topic.use.through).toMatch(/workloadIdentityPools\/aws-pool\/subject\/012345678901$/);
    // The pool is none of GKE clusters, so that no use of a KSA is told.
    expect(why(entries[8])).toMatch(/^ignored/);
  });

  itOnFixtures('an account of gcpdiag’s, through which Compute Engine makes a machine', () => {
    const told = observed(news(fixtures('gcpdiag/audit_log_entries.json')[185]), 'used');
    expect(told.use).toMatchObject({
      principal: 'no-compute-perm-sa@gcpdiag-gce6-aaaa.iam.gserviceaccount.com',
      network: 'projects/gcpdiag-gce6-aaaa/global/networks/__unknown__',
      service: 'compute.googleapis.com',
    });
    expect(told.use).not.toHaveProperty('through');
  });
});
