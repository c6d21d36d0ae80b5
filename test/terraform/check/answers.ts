import { type PackedMap, UNKNOWN } from './msgpack.ts';
import type { Answers } from './stub-provider.ts';

/** Before anything is made, Google has said nothing but what data sources ask for. */
export const BEFORE: Answers = (type, attribute, state) =>
  type === 'google_project' || type === 'google_storage_project_service_account'
    ? AFTER(type, attribute, state)
    : UNKNOWN;

/** When everything is made: what Google says, as far as anything of ours reads it; else a text that says whose it is. */
export const AFTER: Answers = (type, attribute, state) =>
  SAID[`${type}.${attribute}`]?.(state) ?? `${type}.${attribute}`;

const NUMBER = '123456789012';
const text = (state: PackedMap, name: string) => String(state[name]);
const account = (state: PackedMap) =>
  `${text(state, 'account_id')}@${text(state, 'project')}.iam.gserviceaccount.com`;
const agent = (state: PackedMap) =>
  `service-${NUMBER}@gcp-sa-${text(state, 'service').split('.')[0]}.iam.gserviceaccount.com`;
const sinkWriter = () => `serviceAccount:service-${NUMBER}@gcp-sa-logging.iam.gserviceaccount.com`;

const SAID: Readonly<Record<string, (state: PackedMap) => string>> = {
  'google_project.number': () => NUMBER,
  'google_service_account.email': account,
  'google_service_account.member': (state) => `serviceAccount:${account(state)}`,
  'google_service_account.name': (state) =>
    `projects/${text(state, 'project')}/serviceAccounts/${account(state)}`,
  'google_service_account.unique_id': () => '111122223333444455556',
  'google_project_service_identity.email': agent,
  'google_project_service_identity.member': (state) => `serviceAccount:${agent(state)}`,
  'google_pubsub_topic.id': (state) => `projects/${text(state, 'project')}/topics/${text(state, 'name')}`,
  'google_cloud_asset_organization_feed.name': (state) =>
    `organizations/${text(state, 'org_id')}/feeds/${text(state, 'feed_id')}`,
  'google_cloud_asset_folder_feed.name': (state) =>
    `folders/${text(state, 'folder')}/feeds/${text(state, 'feed_id')}`,
  'google_cloud_asset_project_feed.name': (state) => `projects/${NUMBER}/feeds/${text(state, 'feed_id')}`,
  'google_logging_organization_sink.writer_identity': sinkWriter,
  'google_logging_folder_sink.writer_identity': sinkWriter,
  'google_logging_project_sink.writer_identity': sinkWriter,
  'google_firestore_database.id': (state) =>
    `projects/${text(state, 'project')}/databases/${text(state, 'name')}`,
  'google_secret_manager_secret.id': (state) =>
    `projects/${text(state, 'project')}/secrets/${text(state, 'secret_id')}`,
};
