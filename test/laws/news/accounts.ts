/** Service accounts, their names, and their keys. */
import fc from 'fast-check';
import { present } from '../../../shared/decode/present.ts';
import { keyName, projectName } from '../../../shared/model/asset.ts';
import type { Observation } from '../../../shared/model/observation.ts';
import { formatTime } from '../../../shared/model/time.ts';
import { t } from '../../world.ts';
import { account, namedAccount, project, seen, seenOf } from './names.ts';

const flag = fc.option(fc.boolean(), { nil: undefined });

/** The account itself: whole, or only what an audit entry has of it. */
const accountSeen = fc
  .record({ account: namedAccount, seen, disabled: flag, knowsBoth: fc.boolean(), whole: fc.boolean() })
  .map(
    ({ account: { asset, id, email }, seen, disabled, knowsBoth, whole }): Observation => ({
      kind: 'resource',
      ...seenOf(asset, seen),
      facts: {
        type: 'service-account',
        ...(knowsBoth || asset.endsWith(id) ? { uniqueId: id } : {}),
        ...(knowsBoth || asset.endsWith(email) ? { email } : {}),
        ...present({ disabled }),
      },
      whole: whole && knowsBoth,
    }),
  );
const accountGone = fc
  .tuple(namedAccount, seen)
  .map(
    ([{ asset }, seen]): Observation => ({ kind: 'gone', type: 'service-account', ...seenOf(asset, seen) }),
  );
/** Names may be learnt long after, or before, whatever is told under them. */
export const accountAlias = fc.tuple(namedAccount, seen).map(
  ([{ asset, id, email }, seen]): Observation => ({
    kind: 'alias',
    ...seenOf(asset, seen),
    alias: { of: 'service-account', id, name: email },
  }),
);
const projectAlias = fc.tuple(project, seen).map(
  ([{ id, number }, seen]): Observation => ({
    kind: 'alias',
    ...seenOf(projectName(number), seen),
    alias: { of: 'project', id: number, name: id },
  }),
);

export const keyId = fc.constantFrom('k1', 'k2', 'k3');
/** The key itself: whole, or only what an audit entry has of it. */
const keySeen = fc
  .record({
    id: keyId,
    account,
    byEmail: fc.boolean(),
    seen,
    managedBy: fc.option(fc.constantFrom('user' as const, 'google' as const), { nil: undefined }),
    disabled: flag,
    validAfter: fc.option(fc.constantFrom(formatTime(t(-86_400)), formatTime(t(120))), { nil: undefined }),
    validBefore: fc.option(fc.constantFrom(formatTime(t(1200)), formatTime(t(86_400))), { nil: undefined }),
    whole: fc.boolean(),
  })
  .map(
    ({ id, account, byEmail, seen, whole, ...told }): Observation => ({
      kind: 'resource',
      ...seenOf(keyName(id), seen),
      facts: {
        type: 'service-account-key',
        keyId: id,
        account: byEmail ? account.email : account.id,
        origin: 'created',
        ...present(told),
      },
      whole,
    }),
  );
const keyGone = fc.tuple(keyId, seen).map(
  ([id, seen]): Observation => ({
    kind: 'gone',
    type: 'service-account-key',
    ...seenOf(keyName(id), seen),
  }),
);

export const accountTold = fc.oneof(
  { weight: 4, arbitrary: accountSeen },
  { weight: 4, arbitrary: accountAlias },
  { weight: 2, arbitrary: accountGone },
  { weight: 1, arbitrary: projectAlias },
  { weight: 3, arbitrary: keySeen },
  { weight: 1, arbitrary: keyGone },
);
