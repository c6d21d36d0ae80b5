import { type AssetName, keyName, projectOfEmail } from '../../model/asset.ts';
import type { Facts } from '../../model/observation.ts';
import { contentId } from '../content-id.ts';
import { clusterAsked, nodePoolAsked } from '../facts/cluster.ts';
import { identityProviderAsked } from '../facts/identity-provider.ts';
import { roleAsked } from '../facts/role.ts';
import { Fields } from '../fields.ts';
import { present } from '../present.ts';

interface Made {
  readonly asset: AssetName;
  readonly project?: string;
  readonly facts: Facts;
}

/**
 * What a resource of Config Connector will be (cloud.google.com/config-connector/docs/reference); undefined when it does not say by itself which
 * one. `project`: where it is made.
 */
export function connectorResource(
  kind: string,
  object: Fields,
  project: string | undefined,
): Made | undefined {
  const spec = object.object('spec') ?? new Fields({}, 'spec');
  const name = spec.text('resourceID') ?? object.object('metadata')?.text('name');
  if (name === undefined) return undefined;
  switch (kind) {
    case 'IAMServiceAccountKey':
      return accountKey(object, spec, project);
    case 'ContainerCluster':
      return cluster(name, spec, project);
    case 'ContainerNodePool':
      return nodePool(name, object, spec, project);
    case 'IAMCustomRole':
      return customRole(name, object, spec, project);
    default:
      return provider(name, spec, project);
  }
}

/** The e-mail of an account that is referred to: in full, or as another object of the same namespace, which makes it in the same project. */
export function accountEmail(
  reference: Fields,
  object: Fields,
  project: string | undefined,
): string | undefined {
  const external = reference.text('external')?.split('/').at(-1);
  if (external !== undefined) return external.includes('@') ? external.toLowerCase() : undefined;
  const name = reference.text('name');
  const namespace = reference.text('namespace');
  const isHere = namespace === undefined || namespace === object.object('metadata')?.text('namespace');
  return name === undefined || project === undefined || !isHere
    ? undefined
    : `${name}@${project}.iam.gserviceaccount.com`.toLowerCase();
}

/** It gets its id when it is made, and goes by its object until then. */
function accountKey(object: Fields, spec: Fields, project: string | undefined): Made {
  const reference = spec.object('serviceAccountRef');
  const account = reference && accountEmail(reference, object, project);
  const keyId = /\/keys\/([^/]+)$/.exec(object.object('status')?.text('name') ?? '')?.[1];
  const name = keyId ?? `planned-${contentId(object.object('metadata')?.values ?? {}).slice(0, 16)}`;
  const facts = {
    type: 'service-account-key',
    ...present({ keyId, account }),
    managedBy: 'user',
    origin: 'created',
  } as const;
  return {
    asset: keyName(name),
    ...present({ project: account === undefined ? project : projectOfEmail(account) }),
    facts,
  };
}

function cluster(name: string, spec: Fields, project: string | undefined): Made | undefined {
  const location = spec.text('location');
  if (project === undefined || location === undefined) return undefined;
  const asset = `//container.googleapis.com/projects/${project}/locations/${location}/clusters/${name}`;
  const isAutopilot = spec.flag('enableAutopilot') ?? false;
  // Left out it is off, but for Autopilot, which has it always (gcp-facts 5.4).
  const workloadPool = isAutopilot ? `${project}.svc.id.goog` : '';
  const facts = { workloadPool, ...clusterAsked(asset, spec), autopilot: isAutopilot };
  return { asset, project, facts };
}

function nodePool(name: string, object: Fields, spec: Fields, project: string | undefined): Made | undefined {
  const above = spec.object('clusterRef');
  const external = above?.text('external') ?? '';
  const path = /(?:^|\/)projects\/([^/]+)\/(?:locations|zones)\/([^/]+)\/clusters\/([^/]+)$/.exec(external);
  const [, of = project, location = spec.text('location'), named = above?.text('name')] = path ?? [];
  if (of === undefined || location === undefined || named === undefined) return undefined;
  const asset = `//container.googleapis.com/projects/${of}/locations/${location}/clusters/${named}/nodePools/${name}`;
  const config = spec.object('nodeConfig');
  const reference = config?.object('serviceAccountRef');
  const serviceAccount = reference === undefined ? 'default' : accountEmail(reference, object, project);
  const asked = new Fields({ ...config?.values, serviceAccount }, 'spec.nodeConfig');
  const isSilent = config?.object('workloadMetadataConfig') === undefined;
  return {
    asset,
    project: of,
    facts: { ...(isSilent ? { metadataMode: '' } : {}), ...nodePoolAsked(asset, asked) },
  };
}

function customRole(
  name: string,
  object: Fields,
  spec: Fields,
  project: string | undefined,
): Made | undefined {
  const organization = object
    .object('metadata')
    ?.object('annotations')
    ?.text('cnrm.cloud.google.com/organization-id');
  const parent =
    organization !== undefined
      ? `organizations/${organization}`
      : project === undefined
        ? undefined
        : `projects/${project}`;
  if (parent === undefined) return undefined;
  const asset = `//iam.googleapis.com/${parent}/roles/${name}`;
  const { title, stage, permissions } = spec.values;
  const facts = roleAsked(asset, new Fields({ title, stage, includedPermissions: permissions }, 'spec'));
  return { asset, ...(organization === undefined ? present({ project }) : {}), facts };
}

function provider(name: string, spec: Fields, own: string | undefined): Made | undefined {
  const project = spec.object('projectRef')?.text('external')?.split('/').at(-1) ?? own;
  const reference = spec.object('workloadIdentityPoolRef');
  const pool = (reference?.text('external') ?? reference?.text('name'))?.split('/').at(-1);
  if (project === undefined || pool === undefined) return undefined;
  const asset = `//iam.googleapis.com/projects/${project}/locations/global/workloadIdentityPools/${pool}/providers/${name}`;
  const facts = {
    condition: '',
    mapping: '',
    keys: '',
    disabled: false,
    ...identityProviderAsked(asset, spec),
  };
  return { asset, project, facts };
}
