/** What has stood for long: a declared identity with both its halves, and one that nobody declared. */
import type { Observation } from '../../../shared/model/observation.ts';
import { ADMIN, ADMIN_ASSET, API, API_ASSET } from '../../detectors/cast.ts';
import { DEFAULT_ACCOUNT, onHost, pool, projectRoles } from '../../detectors/nodes.ts';
import { account, cluster, iam, ksa, member, projectAlias, t, WI } from '../../world.ts';

import { USED_FOR_LONG } from './usage.ts';

const SINCE = { time: t(-3600) };

export const STANDING: readonly Observation[][] = [
  account(API, '1001', SINCE),
  account(ADMIN, '1002', SINCE),
  [projectAlias('acme-prod', '111122223333', SINCE)],
  [
    cluster(undefined, undefined, SINCE),
    pool('default-pool', { serviceAccount: 'default' }, SINCE),
    pool('batch', {}, SINCE),
  ],
  [...projectRoles(['roles/editor', DEFAULT_ACCOUNT])],
  [onHost('DaemonSet payments/agent', SINCE)],
  [ksa('payments/api', API, SINCE)],
  [ksa('sandbox/debug', ADMIN, SINCE)],
  [iam(API_ASSET, [[WI, member('payments/api')]], { ...SINCE, etag: 'e1' })],
  [...USED_FOR_LONG],
  [iam(ADMIN_ASSET, [[WI, member('sandbox/debug')]], SINCE)],
];
