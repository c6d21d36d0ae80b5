/** Permissions by which an identity becomes another, or gives itself more (gcp-facts 6.1 and 6.2). The built-in table lists all their holders. */

/** On an account, or on whatever it lies in: to speak as it, the plainest way first. */
export const TO_SPEAK_AS: readonly string[] = [
  'iam.serviceAccounts.getAccessToken',
  'iam.serviceAccounts.signJwt',
  'iam.serviceAccounts.signBlob',
  'iam.serviceAccounts.getOpenIdToken',
];
/** To have a token of an account handed on by this one, which may make that itself. */
export const TO_DELEGATE = 'iam.serviceAccounts.implicitDelegation';
export const TO_MAKE_KEYS = 'iam.serviceAccountKeys.create';
export const TO_LET_IN = 'iam.serviceAccounts.setIamPolicy';
/** To have something run as an account: needs one of `TO_RUN_CODE` where the account lies. */
export const TO_ACT_AS = 'iam.serviceAccounts.actAs';

export const TO_RUN_CODE: readonly string[] = [
  'compute.instances.create',
  'compute.instances.setServiceAccount',
  'cloudfunctions.functions.create',
  'cloudfunctions.functions.update',
  'run.services.create',
  'run.services.update',
  'run.jobs.create',
  'cloudbuild.builds.create',
  'deploymentmanager.deployments.create',
  'cloudscheduler.jobs.create',
];

/** To give out roles on a project, folder or organisation, or on those below. */
export const TO_GIVE_ROLES = {
  project: ['resourcemanager.projects.setIamPolicy'],
  folder: ['resourcemanager.folders.setIamPolicy', 'resourcemanager.projects.setIamPolicy'],
  organization: [
    'resourcemanager.organizations.setIamPolicy',
    'resourcemanager.folders.setIamPolicy',
    'resourcemanager.projects.setIamPolicy',
  ],
} as const;

export const TO_CHANGE_ROLES = 'iam.roles.update';

/** To say who may come in from outside Google Cloud, and as whom. */
export const TO_LET_OUTSIDERS_IN: readonly string[] = [
  'iam.googleapis.com/workloadIdentityPoolProviders.update',
  'iam.googleapis.com/workloadIdentityPoolProviders.create',
];

/** What a role is forbidden for, as far as it lets its holder become accounts, give out roles or take guards away. */
export const ESCALATING: readonly string[] = [
  ...TO_SPEAK_AS,
  TO_DELEGATE,
  TO_MAKE_KEYS,
  TO_LET_IN,
  TO_ACT_AS,
  ...TO_GIVE_ROLES.organization,
  TO_CHANGE_ROLES,
  'iam.roles.create',
  ...TO_LET_OUTSIDERS_IN,
  'iam.denypolicies.update',
  'orgpolicy.policy.set',
];
