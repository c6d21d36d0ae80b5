import * as z from 'zod';
import { field } from './field.ts';
import * as words from './words.ts';

/** A pool whose identities are known; anything from another pool is drift. */
export const trustedPool = z.strictObject({
  name: field(words.name, 'What identities call this pool.', ['prod']),
  pool: field(words.pool, 'The pool: of a GKE project, or the full path of another workload identity pool.', [
    'acme-prod.svc.id.goog',
    'projects/444455556666/locations/global/workloadIdentityPools/github',
  ]),
  clusters: field(
    z.array(words.cluster).default([]),
    'The clusters of the pool, as PROJECT/LOCATION/NAME. Any other cluster of the pool is reported.',
    [['acme-prod/europe-west1/prod-euw1', 'acme-prod/us-east4/prod-use4']],
  ),
  identitySameness: field(
    z.enum(['accepted', 'reported']).default('reported'),
    'The same namespace and service account in two clusters of a pool are one identity. `accepted` says that this is meant, among the listed clusters.',
    ['accepted'],
  ),
  issuers: field(z.array(words.issuer).default([]), 'Who may sign tokens for this pool.', [
    ['https://token.actions.githubusercontent.com'],
  ]),
  requireCondition: field(
    z.boolean().default(false),
    'Whether providers of the pool must have an attribute condition.',
    [true],
  ),
});

export const trust = z.strictObject({
  pools: field(
    z.array(trustedPool).optional(),
    'The workload identity pools that are trusted.',
    [[{ name: 'prod', pool: 'acme-prod.svc.id.goog' }]],
    [],
  ),
});
