/** Keys in use and out of use, what carries them, and what guards against them. */
import fc from 'fast-check';
import { present } from '../../../shared/decode/present.ts';
import { hmacKeyName, keyName } from '../../../shared/model/asset.ts';
import { type Credential, credentialText } from '../../../shared/model/credential.ts';
import type { Observation } from '../../../shared/model/observation.ts';
import { HOUR } from '../../../shared/model/time.ts';
import { JANE, TERRAFORM, t } from '../../world.ts';
import { keyId } from './accounts.ts';
import { account, cluster, ksaName, namedAccount, namespaceAsset, seen, seenOf } from './names.ts';

/** Some hours before, or after: uses reach further back than the rest of what is told. */
const hours = fc.integer({ min: -60, max: 2 }).map((hours) => t(0) + BigInt(hours) * HOUR);

/** Of a key, or of an account by a workload. */
const used = fc
  .record({
    on: fc.oneof(
      keyId.map((id) => ({ asset: keyName(id) })),
      fc.tuple(namedAccount, ksaName).map(([{ asset }, ksa]) => ({
        asset,
        through: `serviceAccount:acme-prod.svc.id.goog[${ksa}]`,
      })),
    ),
    by: account,
    at: hours,
    network: fc.option(fc.constantFrom('203.0.113.9', '203.0.113.10'), { nil: undefined }),
    tool: fc.option(fc.constantFrom('gcloud', 'Terraform'), { nil: undefined }),
  })
  .map(
    ({ on: { asset, ...through }, by, at, ...how }): Observation => ({
      kind: 'used',
      asset,
      time: at,
      source: 'audit-log',
      ancestors: [],
      use: { time: at, principal: by.email, ...through, ...present(how) },
    }),
  );
const watched = fc
  .record({
    id: keyId,
    from: hours,
    length: fc.integer({ min: 0, max: 60 }),
    lastUse: fc.option(hours, { nil: undefined }),
  })
  .map(({ id, from, length, lastUse }): Observation => {
    const until = from + BigInt(length) * HOUR;
    return {
      kind: 'watched',
      asset: keyName(id),
      time: until,
      source: 'scan',
      ancestors: [],
      from,
      until,
      ...present({ lastUse }),
    };
  });

const hmacId = fc.constantFrom('GOOG1', 'GOOG2');
const hmacSeen = fc.tuple(hmacId, account, fc.option(fc.boolean(), { nil: undefined }), seen).map(
  ([accessId, { email }, active, seen]): Observation => ({
    kind: 'resource',
    ...seenOf(hmacKeyName(accessId), seen),
    facts: { type: 'hmac-key', accessId, account: email, ...present({ active }) },
    whole: false,
  }),
);
const hmacGone = fc
  .tuple(hmacId, seen)
  .map(([id, seen]): Observation => ({ kind: 'gone', type: 'hmac-key', ...seenOf(hmacKeyName(id), seen) }));

const CREDENTIALS: readonly (readonly Credential[])[] = [
  [],
  [{ kind: 'application-credentials', path: '/secrets/key.json' }],
  [{ kind: 'mount', of: 'Secret', name: 'key', path: '/secrets', files: [] }],
  [
    { kind: 'mount', of: 'Secret', name: 'key', path: '/secrets', files: [] },
    { kind: 'application-credentials', path: '/secrets/key.json' },
  ],
  [
    { kind: 'token', audience: 'aud' },
    { kind: 'variable', of: 'Secret', name: 'key', entry: '*', variable: '*' },
  ],
];
/** A workload that carries a key, or did; the same one is told of in `kubernetes.ts`, with nothing said of that. */
const carrying = fc
  .record({
    cluster,
    ksa: ksaName,
    kind: fc.constantFrom('Deployment', 'Pod'),
    credentials: fc.constantFrom(...CREDENTIALS),
    whole: fc.boolean(),
    seen,
  })
  .map(({ cluster, ksa, kind, credentials, whole, seen }): Observation => {
    const [namespace = '', serviceAccount = ''] = ksa.split('/');
    return {
      kind: 'resource',
      ...seenOf(`${namespaceAsset(cluster, namespace)}/${kind.toLowerCase()}s/web`, seen),
      facts: {
        type: 'workload',
        cluster,
        namespace,
        name: 'web',
        kind,
        serviceAccount,
        credentials: credentialText(credentials),
        ...(kind === 'Pod' ? { controller: 'Deployment/web' } : {}),
      },
      whole,
    };
  });
const secret = fc.tuple(cluster, ksaName).map(([cluster, ksa]) => {
  const [namespace = ''] = ksa.split('/');
  return { cluster, namespace, asset: `${namespaceAsset(cluster, namespace)}/secrets/key` };
});
const secretSeen = fc
  .record({
    secret,
    keyFiles: fc.constantFrom('', 'key.json', 'GOOGLE_CREDENTIALS\nkey.json'),
    named: fc.option(account, { nil: undefined }),
    seen,
  })
  .map(
    ({ secret: { asset, ...place }, keyFiles, named, seen }): Observation => ({
      kind: 'resource',
      ...seenOf(asset, seen),
      facts: {
        type: 'data-object',
        ...place,
        name: 'key',
        kind: 'Secret',
        keyFiles,
        ...present({ account: named?.email }),
      },
      whole: true,
    }),
  );
const secretGone = fc
  .tuple(secret, seen)
  .map(([{ asset }, seen]): Observation => ({ kind: 'gone', type: 'data-object', ...seenOf(asset, seen) }));

/** The guard against keys, old and new, at every height: on, off, loosened, tried out, taken away. */
const guard = fc
  .tuple(
    fc.constantFrom(
      'projects/acme-prod',
      'projects/111122223333',
      'folders/401',
      'organizations/123456789012',
    ),
    fc.constantFrom('iam.disableServiceAccountKeyCreation', 'iam.managed.disableServiceAccountKeyCreation'),
  )
  .map(([parent, constraint]) => ({
    parent,
    constraint,
    asset: `//orgpolicy.googleapis.com/${parent}/policies/${constraint}`,
  }));
const guardSeen = fc
  .record({
    guard,
    rules: fc.constantFrom(
      '{"rules":[{"enforce":true}]}',
      '{"rules":[{"enforce":false}]}',
      '{"reset":true,"rules":[]}',
      '',
    ),
    by: fc.option(fc.constantFrom(JANE, TERRAFORM), { nil: undefined }),
    seen,
  })
  .map(
    ({ guard: { asset, ...names }, rules, by, seen }): Observation => ({
      kind: 'resource',
      ...seenOf(asset, seen),
      facts: { type: 'org-policy', ...names, rules },
      whole: true,
      ...(by === undefined
        ? {}
        : {
            by: { principal: by.principal, delegation: by.delegation, ...present({ subject: by.subject }) },
          }),
    }),
  );
const guardGone = fc
  .tuple(guard, seen)
  .map(([{ asset }, seen]): Observation => ({ kind: 'gone', type: 'org-policy', ...seenOf(asset, seen) }));

export const keysTold = fc.oneof(
  { weight: 4, arbitrary: used },
  { weight: 3, arbitrary: watched },
  { weight: 2, arbitrary: hmacSeen },
  { weight: 1, arbitrary: hmacGone },
  { weight: 3, arbitrary: carrying },
  { weight: 3, arbitrary: secretSeen },
  { weight: 1, arbitrary: secretGone },
  { weight: 3, arbitrary: guardSeen },
  { weight: 2, arbitrary: guardGone },
);
