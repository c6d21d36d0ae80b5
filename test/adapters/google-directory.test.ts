/** Who is in a group, from a directory that answers, in part, late or not at all. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { googleDirectory } from '../../shared/adapters/google-directory.ts';
import { type DirectoryServer, startDirectoryServer } from '../directory-server.ts';

const GROUP = 'devs@acme.example';

let server: DirectoryServer;
beforeEach(async () => {
  server = await startDirectoryServer();
});
afterEach(() => server.close());

const membersOf = (group = GROUP) =>
  googleDirectory({ origin: server.url, token: async () => 'our-token' }).membersOf(group);
const relation = (member: string, id: string) => ({
  member,
  preferredMemberKey: [{ id }],
  relationType: 'DIRECT',
});

describe('a group', () => {
  it('is all that are in it or in groups of it, as grants name them, each once', async () => {
    server.groups.set(GROUP, [
      relation('users/2', 'Jane@acme.example'),
      relation('groups/9', 'admins@acme.example'),
      relation('users/3', 'api@acme-prod.iam.gserviceaccount.com'),
      relation('users/4', '111122223333-compute@developer.gserviceaccount.com'),
      relation('users/2', 'jane@acme.example'),
    ]);
    server.pageSize = 2;
    expect(await membersOf()).toEqual({
      kind: 'members',
      members: [
        'group:admins@acme.example',
        'serviceAccount:111122223333-compute@developer.gserviceaccount.com',
        'serviceAccount:api@acme-prod.iam.gserviceaccount.com',
        'user:jane@acme.example',
      ],
    });
    expect(server.requests).toEqual([
      'Bearer our-token /v1/groups:lookup',
      ...Array(3).fill('Bearer our-token /v1/groups/00/memberships:searchTransitiveMemberships'),
    ]);
  });

  it('may be empty', async () => {
    server.groups.set(GROUP, []);
    expect(await membersOf()).toEqual({ kind: 'members', members: [] });
  });

  it('that is not there, or may not be read, is not known', async () => {
    expect(await membersOf()).toEqual({
      kind: 'refused',
      why: 'HTTP 403: Error(2028): Permission denied for resource groups/x',
    });
  });

  it('is asked for again where the directory is down', async () => {
    server.instead.push({ status: 503, body: '' });
    expect(await membersOf()).toMatchObject({ kind: 'wait' });
  });
});

describe('half a group is not the group', () => {
  it.each([
    ['a member without a name', { member: 'users/3' }],
    ['a member whose name is no address', relation('users/3', 'jane')],
    ['a member with a name of two lines', relation('users/3', 'jane@acme.example\nuser:eve')],
    ['a member of no kind', { preferredMemberKey: [{ id: 'jane@acme.example' }] }],
  ])('%s', async (_what, wrong) => {
    server.groups.set(GROUP, [relation('users/2', 'jane@acme.example'), wrong]);
    expect(await membersOf()).toEqual({ kind: 'refused', why: 'the answer holds a member without a name' });
  });

  it('a page that fails after one that did not', async () => {
    server.groups.set(GROUP, [
      relation('users/2', 'jane@acme.example'),
      relation('users/3', 'kim@acme.example'),
    ]);
    server.pageSize = 1;
    const found = { status: 200, body: JSON.stringify({ name: 'groups/00' }) };
    const page = { memberships: [relation('users/2', 'jane@acme.example')], nextPageToken: '1' };
    server.instead.push(found, { status: 200, body: JSON.stringify(page) }, { status: 429, body: '{}' });
    expect(await membersOf()).toEqual({ kind: 'wait', seconds: 60, why: 'HTTP 429' });
  });

  it.each([
    ['no JSON', '<html>', 'the answer is no JSON object'],
    ['no group', '{"name": "users/1"}', 'the answer names no group'],
  ])('an answer that is %s', async (_what, body, why) => {
    server.instead.push({ status: 200, body });
    expect(await membersOf()).toEqual({ kind: 'refused', why });
  });
});
