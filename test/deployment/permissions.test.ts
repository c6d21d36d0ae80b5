import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { FUNCTIONS } from '../../functions/names.ts';
import { PERMISSIONS } from '../../shared/deployment/permissions.ts';
import { permissionsMarkdown } from '../../shared/deployment/permissions-markdown.ts';
import { fixtureFiles, fixtures, itOnFixtures } from '../fixtures.ts';

const ALL = Object.entries(PERMISSIONS).flatMap(([holder, some]) => some.map((one) => ({ holder, ...one })));

describe('permissions', () => {
  it('are told of every function there is, and of who calls them', () => {
    expect(Object.keys(PERMISSIONS).sort()).toEqual([...FUNCTIONS, 'pusher', 'scheduler'].sort());
  });

  it('let every function be called that is not called from outside', () => {
    const called = ALL.flatMap(({ where }) => /^function:(.+)$/.exec(where)?.[1] ?? []);
    expect([...new Set(called)].sort()).toEqual(
      FUNCTIONS.filter((name) => !['slack-actions', 'console'].includes(name)).sort(),
    );
  });

  it('change no policy but that of the canary', () => {
    const setting = ALL.filter(({ permission }) => /setIamPolicy$/i.test(permission));
    expect(setting.map(({ holder, permission, where }) => [holder, permission, where])).toEqual([
      ['heartbeat', 'iam.serviceAccounts.setIamPolicy', 'canary-account'],
    ]);
  });

  it('let nobody become anybody', () => {
    const become =
      /actAs|getAccessToken|getOpenIdToken|implicitDelegation|signBlob|signJwt|createToken|serviceAccountKeys\.|hmacKeys\./i;
    expect(ALL.filter(({ permission }) => become.test(permission))).toEqual([]);
  });

  it('write nowhere but in the store, on topics, and into new objects of reports', () => {
    const reads = /\.(?:get|list|getIamPolicy|query|access|connect|export[A-Z]\w+|list[A-Z]\w+)$/;
    const writes = ALL.filter(({ permission }) => !reads.test(permission));
    expect(
      [...new Set(writes.map(({ permission, where }) => `${permission} ${where.split(':')[0]}`))].sort(),
    ).toEqual([
      'datastore.entities.create database',
      'datastore.entities.delete database',
      'datastore.entities.update database',
      'iam.serviceAccounts.setIamPolicy canary-account',
      'pubsub.topics.publish topic',
      'run.routes.invoke function',
      // Writes nothing: whose quota a call counts against.
      'serviceusage.services.use project',
      'storage.objects.create bucket',
    ]);
  });

  it('keep the Slack token from whoever decodes what others send', () => {
    const holders = ALL.filter(({ where }) => where === 'secret:slack-token').map(({ holder }) => holder);
    expect(holders.sort()).toEqual(['deliver', 'slack-actions']);
  });

  it('write nothing for the console', () => {
    expect(PERMISSIONS.console.map(({ permission }) => permission).sort()).toEqual([
      'datastore.databases.get',
      'datastore.entities.get',
      'datastore.entities.list',
      'storage.objects.get',
      'storage.objects.list',
    ]);
  });

  it('are each said once', () => {
    const said = ALL.map(({ holder, permission, where }) => `${holder} ${permission} ${where}`);
    expect(said.filter((one, index) => said.indexOf(one) !== index)).toEqual([]);
  });

  itOnFixtures('are each known to IAM', () => {
    const known = new Set(
      fixtureFiles('iam-dataset/roles').flatMap((file) =>
        fixtures(file).flatMap(
          (role) => (role as { includedPermissions?: string[] }).includedPermissions ?? [],
        ),
      ),
    );
    expect(known.size).toBeGreaterThan(10_000);
    expect(ALL.filter(({ permission }) => !known.has(permission))).toEqual([]);
  });

  it('stand in docs/permissions.md: if not, npm run schema writes it anew', () => {
    const written = readFileSync(new URL('../../docs/permissions.md', import.meta.url), 'utf8');
    expect(written).toBe(permissionsMarkdown());
  });
});
