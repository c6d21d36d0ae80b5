/** One change as it is pushed: jane makes the KSA sandbox/debug an editor of project acme-prod; the feed's view of it; its repair. */
import { asset, auditEntry, delta, policy } from '../decode/payloads.ts';

const PROJECT = '//cloudresourcemanager.googleapis.com/projects/acme-prod';
const DEBUG = 'serviceAccount:acme-prod.svc.id.goog[sandbox/debug]';
const WHERE = { ancestors: ['projects/111122223333', 'organizations/123456789012'] };

type Json = Readonly<Record<string, unknown>>;

/** A Pub/Sub push body around a text, or around JSON. */
export function pushed(content: Json | string, messageId = '1'): Json {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return {
    message: {
      data: Buffer.from(text).toString('base64'),
      messageId,
      publishTime: '2026-11-21T09:00:12.000000Z',
    },
    subscription: 'projects/acme-iac/subscriptions/anchorwatch',
  };
}

/** Google's own agent is an editor of many a project: not what we look for. */
const OTHERS = ['roles/editor', 'serviceAccount:111122223333@cloudservices.gserviceaccount.com'] as const;

export const EDITOR_ENTRY = auditEntry(
  {
    serviceName: 'cloudresourcemanager.googleapis.com',
    methodName: 'SetIamPolicy',
    resourceName: 'projects/acme-prod',
    authenticationInfo: { principalEmail: 'jane@acme.example', principalSubject: 'user:jane@acme.example' },
    request: { resource: 'acme-prod', policy: policy('before', [...OTHERS, DEBUG]) },
    response: policy('after', [...OTHERS, DEBUG]),
    serviceData: delta(['ADD', 'roles/editor', DEBUG]),
  },
  { insertId: 'editor', timestamp: '2026-11-21T09:00:10.500000Z' },
);

export const EDITOR_FEED: Json = {
  asset: asset('cloudresourcemanager.googleapis.com/Project', PROJECT, {
    ...WHERE,
    updateTime: '2026-11-21T09:00:10.700000Z',
    iamPolicy: policy('after', [...OTHERS, DEBUG]),
  }),
  window: { startTime: '2026-11-21T09:00:10.700000Z' },
};

export const EDITOR_GONE: Json = {
  asset: asset('cloudresourcemanager.googleapis.com/Project', PROJECT, {
    ...WHERE,
    updateTime: '2026-11-21T09:05:00.000000Z',
    iamPolicy: policy('repaired', [...OTHERS]),
  }),
  window: { startTime: '2026-11-21T09:05:00.000000Z' },
};

/** The entry tells the change and not the policy, so the policy has to be read. */
export const DELTA_ENTRY = auditEntry(
  {
    serviceName: 'cloudresourcemanager.googleapis.com',
    methodName: 'SetIamPolicy',
    resourceName: 'projects/acme-prod',
    serviceData: delta(['ADD', 'roles/editor', DEBUG]),
  },
  { insertId: 'delta', timestamp: '2026-11-21T09:00:10.500000Z' },
);

/** And its repair, told in the same way. */
export const DELTA_GONE = auditEntry(
  {
    serviceName: 'cloudresourcemanager.googleapis.com',
    methodName: 'SetIamPolicy',
    resourceName: 'projects/acme-prod',
    serviceData: delta(['REMOVE', 'roles/editor', DEBUG]),
  },
  { insertId: 'delta-gone', timestamp: '2026-11-21T09:04:59.500000Z' },
);

export const WELCOME =
  'You have successfully configured real time feed [organizations/123456789012/feeds/anchorwatch]';
