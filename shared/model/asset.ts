/**
 * An asset's canonical name: a full resource name (`//iam.googleapis.com/…`) in one spelling.
 * Service accounts lose their project (`projects/-`): the unique id and the e-mail are global, and audit entries write `-` too.
 */
export type AssetName = string;

const SERVICE_ACCOUNT = /^\/\/iam\.googleapis\.com\/projects\/[^/]+\/serviceAccounts\/([^/]+)$/;
const SERVICE_ACCOUNT_KEY =
  /^\/\/iam\.googleapis\.com\/projects\/[^/]+\/serviceAccounts\/([^/]+)\/keys\/([^/]+)$/;

/**
 * Brings a full resource name to its one spelling: zones as locations, service accounts without project, e-mails in lower case,
 * buckets without the `projects/_/buckets/` of audit entries.
 */
export function canonicalName(name: string): AssetName {
  const key = SERVICE_ACCOUNT_KEY.exec(name);
  if (key) return keyName(key[2]!);
  const account = SERVICE_ACCOUNT.exec(name);
  if (account) return serviceAccountName(account[1]!);
  if (name.startsWith('//container.googleapis.com/'))
    return name.replace(/(\/projects\/[^/]+)\/zones\//, '$1/locations/');
  return name.replace(/^(\/\/storage\.googleapis\.com\/)projects\/_\/buckets\/([^/]+)$/, '$1$2');
}

/** The asset of a service account, by unique id or, where that is not known, by e-mail. */
export function serviceAccountName(idOrEmail: string): AssetName {
  return `//iam.googleapis.com/projects/-/serviceAccounts/${idOrEmail.toLowerCase()}`;
}

/** Keys are known by their id alone: it is a hash, and assets name the account beside it now by id, now by e-mail. */
export function keyName(keyId: string): AssetName {
  return `//iam.googleapis.com/projects/-/serviceAccounts/-/keys/${keyId}`;
}

/** HMAC keys are known by their access id alone: it is global. */
export function hmacKeyName(accessId: string): AssetName {
  return `//storage.googleapis.com/projects/-/hmacKeys/${accessId}`;
}

/** The asset of a cluster (`projects/P/locations/L/clusters/C`). */
export function clusterName(cluster: string): AssetName {
  return `//container.googleapis.com/${cluster}`;
}

/** The asset of a group, by the address that grants name it by: the number that Cloud Identity gives it stands in no policy. */
export function groupName(email: string): AssetName {
  return `//cloudidentity.googleapis.com/groups/${email.toLowerCase()}`;
}

export function projectName(idOrNumber: string): AssetName {
  return `//cloudresourcemanager.googleapis.com/projects/${idOrNumber}`;
}

/** The unique id or e-mail in a service account's asset name; `undefined` for any other asset. */
export function serviceAccountOf(name: AssetName): string | undefined {
  return SERVICE_ACCOUNT.exec(name)?.[1];
}

/** The project (id or number, as the name spells it) an asset lies in, when its name says so. */
export function projectOf(name: AssetName): string | undefined {
  const project = /\/projects\/([^/]+)/.exec(name)?.[1];
  return project === undefined || project === '-' || project === '_' ? undefined : project;
}

/** The cluster (`projects/P/locations/L/clusters/C`) an asset lies in. */
export function clusterOf(name: AssetName): string | undefined {
  return /^\/\/container\.googleapis\.com\/(projects\/[^/]+\/(?:locations|zones)\/[^/]+\/clusters\/[^/]+)/
    .exec(name)?.[1]
    ?.replace('/zones/', '/locations/');
}

/** The project an account's e-mail names: `x@P.iam.gserviceaccount.com`, `P@appspot…`, and for `NUM-compute@developer…` its number. */
export function projectOfEmail(email: string): string | undefined {
  if (!email.includes('@')) return undefined;
  const [name = '', domain = ''] = email.split('@');
  const own = /^(.+)\.iam\.gserviceaccount\.com$/.exec(domain)?.[1];
  if (own !== undefined) return own.startsWith('gcp-sa-') ? undefined : own;
  if (domain === 'appspot.gserviceaccount.com') return name;
  return /^(\d+)(-compute)?$/.exec(name)?.[1];
}

export type ResourceKind =
  | 'organization'
  | 'folder'
  | 'project'
  | 'serviceAccount'
  | 'bucket'
  | 'topic'
  | 'subscription'
  | 'secret'
  | 'dataset'
  | 'key'
  | 'other';

const KINDS: readonly (readonly [ResourceKind, RegExp])[] = [
  ['organization', /^\/\/cloudresourcemanager\.googleapis\.com\/organizations\/([^/]+)$/],
  ['folder', /^\/\/cloudresourcemanager\.googleapis\.com\/folders\/([^/]+)$/],
  ['project', /^\/\/cloudresourcemanager\.googleapis\.com\/projects\/([^/]+)$/],
  ['serviceAccount', SERVICE_ACCOUNT],
  ['bucket', /^\/\/storage\.googleapis\.com\/(?:projects\/_\/buckets\/)?([^/]+)$/],
  ['topic', /^\/\/pubsub\.googleapis\.com\/projects\/([^/]+\/topics\/[^/]+)$/],
  ['subscription', /^\/\/pubsub\.googleapis\.com\/projects\/([^/]+\/subscriptions\/[^/]+)$/],
  // A regional secret has a location in its name; the policy names both kinds alike.
  [
    'secret',
    /^\/\/secretmanager\.googleapis\.com\/projects\/([^/]+(?:\/locations\/[^/]+)?\/secrets\/[^/]+)$/,
  ],
  ['dataset', /^\/\/bigquery\.googleapis\.com\/projects\/([^/]+\/datasets\/[^/]+)$/],
  [
    'key',
    /^\/\/cloudkms\.googleapis\.com\/projects\/([^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+)$/,
  ],
];

export function resourceKind(name: AssetName): ResourceKind {
  return KINDS.find(([, pattern]) => pattern.test(name))?.[0] ?? 'other';
}

/** The short form the policy uses where there is one (`project:acme-prod`, `bucket:acme-ledger`, `topic:acme-prod/orders`), else the full name. */
export function resourceLabel(name: AssetName): string {
  for (const [kind, pattern] of KINDS) {
    const found = pattern.exec(name)?.[1];
    if (found !== undefined) {
      const unplaced = found.replace(/\/locations\/[^/]+(?=\/secrets\/)/, '');
      return `${kind}:${unplaced.replace(/\/(topics|subscriptions|secrets|datasets)\//, '/').replace(/\/locations\/|\/keyRings\/|\/cryptoKeys\//g, '/')}`;
    }
  }
  return name;
}
