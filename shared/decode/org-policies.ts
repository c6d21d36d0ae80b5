import { type AssetName, canonicalName } from '../model/asset.ts';
import type { Facts } from '../model/observation.ts';
import { legacyOrgPolicyFacts, orgPolicyName } from './facts/org-policy.ts';
import type { Fields } from './fields.ts';

export type OrgPolicyState =
  | { readonly kind: 'resource'; readonly asset: AssetName; readonly facts: Facts; readonly whole: true }
  | { readonly kind: 'gone'; readonly asset: AssetName; readonly type: 'org-policy' };

/**
 * The content ORG_POLICY: all policies set on a project, folder or organisation, in the words of version 1 (google/cloud/asset/v1/assets.proto).
 * One that was there before and is not any more was removed; without the asset as it was before, nothing tells.
 */
export function orgPoliciesIn(asset: Fields, prior: Fields | undefined): readonly OrgPolicyState[] {
  const parent = containerOf(asset);
  if (parent === undefined) return [];
  const set = new Map(policiesOf(asset, parent));
  const removed = new Map(prior === undefined ? [] : policiesOf(prior, parent));
  // A prior asset with policies says that this is the feed of policies, so that having none now means that all were removed.
  for (const name of set.keys()) removed.delete(name);
  return [
    ...[...set].map(
      ([name, policy]) =>
        ({ kind: 'resource', asset: name, facts: legacyOrgPolicyFacts(name, policy), whole: true }) as const,
    ),
    ...[...removed.keys()].map((name) => ({ kind: 'gone', asset: name, type: 'org-policy' }) as const),
  ];
}

function policiesOf(asset: Fields, parent: string): readonly (readonly [AssetName, Fields])[] {
  return asset
    .objects('orgPolicy')
    .map((policy) => [orgPolicyName(parent, policy.needText('constraint')), policy]);
}

function containerOf(asset: Fields): string | undefined {
  return /^\/\/cloudresourcemanager\.googleapis\.com\/((?:projects|folders|organizations)\/[^/]+)$/.exec(
    canonicalName(asset.needText('name')),
  )?.[1];
}
