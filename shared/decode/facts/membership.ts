import { type AssetName, canonicalName, clusterOf } from '../../model/asset.ts';
import type { Facts } from '../../model/observation.ts';
import type { Fields } from '../fields.ts';
import { present } from '../present.ts';
import type { Resource } from './resource.ts';

/** A cluster in a fleet (google/cloud/gkehub/v1/membership.proto). */
export function membershipFacts({ asset, data }: Resource): Facts {
  const said = membershipAsked(asset, data);
  // Without an authority it vouches for nobody (membership.proto: clearing the issuer disables Workload Identity).
  return data === undefined ? said : { cluster: '', issuer: '', ...said };
}

/** What a request says of the membership it makes; the pool is the service's to fill in. */
export function membershipAsked(asset: AssetName, membership: Fields | undefined): FleetMembership {
  const link = membership?.object('endpoint')?.object('gkeCluster')?.text('resourceLink');
  const authority = membership?.object('authority');
  return {
    type: 'fleet-membership',
    ...present({
      name: /\/memberships\/([^/]+)$/.exec(asset)?.[1],
      cluster: link === undefined ? undefined : (clusterLinked(link) ?? ''),
      issuer: authority?.text('issuer'),
      pool: authority?.text('workloadIdentityPool'),
    }),
  };
}

type FleetMembership = Extract<Facts, { type: 'fleet-membership' }>;

/** Full resource names of clusters; the self link of the API, which some tools write, is taken too. */
function clusterLinked(link: string): string | undefined {
  return clusterOf(canonicalName(link.replace(/^https?:/, '').replace('.com/v1/', '.com/')));
}
