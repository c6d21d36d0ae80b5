import type { ConsoleSettings } from './console-authentication.ts';
import type { PushSettings } from './push-authentication.ts';

/** What the environment says, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of a variable that must be there. */
export function required(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`);
  return value;
}

/** What is named one after the other, apart by commas. */
export function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

export type StoreSettings =
  | { readonly kind: 'firestore'; readonly projectId: string; readonly databaseId: string | undefined }
  | { readonly kind: 'sqlite'; readonly path: string };

/** `ANCHORWATCH_STORE`: `firestore:PROJECT`, `firestore:PROJECT/DATABASE`, or the path of a SQLite file. */
export function storeSettings(env: Environment): StoreSettings {
  const value = required(env, 'ANCHORWATCH_STORE');
  if (!value.startsWith('firestore:')) return { kind: 'sqlite', path: value };
  // Project ids, those of a domain included (example.com:project), and ids of databases.
  const [, projectId, databaseId] =
    /^firestore:([a-z][a-z0-9.:-]*[a-z0-9])(?:\/([a-z][a-z0-9-]*|\(default\)))?$/.exec(value) ?? [];
  if (projectId === undefined)
    throw new Error(
      `ANCHORWATCH_STORE is \`${value}\`: neither firestore:PROJECT nor firestore:PROJECT/DATABASE`,
    );
  return { kind: 'firestore', projectId, databaseId };
}

export interface QueueTopics {
  /** Of the `work` function: `projects/P/topics/T`. */
  readonly work: string;
  /** Of the `deliver` function. */
  readonly deliver: string;
}

/**
 * `ANCHORWATCH_WORK_TOPIC` and `ANCHORWATCH_DELIVER_TOPIC`; `undefined` without both, where one process does everything. A cloud function does
 * not: it must name them, else a function that has no Slack token would think it had told people.
 */
export function queueTopics(env: Environment): QueueTopics | undefined {
  const names = ['ANCHORWATCH_WORK_TOPIC', 'ANCHORWATCH_DELIVER_TOPIC'] as const;
  if (env.K_SERVICE === undefined && names.every((name) => (env[name] ?? '') === '')) return undefined;
  const [work, deliver] = names.map((name) => topicIn(name, required(env, name)));
  return { work: work ?? '', deliver: deliver ?? '' };
}

function topicIn(name: string, value: string): string {
  if (/^projects\/[^/]+\/topics\/[^/]+$/.test(value)) return value;
  throw new Error(`${name} is \`${value}\`: not projects/PROJECT/topics/TOPIC`);
}

/**
 * `ANCHORWATCH_PUSH_AUTH`: `iam` or `oidc` (`PushSettings`). `ANCHORWATCH_PUSH_AUDIENCE`: what the tokens are made out to.
 * `ANCHORWATCH_PUSH_ACCOUNTS`: the service accounts that push, comma-separated e-mail addresses. None has a default.
 */
export function pushSettings(env: Environment): PushSettings {
  const mode = required(env, 'ANCHORWATCH_PUSH_AUTH');
  if (mode !== 'iam' && mode !== 'oidc') {
    throw new Error(
      `ANCHORWATCH_PUSH_AUTH is \`${mode}\`: neither iam (Cloud Run checks who pushes) nor oidc (the function does)`,
    );
  }
  const accounts = listed(required(env, 'ANCHORWATCH_PUSH_ACCOUNTS'));
  for (const account of accounts) {
    if (!/^[^@\s]+@[^@\s]+$/.test(account))
      throw new Error(`ANCHORWATCH_PUSH_ACCOUNTS: \`${account}\` is not an e-mail address`);
  }
  if (accounts.length === 0) throw new Error('ANCHORWATCH_PUSH_ACCOUNTS names no service account');
  return { mode, audience: required(env, 'ANCHORWATCH_PUSH_AUDIENCE'), accounts };
}

/**
 * `ANCHORWATCH_CONSOLE_AUDIENCE`: what the assertions of Identity-Aware Proxy are made out to (`ConsoleSettings`). It has no default: without
 * it anybody who reaches the console's own address could write an assertion of their own.
 */
export function consoleSettings(env: Environment): ConsoleSettings {
  const audience = required(env, 'ANCHORWATCH_CONSOLE_AUDIENCE');
  if (!/^\/projects\/\d+\/(?:global\/backendServices\/\d+|locations\/[^/]+\/services\/[^/]+)$/.test(audience))
    throw new Error(
      `ANCHORWATCH_CONSOLE_AUDIENCE is \`${audience}\`: neither /projects/NUMBER/locations/REGION/services/SERVICE nor /projects/NUMBER/global/backendServices/ID`,
    );
  return { audience };
}

/**
 * `ANCHORWATCH_CONSOLE_URL`: where the console is, for links in messages; `undefined` without. Given without the slash at its end.
 */
export function consoleUrl(env: Environment): string | undefined {
  const text = env.ANCHORWATCH_CONSOLE_URL || undefined;
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' || url.username !== '' || url.search !== '' || url.hash !== '')
    throw new Error(
      `ANCHORWATCH_CONSOLE_URL is \`${text}\`: not the address of a console, like https://anchorwatch.acme.example`,
    );
  return url.href.replace(/\/+$/, '');
}

/**
 * `ANCHORWATCH_REPORTS`: a folder that stands in for the buckets of reports, each a folder in it; `undefined` without, where they are buckets
 * of Cloud Storage. In a cloud function no folder lasts, so there it is refused.
 */
export function reportsFolder(env: Environment): string | undefined {
  const folder = env.ANCHORWATCH_REPORTS || undefined;
  if (folder !== undefined && env.K_SERVICE !== undefined)
    throw new Error(
      `ANCHORWATCH_REPORTS is \`${folder}\`: reports in a folder would be gone with this instance; leave it out to keep them in Cloud Storage`,
    );
  return folder;
}

/** A server on this machine, by a name that cannot lead anywhere else. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]):([1-9]\d{0,4})$/;

/**
 * `ANCHORWATCH_ASSET_API`: `HOST:PORT` of a server on loopback that stands in for Cloud Asset Inventory; `undefined` is Google's own. It is
 * spoken to in the clear and believed, so that nothing but loopback will do.
 */
export function assetApiSettings(env: Environment): { readonly server: string | undefined } {
  const server = env.ANCHORWATCH_ASSET_API || undefined;
  if (server === undefined) return { server };
  const port = LOOPBACK.exec(server)?.[1];
  if (port === undefined || Number(port) > 65_535)
    throw new Error(
      `ANCHORWATCH_ASSET_API is \`${server}\`: not the host and port of a server on this machine, like 127.0.0.1:8085`,
    );
  return { server };
}
