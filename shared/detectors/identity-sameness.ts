import { ksaText } from '../model/principal.ts';
import { declaredFor, poolOf } from '../policy/match.ts';
import { KSA_METHODS } from './audit-methods.ts';
import { ACCOUNT_MANAGEMENT } from './controls.ts';
import type { Detector } from './detector.ts';
import { ksaCause, ownerOf, shortCluster } from './edge-facts.ts';

export const identitySameness = {
  id: 'identity-sameness',
  title: 'One identity in several clusters',
  class: 'posture',
  severity: 'medium',
  about:
    'Namespace and name are one identity in every cluster of a pool. Spoken of when such a KSA is annotated differently in two clusters, or when it carries an identity in two clusters and the pool does not say identitySameness: accepted.',
  subject: 'ksa',
  sources: {
    assetTypes: [{ type: 'k8s.io/ServiceAccount', content: 'resource' }],
    methods: KSA_METHODS,
  },
  controls: [ACCOUNT_MANAGEMENT],
  detect({ ksa }, view, policy) {
    const trusted = poolOf(policy, ksa.pool);
    const sightings = view.ksas(ksa);
    if (trusted === undefined || sightings.length < 2) return [];
    const annotations = new Set(
      sightings.map(({ annotation }) => annotation).filter((annotation) => annotation !== ''),
    );
    const carries = annotations.size > 0 || view.heldBy({ kind: 'ksa', ...ksa }).length > 0;
    const differs = annotations.size > 1;
    if (!carries || (!differs && trusted.identitySameness === 'accepted')) return [];
    const identity = `${ksa.namespace}/${ksa.name}`;
    const clusters = sightings.map(({ cluster }) => shortCluster(cluster)).sort();
    const newest = sightings.reduce((a, b) => (b.since > a.since ? b : a));
    const owner = ownerOf(ksa, policy)?.owner;
    return [
      {
        state: 'open',
        title: differs
          ? `${identity} points at different accounts in ${clusters.join(' and ')}`
          : `${identity} is one identity in ${clusters.join(' and ')}, and nobody said that it may be`,
        subject: `ksa:${ksaText(ksa)}`,
        identity,
        resource: `//iam.googleapis.com/projects/-/locations/global/workloadIdentityPools/${ksa.pool}`,
        project: ksa.pool.split('.svc.id.')[0]!,
        namespace: ksa.namespace,
        ksa,
        ...(owner === undefined ? {} : { owner }),
        before: [],
        after: sightings
          .map(
            ({ cluster, annotation }) =>
              `${shortCluster(cluster)}: ${annotation === '' ? 'no annotation' : annotation}`,
          )
          .sort(),
        explanation: differs
          ? 'To IAM these are one and the same: whatever either account lets in, it lets in from both clusters.'
          : 'Whoever can create this KSA in either cluster has its identity in both. Say identitySameness: accepted for the pool, or give one of them another name.',
        why: declaredFor(policy, ksa, {})[0]?.at ?? trusted.at,
        remediation: [],
        cause: ksaCause(newest),
      },
    ];
  },
} satisfies Detector<'ksa'>;
