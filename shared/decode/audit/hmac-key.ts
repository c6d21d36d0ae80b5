import type { ActKind } from '../../model/act.ts';
import { hmacKeyName, serviceAccountName } from '../../model/asset.ts';
import type { Observation } from '../../model/observation.ts';
import { formattedTime, Malformed } from '../fields.ts';
import { present } from '../present.ts';
import { type AuditEntry, type AuditHead, actBase, seenIn } from './entry.ts';
import type { AuditNews, ReadNews } from './reader.ts';

type HmacAct = Extract<ActKind, `${string}-hmac-key`>;

/**
 * Methods of Cloud Storage's JSON API, as its audit entries write methods (docs: storage/docs/json_api/v1/projects/hmacKeys). No entry has
 * been seen by us [NV]: which part names the key is tried in turn.
 */
const KINDS: ReadonlyMap<string, HmacAct> = new Map([
  ['storage.hmackeys.create', 'create-hmac-key'],
  ['storage.hmackeys.insert', 'create-hmac-key'],
  ['storage.hmackeys.update', 'update-hmac-key'],
  ['storage.hmackeys.delete', 'delete-hmac-key'],
]);

/** Keys to Cloud Storage in the manner of S3 being made, switched and deleted. */
export function hmacKeyReader({ method, service }: AuditHead): ReadNews | undefined {
  const kind = service === 'storage.googleapis.com' ? KINDS.get(method.toLowerCase()) : undefined;
  return kind && ((entry) => newsOf(kind, entry));
}

function newsOf(kind: HmacAct, entry: AuditEntry): AuditNews {
  const { request, response } = entry;
  const metadata = response?.objectIfAny('metadata') ?? response;
  const accessId =
    metadata?.text('accessId') ??
    request?.text('accessId') ??
    /\/hmacKeys\/([^/]+)$/.exec(entry.resourceName ?? '')?.[1];
  const account = (
    metadata?.text('serviceAccountEmail') ??
    request?.text('serviceAccountEmail') ??
    /(?:^|\/)serviceAccounts\/([^/]+@[^/]+)$/.exec(entry.resourceName ?? '')?.[1]
  )?.toLowerCase();
  if (accessId === undefined && account === undefined)
    throw new Malformed('protoPayload.resourceName: names neither an HMAC key nor its account');
  const asset = accessId === undefined ? serviceAccountName(account!) : hmacKeyName(accessId);
  const act = { ...actBase(entry), kind, asset, changes: [], ...present({ account }) };
  if (accessId === undefined) return { act, observations: [] };
  const seen = { ...seenIn(entry), asset };
  if (kind === 'delete-hmac-key') return { act, observations: [{ ...seen, kind: 'gone', type: 'hmac-key' }] };
  const state = metadata?.text('state') ?? request?.text('state');
  const known: Observation = {
    ...seen,
    kind: 'resource',
    facts: {
      type: 'hmac-key',
      accessId,
      ...present({
        account,
        active: state === undefined ? (kind === 'create-hmac-key' ? true : undefined) : state === 'ACTIVE',
        createdAt: formattedTime(
          metadata?.time('timeCreated') ?? (kind === 'create-hmac-key' ? entry.time : undefined),
        ),
      }),
    },
    whole: false,
  };
  return { act, observations: [known] };
}
