/**
 * Predefined roles that, held on a service account, let their holder become it, or let others (gcp-facts 6.1): through tokens, actAs, keys,
 * or its IAM policy.
 */
const BECOMING: ReadonlySet<string> = new Set(
  [
    'iam.workloadIdentityUser iam.serviceAccountTokenCreator iam.serviceAccountOpenIdTokenCreator',
    'iam.serviceAccountUser iam.serviceAccountAdmin iam.serviceAccountKeyAdmin iam.securityAdmin iam.admin owner editor',
    'iam.editor iam.devOps iam.dataScientist iam.databasesAdmin dataproc.hubAgent backupdr.computeEngineOperator',
    'securitycenter.admin assuredoss.admin earthengine.appsPublisher',
  ].flatMap((line) => line.split(' ').map((name) => `roles/${name}`)),
);

/** Whether a role on an account lets its holder become it. What a custom role permits, the role catalogue will tell. */
export function becoming(role: string): 'yes' | 'no' | 'unknown' {
  if (!role.startsWith('roles/')) return 'unknown';
  // Most roles of service agents hold getAccessToken.
  return BECOMING.has(role) || role.endsWith('.serviceAgent') ? 'yes' : 'no';
}
