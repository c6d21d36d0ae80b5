import { WATCHED_TYPES } from '../decode/resource-facts.ts';
import type { Detector } from '../detectors/detector.ts';

/** What a feed is made of. A feed has one content type, so there are three (gcp-facts 1.1). */
export interface Feed {
  readonly contentType: 'RESOURCE' | 'IAM_POLICY' | 'ORG_POLICY';
  /** RE2 patterns of asset types, sorted. */
  readonly assetTypes: readonly string[];
}

export interface Feeds {
  readonly resource: Feed;
  readonly iamPolicy: Feed;
  readonly orgPolicy: Feed;
}

/** Read by the sweep and left out of the feed, and why. */
export const NOT_FED: Readonly<Record<string, string>> = {
  'k8s.io/Pod': 'pods come and go; what makes them is fed, and the sweep reads them',
  'apps.k8s.io/ReplicaSet': 'every rollout makes one; its Deployment is fed, and the sweep reads it',
  'k8s.io/ConfigMap':
    "it is not among the types that Google's list is known to hold, and a feed with a type that is none cannot be made",
};

/**
 * The feeds that detectors ask for. The feed of resources has every type that is read at all: the inventory knows by them whose project and
 * cluster a thing is in and what manages it. Every type is one that feeds take (docs: asset-inventory/docs/asset-types).
 */
export function feedsOf(detectors: readonly Detector[]): Feeds {
  const declared = detectors.flatMap(({ sources }) => sources.assetTypes);
  const typesWith = (content: (typeof declared)[number]['content']) =>
    declared.filter((one) => one.content === content).map(({ type }) => type);
  const resources = [...WATCHED_TYPES, ...typesWith('resource')].filter((type) => !(type in NOT_FED));
  const policies = typesWith('policy');
  return {
    resource: { contentType: 'RESOURCE', assetTypes: sorted(resources) },
    // Whatever type it is, somebody may be given something on it.
    iamPolicy: { contentType: 'IAM_POLICY', assetTypes: policies.includes('*') ? ['.*'] : sorted(policies) },
    orgPolicy: { contentType: 'ORG_POLICY', assetTypes: sorted(typesWith('org-policy')) },
  };
}

function sorted(types: readonly string[]): readonly string[] {
  return [...new Set(types)].sort();
}
