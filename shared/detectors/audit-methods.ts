/** Everything that is done to service accounts (docs: iam/docs/audit-logging). */
export const ACCOUNT_METHODS: readonly string[] = [
  'google.iam.admin.v1.(Create|Patch|Update|Delete|Undelete|Disable|Enable)ServiceAccount',
];

/** Changes to clusters and node pools (google/container/v1/cluster_service.proto); of the beta API too. */
export const CLUSTER_METHODS: readonly string[] = [
  'google.container.v1*.ClusterManager.(Create|Update|Delete|Set|Start|Complete|Rollback)*',
];

/** Verbs of whatever changes a part of the watch, so that a method Google adds is not missed (decode: watch). */
const CHANGES =
  '(Create|Update|Delete|Replace|Patch|ModifyPushConfig|Detach|Seek|Pause|Resume|Set|Move|Undelete)*';
export const FEED_METHODS: readonly string[] = [`google.cloud.asset.v1*.AssetService.${CHANGES}`];
export const SINK_METHODS: readonly string[] = [`google.logging.v2.ConfigServiceV2.${CHANGES}`];
export const PIPELINE_METHODS: readonly string[] = [
  `google.pubsub.v1.(Publisher|Subscriber).${CHANGES}`,
  `google.cloud.scheduler.v1*.CloudScheduler.${CHANGES}`,
  `google.cloud.run.v*.Services.${CHANGES}`,
  `google.cloud.functions.v*.(CloudFunctionsService|FunctionService).${CHANGES}`,
];

/**
 * The changes to objects of a cluster, whatever the version (gcp-facts 4). Not what is done to their subresources: controllers write `status` and
 * `scale` all day.
 */
function changesTo(group: string, resources: string): string {
  return `io.k8s.${group}.*.${resources}.(create|update|patch|delete|deletecollection)`;
}

/** KSAs, and the namespaces whose end takes them along. */
export const KSA_METHODS: readonly string[] = [changesTo('core', '(serviceaccounts|namespaces)')];

/** Objects of Config Connector that give roles; how their methods spell the group is not known [NV]. */
export const CONNECTOR_METHODS: readonly string[] = [
  '*cnrm*.(iampolicymembers|iampartialpolicies|iampolicies).(create|update|patch|delete)',
];

/** Grants of Privileged Access Manager (docs: iam/docs/audit-logging/audit-logging-pam). */
export const PRIVILEGE_METHODS: readonly string[] = [
  'google.cloud.privilegedaccessmanager.*.PrivilegedAccessManager.(Create|Approve|Deny|Revoke|Withdraw)Grant',
];

/** Tokens made of KSAs. Some write it without its verb. */
export const KSA_TOKEN_METHODS: readonly string[] = ['io.k8s.core.*.serviceaccounts.token(|.create)'];

/** Audit entries turn the group round, and it is also seen plain. */
export const RBAC_METHODS: readonly string[] = [
  changesTo(
    '(authorization.rbac|rbac|rbac.authorization)',
    '(roles|clusterroles|rolebindings|clusterrolebindings)',
  ),
];

/** What makes pods. Pods and replica sets themselves come and go, and the feed and the sweep have what they are made by. */
export const WORKLOAD_METHODS: readonly string[] = [
  changesTo('(apps|extensions)', '(deployments|statefulsets|daemonsets)'),
  changesTo('batch', '(jobs|cronjobs)'),
];

/**
 * The parts of a cluster, who fetch tokens by the million (gcp-facts 3.5): nodes and service accounts, controllers, the API server. Not
 * system:anonymous and system:unauthenticated.
 */
export const CLUSTER_PARTS: readonly string[] = ['system:*:*', 'system:*-*', 'system:apiserver'];
