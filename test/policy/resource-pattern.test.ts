import { describe, expect, it } from '@jest/globals';
import { kindOfPattern, matchesResource } from '../../shared/policy/resource-pattern.ts';

const CRM = '//cloudresourcemanager.googleapis.com';
const IAM = '//iam.googleapis.com/projects/-/serviceAccounts';

describe('a resource pattern', () => {
  it.each([
    // pattern, resource, matches
    ['project:acme-prod', `${CRM}/projects/acme-prod`, true],
    ['project:acme-*', `${CRM}/projects/acme-prod`, true],
    ['project:acme-prod', `${CRM}/projects/acme-prod-2`, false],
    ['project:acme-prod', `${CRM}/folders/acme-prod`, false],
    ['project:acme-prod', '//pubsub.googleapis.com/projects/acme-prod/topics/orders', false],
    ['project:*', `${CRM}/organizations/1`, false],
    ['folder:4', `${CRM}/folders/4`, true],
    ['organization:9', `${CRM}/organizations/9`, true],
    ['bucket:acme-ledger', '//storage.googleapis.com/acme-ledger', true],
    ['bucket:acme-ledger', '//storage.googleapis.com/projects/_/buckets/acme-ledger', true],
    ['bucket:acme-ledger', '//storage.googleapis.com/acme-ledger-copy', false],
    ['bucket:*', '//storage.googleapis.com/acme-ledger', true],
    ['topic:acme-prod/orders', '//pubsub.googleapis.com/projects/acme-prod/topics/orders', true],
    ['topic:acme-prod/*', '//pubsub.googleapis.com/projects/acme-prod/topics/orders', true],
    ['topic:acme-prod/*', '//pubsub.googleapis.com/projects/acme-prod/subscriptions/orders', false],
    ['topic:*/orders', '//pubsub.googleapis.com/projects/acme-prod/topics/orders', true],
    ['topic:**', '//pubsub.googleapis.com/projects/acme-prod/topics/orders', true],
    ['subscription:acme-prod/s', '//pubsub.googleapis.com/projects/acme-prod/subscriptions/s', true],
    ['secret:acme-prod/db', '//secretmanager.googleapis.com/projects/acme-prod/secrets/db', true],
    ['dataset:acme-prod/d', '//bigquery.googleapis.com/projects/acme-prod/datasets/d', true],
    [
      'key:acme/eu/ring/k',
      '//cloudkms.googleapis.com/projects/acme/locations/eu/keyRings/ring/cryptoKeys/k',
      true,
    ],
    ['serviceAccount:a@acme.iam.gserviceaccount.com', `${IAM}/a@acme.iam.gserviceaccount.com`, true],
    ['serviceAccount:A@acme.iam.gserviceaccount.com', `${IAM}/a@acme.iam.gserviceaccount.com`, true],
    ['serviceAccount:*@acme.iam.gserviceaccount.com', `${IAM}/a@acme.iam.gserviceaccount.com`, true],
    ['serviceAccount:*@acme.iam.gserviceaccount.com', `${IAM}/a@other.iam.gserviceaccount.com`, false],
    [`${CRM}/projects/acme-prod`, `${CRM}/projects/acme-prod`, true],
    [`${CRM}/projects/acme-*`, `${CRM}/projects/acme-prod`, true],
    [`${CRM}/projects/acme-*`, `${CRM}/projects/beta`, false],
    ['//storage.googleapis.com/acme-ledger', '//storage.googleapis.com/projects/_/buckets/acme-ledger', true],
    ['//storage.googleapis.com/acme-*', '//storage.googleapis.com/projects/_/buckets/acme-ledger', true],
    [
      '//run.googleapis.com/projects/acme/**',
      '//run.googleapis.com/projects/acme/locations/eu/services/x',
      true,
    ],
    [
      '//run.googleapis.com/projects/acme/*',
      '//run.googleapis.com/projects/acme/locations/eu/services/x',
      false,
    ],
    [
      '//container.googleapis.com/projects/acme/zones/*/clusters/c',
      '//container.googleapis.com/projects/acme/locations/eu-a/clusters/c',
      true,
    ],
    // An account's asset name has no project: the pattern's must not be lost.
    [
      '//iam.googleapis.com/projects/acme/serviceAccounts/a@acme.iam.gserviceaccount.com',
      `${IAM}/a@acme.iam.gserviceaccount.com`,
      true,
    ],
    ['//iam.googleapis.com/projects/acme/serviceAccounts/*', `${IAM}/a@acme.iam.gserviceaccount.com`, true],
    ['//iam.googleapis.com/projects/acme/serviceAccounts/*', `${IAM}/a@beta.iam.gserviceaccount.com`, false],
    ['//iam.googleapis.com/projects/acme/serviceAccounts/**', `${IAM}/a@beta.iam.gserviceaccount.com`, false],
    ['//iam.googleapis.com/projects/acme/serviceAccounts/*', `${IAM}/104857`, false],
    ['//iam.googleapis.com/projects/-/serviceAccounts/*', `${IAM}/a@beta.iam.gserviceaccount.com`, true],
    [
      '//iam.googleapis.com/projects/acme/serviceAccounts/a@acme.iam.gserviceaccount.com/keys/*',
      '//iam.googleapis.com/projects/-/serviceAccounts/-/keys/0123',
      false,
    ],
  ])('%s on %s: %j', (pattern, name, expected) => {
    expect(matchesResource(pattern, [name])).toBe(expected);
  });

  it('needs one spelling of several', () => {
    const spellings = [`${CRM}/projects/123`, `${CRM}/projects/acme-prod`];
    expect(matchesResource('project:acme-prod', spellings)).toBe(true);
    expect(matchesResource('project:123', spellings)).toBe(true);
    expect(matchesResource('project:acme', spellings)).toBe(false);
    expect(matchesResource('project:acme-prod', [])).toBe(false);
  });

  it.each([
    ['project:acme', 'project'],
    ['bucket:acme-*', 'bucket'],
    [`${CRM}/projects/acme-*`, 'project'],
    ['//run.googleapis.com/projects/p/locations/l/services/s', 'other'],
    ['nothing', 'other'],
  ])('%s speaks of a %s', (pattern, kind) => {
    expect(kindOfPattern(pattern)).toBe(kind);
  });
});
