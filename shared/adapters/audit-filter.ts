import type { AssetName } from '../model/asset.ts';
import { formatTime, type Nanos } from '../model/time.ts';

/** The most that `entries.list` takes (logging v2: ListLogEntriesRequest). */
const LONGEST_FILTER = 20_000;

/**
 * The filter of Cloud Logging (docs: logging query language) for Admin Activity entries about a resource, both ends of the window included.
 * `within` is the project, folder or organisation whose log is searched. `undefined` where no filter can be made of the name: it holds what no
 * name holds, or is far too long.
 */
export function auditFilter(
  within: string,
  resource: AssetName,
  window: { readonly from: Nanos; readonly to: Nanos },
): string | undefined {
  if (/[\p{Cc}\p{Cf}\p{Cs}]/u.test(resource)) return undefined;
  const filter = [
    // The exact log: one of somebody's own may carry the name inside its own.
    'log_id("cloudaudit.googleapis.com/activity")',
    compared('timestamp', '>=', formatTime(window.from)),
    compared('timestamp', '<=', formatTime(window.to)),
    about(resource, within),
  ].join(' AND ');
  return filter.length > LONGEST_FILTER ? undefined : filter;
}

const RESOURCE_NAME = 'protoPayload.resourceName';

/** Entries name resources without their service, and some in words of their own (gcp-facts 3.2, 4). */
function about(resource: AssetName, within: string): string {
  const [, service = '', path = ''] = /^\/\/([^/]+)\/(.+)$/.exec(resource) ?? ['', '', resource];
  switch (service) {
    case 'iam.googleapis.com':
      return aboutIam(path) ?? named(resource, path, within);
    case 'container.googleapis.com':
      return aboutObject(path) ?? named(resource, path, within);
    case 'cloudresourcemanager.googleapis.com':
      return aboutContainer(path, within) ?? named(resource, path, within);
    case 'storage.googleapis.com':
      return aboutStorage(path);
    default:
      return named(resource, path, within);
  }
}

/** Accounts by unique id, mostly, whose entries have both names among their labels; keys by the account they are of. */
function aboutIam(path: string): string | undefined {
  const [, account = '', key] =
    /^projects\/[^/]+\/serviceAccounts\/([^/]+)(?:\/keys\/([^/]+))?$/.exec(path) ?? [];
  if (account === '') return undefined;
  // Making a key is told of the account, the key standing in the answer.
  if (key !== undefined)
    return anyOf(
      [RESOURCE_NAME, 'protoPayload.response.name'].map((at) => compared(at, ':', `/keys/${key}`)),
    );
  const label = account.includes('@') ? 'email_id' : 'unique_id';
  return anyOf([
    compared(`resource.labels.${label}`, '=', account),
    compared(RESOURCE_NAME, '=', `projects/-/serviceAccounts/${account}`),
  ]);
}

/** An object of a cluster, and the collection it lies in: `deletecollection` names no object. The group stands before the namespace. */
function aboutObject(path: string): string | undefined {
  const [, project = '', location = '', cluster = '', object = ''] =
    /^projects\/([^/]+)\/(?:locations|zones)\/([^/]+)\/clusters\/([^/]+)\/k8s\/(.+)$/.exec(path) ?? [];
  if (object === '') return undefined;
  const [, namespace = '', rest = ''] = /^(namespaces\/[^/]+\/(?=[^/]+\/))?(.+)$/.exec(object) ?? [];
  const parts = rest.split('/');
  const group = parts.length > 2 ? parts[0] : 'core';
  const [plural, name] = parts.slice(-2);
  const collection = `${group}/v1/${namespace}${plural}`;
  return `${anyNamed([`${collection}/${name}`, collection])} AND ${[
    compared('resource.labels.project_id', '=', project),
    compared('resource.labels.location', '=', location),
    compared('resource.labels.cluster_name', '=', cluster),
  ].join(' AND ')}`;
}

/** Much else is told of a project than what is done to the project itself. */
function aboutContainer(path: string, within: string): string | undefined {
  const kind = /^(project|folder|organization)s\/[^/]+$/.exec(path)?.[1];
  return kind && `${anyNamed(spellings(path, within))} AND ${compared('resource.type', '=', kind)}`;
}

/** A bucket; or an HMAC key, of which no entry has been seen by us [NV]. */
function aboutStorage(path: string): string {
  const key = /\/hmacKeys\/([^/]+)$/.exec(path)?.[1];
  if (key === undefined)
    return anyNamed([path.startsWith('projects/') ? path : `projects/_/buckets/${path}`]);
  return anyOf([
    compared(RESOURCE_NAME, ':', `/hmacKeys/${key}`),
    ...['response.metadata.accessId', 'response.accessId', 'request.accessId'].map((at) =>
      compared(`protoPayload.${at}`, '=', key),
    ),
  ]);
}

function named(resource: AssetName, path: string, within: string): string {
  return anyNamed([...spellings(path, within), resource]);
}

/**
 * A path as entries may spell it: its project by number or id, as the project searched is called; what lies in a zone with it; and Cloud Run in
 * the Knative way.
 */
function spellings(path: string, within: string): readonly string[] {
  const own = within.startsWith('projects/') ? path.replace(/^projects\/[^/]+/, () => within) : path;
  return [path, own].flatMap((one) => [
    one,
    one.replace(/^(projects\/[^/]+)\/locations\/([a-z]+-[a-z]+\d+-[a-z])\//, '$1/zones/$2/'),
    one.replace(/^projects\/([^/]+)\/locations\/[^/]+\/(services\/[^/]+)$/, 'namespaces/$1/$2'),
  ]);
}

function anyNamed(names: readonly string[]): string {
  return `${RESOURCE_NAME}=(${[...new Set(names)].map(quoted).join(' OR ')})`;
}

function anyOf(comparisons: readonly string[]): string {
  return `(${comparisons.join(' OR ')})`;
}

function compared(field: string, operator: '=' | ':' | '>=' | '<=', value: string): string {
  return `${field}${operator}${quoted(value)}`;
}

/** In quotes, so that nothing in it is read as more of the filter. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
