import { clusterOf, projectOf, serviceAccountOf } from '../model/asset.ts';
import type { Observation } from '../model/observation.ts';
import { later, type Nanos } from '../model/time.ts';
import type { Coverage } from './coverage.ts';

const SERVICE_ACCOUNT = 'iam.googleapis.com/ServiceAccount';
const KSA = 'k8s.io/ServiceAccount';

/**
 * What an export covers, learnt from what is in it. A type that occurs was exported, for every project that occurs with that content; a type
 * that does not occur is not covered, because the export may not have asked for it. A cluster's KSAs are covered when one was seen: every
 * cluster has its `default` ones.
 */
export class CoveredBy {
  readonly #projects = { resource: new Set<string>(), policy: new Set<string>() };
  readonly #types = { resource: new Set<string>(), policy: new Set<string>() };
  readonly #clusters = new Set<string>();
  #asOf: Nanos = 0n;

  add(observation: Observation): void {
    this.#asOf = later(this.#asOf, observation.time);
    if (['alias', 'gone', 'used', 'visited', 'watched'].includes(observation.kind)) return;
    const content = observation.kind === 'resource' ? 'resource' : 'policy';
    for (const project of projectsOf(observation)) this.#projects[content].add(project);
    if (serviceAccountOf(observation.asset) !== undefined && observation.kind !== 'policy-delta')
      this.#types[content].add(SERVICE_ACCOUNT);
    if (observation.kind === 'resource' && observation.facts.type === 'kubernetes-service-account') {
      const cluster = observation.facts.cluster ?? clusterOf(observation.asset);
      if (cluster !== undefined) this.#clusters.add(cluster);
    }
  }

  *coverage(): Iterable<Coverage> {
    const asOf = this.#asOf;
    for (const content of ['resource', 'policy'] as const) {
      for (const assetType of this.#types[content]) {
        for (const project of this.#projects[content])
          yield { scope: `projects/${project}`, assetType, content, asOf };
      }
    }
    for (const cluster of this.#clusters) yield { scope: cluster, assetType: KSA, content: 'resource', asOf };
  }
}

/** The project as the asset's name and as its ancestors spell it: id and number are two names of one. */
function projectsOf(observation: Extract<Observation, { asset: string }>): readonly string[] {
  const named = projectOf(observation.asset);
  const nearest = /^projects\/(.+)$/.exec(observation.ancestors[0] ?? '')?.[1];
  const ofAccount =
    observation.kind === 'resource' && observation.facts.type === 'service-account'
      ? observation.facts.projectId
      : undefined;
  return [named, nearest, ofAccount].filter((project) => project !== undefined);
}
