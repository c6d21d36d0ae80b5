import { hmacKeyName, keyName, projectName, projectOfEmail, serviceAccountName } from '../../model/asset.ts';
import type { Facts } from '../../model/observation.ts';
import { contentId } from '../content-id.ts';
import { clusterAsked, nodePoolAsked } from '../facts/cluster.ts';
import { ownerIn } from '../facts/owner.ts';
import { Fields, formattedTime } from '../fields.ts';
import { present } from '../present.ts';
import type { Plan } from './plan.ts';
import { type TerraformResource, unknownAt } from './resource.ts';
import type { Target } from './target.ts';

/** A resource that we keep facts of. */
export interface Found extends Target {
  readonly facts: Facts;
}

type Read = (plan: Plan, resource: TerraformResource, values: Fields) => Found | undefined;

/** By type. Each gives undefined when it is known only after apply what the resource will be called. */
export const GOOGLE: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['google_service_account', serviceAccount],
  ['google_service_account_key', serviceAccountKey],
  ['google_storage_hmac_key', hmacKey],
  ['google_project', project],
  ['google_container_cluster', cluster],
  ['google_container_node_pool', nodePool],
]);

function serviceAccount(plan: Plan, resource: TerraformResource, values: Fields): Found | undefined {
  const email = plan.emailOf(resource, values);
  const uniqueId = values.id('unique_id');
  const name = uniqueId ?? email;
  if (name === undefined) return undefined;
  const project =
    plan.projectOf(resource, values) ?? (email === undefined ? undefined : projectOfEmail(email));
  const facts = {
    type: 'service-account' as const,
    ...present({
      uniqueId,
      email,
      projectId: project,
      disabled: values.flag('disabled') ?? false,
      displayName: values.text('display_name'),
    }),
  };
  return { asset: serviceAccountName(name), ...present({ project }), facts };
}

function serviceAccountKey(plan: Plan, resource: TerraformResource, values: Fields): Found {
  const said = values.text('service_account_id');
  const account =
    said?.split('/').at(-1)?.toLowerCase() ??
    plan.referredEmail(plan.reference(resource, 'service_account_id'), ['name', 'id', 'email', '']);
  const keyId = /\/keys\/([^/]+)$/.exec(values.text('name') ?? values.text('id') ?? '')?.[1];
  const isUploaded =
    values.has('public_key_data') || unknownAt(resource.unknown, ['public_key_data']) === true;
  const facts = {
    type: 'service-account-key' as const,
    ...present({ keyId, account }),
    managedBy: 'user' as const,
    origin: isUploaded ? ('uploaded' as const) : ('created' as const),
    ...present({
      validAfter: formattedTime(values.time('valid_after')),
      validBefore: formattedTime(values.time('valid_before')),
    }),
  };
  // A key gets its id when it is made. That there will be one is news already, so that it goes by its address until then.
  const name = keyId ?? `planned-${contentId(resource.address).slice(0, 16)}`;
  const project = account === undefined ? undefined : projectOfEmail(account);
  return { asset: keyName(name), ...present({ project }), facts };
}

/** The secret of one stands in states: it is not looked at. */
function hmacKey(plan: Plan, resource: TerraformResource, values: Fields): Found {
  const account =
    values.text('service_account_email')?.toLowerCase() ??
    plan.referredEmail(plan.reference(resource, 'service_account_email'), ['email', '']);
  const accessId = values.text('access_id');
  const state = values.text('state');
  const facts = {
    type: 'hmac-key' as const,
    ...present({ accessId, account }),
    active: state !== 'INACTIVE',
    ...present({ createdAt: formattedTime(values.time('time_created')) }),
  };
  const name = accessId ?? `planned-${contentId(resource.address).slice(0, 16)}`;
  const project = account === undefined ? undefined : projectOfEmail(account);
  return { asset: hmacKeyName(name), ...present({ project }), facts };
}

function project(_plan: Plan, _resource: TerraformResource, values: Fields): Found | undefined {
  const projectId = values.text('project_id');
  const number = values.id('number');
  const name = number ?? projectId;
  if (name === undefined) return undefined;
  const facts = {
    type: 'project' as const,
    ...present({ projectId, number, displayName: values.text('name'), owner: ownerIn(values) }),
  };
  return { asset: projectName(name), project: name, facts };
}

function cluster(plan: Plan, resource: TerraformResource, values: Fields): Found | undefined {
  const found = clusterTarget(plan, resource, values);
  if (found === undefined) return undefined;
  const { project } = found;
  const blocks = values.raw('workload_identity_config');
  const identity = blockIn(values, 'workload_identity_config');
  const isAutopilot = values.flag('enable_autopilot') ?? false;
  const isOff =
    Array.isArray(blocks) && blocks.length === 0 && !hasUnknown(resource, 'workload_identity_config');
  const facts = {
    // Autopilot has it always on, with the one pool its project has (gcp-facts 5.4).
    ...(isAutopilot ? { workloadPool: `${project}.svc.id.goog` } : isOff ? { workloadPool: '' } : {}),
    ...clusterAsked(found.asset, fieldsLike({ workloadIdentityConfig: identity?.values ?? {} })),
    autopilot: isAutopilot,
  };
  return { ...found, facts };
}

function nodePool(plan: Plan, resource: TerraformResource, values: Fields): Found | undefined {
  const name = values.text('name');
  const above = clusterAbove(plan, resource, values);
  if (name === undefined || above === undefined) return undefined;
  const asset = `${above.asset}/nodePools/${name}`;
  const config = blockIn(values, 'node_config');
  const metadata = config && blockIn(config, 'workload_metadata_config');
  const accountPath = ['node_config', 0, 'service_account'] as const;
  const account =
    config?.text('service_account') ??
    plan.referredEmail(plan.reference(resource, ...accountPath), ['email', '']) ??
    // Whoever writes no account gets the default one. What is written and known only after apply is another.
    (plan.expression(resource, accountPath) === undefined ? 'default' : undefined);
  const isSilent =
    metadata === undefined && !hasUnknown(resource, 'node_config', 0, 'workload_metadata_config');
  const asked = fieldsLike({
    serviceAccount: account,
    workloadMetadataConfig: metadata && {
      mode: metadata.raw('mode'),
      nodeMetadata: metadata.raw('node_metadata'),
    },
  });
  const facts = { ...(isSilent ? { metadataMode: '' } : {}), ...nodePoolAsked(asset, asked) };
  return { ...above, asset, facts };
}

function clusterAbove(plan: Plan, resource: TerraformResource, values: Fields): Target | undefined {
  const said = values.text('cluster');
  const referred = said === undefined ? plan.reference(resource, 'cluster')?.resource : undefined;
  if (referred !== undefined) {
    return referred.type === 'google_container_cluster' && referred.after !== undefined
      ? clusterTarget(plan, referred, referred.after)
      : undefined;
  }
  const path = /(?:^|\/)projects\/([^/]+)\/(?:locations|zones)\/([^/]+)\/clusters\/([^/]+)$/.exec(said ?? '');
  if (path !== null) return clusterNamed(path[1], path[2], path[3]);
  return clusterNamed(plan.projectOf(resource, values), locationIn(values), said);
}

function clusterTarget(plan: Plan, resource: TerraformResource, values: Fields): Target | undefined {
  return clusterNamed(plan.projectOf(resource, values), locationIn(values), values.text('name'));
}

/** `zone` and `region` are how the provider had it before `location`. */
function locationIn(values: Fields): string | undefined {
  return values.text('location') ?? values.text('zone') ?? values.text('region');
}

function clusterNamed(
  project: string | undefined,
  location: string | undefined,
  name: string | undefined,
): { readonly asset: string; readonly project: string } | undefined {
  if (project === undefined || location === undefined || name === undefined) return undefined;
  return {
    asset: `//container.googleapis.com/projects/${project}/locations/${location}/clusters/${name}`,
    project,
  };
}

/** A block that stands at most once is a list of one. */
function blockIn(values: Fields, name: string): Fields | undefined {
  return values.objects(name)[0];
}

function hasUnknown(resource: TerraformResource, ...path: readonly (string | number)[]): boolean {
  const found = unknownAt(resource.unknown, path);
  return found === true || (Array.isArray(found) && found.length > 0);
}

/** As Google's API would write it, for those who read that. */
function fieldsLike(values: Fields['values']): Fields {
  return new Fields(values, 'terraform');
}
