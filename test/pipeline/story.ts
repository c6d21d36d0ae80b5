/** News of small stories, for the tests of the pipeline: one change of hand, seen twice, and its repair. */
import { serviceAccountName } from '../../shared/model/asset.ts';
import type { News } from '../laws/arbitrary-news.ts';
import { act, alias, change, delta, gsa, iam, ksa, POOL, t } from '../world.ts';

const ADDRESS = 'evil@acme-prod.iam.gserviceaccount.com';
const WI = 'roles/iam.workloadIdentityUser';

export const ACCOUNT = serviceAccountName('9001');
export const SANDBOX: readonly [string, string] = [WI, `serviceAccount:${POOL}[sandbox/debug]`];
const DEBUG: readonly [string, string] = [WI, `serviceAccount:${POOL}[sandbox/other]`];

export function news(
  id: string,
  seconds: number,
  observations: News['observations'],
  acts: News['acts'] = [],
): News {
  return { kind: 'news', id, time: t(seconds), observations, acts };
}

/** The account is there, and lets nobody in. */
export const BEFORE: News = news('before', 0, [
  gsa(ADDRESS, '9001'),
  alias(ADDRESS, '9001'),
  iam(ACCOUNT, [], { etag: 'a', source: 'scan' }),
]);

/** Jane binds sandbox/debug to it, as the audit log has it. */
export const BINDS: News = news(
  'binds',
  10,
  [iam(ACCOUNT, [SANDBOX], { time: t(10), etag: 'b', supersedes: 'a', source: 'audit-log' })],
  [act('jane-binds', ACCOUNT, { time: t(10), etag: 'b', changes: [change('add', ACCOUNT, ...SANDBOX)] })],
);

/** The same change as the feed sees it: complete, and by nobody. */
export const SEEN: News = news('seen', 10, [
  iam(ACCOUNT, [SANDBOX], { time: t(10), etag: 'b', supersedes: 'a', source: 'feed' }),
]);

/** The binding is gone again. */
export const REPAIRED: News = news('repaired', 300, [
  iam(ACCOUNT, [], { time: t(300), etag: 'c', supersedes: 'b', source: 'feed' }),
]);

/** And it is back, half a minute later. */
export const AGAIN: News = news('again', 330, [
  iam(ACCOUNT, [SANDBOX], { time: t(330), etag: 'd', supersedes: 'c', source: 'feed' }),
]);

/** Or it is back after a quarter of an hour. */
export const LATER: News = news('later', 1200, [
  iam(ACCOUNT, [SANDBOX], { time: t(1200), etag: 'd', supersedes: 'c', source: 'feed' }),
]);

/** Another change of hand: a second incident. */
export const SECOND: News = news(
  'second',
  20,
  [iam(ACCOUNT, [SANDBOX, DEBUG], { time: t(20), etag: 'b2', supersedes: 'b', source: 'audit-log' })],
  [act('jane-again', ACCOUNT, { time: t(20), etag: 'b2', changes: [change('add', ACCOUNT, ...DEBUG)] })],
);

/** The binding by its delta alone: what else the policy holds is not told. */
export const DELTA: News = news(
  'delta',
  10,
  [delta(ACCOUNT, [change('add', ACCOUNT, ...SANDBOX)], { time: t(10), source: 'audit-log' })],
  [act('jane-binds', ACCOUNT, { time: t(10), changes: [change('add', ACCOUNT, ...SANDBOX)] })],
);

/** A declared workload is annotated before anybody has bound it: what a rollout does, and mends, by itself. */
export const ANNOTATED: News = news('annotated', 10, [
  gsa('api@acme-prod.iam.gserviceaccount.com', '1001'),
  alias('api@acme-prod.iam.gserviceaccount.com', '1001'),
  iam(serviceAccountName('1001'), [], { etag: 'x', source: 'feed' }),
  ksa('payments/api', 'api@acme-prod.iam.gserviceaccount.com', { time: t(10), source: 'feed' }),
]);

export const BOUND: News = news('bound', 100, [
  iam(serviceAccountName('1001'), [[WI, `serviceAccount:${POOL}[payments/api]`]], {
    time: t(100),
    etag: 'y',
    supersedes: 'x',
    source: 'feed',
  }),
]);
