/** How identities are used: some for weeks, and then, perhaps, otherwise. */
import fc from 'fast-check';
import { present } from '../../../shared/decode/present.ts';
import { around, networkOf } from '../../../shared/model/network.ts';
import type { Observation } from '../../../shared/model/observation.ts';
import { HOUR } from '../../../shared/model/time.ts';
import { networkName, serviceName, workloadName } from '../../../shared/model/usage.ts';
import { daily } from '../../detectors/usage.ts';
import { member, POOL, t } from '../../world.ts';
import { namedAccount } from './names.ts';

const EXPORTER = workloadName({ pool: POOL, namespace: 'payments', name: 'exporter' });
/** The days of six weeks, and hours of the last two of them. */
const hours = fc
  .oneof(
    fc.integer({ min: -42, max: 0 }).map((days) => days * 24),
    fc.integer({ min: -36, max: 1 }),
  )
  .map((hours) => t(0) + BigInt(hours) * HOUR);

const used = fc
  .record({
    asset: fc.oneof(
      namedAccount.map(({ asset }) => asset),
      fc.constant(EXPORTER),
    ),
    at: hours,
    network: fc.option(
      fc.constantFrom('203.0.113.1', '203.0.113.9', '198.51.100.7', 'gce-internal-ip', '2001:db8::7'),
      { nil: undefined },
    ),
    service: fc.constantFrom(
      'cloudsql.googleapis.com',
      'bigquery.googleapis.com',
      'storage.googleapis.com',
      'sts.googleapis.com',
    ),
    through: fc.option(
      fc.constantFrom(member('payments/api'), member('sandbox/debug'), 'user:jane@acme.example'),
      {
        nil: undefined,
      },
    ),
  })
  .map(
    ({ asset, at, ...how }): Observation => ({
      kind: 'used',
      asset,
      time: at,
      source: 'audit-log',
      ancestors: [],
      use: { time: at, principal: 'x', ...present(how) },
    }),
  );

const NETWORKS = ['203.0.113.1', '198.51.100.7', '2001:db8::7'].map((address) =>
  networkName(around(networkOf(address)!.name)),
);
/** Who comes to a network or to a service, five strangers among them. */
const visited = fc
  .record({
    asset: fc.constantFrom(...NETWORKS, serviceName('storage.googleapis.com')),
    who: fc.oneof(
      namedAccount.map(({ asset }) => asset),
      fc.integer({ min: 1, max: 5 }).map((n) => `//iam.googleapis.com/projects/-/serviceAccounts/x${n}`),
    ),
    at: hours,
  })
  .map(
    ({ asset, who, at }): Observation => ({
      kind: 'visited',
      asset,
      who,
      time: at,
      source: 'audit-log',
      ancestors: [],
    }),
  );

export const usageTold = fc.oneof({ weight: 3, arbitrary: used }, { weight: 1, arbitrary: visited });

/** Six weeks of the account of payments/api, so that what is new to it can be told. */
export const USED_FOR_LONG: readonly Observation[] = daily(41, 2).filter(
  ({ kind }, index) => kind === 'used' && index % 3 === 0,
);
