/** Custom roles: as assets, and as they are made, changed, deleted and restored. */
import { describe, expect, it } from '@jest/globals';
import { fixtures, itOnFixtures } from '../fixtures.ts';
import { asset, auditEntry, news, observed, why } from './payloads.ts';

type Json = Readonly<Record<string, unknown>>;

const NAME = 'projects/acme-prod/roles/publisher';
const ASSET = `//iam.googleapis.com/${NAME}`;
const TYPE = 'iam.googleapis.com/Role';
const JANE = { principal: 'jane@acme.example', delegation: [] };

const entry = (verb: string, payload: Json = {}) =>
  auditEntry(
    {
      serviceName: 'iam.googleapis.com',
      methodName: `google.iam.admin.v1.${verb}Role`,
      resourceName: NAME,
      authenticationInfo: { principalEmail: 'jane@acme.example' },
      ...payload,
    },
    { resource: { type: 'iam_role', labels: { project_id: 'acme-prod', role_name: NAME } } },
  );
const delta = (added: readonly string[], removed: readonly string[] = []) => ({
  serviceData: {
    '@type': 'type.googleapis.com/google.iam.admin.v1.AuditData',
    permissionDelta: {
      ...(added.length === 0 ? {} : { addedPermissions: added }),
      ...(removed.length === 0 ? {} : { removedPermissions: removed }),
    },
  },
});
const factsOf = (payload: unknown) => observed(news(payload), 'resource').facts;

describe('the asset of a custom role', () => {
  it('tells what it permits, in an order of its own', () => {
    const data = {
      name: NAME,
      title: 'Publisher',
      stage: 'GA',
      includedPermissions: ['pubsub.topics.publish', 'a.b.get', 'pubsub.topics.publish'],
    };
    expect(observed(news(asset(TYPE, ASSET, { resource: { data } })), 'resource')).toMatchObject({
      asset: ASSET,
      whole: true,
      facts: {
        type: 'role',
        name: NAME,
        title: 'Publisher',
        stage: 'GA',
        permissions: 'a.b.get\npubsub.topics.publish',
      },
    });
  });

  it('permits nothing when it lists nothing, and is unknown when it is only named', () => {
    const listed = asset(TYPE, ASSET, { resource: { data: { name: NAME } } });
    expect(factsOf(listed)).toEqual({ type: 'role', name: NAME, permissions: '' });
    expect(factsOf(asset(TYPE, ASSET, { resource: {} }))).toEqual({ type: 'role', name: NAME });
  });

  it('tells that it is deleted, for as long as it can be restored', () => {
    const data = { name: NAME, deleted: true, includedPermissions: ['a.b.get'] };
    expect(factsOf(asset(TYPE, ASSET, { resource: { data } }))).toMatchObject({
      deleted: true,
      permissions: 'a.b.get',
    });
  });

  it('is malformed where a permission is none', () => {
    const data = { name: NAME, includedPermissions: ['a.b.get\nc.d.set'] };
    expect(why(asset(TYPE, ASSET, { resource: { data } }))).toBe(
      'malformed: resource.data.includedPermissions: one is no permission',
    );
  });

  itOnFixtures('is read as it was captured', () => {
    const [first, third] = fixtures('policy-library/iam_custom_role_permissions.json').map(factsOf);
    expect(first).toMatchObject({
      name: 'organizations/123456/roles/test_role_1',
      stage: 'BETA',
      title: 'Test Role 1',
      permissions: expect.stringMatching(/^bigquery\.config\.get\nbigquery\.datasets\.create\n/),
    });
    expect(third).toMatchObject({ name: 'organizations/123456/roles/test_role_3' });
  });
});

describe('a custom role in the audit log', () => {
  it('is made as the answer says, by whoever made it', () => {
    const made = entry('Create', {
      resourceName: 'projects/acme-prod',
      request: { parent: 'projects/acme-prod', role_id: 'publisher', role: { title: 'P' } },
      response: { name: NAME, title: 'P', included_permissions: ['pubsub.topics.publish'] },
    });
    const found = news(made);
    expect(found.acts).toMatchObject([{ kind: 'change-role', asset: ASSET, changes: [] }]);
    expect(found.observations).toMatchObject([
      {
        asset: ASSET,
        by: JANE,
        facts: { name: NAME, title: 'P', permissions: 'pubsub.topics.publish', deleted: false },
      },
    ]);
  });

  it('is named by its parent and id where nothing else names it', () => {
    const request = {
      parent: 'organizations/678',
      role_id: 'viewer',
      role: { included_permissions: ['a.b.get'] },
    };
    const made = entry('Create', { resourceName: 'organizations/678', request });
    expect(factsOf(made)).toEqual({
      type: 'role',
      name: 'organizations/678/roles/viewer',
      permissions: 'a.b.get',
    });
  });

  it.each([
    [
      'as the answer says, whatever was asked',
      {
        request: {
          role: { included_permissions: ['x.y.z'] },
          update_mask: { paths: ['included_permissions'] },
        },
        response: { included_permissions: ['a.b.get', 'x.y.z'] },
      },
      'a.b.get\nx.y.z',
    ],
    [
      'as was asked, where the answer was cut down',
      { request: { role: { included_permissions: ['x.y.z'] }, update_mask: 'includedPermissions' } },
      'x.y.z',
    ],
    [
      'to nothing, where the mask names the permissions and there are none',
      { request: { role: {}, update_mask: { paths: ['included_permissions'] } } },
      '',
    ],
    ['as was asked without a mask', { request: { role: { included_permissions: ['x.y.z'] } } }, 'x.y.z'],
  ])('is changed %s', (_what, payload, permissions) => {
    expect(factsOf(entry('Update', payload))).toMatchObject({ type: 'role', name: NAME, permissions });
  });

  it('is changed in its title alone where the mask names that alone', () => {
    const request = { role: { title: 'New', included_permissions: ['x.y.z'] }, update_mask: 'title' };
    expect(factsOf(entry('Update', { request }))).toEqual({ type: 'role', name: NAME, title: 'New' });
  });

  it.each([
    ['given', delta(['iam.serviceAccounts.actAs'])],
    ['taken', delta([], ['iam.serviceAccounts.actAs'])],
  ])('whose permissions were %s, and nobody says what they are now, has to be read', (_what, payload) => {
    expect(factsOf(entry('Update', payload))).toEqual({ type: 'role', name: NAME, unread: true });
    const told = { ...payload, response: { included_permissions: ['a.b.get'] } };
    expect(factsOf(entry('Update', told))).toEqual({
      type: 'role',
      name: NAME,
      permissions: 'a.b.get',
      deleted: false,
    });
  });

  it('stays when it is deleted, and comes back', () => {
    const role = { name: NAME, included_permissions: ['a.b.get'] };
    expect(factsOf(entry('Delete', { response: { ...role, deleted: true } }))).toMatchObject({
      permissions: 'a.b.get',
      deleted: true,
    });
    expect(factsOf(entry('Delete'))).toEqual({ type: 'role', name: NAME, deleted: true });
    expect(factsOf(entry('Undelete', { response: role }))).toMatchObject({
      permissions: 'a.b.get',
      deleted: false,
    });
    expect(factsOf(entry('Undelete'))).toEqual({ type: 'role', name: NAME, deleted: false });
  });

  it('is not changed by a call that failed, or one that only reads', () => {
    expect(why(entry('Update', { status: { code: 7 } }))).toMatch(/^ignored: the call failed/);
    expect(why(entry('Get'))).toMatch(/^ignored: method that this version does not judge/);
  });

  it('is malformed where nothing names it', () => {
    const nameless = auditEntry(
      { serviceName: 'iam.googleapis.com', methodName: 'google.iam.admin.v1.UpdateRole', resourceName: 'x' },
      { resource: { type: 'iam_role', labels: { project_id: 'acme-prod' } } },
    );
    expect(why(nameless)).toBe('malformed: protoPayload.resourceName: names no custom role');
  });

  itOnFixtures('is read as it was captured', () => {
    const entries = fixtures('cloud-custodian/audit_events.json').filter((one) =>
      JSON.stringify(one).includes('google.iam.admin.v1.CreateRole'),
    );
    expect(entries.map(factsOf)).toEqual([
      {
        type: 'role',
        name: 'projects/mythic-tribute-232915/roles/CustomRole1',
        title: 'Custom Role test1',
        permissions: 'accessapproval.requests.get',
        deleted: false,
      },
    ]);
  });
});
