import type { Act } from '../../model/act.ts';
import type { AssetName } from '../../model/asset.ts';
import type { Decoded } from '../../model/decoded.ts';
import type { DeployedKind } from '../../model/watch-part.ts';
import type { DecodeContext } from '../answer.ts';
import { type Fields, isObject } from '../fields.ts';
import { type AuditEntry, type AuditHead, actBase, readEntry } from './entry.ts';
import { opens } from './operation.ts';
import { pathOf } from './resource-name.ts';

/**
 * What changes a part of the watch, by service: gcp-facts 3.2 has those of Pub/Sub, Logging and Asset Inventory; of Scheduler, Cloud Run and
 * Cloud Functions they are the methods of their APIs [NV]. By verb, so that a method Google adds is not missed.
 */
const SERVICES: ReadonlySet<string | undefined> = new Set([
  'cloudasset.googleapis.com',
  'logging.googleapis.com',
  'pubsub.googleapis.com',
  'cloudscheduler.googleapis.com',
  'run.googleapis.com',
  'cloudfunctions.googleapis.com',
]);
const WRITES =
  /\.(?:Create|Update|Delete|Replace|Patch|Modify(?!AckDeadline)|Detach|Seek|Pause|Resume|Set|Move|Undelete)[A-Za-z]*$/;
const SETS_POLICY = /(^|[.])setiampolicy$/i;

/** Adds to what an entry tells that somebody changed a part of the watch itself, where it is one of `parts`. */
export function withOwnActs(decoded: Decoded, raw: Fields, head: AuditHead, context: DecodeContext): Decoded {
  if (context.parts === undefined || head.failure !== undefined || decoded.kind === 'malformed')
    return decoded;
  const asset = changedPart(raw, head, context, context.parts);
  if (asset === undefined) return decoded;
  const entry = readEntry(raw, head, context);
  if (!opens(entry)) return decoded;
  // The entry may tell an act of its own, under its own id: a policy was set.
  const act: Act = { ...actBase(entry), id: `${entry.id}|watch`, kind: 'change-watch', asset, changes: [] };
  return decoded.kind === 'news'
    ? { ...decoded, acts: [...decoded.acts, act] }
    : { kind: 'news', id: act.id, time: entry.time, observations: [], acts: [act] };
}

function changedPart(
  raw: Fields,
  head: AuditHead,
  context: DecodeContext,
  parts: ReadonlyMap<AssetName, DeployedKind>,
): AssetName | undefined {
  const setsPolicy = SETS_POLICY.test(head.method);
  if (!setsPolicy && !(SERVICES.has(head.service) && WRITES.test(head.method))) return undefined;
  const entry = readEntry(raw, head, context);
  const found = namesIn(entry).find((name) => parts.has(name));
  if (found === undefined || !setsPolicy) return found;
  switch (parts.get(found)) {
    // Who may publish is known by the grants themselves.
    case 'topic':
      return undefined;
    case 'audit-config':
      return changesAuditConfig(entry) ? found : undefined;
    default:
      return found;
  }
}

/** Every full name the entry may mean: where the name of the thing stands differs from method to method. */
function namesIn(entry: AuditEntry): readonly AssetName[] {
  const { request, response, resourceName, service, method } = entry;
  const bodies = [
    request,
    request?.objectIfAny('feed'),
    request?.objectIfAny('sink'),
    request?.objectIfAny('topic'),
  ];
  bodies.push(
    request?.objectIfAny('subscription'),
    request?.objectIfAny('job'),
    request?.objectIfAny('service'),
  );
  bodies.push(request?.objectIfAny('function'), response);
  const paths = [
    resourceName,
    ...bodies.map((body) => body?.textIfAny('name')),
    ...['sinkName', 'topic', 'subscription', 'resource', 'parent'].map((field) => request?.textIfAny(field)),
  ].flatMap((path) => path ?? []);
  const names = paths.map((path) =>
    path.startsWith('//') ? path : `//${service ?? ''}/${pathOf(path, entry)}`,
  );
  if (!/Exclusion$/.test(method)) return names;
  // An exclusion that is new was never one of ours: the list of them is.
  return names.flatMap((name) => {
    const container = /^\/\/[^/]+\/[a-zA-Z]+\/[^/]+/.exec(name)?.[0];
    return container === undefined ? [] : [`${container}/exclusions`];
  });
}

/** A delta tells it; without one, what was asked for may have held it. */
function changesAuditConfig({ payload, request }: AuditEntry): boolean {
  const delta =
    payload.objectIfAny('serviceData')?.objectIfAny('policyDelta') ??
    payload.objectIfAny('metadata')?.objectIfAny('policyDelta');
  if (delta !== undefined) {
    const deltas = delta.raw('auditConfigDeltas');
    return Array.isArray(deltas) && deltas.length > 0;
  }
  const mask = request?.raw('updateMask');
  const paths = isObject(mask) ? mask.paths : mask;
  return (
    JSON.stringify(paths ?? '').includes('auditConfigs') ||
    request?.objectIfAny('policy')?.has('auditConfigs') === true
  );
}
