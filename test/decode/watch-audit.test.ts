/** Changes of the watch itself, in entries that were captured and in entries of our own. */
import { describe, expect, it } from '@jest/globals';
import { decodeMessage } from '../../shared/decode/decode.ts';
import type { DeployedKind } from '../../shared/model/watch-part.ts';
import { fixtures, itOnFixtures } from '../fixtures.ts';
import { auditEntry, CONTEXT, delta } from './payloads.ts';

const acts = (entry: unknown, parts: Readonly<Record<string, DeployedKind>>) => {
  const decoded = decodeMessage(entry, { ...CONTEXT, parts: new Map(Object.entries(parts)) });
  return decoded.kind === 'news'
    ? decoded.acts.map(({ kind, asset, actor }) => `${actor.principal} ${kind} ${asset}`)
    : decoded.kind;
};

describe('captured entries', () => {
  itOnFixtures('an exclusion was put on a sink', () => {
    const [, entry] = fixtures('panther-analysis/gcp_audit/gcp_logging_settings_modified.json');
    const sink = '//logging.googleapis.com/projects/gcp-project1/sinks/log-sink';
    expect(acts(entry, { [sink]: 'sink' })).toEqual([`person-d5710ec6@company.io change-watch ${sink}`]);
    expect(acts(entry, { [`${sink}2`]: 'sink' })).toBe('ignored');
  });

  itOnFixtures('a sink was deleted', () => {
    const [, entry] = fixtures('panther-analysis/gcp_audit/gcp_log_bucket_or_sink_deleted.json');
    const sink = '//logging.googleapis.com/projects/test-project-123456/sinks/test-1';
    expect(acts(entry, { [sink]: 'sink' })).toEqual([`person-f7ee5ec7@domain.com change-watch ${sink}`]);
  });

  itOnFixtures('a sink that was only looked at was not changed', () => {
    const [, , , entry] = fixtures('panther-analysis/gcp_audit/gcp_log_bucket_or_sink_deleted.json');
    const sink = '//logging.googleapis.com/projects/test-project-123456/sinks/test-1';
    expect(acts(entry, { [sink]: 'sink' })).toBe('ignored');
  });
});

describe('the audit configuration', () => {
  const scope = '//cloudresourcemanager.googleapis.com/organizations/1';
  const set = (more: Readonly<Record<string, unknown>>) =>
    auditEntry({
      serviceName: 'cloudresourcemanager.googleapis.com',
      methodName: 'SetIamPolicy',
      resourceName: 'organizations/1',
      ...more,
    });
  const told = `dev@example.com change-watch ${scope}`;

  it.each([
    ['by the delta', { serviceData: { policyDelta: { auditConfigDeltas: [{ action: 'ADD' }] } } }],
    ['by the mask, where there is no delta', { request: { updateMask: 'auditConfigs', policy: {} } }],
    ['by the policy asked for, where there is neither', { request: { policy: { auditConfigs: [] } } }],
  ])('was changed %s: an act of its own beside the one of the policy', (_how, more) => {
    expect(acts(set(more), { [scope]: 'audit-config' })).toEqual([
      `dev@example.com set-iam-policy ${scope}`,
      told,
    ]);
  });

  it.each([
    ['bindings', { serviceData: delta(['ADD', 'roles/viewer', 'user:x@acme.example']) }],
    [
      'bindings, the whole policy sent along',
      { serviceData: { policyDelta: {} }, request: { policy: { auditConfigs: [] } } },
    ],
  ])('was not, where only %s were', (_what, more) => {
    expect(acts(set(more), { [scope]: 'audit-config' })).not.toContain(told);
  });
});

describe('parts', () => {
  const topic = '//pubsub.googleapis.com/projects/p/topics/t';
  const deleted = auditEntry({
    serviceName: 'pubsub.googleapis.com',
    methodName: 'google.pubsub.v1.Publisher.DeleteTopic',
    resourceName: 'projects/p/topics/t',
  });

  it('are known by their exact names only', () => {
    expect(acts(deleted, { [topic]: 'topic' })).toHaveLength(1);
    expect(acts(deleted, { [`${topic}t`]: 'topic' })).toBe('ignored');
    expect(decodeMessage(deleted, CONTEXT).kind).toBe('ignored');
  });

  it('are not changed by a call that failed, nor twice by an operation of two entries', () => {
    const failed = { ...deleted, protoPayload: { ...(deleted.protoPayload as object), status: { code: 7 } } };
    expect(acts(failed, { [topic]: 'topic' })).toBe('ignored');
    expect(acts({ ...deleted, operation: { id: 'o', first: true } }, { [topic]: 'topic' })).toHaveLength(1);
    expect(acts({ ...deleted, operation: { id: 'o', last: true } }, { [topic]: 'topic' })).toBe('ignored');
  });
});
