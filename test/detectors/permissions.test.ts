import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { permissionsThatMatter } from '../../shared/detectors/permissions.ts';
import { Inventory } from '../../shared/inventory/inventory.ts';
import { View } from '../../shared/inventory/view.ts';
import { projectName, serviceAccountName } from '../../shared/model/asset.ts';
import { grantOf } from '../../shared/model/grant.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { fixturePath, itOnFixtures } from '../fixtures.ts';
import { customRole, known, NOW } from '../world.ts';

const matter = (
  grants: readonly (readonly [role: string, resource: string])[],
  observations: readonly Observation[] = [],
) =>
  permissionsThatMatter(
    grants.map(([role, resource]) => grantOf(resource, role, 'allUsers')),
    new View(new Inventory(known({ observations })), NOW, () => undefined),
  );
const PROJECT = projectName('p');
const ORGANISATION = '//cloudresourcemanager.googleapis.com/organizations/1';
const OURS = 'projects/p/roles/x';

describe('the permissions that matter most', () => {
  it.each<[string, readonly (readonly [string, string])[], readonly string[]]>([
    ['none of a role that is not known', [[OURS, PROJECT]], []],
    ['none of a role that is harmless here', [['roles/viewer', PROJECT]], []],
    [
      'the worst first, whichever grant holds it',
      [
        ['roles/storage.objectViewer', '//storage.googleapis.com/b'],
        ['roles/iam.serviceAccountUser', PROJECT],
      ],
      ['iam.serviceAccounts.actAs', 'storage.objects.get'],
    ],
    [
      'on an account only what takes hold on accounts',
      [['roles/owner', serviceAccountName('1')]],
      ['iam.serviceAccounts.setIamPolicy', 'iam.serviceAccounts.actAs', 'iam.serviceAccountKeys.create'],
    ],
    [
      'on a bucket only what takes hold on buckets',
      [['roles/iam.securityAdmin', '//storage.googleapis.com/b']],
      ['storage.buckets.setIamPolicy'],
    ],
    [
      'above projects all that takes hold below',
      [['roles/secretmanager.secretAccessor', ORGANISATION]],
      ['secretmanager.versions.access'],
    ],
  ])('%s', (_what, grants, expected) => {
    expect(matter(grants)).toEqual(expected);
  });

  it('those of a custom role, once it has been read', () => {
    const role = customRole(OURS, ['secretmanager.versions.access', 'pubsub.topics.publish']);
    expect(matter([[OURS, PROJECT]], [role])).toEqual(['secretmanager.versions.access']);
  });

  it('none of a custom role that is deleted or disabled', () => {
    const held = ['iam.serviceAccounts.actAs'];
    expect(matter([[OURS, PROJECT]], [customRole(OURS, held, { deleted: true })])).toEqual([]);
    expect(matter([[OURS, PROJECT]], [customRole(OURS, held, { stage: 'DISABLED' })])).toEqual([]);
  });

  itOnFixtures('are those that the roles hold', () => {
    const folder = fixturePath('iam-dataset/roles');
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    expect(files.length).toBeGreaterThan(30);
    const everywhere = [
      PROJECT,
      serviceAccountName('1'),
      '//storage.googleapis.com/b',
      '//secretmanager.googleapis.com/projects/p/secrets/s',
    ];
    for (const file of files) {
      const { name, includedPermissions } = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as {
        readonly name: string;
        readonly includedPermissions: readonly string[];
      };
      for (const resource of everywhere)
        expect(includedPermissions).toEqual(expect.arrayContaining([...matter([[name, resource]])]));
    }
  });
});
