import type { iam_v1, MethodOptions } from 'googleapis/build/src/apis/iam/index.js';
import type { RoleRecord } from '../roles/catalogue.ts';

/** Whose custom roles. */
export type CustomScope = `projects/${string}` | `organizations/${string}`;

/** Google's own roles, or somebody's. */
export type RoleScope = 'predefined roles' | CustomScope;

/** The most the API gives at once. */
const PAGE_SIZE = 1_000;
/** Google has two and a half thousand roles, and a project may have three hundred (cloud.google.com/iam/quotas). */
const MOST_PAGES = 50;
const FIELDS = 'nextPageToken,roles(name,title,stage,deleted,includedPermissions)';
/** What each try is given. */
const TIMEOUT_MILLIS = 30_000;
const TRIES = 5;

export interface Ask {
  readonly iam: iam_v1.Iam;
  /** Between two tries; the waits grow up to this. */
  readonly longestWaitMillis: number;
}

/**
 * All roles of a scope, with what each permits: deleted and disabled ones permit nothing. Tries again what may pass (429, 5xx, no answer), four
 * times at most. Throws what is wrong otherwise, a page that is no page among it: half a listing would make roles look harmless.
 */
export async function listRoles(
  { iam, longestWaitMillis }: Ask,
  scope: RoleScope,
): Promise<readonly RoleRecord[]> {
  const records: RoleRecord[] = [];
  let pageToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const params = { view: 'FULL', pageSize: PAGE_SIZE, fields: FIELDS, ...(pageToken ? { pageToken } : {}) };
    const { roles, next } = pageOf((await listPage(iam, scope, params, tries(longestWaitMillis))).data);
    records.push(...roles);
    if (next === undefined) return records;
    if (next === pageToken) throw new Error('the same page was given twice');
    pageToken = next;
  }
  throw new Error(`more than ${MOST_PAGES} pages`);
}

/** A new one for each page: the client counts the tries in it. */
function tries(longestWaitMillis: number): MethodOptions {
  return {
    timeout: TIMEOUT_MILLIS,
    retryConfig: {
      retry: TRIES - 1,
      noResponseRetries: TRIES - 1,
      retryDelay: Math.min(500, longestWaitMillis),
      maxRetryDelay: longestWaitMillis,
    },
  };
}

type ListParams = iam_v1.Params$Resource$Roles$List;

function listPage(iam: iam_v1.Iam, scope: RoleScope, params: ListParams, options: MethodOptions) {
  if (scope === 'predefined roles') return iam.roles.list(params, options);
  return scope.startsWith('projects/')
    ? iam.projects.roles.list({ ...params, parent: scope }, options)
    : iam.organizations.roles.list({ ...params, parent: scope }, options);
}

interface Page {
  readonly roles: readonly RoleRecord[];
  readonly next: string | undefined;
}

/** A page as it came: the client gives whatever the body held, a text where that was no JSON. */
function pageOf(data: unknown): Page {
  if (!isObject(data)) throw new Error('the answer is no page of roles');
  const { roles = [], nextPageToken = '' } = data;
  if (!Array.isArray(roles) || typeof nextPageToken !== 'string')
    throw new Error('the answer is no page of roles');
  return { roles: roles.map(recordOf), next: nextPageToken === '' ? undefined : nextPageToken };
}

function recordOf(role: unknown): RoleRecord {
  if (!isObject(role) || typeof role.name !== 'string')
    throw new Error('the answer holds a role without a name');
  const { name, title, stage, deleted, includedPermissions = [] } = role;
  if (!Array.isArray(includedPermissions) || !includedPermissions.every((one) => typeof one === 'string'))
    throw new Error(`the permissions of ${name} are no list of texts`);
  const isActive = deleted !== true && stage !== 'DISABLED';
  return {
    name,
    title: typeof title === 'string' ? title : undefined,
    permissions: isActive ? includedPermissions : [],
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
