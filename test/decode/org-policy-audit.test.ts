import { describe, expect, it } from '@jest/globals';
import { auditEntry, news, observed, why } from './payloads.ts';

type Json = Readonly<Record<string, unknown>>;

const CONSTRAINT = 'iam.disableServiceAccountKeyCreation';
const NAME = `organizations/678/policies/${CONSTRAINT}`;
const ASSET = `//orgpolicy.googleapis.com/${NAME}`;
const enforced = { name: NAME, spec: { etag: 'e', rules: [{ enforce: true }] } };
const loosened = { name: NAME, spec: { etag: 'f', rules: [{ enforce: false }] } };

const v2 = (verb: string, payload: Json = {}) =>
  auditEntry(
    {
      serviceName: 'orgpolicy.googleapis.com',
      methodName: `google.cloud.orgpolicy.v2.OrgPolicy.${verb}Policy`,
      resourceName: NAME,
      ...payload,
    },
    {
      resource: { type: 'organization', labels: { organization_id: '678' } },
      logName: 'organizations/678/logs/cloudaudit.googleapis.com%2Factivity',
    },
  );

describe('the second version of the API', () => {
  it.each([
    [
      'Create',
      { resourceName: 'organizations/678', request: { parent: 'organizations/678', policy: loosened } },
    ],
    ['Update', { request: { policy: enforced }, response: loosened }],
  ])('%s: what was stored outweighs what was asked', (verb, payload) => {
    const found = news(v2(verb, payload));
    expect(found.acts).toMatchObject([{ kind: 'change-org-policy', asset: ASSET }]);
    expect(found.observations).toMatchObject([
      {
        kind: 'resource',
        asset: ASSET,
        ancestors: ['organizations/678'],
        whole: true,
        facts: {
          type: 'org-policy',
          parent: 'organizations/678',
          constraint: CONSTRAINT,
          enforced: false,
          rules: '{"rules":[{"enforce":false}]}',
        },
      },
    ]);
  });

  it.each([
    ['a mask that leaves what is in force alone', { policy: loosened, updateMask: 'policy.dry_run_spec' }],
    ['nothing in it', {}],
  ])('a request with %s says that it changed, and not to what', (_what, request) => {
    expect(news(v2('Update', { request }))).toMatchObject({
      acts: [{ kind: 'change-org-policy' }],
      observations: [],
    });
  });

  it.each(['policy.spec', 'spec', '*'])('a request whose mask is %s says to what', (updateMask) => {
    const found = news(v2('Update', { request: { policy: loosened, updateMask } }));
    expect(observed(found, 'resource').facts).toMatchObject({ enforced: false });
  });

  it('Delete: gone', () => {
    expect(observed(news(v2('Delete', { request: { name: NAME } })), 'gone')).toMatchObject({
      asset: ASSET,
      type: 'org-policy',
    });
  });

  it('reads and custom constraints are not judged', () => {
    const entry = (method: string) =>
      v2('Get', { methodName: `google.cloud.orgpolicy.v2.OrgPolicy.${method}` });
    expect(why(entry('GetEffectivePolicy'))).toMatch(/^ignored: method/);
    expect(why(entry('CreateCustomConstraint'))).toMatch(/^ignored: method/);
  });

  it('a policy that is not named is malformed', () => {
    expect(why(v2('Delete', { resourceName: 'organizations/678' }))).toBe(
      'malformed: protoPayload.resourceName: names no organisation policy',
    );
  });
});

describe('the first version of the API', () => {
  const v1 = (verb: string, request: Json) =>
    auditEntry({
      serviceName: 'cloudresourcemanager.googleapis.com',
      methodName: `${verb}OrgPolicy`,
      resourceName: 'projects/acme-prod',
      request: { resource: 'projects/acme-prod', ...request },
    });
  const asset = `//orgpolicy.googleapis.com/projects/acme-prod/policies/${CONSTRAINT}`;

  it('Set: an empty boolean policy is one that is not enforced', () => {
    const policy = { constraint: `constraints/${CONSTRAINT}`, booleanPolicy: {} };
    const found = news(v1('Set', { policy }));
    expect(found.acts).toMatchObject([{ kind: 'change-org-policy', asset, project: 'acme-prod' }]);
    expect(observed(found, 'resource')).toMatchObject({
      asset,
      whole: true,
      facts: { parent: 'projects/acme-prod', constraint: CONSTRAINT, enforced: false },
    });
  });

  it('Clear: gone', () => {
    expect(observed(news(v1('Clear', { constraint: `constraints/${CONSTRAINT}` })), 'gone').asset).toBe(
      asset,
    );
  });

  it('a policy without a constraint is malformed', () => {
    expect(why(v1('Set', {}))).toBe('malformed: protoPayload.request.constraint: missing');
  });
});
