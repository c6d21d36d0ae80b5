/** Who acts: the functions by name, and whoever calls them. */
export type Holder =
  | 'on-asset-change'
  | 'on-audit-log'
  | 'work'
  | 'sweep'
  | 'deliver'
  | 'report'
  | 'slack-actions'
  | 'console'
  | 'heartbeat'
  | 'pusher'
  | 'scheduler';

/**
 * What a permission is granted on: what is watched (`scope`: an organisation, a folder or a project; `scope:projects` and the like where only
 * that kind of container knows the permission), the project of the watch itself, or one thing in it.
 */
export type Where =
  | 'scope'
  | 'scope:organizations'
  | 'scope:folders'
  | 'scope:projects'
  | 'project'
  | 'database'
  | 'topic:work'
  | 'topic:deliver'
  | 'topic:alerts'
  | 'secret:slack-token'
  | 'secret:signing-secret'
  | 'bucket:policy'
  | 'bucket:reports'
  | 'bucket:exports'
  | 'canary-account'
  | `function:${string}`;

export interface Permission {
  readonly permission: string;
  readonly where: Where;
  readonly why: string;
}

export type Permissions = Readonly<Record<Holder, readonly Permission[]>>;

function on(where: Where, why: string, ...permissions: readonly string[]): readonly Permission[] {
  return permissions.map((permission) => ({ permission, where, why }));
}

/** Transactions are begun with `datastore.databases.get` (docs: firestore/docs/security/iam). */
const READ_STORE = on(
  'database',
  'to read the store',
  'datastore.databases.get',
  'datastore.entities.get',
  'datastore.entities.list',
);
const STORE: readonly Permission[] = [
  ...READ_STORE,
  ...on(
    'database',
    'to write the store',
    'datastore.entities.create',
    'datastore.entities.update',
    'datastore.entities.delete',
  ),
];
const POLICY = on('bucket:policy', 'to read the policy', 'storage.objects.get', 'storage.objects.list');
const ASK_FOR_WORK = on('topic:work', 'to leave what takes longer to `work`', 'pubsub.topics.publish');
const NUDGE = on(
  'topic:deliver',
  'to wake `deliver` when there is something to tell',
  'pubsub.topics.publish',
);
const RECEIVE = [...STORE, ...POLICY, ...ASK_FOR_WORK, ...NUDGE];
const SLACK_TOKEN = on('secret:slack-token', 'to speak to Slack', 'secretmanager.versions.access');
/** Every call of Asset Inventory needs it in the project that the call is counted for (docs: asset-inventory/docs/roles-permissions). */
const ASK_ASSETS = on(
  'project',
  'to call Asset Inventory in the name of our project',
  'serviceusage.services.use',
);
/** Custom roles belong to organisations and projects; folders have none. */
const ROLES = [
  ...on('scope:organizations', 'to know what custom roles permit', 'iam.roles.list'),
  ...on('scope:projects', 'to know what custom roles permit', 'iam.roles.list'),
];

/**
 * What every function calls, and with it all that it may do. Nobody can become anybody, make a key or a token, or change who may do what, the
 * canary on its one account aside. Feeds, sinks and topics are made by whoever deploys.
 */
export const PERMISSIONS: Permissions = {
  'on-asset-change': RECEIVE,
  'on-audit-log': RECEIVE,
  work: [
    ...RECEIVE,
    ...ASK_ASSETS,
    ...on(
      'scope',
      'to list what is there: the sweep',
      'cloudasset.assets.listResource',
      'cloudasset.assets.listIamPolicy',
      'cloudasset.assets.listOrgPolicy',
    ),
    ...on(
      'scope',
      'to read one thing again (its history of the last minutes), and to export large listings',
      'cloudasset.assets.exportResource',
      'cloudasset.assets.exportIamPolicy',
      'cloudasset.assets.exportOrgPolicy',
    ),
    ...on(
      'scope',
      'to find in Admin Activity logs who made a change that a sweep found',
      'logging.logEntries.list',
    ),
    ...ROLES,
    ...on(
      'scope',
      'to ask clusters for their KSAs, where kubernetes is switched on',
      'container.clusters.connect',
      'container.serviceAccounts.list',
    ),
    ...on(
      'scope',
      'to ask Activity Analyzer when keys and accounts were used last, where usage is switched on',
      'policyanalyzer.serviceAccountKeyLastAuthenticationActivities.query',
      'policyanalyzer.serviceAccountLastAuthenticationActivities.query',
    ),
    ...on(
      'scope',
      'to ask Monitoring when keys were used, where usage is switched on',
      'monitoring.timeSeries.list',
    ),
    ...on('bucket:exports', 'to read what Asset Inventory exported', 'storage.objects.get'),
  ],
  sweep: [...RECEIVE, ...ROLES],
  deliver: [
    ...STORE,
    ...POLICY,
    ...SLACK_TOKEN,
    ...on('bucket:reports', 'to share a report as a file', 'storage.objects.get'),
    ...on('topic:alerts', 'to publish alerts on the topics that the policy names', 'pubsub.topics.publish'),
  ],
  report: [
    ...STORE,
    ...POLICY,
    ...NUDGE,
    ...on('bucket:reports', 'to write reports, never over one', 'storage.objects.create'),
  ],
  'slack-actions': [
    ...STORE,
    ...POLICY,
    ...NUDGE,
    ...on('secret:signing-secret', 'to know that it was Slack who sent it', 'secretmanager.versions.access'),
    ...SLACK_TOKEN,
  ],
  console: [...READ_STORE, ...POLICY],
  heartbeat: [
    ...RECEIVE,
    ...ASK_ASSETS,
    ...on('scope', 'to see that the feeds are as they were made', 'cloudasset.feeds.get'),
    ...on(
      'scope',
      'to see that the sinks are as they were made, and that nothing is excluded beside them',
      'logging.sinks.get',
      'logging.exclusions.list',
    ),
    ...on(
      'scope:organizations',
      'to see that the audit logs we need are on and exempt nobody',
      'resourcemanager.organizations.getIamPolicy',
    ),
    ...on(
      'scope:folders',
      'to see that the audit logs we need are on and exempt nobody',
      'resourcemanager.folders.getIamPolicy',
    ),
    ...on(
      'scope:projects',
      'to see that the audit logs we need are on and exempt nobody',
      'resourcemanager.projects.getIamPolicy',
    ),
    ...on(
      'project',
      'to see that topics are as they were made, and that nobody else may publish on them',
      'pubsub.topics.get',
      'pubsub.topics.getIamPolicy',
    ),
    ...on('project', 'to see that subscriptions are as they were made', 'pubsub.subscriptions.get'),
    ...on('project', 'to see that schedules are as they were made', 'cloudscheduler.jobs.get'),
    ...on(
      'canary-account',
      'to change the title of a condition that is never met, and see whether both streams tell of it',
      'iam.serviceAccounts.getIamPolicy',
      'iam.serviceAccounts.setIamPolicy',
    ),
  ],
  pusher: ['on-asset-change', 'on-audit-log', 'work', 'deliver'].flatMap((name) =>
    on(`function:${name}`, 'for Pub/Sub to push its messages', 'run.routes.invoke'),
  ),
  scheduler: ['sweep', 'deliver', 'report', 'heartbeat'].flatMap((name) =>
    on(`function:${name}`, 'for Scheduler to call it', 'run.routes.invoke'),
  ),
};
