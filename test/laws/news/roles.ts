/** Custom roles, as their assets and audit entries tell of them, and who holds them until when. */
import fc from 'fast-check';
import { present } from '../../../shared/decode/present.ts';
import { type Condition, grantOf } from '../../../shared/model/grant.ts';
import type { Observation } from '../../../shared/model/observation.ts';
import { t, WI } from '../../world.ts';
import { member } from './members.ts';
import { namedAccount, PROD, projectAsset, seen, seenOf } from './names.ts';

/** Under both names of its project. */
const role = fc.constantFrom(
  `projects/${PROD.id}/roles/custom`,
  `projects/${PROD.number}/roles/custom`,
  'organizations/123456789012/roles/custom',
);
const permissions = fc
  .subarray(['iam.serviceAccounts.actAs', 'iam.serviceAccounts.getAccessToken', 'pubsub.topics.publish'])
  .map((names) => names.toSorted().join('\n'));
const flag = fc.option(fc.boolean(), { nil: undefined });

/** The role itself: whole, or only what an audit entry has of it. */
const roleSeen = fc
  .record({
    name: role,
    seen,
    permissions: fc.option(permissions, { nil: undefined }),
    deleted: flag,
    unread: fc.option(fc.constant(true), { nil: undefined }),
    stage: fc.option(fc.constantFrom('GA', 'DISABLED'), { nil: undefined }),
    whole: fc.boolean(),
  })
  .map(
    ({ name, seen, whole, unread, permissions, ...told }): Observation => ({
      kind: 'resource',
      ...seenOf(`//iam.googleapis.com/${name}`, seen),
      facts: {
        type: 'role',
        name,
        ...present({ ...told, permissions: whole ? (permissions ?? '') : permissions }),
        ...(whole || permissions !== undefined ? {} : present({ unread })),
      },
      whole,
    }),
  );
const roleGone = fc.tuple(role, seen).map(
  ([name, seen]): Observation => ({
    kind: 'gone',
    type: 'role',
    ...seenOf(`//iam.googleapis.com/${name}`, seen),
  }),
);
export const roleTold: fc.Arbitrary<Observation> = fc.oneof(
  { weight: 6, arbitrary: roleSeen },
  { weight: 1, arbitrary: roleGone },
);

/** The moment at which conditions begin and end. */
export const TURN = t(1500);
const AT_THE_TURN = '2026-11-21T09:25:00Z';
const condition = fc.option(
  fc.constantFrom<Condition>(
    { expression: `request.time < timestamp("${AT_THE_TURN}")` },
    { expression: `request.time >= timestamp("${AT_THE_TURN}")` },
    { expression: `request.time < timestamp("${AT_THE_TURN}") || resource.matchTag("a", "b")` },
    { expression: 'request.time <' },
  ),
  { nil: undefined, freq: 4 },
);
/** Whole policies in which custom roles are held, and bindings end. */
export const heldTold = fc
  .record({
    asset: fc.oneof(
      namedAccount.map(({ asset }) => asset),
      projectAsset,
    ),
    seen,
    bindings: fc.array(fc.tuple(fc.oneof(role, fc.constant(WI)), member, condition), { maxLength: 3 }),
  })
  .map(
    ({ asset, seen, bindings }): Observation => ({
      kind: 'policy',
      ...seenOf(asset, seen),
      grants: bindings.map((bound) => grantOf(asset, ...bound)),
    }),
  );
