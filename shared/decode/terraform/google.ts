import { hmacKeyName, keyName, projectName, projectOfEmail, serviceAccountName } from '../../model/asset.ts';
import type { Facts } from '../../model/observation.ts';
import { contentId } from '../content-id.ts';
import { clusterAsked, nodePoolAsked } from '../facts/cluster.ts';
import { labelledFacts } from '../facts/managed-by.ts';
import { ownerIn } from '../facts/owner.ts';
import { Fields, formattedTime, isObject } from '../fields.ts';
import { present } from '../present.ts';
import { customRole, identityProvider, legacyOrgPolicy, orgPolicy } from './google-more.ts';
import type { Plan } from './plan.ts';
import { hasUnknown, type TerraformResource, unknownAt } from './resource.ts';
import { type Found, itself, LABELLED_TYPES, type Target } from './target.ts';

type Read = (plan: Plan, resource: TerraformResource, values: Fields) => Found | undefined;

/** By type. Each gives undefined when it is known only after apply what the resource will be called. */
export const GOOGLE: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['google_service_account', serviceAccount],
  ['google_service_account_key', serviceAccountKey],
  ['google_storage_hmac_key', hmacKey],
  ['google_project', project],
  ['google_container_cluster', cluster],
  ['google_container_node_pool', nodePool],
  ['google_project_iam_custom_role', customRole],
  ['google_organization_iam_custom_role', customRole],
  ['google_iam_workload_identity_pool_provider', identityProvider],
  ['google_org_policy_policy', orgPolicy],
  ['google_project_organization_policy', legacyOrgPolicy],
  ['google_folder_organization_policy', legacyOrgPolicy],
  ['google_organization_policy', legacyOrgPolicy],
  ...LABELLED_TYPES.map((type): readonly [string, Read] => [type, labelled]),
]);

/** Arguments that what we know of a type is made of: one known only after apply is told. */
const TOLD_BY: ReadonlyMap<string, readonly string[]> = new Map([
  ['google_service_account', ['disabled']],
  ['google_container_cluster', ['workload_identity_config', 'enable_autopilot']],
  ['google_container_node_pool', ['node_config']],
  ['google_project_iam_custom_role', ['permissions']],
  ['google_organization_iam_custom_role', ['permissions']],
  ['google_iam_workload_identity_pool_provider', ['attribute_condition', 'attribute_mapping', 'oidc', 'aws']],
  ['google_org_policy_policy', ['spec']],
]);

/** The arguments of a resource that are written, not the service's to fill in, where what they come to decides something. */
export function toldBy(plan: Plan, resource: TerraformResource): readonly string[] {
  return (TOLD_BY.get(resource.type) ?? []).filter(
    (name) => hasUnknown(resource, name) && plan.expression(resource, [name]) !== undefined,
  );
}

/** The arguments that are written and known only after apply. */
export function writtenUnknown(plan: Plan, resource: TerraformResource): readonly string[] {
  const names = isObject(resource.unknown) ? Object.keys(resource.unknown) : [];
  return names.filter(
    (name) => unknownAt(resource.unknown, [name]) === true && plan.expression(resource, [name]) !== undefined,
  );
}

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
  return { ...found, facts, within: poolsWithin(plan, resource, values, found) };
}

/** Node pools that are written into their cluster. What the service tells of others there is not gone by: they may have resources of their own. */
function poolsWithin(
  plan: Plan,
  resource: TerraformResource,
  values: Fields,
  { asset, project }: Target,
): readonly Found[] {
  if (plan.expression(resource, ['node_pool', 0]) === undefined) return [];
  return values.objects('node_pool').flatMap((pool, index) => {
    const name = pool.text('name');
    if (name === undefined) return [];
    const path = ['node_pool', index, 'node_config', 0] as const;
    const facts = poolFacts(plan, resource, `${asset}/nodePools/${name}`, blockIn(pool, 'node_config'), path);
    return [{ asset: `${asset}/nodePools/${name}`, ...present({ project }), facts }];
  });
}

function nodePool(plan: Plan, resource: TerraformResource, values: Fields): Found | undefined {
  const name = values.text('name');
  const above = clusterAbove(plan, resource, values);
  if (name === undefined || above === undefined) return undefined;
  const asset = `${above.asset}/nodePools/${name}`;
  const config = blockIn(values, 'node_config');
  return { ...above, asset, facts: poolFacts(plan, resource, asset, config, ['node_config', 0]) };
}

/** `path`: where the nodes' configuration stands. */
function poolFacts(
  plan: Plan,
  resource: TerraformResource,
  asset: string,
  config: Fields | undefined,
  path: readonly (string | number)[],
): Facts {
  const metadata = config && blockIn(config, 'workload_metadata_config');
  const accountPath = [...path, 'service_account'];
  const account =
    config?.text('service_account') ??
    plan.referredEmail(plan.reference(resource, ...accountPath), ['email', '']) ??
    // Whoever writes no account gets the default one. What is written and known only after apply is another.
    (plan.expression(resource, accountPath) === undefined ? 'default' : undefined);
  const isSilent = metadata === undefined && !hasUnknown(resource, ...path, 'workload_metadata_config');
  const asked = fieldsLike({
    serviceAccount: account,
    workloadMetadataConfig: metadata && {
      mode: metadata.raw('mode'),
      nodeMetadata: metadata.raw('node_metadata'),
    },
  });
  return { ...(isSilent ? { metadataMode: '' } : {}), ...nodePoolAsked(asset, asked) };
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

/** What roles are granted on: that it is there, and by its labels whose work it is. */
function labelled(plan: Plan, resource: TerraformResource, values: Fields): Found | undefined {
  const target = itself(plan, resource, values, resource.type.replace(/^google_/, ''));
  if (target === undefined) return undefined;
  const labels = values.raw('effective_labels') ?? values.raw('labels');
  return {
    ...target,
    facts: labelledFacts({ name: target.asset, asset: target.asset, data: fieldsLike({ labels }) }),
  };
}

/** A block that stands at most once is a list of one. */
function blockIn(values: Fields, name: string): Fields | undefined {
  return values.objects(name)[0];
}

/** As Google's API would write it, for those who read that. */
function fieldsLike(values: Fields['values']): Fields {
  return new Fields(values, 'terraform');
}
