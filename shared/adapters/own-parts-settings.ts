import type { cloudasset_v1 } from 'googleapis/build/src/apis/cloudasset/index.js';
import type { cloudresourcemanager_v3 } from 'googleapis/build/src/apis/cloudresourcemanager/index.js';
import type { cloudscheduler_v1 } from 'googleapis/build/src/apis/cloudscheduler/index.js';
import type { logging_v2 } from 'googleapis/build/src/apis/logging/index.js';
import type { pubsub_v1 } from 'googleapis/build/src/apis/pubsub/index.js';
import type { Setting } from '../model/watch-part.ts';

/*
 * How each API's answer reads as settings. What the API leaves out, or says by default, is no setting: so that whatever narrows, turns off or
 * turns aside what a part sends is one more than was deployed.
 */

type Value = string | number | boolean | null | undefined;

export function feedSettings(feed: cloudasset_v1.Schema$Feed): readonly Setting[] {
  return [
    ...all('assetType', feed.assetTypes),
    ...all('assetName', feed.assetNames),
    ...all('relationshipType', feed.relationshipTypes),
    ...one('content', feed.contentType),
    ...one('topic', feed.feedOutputConfig?.pubsubDestination?.topic),
    ...one('condition', feed.condition?.expression),
  ];
}

export function sinkSettings(sink: logging_v2.Schema$LogSink): readonly Setting[] {
  return [
    ...one('destination', sink.destination),
    // No filter lets everything through.
    { name: 'filter', value: sink.filter ?? '' },
    ...one('writer', sink.writerIdentity),
    ...ifSo('includeChildren', sink.includeChildren),
    ...ifSo('disabled', sink.disabled),
    ...exclusionSettings(sink.exclusions ?? []),
  ];
}

/** One that is disabled keeps nothing away. */
export function exclusionSettings(exclusions: readonly logging_v2.Schema$LogExclusion[]): readonly Setting[] {
  return exclusions
    .filter(({ disabled }) => disabled !== true)
    .map(({ name, filter }) => ({ name: 'exclusion', value: `${name ?? ''} ${filter ?? ''}`.trim() }));
}

export function topicSettings(topic: pubsub_v1.Schema$Topic): readonly Setting[] {
  return [
    ...one('schema', topic.schemaSettings?.schema),
    ...transforms(topic.messageTransforms),
    ...(isUsual(topic.state, 'ACTIVE') ? [] : one('state', topic.state)),
  ];
}

export function subscriptionSettings(subscription: pubsub_v1.Schema$Subscription): readonly Setting[] {
  const { pushConfig, deadLetterPolicy, bigqueryConfig, cloudStorageConfig, bigtableConfig } = subscription;
  return [
    ...one('topic', subscription.topic),
    ...one('ackDeadline', subscription.ackDeadlineSeconds),
    ...one('deadLetter', deadLetterPolicy?.deadLetterTopic),
    ...one('push', pushConfig?.pushEndpoint),
    ...one('pushAccount', pushConfig?.oidcToken?.serviceAccountEmail),
    ...one('filter', subscription.filter),
    ...ifSo('detached', subscription.detached),
    ...transforms(subscription.messageTransforms),
    ...one('bigquery', bigqueryConfig?.table),
    ...one('bucket', cloudStorageConfig?.bucket),
    ...one('bigtable', bigtableConfig?.table),
    ...(isUsual(subscription.state, 'ACTIVE') ? [] : one('state', subscription.state)),
  ];
}

export function scheduleSettings(job: cloudscheduler_v1.Schema$Job): readonly Setting[] {
  return [
    ...one('schedule', job.schedule),
    ...one(
      'target',
      job.httpTarget?.uri ?? job.pubsubTarget?.topicName ?? job.appEngineHttpTarget?.relativeUri,
    ),
    ...(isUsual(job.state, 'ENABLED') ? [] : one('state', job.state)),
  ];
}

export function auditConfigSettings(policy: cloudresourcemanager_v3.Schema$Policy): readonly Setting[] {
  return (policy.auditConfigs ?? []).flatMap(({ service, auditLogConfigs = [] }) =>
    (auditLogConfigs ?? []).flatMap(({ logType, exemptedMembers }) => [
      { name: 'log', value: `${service} ${logType}` },
      ...(exemptedMembers ?? []).map((member) => ({
        name: 'exempted',
        value: `${service} ${logType} ${member}`,
      })),
    ]),
  );
}

function one(name: string, value: Value): readonly Setting[] {
  return value === undefined || value === null || value === '' ? [] : [{ name, value: String(value) }];
}

function all(name: string, values: readonly string[] | null | undefined): readonly Setting[] {
  return (values ?? []).map((value) => ({ name, value }));
}

function ifSo(name: string, value: boolean | null | undefined): readonly Setting[] {
  return value === true ? [{ name, value: 'true' }] : [];
}

function transforms(values: readonly pubsub_v1.Schema$MessageTransform[] | undefined): readonly Setting[] {
  return (values ?? [])
    .filter(({ disabled }) => disabled !== true)
    .map((transform) => ({ name: 'transform', value: JSON.stringify(transform) }));
}

function isUsual(state: string | null | undefined, usual: string): boolean {
  return state === undefined || state === null || state === usual;
}
