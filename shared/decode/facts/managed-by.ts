import type { Facts } from '../../model/observation.ts';
import type { Fields } from '../fields.ts';
import { present } from '../present.ts';
import type { Resource } from './resource.ts';

/** Kubernetes' own form of a label's value: what else stands there was not written by a tool. */
const LABEL_VALUE = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;

/**
 * The mark by which a Kubernetes object says that it is made as code, as people would name it. Only shown and gone by for the form of a fix,
 * so that one of an odd shape is no reason to refuse the rest.
 * Sources: cloud.google.com/config-connector/docs/reference/annotations; Argo CD, Resource Tracking; Config Sync, Labels and annotations;
 * kubernetes.io, Recommended Labels.
 */
export function objectMark(metadata: Fields | undefined): string | undefined {
  const annotations = metadata?.objectIfAny('annotations');
  const labels = metadata?.objectIfAny('labels');
  const [connector] = keysUnder('cnrm.cloud.google.com/', annotations, labels);
  if (connector !== undefined) return 'cnrm.cloud.google.com';
  if (annotations?.textIfAny('argocd.argoproj.io/tracking-id') !== undefined)
    return 'argocd.argoproj.io/tracking-id';
  const [sync] = keysUnder('configsync.gke.io/', annotations, labels);
  const isManaged = annotations?.textIfAny('configmanagement.gke.io/managed');
  // An object that Config Sync was told to leave alone keeps the rest of its annotations.
  if ((sync !== undefined || isManaged === 'enabled') && isManaged !== 'disabled') return 'configsync.gke.io';
  const tool = labels?.textIfAny('app.kubernetes.io/managed-by');
  return tool !== undefined && LABEL_VALUE.test(tool) ? `app.kubernetes.io/managed-by: ${tool}` : undefined;
}

function keysUnder(prefix: string, ...maps: readonly (Fields | undefined)[]): readonly string[] {
  return maps.flatMap((map) => Object.keys(map?.values ?? {}).filter((key) => key.startsWith(prefix)));
}

/**
 * Labels that Config Connector and the Google provider of Terraform put on what they make (fixtures of Config Connector;
 * `add_terraform_attribution_label` of the provider). Whoever may set labels may write them too.
 */
const LABELS = ['managed-by-cnrm', 'goog-terraform-provisioned'] as const;

/** The mark by which a Google Cloud resource says so, in its labels. */
export function resourceMark(data: Fields | undefined): string | undefined {
  const labels = data?.objectIfAny('labels');
  return LABELS.find((name) => labels?.textIfAny(name) === 'true');
}

/** What roles are granted on and nothing else is known of: its labels. */
export function labelledFacts({ data }: Resource): Facts {
  return { type: 'labelled', ...present({ managedBy: resourceMark(data) }) };
}
