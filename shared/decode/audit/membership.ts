import type { AssetName } from '../../model/asset.ts';
import type { Observation } from '../../model/observation.ts';
import { membershipAsked } from '../facts/membership.ts';
import { Malformed } from '../fields.ts';
import { type AuditEntry, type AuditHead, seenIn } from './entry.ts';
import { newsOfOperation } from './operation.ts';
import type { ReadNews } from './reader.ts';

/** The beta API splits the service: `GkeHubMembershipService` (google/cloud/gkehub/v1beta1). */
const METHOD = /^google\.cloud\.gkehub\.v1\w*\.GkeHub\w*\.(Create|Update|Delete)Membership$/;

/** Clusters joining and leaving a fleet: a member's issuer vouches for every KSA of the fleet's pool (gcp-facts 5.3). */
export function membershipReader({ method }: AuditHead): ReadNews | undefined {
  const verb = METHOD.exec(method)?.[1];
  if (verb === undefined) return undefined;
  return (entry) => {
    const asset = membershipAsset(entry);
    return newsOfOperation(entry, {
      kind: 'change-membership',
      asset,
      asked: verb === 'Delete' ? [] : stateAsked(entry, asset),
      ...(verb === 'Delete' ? { ends: 'fleet-membership' } : {}),
    });
  };
}

function membershipAsset(entry: AuditEntry): AssetName {
  const { request } = entry;
  const parent = request?.text('parent');
  const id = request?.text('membershipId');
  const name = [
    entry.resourceName,
    request?.text('name'),
    request?.object('resource')?.text('name'),
    parent === undefined || id === undefined ? undefined : `${parent}/memberships/${id}`,
  ]
    .map((text) => /(projects\/[^/]+\/locations\/[^/]+\/memberships\/[^/]+)$/.exec(text ?? '')?.[1])
    .find((text) => text !== undefined);
  if (name === undefined) throw new Malformed('protoPayload.resourceName: names no membership');
  return `//gkehub.googleapis.com/${name}`;
}

function stateAsked(entry: AuditEntry, asset: AssetName): readonly Observation[] {
  const body = entry.request?.object('resource');
  if (body === undefined) return [];
  return [{ ...seenIn(entry), asset, kind: 'resource', facts: membershipAsked(asset, body), whole: false }];
}
