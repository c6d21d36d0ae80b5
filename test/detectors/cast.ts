/** Who the detectors' tests are about. */
import { serviceAccountName } from '../../shared/model/asset.ts';
import { account, iam, ksa, member, t, WI } from '../world.ts';

/** Declared for payments/api. */
export const API = 'api@acme-prod.iam.gserviceaccount.com';
export const API_ASSET = serviceAccountName('1001');
/** Declared for nobody. */
export const ADMIN = 'admin@acme-prod.iam.gserviceaccount.com';
export const ADMIN_ASSET = serviceAccountName('1002');

/** Both accounts, with their names. */
export const ACCOUNTS = [...account(API, '1001'), ...account(ADMIN, '1002')];

/** What is declared, and nothing else: payments/api points at its account, which lets it in. */
export const DECLARED = [
  ...ACCOUNTS,
  ksa('payments/api', API),
  iam(API_ASSET, [[WI, member('payments/api')]], { etag: 'e1' }),
];

/** sandbox/debug takes the account of payments/api, or another: the binding, told by the feed. */
export function bindDebug(asset: string, role = WI) {
  return iam(asset, [[role, member('sandbox/debug')]], { time: t(100), source: 'feed', etag: 'e2' });
}
