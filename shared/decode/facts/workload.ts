import { clusterOf } from '../../model/asset.ts';
import type { Facts } from '../../model/observation.ts';
import type { Fields } from '../fields.ts';
import { present } from '../present.ts';
import { credentialsIn } from './credentials.ts';
import type { Resource } from './resource.ts';

/** Plural in names and audit entries, and the kind (kubernetes.io API reference: apps/v1, batch/v1, core/v1). */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['pods', 'Pod'],
  ['deployments', 'Deployment'],
  ['statefulsets', 'StatefulSet'],
  ['daemonsets', 'DaemonSet'],
  ['replicasets', 'ReplicaSet'],
  ['jobs', 'Job'],
  ['cronjobs', 'CronJob'],
]);

export function workloadFacts({ asset, data }: Resource): Facts {
  const [, namespace, inside] = /\/k8s\/namespaces\/([^/]+)\/(.+)$/.exec(asset) ?? [];
  const [name, plural] = (inside ?? '').split('/').reverse();
  const kind = KINDS.get(plural ?? '') ?? data?.text('kind');
  const spec = podSpecOf(data, kind);
  return {
    type: 'workload',
    ...present({
      cluster: clusterOf(asset),
      namespace: namespace ?? data?.object('metadata')?.text('namespace'),
      name: name || data?.object('metadata')?.text('name'),
      kind,
      // `serviceAccount` is the deprecated spelling, which the API server still fills in beside the other.
      serviceAccount: spec && (spec.text('serviceAccountName') ?? spec.text('serviceAccount') ?? 'default'),
      hostNetwork: spec && (spec.flag('hostNetwork') ?? false),
      controller: controllerIn(data),
      credentials: spec && credentialsIn(spec),
    }),
  };
}

/** What made it and keeps it: the one owner that is a controller (kubernetes.io: Owners and Dependents). */
function controllerIn(data: Fields | undefined): string | undefined {
  const owners = data?.object('metadata')?.objects('ownerReferences') ?? [];
  const controller = owners.find((owner) => owner.flag('controller') === true);
  return controller && `${controller.needText('kind')}/${controller.needText('name')}`;
}

/** A pod has the spec itself, what makes pods has a template of it, and what makes jobs has a template of those. */
function podSpecOf(data: Fields | undefined, kind: string | undefined): Fields | undefined {
  const spec = data?.object('spec');
  if (kind === 'Pod') return spec;
  const job = kind === 'CronJob' ? spec?.object('jobTemplate')?.object('spec') : spec;
  return job?.object('template')?.object('spec');
}
