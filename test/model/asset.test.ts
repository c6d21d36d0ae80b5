import { describe, expect, it } from '@jest/globals';
import {
  canonicalName,
  clusterOf,
  keyName,
  projectOf,
  projectOfEmail,
  resourceKind,
  resourceLabel,
  serviceAccountOf,
} from '../../shared/model/asset.ts';

const EMAIL = 'api@acme-prod.iam.gserviceaccount.com';

describe('canonicalName has one spelling for one asset', () => {
  it.each([
    [
      '//iam.googleapis.com/projects/acme-prod/serviceAccounts/105711361070066902665',
      '//iam.googleapis.com/projects/-/serviceAccounts/105711361070066902665',
    ],
    [
      `//iam.googleapis.com/projects/-/serviceAccounts/${EMAIL.toUpperCase()}`,
      `//iam.googleapis.com/projects/-/serviceAccounts/${EMAIL}`,
    ],
    [`//iam.googleapis.com/projects/acme-prod/serviceAccounts/${EMAIL}/keys/AbC`, keyName('AbC')],
    ['//iam.googleapis.com/projects/-/serviceAccounts/1057/keys/AbC', keyName('AbC')],
    [
      '//container.googleapis.com/projects/p/zones/z/clusters/c',
      '//container.googleapis.com/projects/p/locations/z/clusters/c',
    ],
    ['//storage.googleapis.com/projects/_/buckets/acme-ledger', '//storage.googleapis.com/acme-ledger'],
    ['//storage.googleapis.com/acme-ledger', '//storage.googleapis.com/acme-ledger'],
    ['//pubsub.googleapis.com/projects/p/topics/t', '//pubsub.googleapis.com/projects/p/topics/t'],
    [
      '//iam.googleapis.com/projects/p/locations/global/workloadIdentityPools/x',
      '//iam.googleapis.com/projects/p/locations/global/workloadIdentityPools/x',
    ],
  ])('%s', (name, expected) => {
    expect(canonicalName(name)).toBe(expected);
    expect(canonicalName(canonicalName(name))).toBe(expected);
  });
});

it.each([
  ['//cloudresourcemanager.googleapis.com/projects/acme-prod', 'project', 'project:acme-prod'],
  ['//cloudresourcemanager.googleapis.com/folders/345', 'folder', 'folder:345'],
  ['//storage.googleapis.com/acme-ledger', 'bucket', 'bucket:acme-ledger'],
  ['//pubsub.googleapis.com/projects/p/topics/orders', 'topic', 'topic:p/orders'],
  ['//secretmanager.googleapis.com/projects/p/secrets/s', 'secret', 'secret:p/s'],
  [`//iam.googleapis.com/projects/-/serviceAccounts/${EMAIL}`, 'serviceAccount', `serviceAccount:${EMAIL}`],
  [
    '//run.googleapis.com/projects/p/locations/l/services/s',
    'other',
    '//run.googleapis.com/projects/p/locations/l/services/s',
  ],
])('%s is a %s, said as %s', (name, kind, label) => {
  expect(resourceKind(name)).toBe(kind);
  expect(resourceLabel(name)).toBe(label);
});

it('a name tells its account, its project and its cluster, where it has them', () => {
  const ksa = '//container.googleapis.com/projects/p/zones/z/clusters/c/k8s/namespaces/n/serviceaccounts/s';
  expect(clusterOf(ksa)).toBe('projects/p/locations/z/clusters/c');
  expect(projectOf(ksa)).toBe('p');
  expect(projectOf('//storage.googleapis.com/projects/_/buckets/b')).toBeUndefined();
  expect(serviceAccountOf(`//iam.googleapis.com/projects/-/serviceAccounts/${EMAIL}`)).toBe(EMAIL);
  expect(serviceAccountOf(keyName('k'))).toBeUndefined();
});

it.each([
  [EMAIL, 'acme-prod'],
  ['acme@appspot.gserviceaccount.com', 'acme'],
  ['123-compute@developer.gserviceaccount.com', '123'],
  ['service-1@gcp-sa-pubsub.iam.gserviceaccount.com', undefined],
  ['ann@example.com', undefined],
])('the project of %s is %s', (email, project) => {
  expect(projectOfEmail(email)).toBe(project);
});
