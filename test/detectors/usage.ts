/** How identities are used, told day by day as audit entries tell it. */
import { serviceAccountName } from '../../shared/model/asset.ts';
import { around, networkOf } from '../../shared/model/network.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { HOUR, type Nanos } from '../../shared/model/time.ts';
import { networkName, serviceName, type Use } from '../../shared/model/usage.ts';
import { t } from '../world.ts';
import { API } from './cast.ts';

export const SQL = 'cloudsql.googleapis.com';
export const BIGQUERY = 'bigquery.googleapis.com';
export const STORAGE = 'storage.googleapis.com';
/** Three addresses of a NAT, in three places of the internet. */
export const NATS = ['203.0.113.1', '192.0.2.2', '198.18.7.3'];
export const ELSEWHERE = '198.51.100.7';

const DAY = 24 * 3600;

/** So many days before the time of the tests. */
export const ago = (days: number): Nanos => t(3600 - days * DAY);

export interface Told extends Partial<Omit<Use, 'time'>> {
  readonly asset?: string;
  /** Told by a Data Access log that can be switched off. */
  readonly switched?: boolean;
}

/** One use, so many days ago, and who came where by it. */
export function used(
  days: number,
  { asset = serviceAccountName(API), switched = false, ...more }: Told = {},
): readonly Observation[] {
  const time = ago(days) - (ago(days) % HOUR);
  const seen = { time, source: 'audit-log', ancestors: [] } as const;
  const use: Use = { time, principal: API, service: SQL, network: NATS[0]!, ...more };
  const from = networkOf(use.network ?? '');
  const places = [
    ...(from === undefined || from.kind === 'inside'
      ? []
      : [networkName(from.kind === 'address' ? around(from.name) : from.name)]),
    ...(switched && use.service !== undefined ? [serviceName(use.service)] : []),
  ];
  return [
    { ...seen, kind: 'used', asset, use },
    ...places.map((place) => ({ ...seen, kind: 'visited' as const, asset: place, who: asset })),
  ];
}

/** The same use on every day from so many days ago to so many. */
export function daily(from: number, to: number, told: Told = {}): readonly Observation[] {
  return Array.from({ length: from - to + 1 }, (_, index) => used(from - index, told)).flat();
}

/** Forty-one days of a workload that calls Cloud SQL from three addresses. */
export const USUAL: readonly Observation[] = NATS.flatMap((network) => daily(41, 1, { network }));
