/** Many ways to tell of one asset, few enough that they collide. */
import fc from 'fast-check';
import { absorb, emptyRegister } from '../../shared/inventory/absorb.ts';
import type { PolicyRegister, ResourceRegister } from '../../shared/inventory/register.ts';
import { type Condition, grantOf } from '../../shared/model/grant.ts';
import type { Observation, Source } from '../../shared/model/observation.ts';
import { inPool, member, t } from '../world.ts';

export const ASSET = '//storage.googleapis.com/ledger';

const seen = fc.record({
  asset: fc.constant(ASSET),
  time: fc.integer({ min: 0, max: 12 }).map((seconds) => t(seconds)),
  source: fc.constantFrom<Source>('audit-log', 'feed', 'sweep'),
  ancestors: fc.constantFrom(
    [],
    ['projects/1'],
    ['projects/1', 'folders/2'],
    ['projects/1', 'folders/3'],
    ['projects/1', 'folders/2', 'organizations/9'],
    ['projects/1', 'organizations/9'],
  ),
});
const etag = fc.option(fc.constantFrom('e1', 'e2', 'e3'), { nil: undefined });
/** Two spellings of one KSA, and one condition under two titles. */
const grant = fc
  .tuple(
    fc.constantFrom('roles/a', 'roles/b'),
    fc.constantFrom(member('payments/api'), inPool('subject/ns/payments/sa/api'), 'user:jane@acme.example'),
    fc.constantFrom<Condition | undefined>(
      undefined,
      { expression: 'x < y', title: 'one' },
      { expression: 'x  <  y', title: 'two' },
    ),
  )
  .map(([role, who, condition]) => grantOf(ASSET, role, who, condition));

function withoutUndefined<T extends object>(value: T): T {
  for (const [key, one] of Object.entries(value)) if (one === undefined) Reflect.deleteProperty(value, key);
  return value;
}

const policy = fc
  .tuple(seen, fc.array(grant, { maxLength: 3 }), etag, etag)
  .map(([base, grants, etag, supersedes]) =>
    withoutUndefined({ ...base, kind: 'policy', grants, etag, supersedes } as unknown as Observation),
  );
const delta = fc
  .tuple(seen, fc.constantFrom('add' as const, 'remove' as const), grant, etag, etag)
  .map(([base, action, one, etag, supersedes]) =>
    withoutUndefined({
      ...base,
      kind: 'policy-delta',
      changes: [{ action, grant: one }],
      etag,
      supersedes,
    } as unknown as Observation),
  );
const unknown = fc
  .tuple(seen, etag)
  .map(([base, supersedes]) =>
    withoutUndefined({ ...base, kind: 'policy-unknown', supersedes } as unknown as Observation),
  );
const gone = seen.map((base): Observation => ({ ...base, kind: 'gone', type: 'service-account' }));
const resource = fc
  .tuple(
    seen,
    fc.option(fc.constantFrom('a@x', 'b@x'), { nil: undefined }),
    fc.option(fc.boolean(), { nil: undefined }),
    fc.boolean(),
    fc.option(fc.constantFrom('jane@x', 'tf@x'), { nil: undefined }),
  )
  .map(
    ([base, email, disabled, whole, principal]): Observation => ({
      ...base,
      kind: 'resource',
      whole,
      ...(principal && { by: { principal, delegation: [] } }),
      facts: {
        type: 'service-account',
        ...(email && { email }),
        ...(disabled === undefined ? {} : { disabled }),
      },
    }),
  );
const unsure = seen.map(
  (base): Observation => ({ ...base, kind: 'unsure', type: 'kubernetes-service-account' }),
);

/** Some of them, in some order. */
export const sightings = fc.array(fc.oneof(policy, delta, unknown, gone, resource, unsure), {
  maxLength: 12,
});

/** The same ones in another order, some of them told twice. */
export const toldTwoWays = sightings.chain((all) =>
  fc.tuple(
    fc.constant(all),
    fc.shuffledSubarray([...all, ...all], { minLength: all.length }).map((some) => [...some, ...all]),
  ),
);

export function policyOf(observations: readonly Observation[], name = ASSET): PolicyRegister {
  const register = observations.reduce(absorb, emptyRegister('policy', name));
  if (register.content !== 'policy') throw new Error('a policy register became another');
  return register;
}

export function resourceOf(observations: readonly Observation[], name = ASSET): ResourceRegister {
  const register = observations.reduce(absorb, emptyRegister('resource', name));
  if (register.content !== 'resource') throw new Error('a resource register became another');
  return register;
}
