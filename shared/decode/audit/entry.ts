import type { Actor, Setter } from '../../model/act.ts';
import { formatTime, type Nanos } from '../../model/time.ts';
import type { DecodeContext } from '../answer.ts';
import { contentId } from '../content-id.ts';
import { type Fields, Malformed } from '../fields.ts';
import { present } from '../present.ts';
import { actorOf } from './actor.ts';
import { failureOf, refusalOf } from './failure.ts';

/** What tells whether an entry is of interest: nothing more is read of those that are not. */
export interface AuditHead {
  readonly payload: Fields;
  readonly method: string;
  /** `iam.googleapis.com`; where the entry does not say, what its method is known to belong to. */
  readonly service: string | undefined;
  /** Of the monitored resource: `service_account`, `project`, `gcs_bucket`, … */
  readonly resourceType: string | undefined;
  readonly labels: Fields | undefined;
  /** Code and name of the status, when the call failed. */
  readonly failure: string | undefined;
  /** Where the entry stands in a long-running operation, when it belongs to one. */
  readonly operation: OperationMark | undefined;
}

export interface OperationMark {
  readonly first: boolean;
  readonly last: boolean;
}

/** The parts of a Cloud Audit Log entry that every reader needs. */
export interface AuditEntry extends AuditHead {
  readonly id: string;
  readonly time: Nanos;
  readonly request: Fields | undefined;
  readonly response: Fields | undefined;
  readonly resourceName: string | undefined;
  readonly actor: Actor;
  /** Project id (or number) the entry was written in. */
  readonly project: string | undefined;
  /** Where the entry was written: `projects/P`, `folders/N` or `organizations/N`. */
  readonly ancestors: readonly string[];
}

/** Throws `Malformed` when the entry carries no `AuditLog`, or one without a method. */
export function readHead(raw: Fields): AuditHead {
  const payload = auditLogOf(raw);
  const method = payload.needText('methodName');
  // Some publishers have cut the monitored resource down to a text.
  const resource = raw.objectIfAny('resource');
  const resourceType = resource?.textIfAny('type');
  return {
    payload,
    method,
    service: payload.text('serviceName') ?? serviceOf(method, resourceType),
    resourceType,
    labels: resource?.objectIfAny('labels'),
    failure: failureOf(payload) ?? refusalOf(raw),
    operation: operationOf(raw),
  };
}

function operationOf(raw: Fields): OperationMark | undefined {
  const operation = raw.objectIfAny('operation');
  return operation && { first: operation.raw('first') === true, last: operation.raw('last') === true };
}

/** Throws `Malformed` where the structure is broken. */
export function readEntry(raw: Fields, head: AuditHead, context: DecodeContext): AuditEntry {
  const project = head.labels?.id('project_id') ?? projectOfLog(raw);
  return {
    ...head,
    id: idOf(raw),
    time: raw.time('timestamp') ?? raw.time('receiveTimestamp') ?? context.receivedAt,
    request: requestOf(head),
    response: head.payload.object('response'),
    resourceName: head.payload.text('resourceName'),
    actor: actorOf(head.payload),
    project,
    ancestors: project === undefined ? containerOfLog(raw) : [`projects/${project}`],
  };
}

/** A JSON patch is a list of steps and no object [NV]: what became of it stands in the response. */
function requestOf({ payload, service }: AuditHead): Fields | undefined {
  return service === 'k8s.io' && Array.isArray(payload.raw('request'))
    ? undefined
    : payload.object('request');
}

/** The last segment of a method of the IAM admin API, in lower case; undefined for any other method. */
export function iamAdminMethod({ service, method }: AuditHead): string | undefined {
  if (service !== 'iam.googleapis.com') return undefined;
  return /^google\.iam\.admin\.v1\.([a-z]+)$/i.exec(method)?.[1]?.toLowerCase();
}

/** What each act and each observation of an entry carries. */
export function actBase(entry: AuditEntry) {
  return {
    id: entry.id,
    method: entry.method,
    time: entry.time,
    actor: entry.actor,
    ...present({ project: entry.project }),
  };
}

/** Who set what the entry tells, as far as a policy goes by it: nothing of where from and with what. */
export function setterOf({ actor: { principal, subject, delegation, reason } }: AuditEntry): Setter {
  return { principal, delegation, ...present({ subject, reason }) };
}

export function seenIn(entry: AuditEntry) {
  return { time: entry.time, source: 'audit-log', ancestors: entry.ancestors } as const;
}

function auditLogOf(raw: Fields): Fields {
  const payload = raw.object('protoPayload');
  if (payload === undefined) throw new Malformed('protoPayload: missing');
  // `at_sign_type` is a shipper's spelling; Eventarc leaves the type out.
  const type = payload.text('@type') ?? payload.text('at_sign_type');
  if (type !== undefined && !type.endsWith('google.cloud.audit.AuditLog')) {
    throw new Malformed('protoPayload.@type: not an AuditLog');
  }
  return payload;
}

/** `logName|timestamp|insertId`, which Google asks to go by, in one spelling whoever shipped it; else the content. */
function idOf(raw: Fields): string {
  const timestamp = raw.time('timestamp');
  const insertId = raw.text('insertId');
  if (timestamp === undefined || insertId === undefined) return contentId('entry', raw.values);
  const logName = raw.needText('logName').replace(/(cloudaudit\.googleapis\.com)(?:%2F|\/)/i, '$1%2F');
  return `${logName}|${formatTime(timestamp)}|${insertId}`;
}

function containerOfLog(raw: Fields): readonly string[] {
  const container = /^((?:projects|folders|organizations)\/[^/]+)\/logs\//.exec(
    raw.text('logName') ?? '',
  )?.[1];
  return container === undefined ? [] : [container];
}

function projectOfLog(raw: Fields): string | undefined {
  return /^projects\/(.+)$/.exec(containerOfLog(raw)[0] ?? '')?.[1];
}

/** Google's own shortened examples leave the service out (fixtures: google-docs-iam). */
function serviceOf(method: string, resourceType: string | undefined): string | undefined {
  if (method.startsWith('google.iam.admin.v1.')) return 'iam.googleapis.com';
  if (method.startsWith('io.k8s.')) return 'k8s.io';
  if (method.startsWith('storage.')) return 'storage.googleapis.com';
  const container =
    resourceType === 'project' || resourceType === 'folder' || resourceType === 'organization';
  return container ? 'cloudresourcemanager.googleapis.com' : undefined;
}
