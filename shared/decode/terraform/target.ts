import { type AssetName, canonicalName, projectOfEmail, serviceAccountName } from '../../model/asset.ts';
import type { Facts } from '../../model/observation.ts';
import type { Fields } from '../fields.ts';
import type { Plan } from './plan.ts';
import type { TerraformResource } from './resource.ts';

/** What a resource is, or what it grants on: an asset, and the project that lies in, where that is known. */
export interface Target {
  readonly asset: AssetName;
  readonly project?: string;
}

/** A resource that we keep facts of. */
export interface Found extends Target {
  readonly facts: Facts;
  /** What it brings along: the node pools written into a cluster. */
  readonly within?: readonly Found[];
}

interface TargetType {
  /** The full resource name; `{project}` and the like are arguments. */
  readonly name: string;
  /** The argument of `google_…_iam_*` that says which one: by its own name, or with some or all of the path before it. */
  readonly by: string;
  /** The argument of the resource itself that has its own name. */
  readonly own: string;
}

const KEY_RING = '//cloudkms.googleapis.com/projects/{project}/locations/{location}/keyRings/{key_ring_id}';

/** By the type without `google_` (Terraform google provider 7.45: the `_iam` pages; names as in gcp-facts 1.5). */
const TYPES: ReadonlyMap<string, TargetType> = new Map([
  type('project', '//cloudresourcemanager.googleapis.com/projects/{project}', 'project', 'project_id'),
  type('folder', '//cloudresourcemanager.googleapis.com/folders/{folder}', 'folder', 'folder_id'),
  type('organization', '//cloudresourcemanager.googleapis.com/organizations/{org_id}', 'org_id'),
  type('storage_bucket', '//storage.googleapis.com/{bucket}', 'bucket'),
  type('pubsub_topic', '//pubsub.googleapis.com/projects/{project}/topics/{topic}', 'topic'),
  type(
    'pubsub_subscription',
    '//pubsub.googleapis.com/projects/{project}/subscriptions/{subscription}',
    'subscription',
  ),
  type(
    'secret_manager_secret',
    '//secretmanager.googleapis.com/projects/{project}/secrets/{secret_id}',
    'secret_id',
    'secret_id',
  ),
  type(
    'secret_manager_regional_secret',
    '//secretmanager.googleapis.com/projects/{project}/locations/{location}/secrets/{secret_id}',
    'secret_id',
    'secret_id',
  ),
  type(
    'bigquery_dataset',
    '//bigquery.googleapis.com/projects/{project}/datasets/{dataset_id}',
    'dataset_id',
    'dataset_id',
  ),
  type(
    'bigquery_table',
    '//bigquery.googleapis.com/projects/{project}/datasets/{dataset_id}/tables/{table_id}',
    'table_id',
    'table_id',
  ),
  type('kms_key_ring', KEY_RING, 'key_ring_id'),
  type('kms_crypto_key', `${KEY_RING}/cryptoKeys/{crypto_key_id}`, 'crypto_key_id'),
  type(
    'artifact_registry_repository',
    '//artifactregistry.googleapis.com/projects/{project}/locations/{location}/repositories/{repository}',
    'repository',
    'repository_id',
  ),
  type(
    'cloud_run_service',
    '//run.googleapis.com/projects/{project}/locations/{location}/services/{service}',
    'service',
  ),
  type(
    'cloud_run_v2_service',
    '//run.googleapis.com/projects/{project}/locations/{location}/services/{name}',
    'name',
  ),
  type(
    'cloudfunctions_function',
    '//cloudfunctions.googleapis.com/projects/{project}/locations/{region}/functions/{cloud_function}',
    'cloud_function',
  ),
  type(
    'cloudfunctions2_function',
    '//cloudfunctions.googleapis.com/projects/{project}/locations/{location}/functions/{cloud_function}',
    'cloud_function',
  ),
  type(
    'compute_instance',
    '//compute.googleapis.com/projects/{project}/zones/{zone}/instances/{instance_name}',
    'instance_name',
  ),
  type('spanner_instance', '//spanner.googleapis.com/projects/{project}/instances/{instance}', 'instance'),
  type(
    'spanner_database',
    '//spanner.googleapis.com/projects/{project}/instances/{instance}/databases/{database}',
    'database',
  ),
]);

function type(name: string, asset: string, by: string, own = 'name'): readonly [string, TargetType] {
  return [name, { name: asset, by, own }];
}

/** Whether grants on this type (without `google_`) are read. */
export function isTargetType(name: string): boolean {
  return name === 'service_account' || TYPES.has(name);
}

/** What a `google_TYPE_iam_*` resource grants on; undefined when that is known only after apply. */
export function targetOf(
  plan: Plan,
  resource: TerraformResource,
  values: Fields,
  type: string,
): Target | undefined {
  if (type === 'service_account') return accountTarget(plan, resource, values);
  const found = TYPES.get(type);
  if (found === undefined) return undefined;
  const said = values.id(found.by);
  if (said !== undefined) return named(plan, resource, values, found, said);
  if (found.by === 'project') return filled(plan, resource, values, found, undefined);
  const referred = plan.reference(resource, found.by)?.resource;
  return referred?.type === `google_${type}` && referred.after !== undefined
    ? itself(plan, referred, referred.after, type)
    : undefined;
}

/** Types of resources that roles are granted on, and that stand for nothing else. */
export const LABELLED_TYPES = [
  'google_storage_bucket',
  'google_pubsub_topic',
  'google_pubsub_subscription',
  'google_secret_manager_secret',
  'google_bigquery_dataset',
  'google_kms_crypto_key',
] as const;

/** The asset a `google_TYPE` resource is. */
export function itself(
  plan: Plan,
  resource: TerraformResource,
  values: Fields,
  type: string,
): Target | undefined {
  const found = TYPES.get(type);
  if (found === undefined) return undefined;
  if (type === 'kms_crypto_key') {
    const ring = values.text('key_ring');
    const above = plan.reference(resource, 'key_ring')?.resource;
    const parent =
      ring !== undefined
        ? pathTarget(ring, KEY_RING)
        : above?.type === 'google_kms_key_ring' && above.after !== undefined
          ? itself(plan, above, above.after, 'kms_key_ring')
          : undefined;
    const name = values.text('name');
    if (parent === undefined || name === undefined) return undefined;
    return { ...parent, asset: `${parent.asset}/cryptoKeys/${name}` };
  }
  const own = values.id(found.own);
  return own === undefined ? undefined : filled(plan, resource, values, found, own);
}

/** `said` is the whole path, the last of it, or for keys what stands between (`LOCATION/RING/KEY`, with or without a project). */
function named(
  plan: Plan,
  resource: TerraformResource,
  values: Fields,
  type: TargetType,
  said: string,
): Target | undefined {
  const path = pathTarget(said, type.name);
  if (path !== undefined) return path;
  const parts = said.replace(/^(?:projects|folders|organizations|b)\//, '').split('/');
  if (type.name.startsWith(KEY_RING)) {
    const above = [...type.name.matchAll(/\{(\w+)\}/g)].length;
    const project = parts.length === above ? parts.shift() : plan.projectOf(resource, values);
    if (project === undefined || parts.length !== above - 1) return undefined;
    return targetIn(
      type.name.replace(/\{\w+\}/g, (name) => (name === '{project}' ? project : parts.shift()!)),
    );
  }
  return parts.length === 1 ? filled(plan, resource, values, type, parts[0]) : undefined;
}

function filled(
  plan: Plan,
  resource: TerraformResource,
  values: Fields,
  type: TargetType,
  last: string | undefined,
): Target | undefined {
  let isWhole = true;
  const name = type.name.replace(/\{(\w+)\}/g, (_, argument: string) => {
    const value =
      argument === type.by && last !== undefined
        ? last
        : argument === 'project'
          ? plan.projectOf(resource, values)
          : (values.text(argument) ?? shortened(values.text(argument.replace(/_id$/, ''))));
    if (value === undefined) isWhole = false;
    return value ?? '';
  });
  return isWhole ? targetIn(name) : undefined;
}

/** A path from `projects/` on, however much of a URL stands before it. */
function pathTarget(text: string, name: string): Target | undefined {
  const shape = name.replace(/^\/\/[^/]+\//, '');
  if (!shape.startsWith('projects/') || shape === 'projects/{project}') return undefined;
  const at = text.search(/(?<![^/])projects\//);
  const path = at < 0 ? '' : text.slice(at);
  const isOne = new RegExp(`^${shape.replace(/\{\w+\}/g, '[^/]+')}$`).test(path);
  return isOne ? targetIn(name.replace(shape, () => path)) : undefined;
}

function shortened(path: string | undefined): string | undefined {
  return path?.split('/').at(-1);
}

function targetIn(name: string): Target {
  const project = /\/projects\/([^/]+)/.exec(name)?.[1];
  return { asset: canonicalName(name), ...(project === undefined ? {} : { project }) };
}

function accountTarget(plan: Plan, resource: TerraformResource, values: Fields): Target | undefined {
  const id = values.text('service_account_id');
  const account =
    id === undefined
      ? plan.referredEmail(plan.reference(resource, 'service_account_id'), ['name', 'id', 'email', ''])
      : shortened(id);
  if (account === undefined) return undefined;
  const said = /(?:^|\/)projects\/([^/]+)\/serviceAccounts\//.exec(id ?? '')?.[1];
  const project = said === undefined || said === '-' ? projectOfEmail(account) : said;
  return { asset: serviceAccountName(account), ...(project === undefined ? {} : { project }) };
}
