/** A permission and the predefined roles that hold it, without `roles/`. */
interface Holders {
  readonly permission: string;
  /** Whether these are all predefined roles that hold it, those for service agents aside. */
  readonly all: boolean;
  readonly roles: string;
}

/**
 * Who holds the permissions that matter (gcp-facts 6.1 and 6.2), read from iann0036/iam-dataset, gcp/roles, as of 2026-08-22. Which roles hold
 * a permission changes over the years: the live catalogue outweighs this table.
 */
export const HOLDERS: readonly Holders[] = [
  // To give oneself more.
  all(
    'resourcemanager.projects.setIamPolicy',
    'owner iam.securityAdmin resourcemanager.projectIamAdmin resourcemanager.folderAdmin resourcemanager.organizationAdmin',
  ),
  all(
    'resourcemanager.folders.setIamPolicy',
    'iam.securityAdmin resourcemanager.folderAdmin resourcemanager.folderIamAdmin resourcemanager.organizationAdmin',
  ),
  all('resourcemanager.organizations.setIamPolicy', 'iam.securityAdmin resourcemanager.organizationAdmin'),
  all('iam.roles.create', 'iam.roleAdmin iam.organizationRoleAdmin owner iam.admin'),
  all('iam.roles.update', 'iam.roleAdmin iam.organizationRoleAdmin owner iam.admin'),
  all('iam.denypolicies.update', 'iam.denyAdmin'),
  all(
    'orgpolicy.policy.set',
    'orgpolicy.policyAdmin securityposture.admin securityposture.postureDeployer assuredworkloads.admin assuredworkloads.editor',
  ),
  all(
    'orgpolicy.policies.update',
    'orgpolicy.policyAdmin securityposture.admin securityposture.postureDeployer assuredworkloads.admin assuredworkloads.editor',
  ),
  all(
    'iam.googleapis.com/workloadIdentityPoolProviders.create',
    'owner iam.admin iam.workloadIdentityPoolAdmin',
  ),
  all(
    'iam.googleapis.com/workloadIdentityPoolProviders.update',
    'owner iam.admin iam.workloadIdentityPoolAdmin',
  ),
  all(
    'iam.googleapis.com/workloadIdentityPoolManagedIdentities.setAttestationRules',
    'owner iam.admin iam.workloadIdentityPoolAdmin',
  ),
  // To become a service account.
  all(
    'iam.serviceAccounts.setIamPolicy',
    'iam.serviceAccountAdmin iam.securityAdmin owner iam.admin iam.devOps earthengine.appsPublisher',
  ),
  all(
    'iam.serviceAccounts.actAs',
    'iam.serviceAccountUser owner editor iam.admin iam.editor iam.devOps iam.dataScientist iam.databasesAdmin dataproc.hubAgent backupdr.computeEngineOperator',
  ),
  all('iam.serviceAccounts.getAccessToken', 'iam.serviceAccountTokenCreator iam.workloadIdentityUser'),
  all(
    'iam.serviceAccounts.getOpenIdToken',
    'iam.serviceAccountTokenCreator iam.workloadIdentityUser iam.serviceAccountOpenIdTokenCreator',
  ),
  all('iam.serviceAccounts.signBlob', 'iam.serviceAccountTokenCreator'),
  all('iam.serviceAccounts.signJwt', 'iam.serviceAccountTokenCreator'),
  all('iam.serviceAccounts.implicitDelegation', 'iam.serviceAccountTokenCreator'),
  all(
    'iam.serviceAccountKeys.create',
    'iam.serviceAccountKeyAdmin owner editor iam.admin iam.editor securitycenter.admin assuredoss.admin',
  ),
  all(
    'iam.serviceAccountApiKeyBindings.create',
    'iam.serviceAccountAdmin iam.serviceAccountApiKeyBindingAdmin owner editor iam.admin iam.devOps iam.editor',
  ),
  all('apikeys.keys.create', 'owner editor serviceusage.apiKeysAdmin'),
  all('storage.hmacKeys.create', 'owner editor storage.hmacKeyAdmin storage.editor'),
  // To run something as one: each needs `actAs` besides.
  all(
    'compute.instances.create',
    'owner editor compute.admin compute.editor compute.instanceAdmin compute.instanceAdmin.v1 iam.infrastructureAdmin iam.networkAdmin iam.siteReliabilityEngineer backupdr.computeEngineOperator cloudmigration.inframanager metastore.migrationAdmin notebooks.legacyAdmin',
  ),
  all(
    'compute.instances.setServiceAccount',
    'owner editor compute.admin compute.editor compute.instanceAdmin compute.instanceAdmin.v1 iam.infrastructureAdmin iam.networkAdmin iam.siteReliabilityEngineer backupdr.computeEngineOperator cloudmigration.inframanager notebooks.legacyAdmin',
  ),
  all(
    'compute.instances.setMetadata',
    'owner editor compute.admin compute.editor compute.instanceAdmin compute.instanceAdmin.v1 iam.infrastructureAdmin iam.networkAdmin iam.siteReliabilityEngineer backupdr.computeEngineOperator cloudmigration.inframanager dataproc.hubAgent metastore.migrationAdmin notebooks.legacyAdmin',
  ),
  all(
    'cloudfunctions.functions.create',
    'owner editor cloudfunctions.admin cloudfunctions.developer cloudfunctions.editor firebase.admin firebase.developAdmin iam.dataScientist iam.devOps',
  ),
  all(
    'cloudfunctions.functions.update',
    'owner editor cloudfunctions.admin cloudfunctions.developer cloudfunctions.editor firebase.admin firebase.developAdmin iam.dataScientist iam.devOps',
  ),
  all(
    'run.services.create',
    'owner editor run.admin run.developer run.editor run.sourceDeveloper cloudfunctions.admin cloudfunctions.developer cloudfunctions.editor firebase.admin firebase.developAdmin iam.dataScientist iam.devOps iam.mlEngineer',
  ),
  all(
    'run.services.update',
    'owner editor run.admin run.developer run.editor run.sourceDeveloper cloudfunctions.admin cloudfunctions.developer cloudfunctions.editor firebase.admin firebase.developAdmin iam.dataScientist iam.devOps iam.mlEngineer',
  ),
  all(
    'run.jobs.create',
    'owner editor run.admin run.developer run.editor run.sourceDeveloper cloudfunctions.admin cloudfunctions.developer cloudfunctions.editor firebase.admin firebase.developAdmin iam.dataScientist iam.devOps iam.mlEngineer',
  ),
  all(
    'cloudbuild.builds.create',
    'owner editor cloudbuild.admin cloudbuild.editor cloudbuild.builds.builder cloudbuild.builds.editor composer.worker dataflow.admin dataflow.developer iam.devOps run.sourceDeveloper',
  ),
  all(
    'deploymentmanager.deployments.create',
    'owner editor deploymentmanager.admin deploymentmanager.editor',
  ),
  all('cloudscheduler.jobs.create', 'owner editor cloudscheduler.admin'),
  // Through Kubernetes.
  all(
    'container.serviceAccounts.createToken',
    'container.admin container.developer composer.worker owner iam.infrastructureAdmin iam.mlEngineer',
  ),
  all(
    'container.serviceAccounts.update',
    'container.admin container.developer container.editor composer.worker editor owner iam.infrastructureAdmin iam.mlEngineer',
  ),
  all(
    'container.pods.create',
    'container.admin container.developer container.editor composer.worker editor owner iam.infrastructureAdmin iam.mlEngineer',
  ),
  all(
    'container.pods.exec',
    'container.admin container.developer container.editor composer.worker editor owner iam.infrastructureAdmin iam.mlEngineer',
  ),
  all(
    'container.deployments.create',
    'container.admin container.developer container.editor composer.worker editor owner iam.infrastructureAdmin iam.mlEngineer',
  ),
  all(
    'container.secrets.get',
    'container.admin container.developer container.editor composer.worker editor owner iam.infrastructureAdmin iam.mlEngineer',
  ),
  all('container.roleBindings.create', 'container.admin composer.worker owner iam.infrastructureAdmin'),
  all(
    'container.clusterRoleBindings.create',
    'container.admin composer.worker owner iam.infrastructureAdmin',
  ),
  all('container.clusterRoles.escalate', 'container.admin composer.worker owner iam.infrastructureAdmin'),
  all(
    'container.mutatingWebhookConfigurations.create',
    'container.admin container.editor composer.worker editor owner iam.infrastructureAdmin',
  ),
  all(
    'container.clusters.update',
    'container.admin container.clusterAdmin container.editor composer.worker editor owner iam.infrastructureAdmin',
  ),
  // To read what is secret.
  all('secretmanager.versions.access', 'owner secretmanager.admin secretmanager.secretAccessor'),
  all(
    'storage.buckets.setIamPolicy',
    'storage.admin storage.legacyBucketOwner iam.securityAdmin iam.databasesAdmin iam.infrastructureAdmin firebase.admin firebase.developAdmin securedlandingzone.bqdwProjectRemediator',
  ),
  // Three score roles hold it, most of them made for one service's workers.
  some(
    'storage.objects.get',
    'storage.admin storage.objectAdmin storage.objectUser storage.objectViewer storage.legacyObjectReader storage.legacyObjectOwner dataflow.admin container.nodeServiceAccount',
  ),
  some(
    'storage.objects.create',
    'storage.objectCreator storage.objectUser storage.objectAdmin storage.admin',
  ),
  all(
    'bigquery.tables.getData',
    'bigquery.admin bigquery.dataOwner bigquery.dataEditor bigquery.dataViewer bigquery.studioAdmin bigquery.routineAdmin bigquery.routineDataEditor bigquery.routineDataViewer dataplex.storageDataOwner dataplex.storageDataReader datastream.bigqueryWriter dlp.orgdriver dlp.projectdriver iam.dataScientist iam.databasesAdmin iam.mlEngineer iam.siteReliabilityEngineer iam.supportUser',
  ),
  some('bigquery.tables.updateData', 'bigquery.admin bigquery.dataOwner bigquery.dataEditor'),
  all(
    'cloudkms.cryptoKeyVersions.useToDecrypt',
    'owner cloudkms.cryptoKeyDecrypter cloudkms.cryptoKeyEncrypterDecrypter cloudkms.cryptoOperator iam.dataScientist iam.devOps',
  ),
  // To cover tracks.
  all(
    'logging.sinks.update',
    'owner logging.admin logging.configWriter iam.devOps iam.infrastructureAdmin iam.networkAdmin',
  ),
  all(
    'logging.sinks.delete',
    'owner logging.admin logging.configWriter iam.devOps iam.infrastructureAdmin iam.networkAdmin',
  ),
  all(
    'logging.exclusions.create',
    'owner logging.admin logging.configWriter iam.devOps iam.infrastructureAdmin iam.networkAdmin',
  ),
  all('cloudasset.feeds.delete', 'owner cloudasset.admin cloudasset.owner'),
  all(
    'pubsub.subscriptions.delete',
    'owner editor pubsub.admin pubsub.editor composer.worker iam.devOps managedidentities.domaincontrollerOperator run.sourceDeveloper storagetransfer.transferAgent',
  ),
  // What workloads usually hold.
  some('cloudsql.instances.connect', 'cloudsql.client cloudsql.editor cloudsql.admin editor owner'),
  some('pubsub.topics.publish', 'pubsub.publisher pubsub.editor pubsub.admin editor owner'),
  some('pubsub.subscriptions.consume', 'pubsub.subscriber pubsub.editor pubsub.admin editor owner'),
  some('bigquery.jobs.create', 'bigquery.jobUser bigquery.user bigquery.admin viewer editor owner'),
  some(
    'artifactregistry.repositories.uploadArtifacts',
    'artifactregistry.writer artifactregistry.repoAdmin artifactregistry.admin editor owner',
  ),
  some(
    'monitoring.timeSeries.list',
    'monitoring.viewer monitoring.editor monitoring.admin viewer editor owner',
  ),
  some('logging.logEntries.list', 'logging.viewer logging.admin viewer editor owner'),
];

function all(permission: string, roles: string): Holders {
  return { permission, roles, all: true };
}

function some(permission: string, roles: string): Holders {
  return { permission, roles, all: false };
}
