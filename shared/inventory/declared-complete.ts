import { clusterOf, projectOf } from '../model/asset.ts';
import type { Observation } from '../model/observation.ts';
import { later, type Nanos } from '../model/time.ts';
import type { Coverage } from './coverage.ts';

const SERVICE_ACCOUNT = 'iam.googleapis.com/ServiceAccount';
const KSA = 'k8s.io/ServiceAccount';

/**
 * What manifests and plans cover when whoever gives them says that they are complete: the accounts, with their policies, of every project
 * they speak of, and the KSAs of every cluster. By themselves they cover nothing: other files may hold the rest.
 */
export class DeclaredComplete {
  readonly #projects = new Set<string>();
  readonly #clusters = new Set<string>();
  #asOf: Nanos = 0n;

  add(observation: Observation): void {
    this.#asOf = later(this.#asOf, observation.time);
    const cluster = clusterOf(observation.asset);
    if (cluster !== undefined) this.#clusters.add(cluster);
    const scopes = [
      projectOf(observation.asset),
      ...observation.ancestors.map((ancestor) => /^projects\/(.+)$/.exec(ancestor)?.[1]),
    ];
    for (const project of scopes) if (project !== undefined) this.#projects.add(project);
  }

  *coverage(): Iterable<Coverage> {
    const asOf = this.#asOf;
    for (const project of this.#projects) {
      for (const content of ['resource', 'policy'] as const)
        yield { scope: `projects/${project}`, assetType: SERVICE_ACCOUNT, content, asOf };
    }
    for (const cluster of this.#clusters) yield { scope: cluster, assetType: KSA, content: 'resource', asOf };
  }
}
