const PROJECT_READ = 'resourcemanager.projects.{get,list}';
const OBJECT_WORK =
  'monitoring.timeSeries.create orgpolicy.policy.get storage.folders.{create,delete,get,list,rename} storage.managedFolders.{create,delete,get,list} ' +
  'storage.multipartUploads.{abort,create,list,listParts} storage.objects.{create,createContext,delete,deleteContext,get,list,move,restore,update,updateContext} ' +
  PROJECT_READ;

/**
 * Small roles in whole, without `roles/`: those that let their holder become an account or give itself more, and those that workloads and nodes
 * usually have. `a.b.{get,list}` is two permissions. Read from iann0036/iam-dataset, gcp/roles, as of 2026-08-22.
 */
export const WHOLE_ROLES: readonly (readonly [role: string, permissions: string])[] = [
  ['iam.workloadIdentityUser', 'iam.serviceAccounts.{get,getAccessToken,getOpenIdToken,list}'],
  [
    'iam.serviceAccountTokenCreator',
    `iam.serviceAccounts.{get,getAccessToken,getOpenIdToken,implicitDelegation,list,signBlob,signJwt} ${PROJECT_READ}`,
  ],
  ['iam.serviceAccountOpenIdTokenCreator', 'iam.serviceAccounts.getOpenIdToken'],
  ['iam.serviceAccountUser', `iam.serviceAccounts.{actAs,get,list} ${PROJECT_READ}`],
  [
    'iam.serviceAccountKeyAdmin',
    `iam.serviceAccountKeys.{create,delete,disable,enable,get,list} iam.serviceAccounts.{get,list} ${PROJECT_READ}`,
  ],
  [
    'iam.serviceAccountAdmin',
    `iam.serviceAccountApiKeyBindings.{create,delete,undelete} iam.serviceAccounts.{create,createTagBinding,delete,deleteTagBinding,disable,enable,get,getIamPolicy,list,listEffectiveTags,listTagBindings,setIamPolicy,undelete,update} ${PROJECT_READ}`,
  ],
  [
    'iam.serviceAccountViewer',
    `iam.serviceAccountKeys.{get,list} iam.serviceAccounts.{get,getIamPolicy,list,listEffectiveTags,listTagBindings} ${PROJECT_READ}`,
  ],
  [
    'iam.roleAdmin',
    'iam.roles.{create,createTagBinding,delete,deleteTagBinding,get,list,listEffectiveTags,listTagBindings,undelete,update} resourcemanager.projects.{get,getIamPolicy}',
  ],
  [
    'iam.organizationRoleAdmin',
    'iam.roles.{create,createTagBinding,delete,deleteTagBinding,get,list,listEffectiveTags,listTagBindings,undelete,update} resourcemanager.organizations.{get,getIamPolicy} resourcemanager.projects.{get,getIamPolicy,list}',
  ],
  [
    'iam.denyAdmin',
    'cloudasset.assets.listResource iam.denypolicies.{create,delete,get,list,update} policyanalyzer.resourceAuthorizationActivities.query policysimulator.accessPolicySimulationResults.list policysimulator.accessPolicySimulations.{create,get,list}',
  ],
  [
    'resourcemanager.projectIamAdmin',
    'iam.policybindings.{get,list} resourcemanager.projects.{createPolicyBinding,deletePolicyBinding,get,getIamPolicy,searchPolicyBindings,setIamPolicy,updatePolicyBinding}',
  ],
  [
    'resourcemanager.folderIamAdmin',
    'iam.policybindings.{get,list} resourcemanager.folders.{createPolicyBinding,deletePolicyBinding,get,getIamPolicy,searchPolicyBindings,setIamPolicy,updatePolicyBinding}',
  ],
  [
    'browser',
    'resourcemanager.folders.{get,list} resourcemanager.organizations.get resourcemanager.projects.{get,getIamPolicy,list}',
  ],
  ['secretmanager.secretAccessor', `secretmanager.versions.access ${PROJECT_READ}`],
  [
    'storage.objectViewer',
    `storage.folders.{get,list} storage.managedFolders.{get,list} storage.objects.{get,list} ${PROJECT_READ}`,
  ],
  [
    'storage.objectCreator',
    `orgpolicy.policy.get storage.folders.create storage.managedFolders.create storage.multipartUploads.{abort,create,listParts} storage.objects.{create,createContext} ${PROJECT_READ}`,
  ],
  ['storage.objectUser', OBJECT_WORK],
  [
    'storage.objectAdmin',
    `${OBJECT_WORK} storage.objects.{getIamPolicy,overrideUnlockedRetention,setIamPolicy,setRetention}`,
  ],
  ['storage.legacyObjectReader', 'storage.objects.get'],
  [
    'storage.legacyBucketReader',
    'storage.buckets.get storage.folders.{get,list} storage.managedFolders.{get,list} storage.multipartUploads.list storage.objects.list',
  ],
  ['pubsub.publisher', 'pubsub.topics.publish'],
  [
    'pubsub.subscriber',
    'pubsub.snapshots.seek pubsub.subscriptions.consume pubsub.topics.attachSubscription',
  ],
  ['cloudsql.client', 'cloudsql.instances.{connect,get}'],
  ['cloudsql.instanceUser', 'cloudsql.instances.{executeSql,get,login}'],
  [
    'bigquery.jobUser',
    `bigquery.config.get bigquery.jobs.create dataform.folders.create dataform.locations.{get,list} dataform.repositories.{create,list} ${PROJECT_READ}`,
  ],
  [
    'cloudkms.cryptoKeyDecrypter',
    'cloudkms.cryptoKeyVersions.useToDecrypt cloudkms.locations.{get,list} resourcemanager.projects.get',
  ],
  [
    'cloudkms.cryptoKeyEncrypterDecrypter',
    'cloudkms.cryptoKeyVersions.{useToDecrypt,useToEncrypt} cloudkms.locations.{get,list} resourcemanager.projects.get',
  ],
  ['run.invoker', 'run.instances.invoke run.jobs.run run.routes.invoke'],
  ['logging.logWriter', 'logging.logEntries.{create,route}'],
  [
    'monitoring.metricWriter',
    'monitoring.metricDescriptors.{create,get,list} monitoring.monitoredResourceDescriptors.{get,list} monitoring.timeSeries.create',
  ],
  ['cloudtrace.agent', 'cloudtrace.traces.patch telemetry.traces.write'],
  [
    'container.defaultNodeServiceAccount',
    'autoscaling.sites.writeMetrics logging.logEntries.create monitoring.metricDescriptors.{create,list} monitoring.timeSeries.{create,list}',
  ],
  [
    'container.nodeServiceAccount',
    `autoscaling.sites.writeMetrics logging.logEntries.create monitoring.metricDescriptors.{create,list} monitoring.timeSeries.{create,list} serviceusage.services.use storage.objects.{get,list} ${PROJECT_READ}`,
  ],
  ['container.clusterViewer', `container.clusters.{connect,get,list} ${PROJECT_READ}`],
];
