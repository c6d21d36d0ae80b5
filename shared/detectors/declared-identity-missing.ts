import { ksaText, shortEmail } from '../model/principal.ts';
import { KSA_METHODS } from './audit-methods.ts';
import { CIS_GKE_WORKLOAD_IDENTITY } from './controls.ts';
import { declarationOf } from './declaration-facts.ts';
import type { Detector } from './detector.ts';
import { ksaCause, ksasOfPoolKnown, sightingText } from './edge-facts.ts';
import { makeKsa, restoreAnnotation } from './restore.ts';

export const declaredIdentityMissing = {
  id: 'declared-identity-missing',
  title: 'A declared identity that is not there',
  class: 'outage',
  severity: 'medium',
  about:
    'The policy names this KSA, and no cluster of the pool has it, or it does not point at its declared account. Judged for entries without globs, once the KSAs of every cluster of the pool are known.',
  subject: 'declaration',
  sources: {
    assetTypes: [{ type: 'k8s.io/ServiceAccount', content: 'resource' }],
    methods: KSA_METHODS,
  },
  controls: [CIS_GKE_WORKLOAD_IDENTITY],
  detect(subject, view, policy) {
    const declared = declarationOf(subject, policy);
    if (declared === undefined) return [];
    const { entry, ksa, gsa } = declared;
    const sightings = view.ksas(ksa);
    const identity = `${ksa.namespace}/${ksa.name}`;
    const common = {
      subject: `ksa:${ksaText(ksa)}`,
      identity,
      resource: `//iam.googleapis.com/projects/-/locations/global/workloadIdentityPools/${ksa.pool}`,
      project: ksa.pool.split('.svc.id.')[0]!,
      namespace: ksa.namespace,
      ksa,
      ...(gsa === undefined ? {} : { account: gsa }),
      ...(entry.owner === undefined ? {} : { owner: entry.owner }),
      why: entry.at,
    };
    if (sightings.length === 0) {
      const coverage = ksasOfPoolKnown(ksa.pool, view, policy);
      return [
        {
          state: coverage.known ? 'open' : 'undecided',
          ...common,
          title: coverage.known
            ? `${identity} is declared and does not exist`
            : `Whether ${identity}, which is declared, exists is not known`,
          before: [`KSA ${identity} (declared by ${entry.name})`],
          after: [],
          explanation: coverage.known
            ? `No cluster of ${ksa.pool} has it. If it is gone for good, take the entry and its grants away: whoever creates a KSA of that name gets them.`
            : `${coverage.missing.charAt(0).toUpperCase()}${coverage.missing.slice(1)}.`,
          remediation: coverage.known ? makeKsa(ksa, gsa, view, policy) : [],
          cause: { asset: common.resource, time: view.coveredSince(coverage.clusters), source: 'scan' },
        },
      ];
    }
    // One that points elsewhere is redirected; that is a finding of its own.
    if (gsa === undefined || sightings.some(({ annotation }) => annotation !== '')) return [];
    const newest = sightings.reduce((a, b) => (b.since > a.since ? b : a));
    return [
      {
        state: 'open',
        ...common,
        title: `${identity} is declared to act as ${shortEmail(gsa)} and does not point at it`,
        before: [`annotation iam.gke.io/gcp-service-account: ${gsa} on ${identity}`],
        after: [],
        explanation: `${sightingText(sightings)} has no annotation: its pods have no Google account at all.`,
        remediation: restoreAnnotation(ksa, gsa, view, policy),
        cause: ksaCause(newest),
      },
    ];
  },
} satisfies Detector<'declaration'>;
