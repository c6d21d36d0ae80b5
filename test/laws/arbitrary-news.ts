/** Random news from a small universe: few names and few seconds, so that everything collides with everything. */
import fc from 'fast-check';
import type { Act } from '../../shared/model/act.ts';
import { projectName, serviceAccountName } from '../../shared/model/asset.ts';
import type { Decoded } from '../../shared/model/decoded.ts';
import { type Condition, grantOf } from '../../shared/model/grant.ts';
import type { Observation, Source } from '../../shared/model/observation.ts';
import {
  act,
  alias,
  CLUSTER,
  change,
  cluster,
  gone,
  gsa,
  JANE,
  key,
  ksa,
  POOL,
  projectAlias,
  SECOND_CLUSTER,
  TERRAFORM,
  t,
} from '../world.ts';

export type News = Extract<Decoded, { kind: 'news' }>;

const ACCOUNTS = [
  ['api@acme-prod.iam.gserviceaccount.com', '1001'],
  ['admin@acme-prod.iam.gserviceaccount.com', '1002'],
  // The same address again, as another account: it was deleted and made anew.
  ['admin@acme-prod.iam.gserviceaccount.com', '1003'],
] as const;
const KSAS = ['payments/api', 'payments/exporter', 'sandbox/debug', 'monitoring/agent'] as const;

const account = fc.constantFrom(...ACCOUNTS);
const time = fc.integer({ min: 0, max: 900 }).map((seconds) => t(seconds));
const source = fc.constantFrom<Source>('audit-log', 'feed', 'scan');
const etag = fc.option(fc.constantFrom('e1', 'e2', 'e3', 'e4'), { nil: undefined });
const condition = fc.option(
  fc.constant<Condition>({ expression: 'request.time < timestamp("2027-01-01T00:00:00Z")' }),
  { nil: undefined, freq: 4 },
);

/** Resources under all the names they may be reported by. */
const resource = fc.oneof(
  fc.constantFrom(
    projectName('acme-prod'),
    projectName('111122223333'),
    projectName('acme-stage'),
    '//storage.googleapis.com/ledger',
  ),
  account.map(([, id]) => serviceAccountName(id)),
  account.map(([email]) => serviceAccountName(email)),
);
const role = fc.constantFrom(
  'roles/iam.workloadIdentityUser',
  'roles/iam.serviceAccountTokenCreator',
  'roles/editor',
  'roles/cloudsql.client',
  'roles/storage.objectViewer',
  'roles/monitoring.metricWriter',
);
const PATH = `//iam.googleapis.com/projects/111122223333/locations/global/workloadIdentityPools/${POOL}`;
const member = fc.oneof(
  fc.constantFrom(...KSAS).map((name) => `serviceAccount:${POOL}[${name}]`),
  fc
    .constantFrom(...KSAS)
    .map((name) => `principal:${PATH}/subject/ns/${name.split('/')[0]}/sa/${name.split('/')[1]}`),
  account.map(([email]) => `serviceAccount:${email}`),
  fc.constantFrom(
    'serviceAccount:other.svc.id.goog[payments/api]',
    `principalSet:${PATH}/namespace/monitoring`,
    'user:jane@acme.example',
    'allUsers',
    'serviceAccount:tf@acme-iac.iam.gserviceaccount.com',
  ),
);

const binding = fc.tuple(role, member, condition);
const changes = fc.array(fc.tuple(fc.constantFrom('add' as const, 'remove' as const), binding), {
  minLength: 1,
  maxLength: 3,
});

const observation: fc.Arbitrary<Observation> = fc.oneof(
  fc
    .record({
      asset: resource,
      bindings: fc.array(binding, { maxLength: 3 }),
      time,
      source,
      etag,
      supersedes: etag,
    })
    .map(
      ({ asset, bindings, time, source, etag, supersedes }): Observation => ({
        kind: 'policy',
        asset,
        time,
        source,
        ancestors: [],
        grants: bindings.map(([r, m, c]) => grantOf(asset, r, m, c)),
        ...(etag === undefined ? {} : { etag }),
        ...(supersedes === undefined ? {} : { supersedes }),
      }),
    ),
  fc.record({ asset: resource, changes, time, supersedes: etag }).map(
    ({ asset, changes, time, supersedes }): Observation => ({
      kind: 'policy-delta',
      asset,
      time,
      source: 'audit-log',
      ancestors: [],
      changes: changes.map(([action, b]) => change(action, asset, ...b)),
      ...(supersedes === undefined ? {} : { supersedes }),
    }),
  ),
  fc
    .tuple(
      fc.constantFrom(...KSAS),
      fc.option(account),
      fc.constantFrom(CLUSTER, SECOND_CLUSTER),
      time,
      source,
    )
    .map(([name, to, where, time, source]) => ksa(name, to?.[0] ?? '', { cluster: where, time, source })),

  fc.tuple(account, time).map(([[email, id], time]) => alias(email, id, { time })),
  time.map((time) => projectAlias('acme-prod', '111122223333', { time })),
  fc
    .tuple(fc.constantFrom('k1', 'k2'), account, fc.boolean(), time, source)
    .map(([id, [email, uid], byId, time, source]) => key(id, byId ? uid : email, {}, { time, source })),
  fc.tuple(resource, time, source).map(([asset, time, source]) => gone(asset, { time, source })),
  fc.tuple(fc.constantFrom(...KSAS), time).map(([name, time]) => gone(ksa(name).asset, { time })),
  fc
    .tuple(fc.constantFrom(CLUSTER, SECOND_CLUSTER), fc.constantFrom(POOL, ''), time)
    .map(([name, pool, time]) => cluster(name, pool, { time })),
);

/** A message about an account tells its e-mail and its unique id at once, so decoding gives the alias beside it. */
const accountNews = fc
  .tuple(account, fc.boolean(), time, source)
  .map(([[email, id], disabled, time, source]) => [
    gsa(email, id, { disabled, time, source }),
    alias(email, id, { time }),
  ]);

const observations: fc.Arbitrary<readonly Observation[]> = fc.oneof(
  { weight: 9, arbitrary: observation.map((one) => [one]) },
  { weight: 1, arbitrary: accountNews },
);

const anAct: fc.Arbitrary<Act> = fc
  .record({
    n: fc.integer({ min: 0, max: 20 }),
    asset: resource,
    time,
    etag,
    changes,
    actor: fc.constantFrom(JANE, TERRAFORM),
  })
  .map(({ n, asset, time, etag, changes, actor }) =>
    act(`act-${n}`, asset, {
      time,
      actor,
      changes: changes.map(([action, b]) => change(action, asset, ...b)),
      ...(etag === undefined ? {} : { etag }),
    }),
  );

/** Messages with one or two observations and perhaps an act. Acts with one id are one act: only the first of them is kept. */
export const allNews: fc.Arbitrary<readonly News[]> = fc
  .array(
    fc.record({
      observations: fc.array(observations, { minLength: 1, maxLength: 2 }).map((groups) => groups.flat()),
      act: fc.option(anAct, { nil: undefined, freq: 3 }),
    }),
    {
      minLength: 1,
      maxLength: 14,
    },
  )
  .map((messages) => {
    const seen = new Set<string>();
    return messages.map(({ observations, act }, index): News => {
      const acts = act === undefined || seen.has(act.id) ? [] : [act];
      for (const { id } of acts) seen.add(id);
      return { kind: 'news', id: `message-${index}`, time: t(0), observations, acts };
    });
  });
