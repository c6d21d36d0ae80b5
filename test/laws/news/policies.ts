/** IAM policies, as they are told: whole, as a delta, or not at all. */
import fc from 'fast-check';
import { present } from '../../../shared/decode/present.ts';
import type { AssetName } from '../../../shared/model/asset.ts';
import { type Condition, type GrantChange, grantOf } from '../../../shared/model/grant.ts';
import type { Observation } from '../../../shared/model/observation.ts';
import { TOKEN_CREATOR, WI } from '../../world.ts';
import { member } from './members.ts';
import { container, etag, namedAccount, PROD, projectAsset, seen, seenOf } from './names.ts';

/** Whatever has a policy, under all the names it may be reported by. */
export const resource: fc.Arbitrary<AssetName> = fc.oneof(
  { weight: 4, arbitrary: namedAccount.map(({ asset }) => asset) },
  { weight: 3, arbitrary: projectAsset },
  { weight: 1, arbitrary: container },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '//storage.googleapis.com/ledger',
      `//pubsub.googleapis.com/projects/${PROD.id}/topics/orders`,
      `//pubsub.googleapis.com/projects/${PROD.number}/topics/orders`,
    ),
  },
);

const role = fc.constantFrom(
  WI,
  TOKEN_CREATOR,
  'roles/editor',
  'roles/cloudsql.client',
  'roles/storage.objectViewer',
  'roles/storage.objectCreator',
  'roles/monitoring.metricWriter',
  'organizations/123456789012/roles/custom',
);

const EXPRESSION = 'request.time < timestamp("2027-01-01T00:00:00Z")';
/** One expression, under two titles and in another spacing; and another one. */
const condition = fc.option(
  fc.constantFrom<Condition>(
    { expression: EXPRESSION },
    { expression: EXPRESSION, title: 'one' },
    { expression: `${EXPRESSION.replaceAll(' ', '  ')}\n`, title: 'two' },
    { expression: 'resource.name.startsWith("x")', title: 'one' },
  ),
  { nil: undefined, freq: 3 },
);

type Binding = readonly [role: string, member: string, condition: Condition | undefined];
const binding: fc.Arbitrary<Binding> = fc.tuple(role, member, condition);
const bindings = fc.array(binding, { maxLength: 3 });
export const changes = fc.array(fc.tuple(fc.constantFrom('add' as const, 'remove' as const), binding), {
  minLength: 1,
  maxLength: 3,
});
type Changes = typeof changes extends fc.Arbitrary<infer C> ? C : never;

export function changesOn(asset: AssetName, changes: Changes): readonly GrantChange[] {
  return changes.map(([action, bound]) => ({ action, grant: grantOf(asset, ...bound) }));
}

const whole = fc.record({ asset: resource, seen, bindings, etag, supersedes: etag }).map(
  ({ asset, seen, bindings, ...versions }): Observation => ({
    kind: 'policy',
    ...seenOf(asset, seen),
    grants: bindings.map((bound) => grantOf(asset, ...bound)),
    ...present(versions),
  }),
);
const delta = fc.record({ asset: resource, seen, changes, etag, supersedes: etag }).map(
  ({ asset, seen, changes, ...versions }): Observation => ({
    kind: 'policy-delta',
    ...seenOf(asset, seen),
    source: 'audit-log',
    changes: changesOn(asset, changes),
    ...present(versions),
  }),
);
const unknown = fc.record({ asset: resource, seen, etag, supersedes: etag }).map(
  ({ asset, seen, ...versions }): Observation => ({
    kind: 'policy-unknown',
    ...seenOf(asset, seen),
    ...present(versions),
  }),
);
/** Whatever had a policy is gone; of its kind the message says nothing. */
const gone = fc
  .tuple(resource, seen)
  .map(([asset, seen]): Observation => ({ kind: 'gone', ...seenOf(asset, seen) }));

/** A change of which the message tells nothing but itself. */
export const bareDelta = fc.record({ asset: resource, seen, changes }).map(
  ({ asset, seen, changes }): Observation => ({
    kind: 'policy-delta',
    ...seenOf(asset, { ...seen, above: undefined }),
    source: 'audit-log',
    changes: changesOn(asset, changes),
  }),
);

export const policyTold = fc.oneof(
  { weight: 6, arbitrary: whole },
  { weight: 3, arbitrary: delta },
  { weight: 1, arbitrary: unknown },
  { weight: 1, arbitrary: gone },
);
