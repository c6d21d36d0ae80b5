import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { iamCanary } from '../../shared/adapters/canary.ts';
import { OutsideUnavailable } from '../../shared/ports.ts';
import { type OwnPartsServer, startOwnPartsServer } from '../own-parts-server.ts';

const ACCOUNT = 'projects/acme-sec/serviceAccounts/canary@acme-sec.iam.gserviceaccount.com';

let server: OwnPartsServer;
beforeEach(async () => {
  server = await startOwnPartsServer();
  server.policies.set(ACCOUNT, { etag: 'a' });
});
afterEach(() => server.close());

const canary = () => iamCanary({ account: ACCOUNT, rootUrl: server.url });
const bindings = () => server.policies.get(ACCOUNT)?.bindings;

describe('the canary', () => {
  it('writes the title on one binding that gives nobody anything', async () => {
    await canary().flip('first');
    await canary().flip('second');
    expect(bindings()).toEqual([
      {
        role: 'roles/iam.serviceAccountViewer',
        members: ['serviceAccount:canary@acme-sec.iam.gserviceaccount.com'],
        condition: { title: 'second', expression: 'request.time < timestamp("2000-01-01T00:00:00Z")' },
      },
    ]);
    expect(server.policies.get(ACCOUNT)).toMatchObject({ version: 3 });
  });

  it('keeps whatever else stands there, and touches nothing else', async () => {
    const other = { role: 'roles/iam.serviceAccountUser', members: ['user:x@acme.example'] };
    server.policies.set(ACCOUNT, { etag: 'a', bindings: [other] });
    await canary().flip('first');
    expect(bindings()).toEqual([other, expect.objectContaining({ role: 'roles/iam.serviceAccountViewer' })]);
    expect(new Set(server.requests)).toEqual(
      new Set([`POST /v1/${ACCOUNT}:getIamPolicy`, `POST /v1/${ACCOUNT}:setIamPolicy`]),
    );
  });

  it.each([403, 409, 500])('says that it could not: %i', async (status) => {
    server.fail(status, status, status, status);
    await expect(canary().flip('x')).rejects.toThrow(OutsideUnavailable);
    expect(bindings()).toBeUndefined();
  });
});
