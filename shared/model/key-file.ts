/**
 * Names that people give to files of service account keys: `key.json`, `gcp-credentials.json`, `service-account.json`. Not `keys.json`, which
 * are public ones, nor `credential-configuration.json`, by which workload identity federation does without.
 */
const FILE =
  /(?:^|[-_.])(?:key|keyfile|creds?|credentials?|service[-_.]?account|sa|gcp|gcloud|google|adc|application[-_]default[-_]credentials)(?:[-_.][a-z0-9-_.]*)?\.(?:json|p12)$/i;
/** A key of another thing (TLS keeps its own in PKCS#12 too), or a configuration. */
const OF_OTHERS =
  /(?:^|[-_.])(?:tls|ssl|cert|keystore|truststore|jwks?|api[-_]?key|config|configuration)(?:[-_.]|$)/i;

/** Whether a file, by its name, may be a service account's key. */
export function isKeyFile(name: string): boolean {
  const last = name.split('/').at(-1) ?? '';
  return last.length <= 253 && FILE.test(last) && !OF_OTHERS.test(last);
}

/**
 * Variables that tools read a key from (Terraform's Google provider: GOOGLE_CREDENTIALS, GOOGLE_CLOUD_KEYFILE_JSON, GCLOUD_KEYFILE_JSON), and
 * what people call their own.
 */
const VARIABLE =
  /^(?:\w*_)?(?:(?:GOOGLE|GCP|GCLOUD|GCS|BIGQUERY|FIREBASE)_(?:\w*_)?(?:KEY|KEYFILE|CREDENTIALS?|CREDS?)(?:_(?:JSON|FILE|BASE64|B64|CONTENTS?))?|(?:SERVICE_?ACCOUNT|SA)_(?:KEY|JSON|CREDENTIALS?)(?:_(?:JSON|FILE|BASE64|B64))?)$/i;
/** Keys of projects, not of accounts. */
const NOT_AN_ACCOUNT = /API_?KEY|MAPS|ANALYTICS|ENCRYPTION|KMS|CLIENT_/i;

/** Whether a variable, by its name, may hold a service account's key. */
export function isKeyVariable(name: string): boolean {
  return name.length <= 253 && VARIABLE.test(name) && !NOT_AN_ACCOUNT.test(name);
}

/** Variables by which the libraries, and `gcloud`, are told where their credentials lie. */
export const CREDENTIAL_PATHS: ReadonlySet<string> = new Set([
  'GOOGLE_APPLICATION_CREDENTIALS',
  'CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE',
]);
