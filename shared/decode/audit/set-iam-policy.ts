import type { AssetName } from '../../model/asset.ts';
import type { Grant, GrantChange } from '../../model/grant.ts';
import { type Fields, isObject } from '../fields.ts';
import { changesOf, etagOf, grantsOf } from '../iam-policy.ts';
import { present } from '../present.ts';
import { accountAlias, accountAsset, accountNames } from './account.ts';
import { type AuditEntry, type AuditHead, actBase, seenIn } from './entry.ts';
import type { AuditNews, ReadNews } from './reader.ts';
import { assetOf } from './resource-name.ts';

/** `SetIamPolicy`, `….SetIAMPolicy`, `v1.compute.disks.setIamPolicy`, `storage.setIamPermissions` (gcp-facts 3.2, suffix rule). */
const POLICY_WRITE = /(^|[.])setiam(policy|permissions)$/i;

/** A policy was written: whole where the entry has it, the changes where it has those, else the bare fact, so that it is read. */
export function setIamPolicyReader(head: AuditHead): ReadNews | undefined {
  return POLICY_WRITE.test(head.method) ? news : undefined;
}

function news(entry: AuditEntry): AuditNews {
  const names = isOnAccount(entry) ? accountNames(entry) : undefined;
  const asset = names === undefined ? assetOf(entry) : accountAsset(names);
  const written = writtenPolicy(entry);
  const changes = deltaOf(entry, asset);
  const etag = etagOf(written.stored);
  const versions = present({ etag, supersedes: etagOf(written.asked) });
  return {
    act: {
      ...actBase(entry),
      kind: 'set-iam-policy',
      asset,
      changes: changes ?? [],
      ...present({ etag, account: names?.email }),
    },
    observations: [
      { ...seenIn(entry), asset, ...versions, ...contentOf(written, asset, changes) },
      ...(names === undefined ? [] : accountAlias(entry, names)),
    ],
  };
}

function isOnAccount(entry: AuditEntry): boolean {
  return (
    entry.service === 'iam.googleapis.com' &&
    (entry.resourceType === 'service_account' || /(^|\/)serviceAccounts\//.test(entry.resourceName ?? ''))
  );
}

type Content =
  | { readonly kind: 'policy'; readonly grants: readonly Grant[] }
  | { readonly kind: 'policy-delta'; readonly changes: readonly GrantChange[] }
  | { readonly kind: 'policy-unknown' };

function contentOf(
  written: WrittenPolicy,
  asset: AssetName,
  changes: readonly GrantChange[] | undefined,
): Content {
  const grants = wholePolicy(written, asset);
  if (grants !== undefined) return { kind: 'policy', grants };
  return changes === undefined ? { kind: 'policy-unknown' } : { kind: 'policy-delta', changes };
}

interface WrittenPolicy {
  /** The policy as the service answered it. */
  readonly stored: Fields | undefined;
  /** The policy as the caller sent it. */
  readonly asked: Fields | undefined;
  /** Whether the caller's mask lets bindings through. */
  readonly bindingsAsked: boolean;
}

function writtenPolicy(entry: AuditEntry): WrittenPolicy {
  // Cloud Storage wraps its request (fixtures: professional-services).
  const request = entry.request?.object('iamRequest') ?? entry.request;
  const answers = [entry.response, entry.response?.object('policy'), bigQueryPolicy(entry.payload)];
  return {
    stored:
      answers.find((answer) => answer?.has('bindings')) ?? answers.find((answer) => answer?.has('etag')),
    asked: request?.object('policy') ?? (request?.has('bindings') ? request : undefined),
    bindingsAsked: maskLetsBindings(request?.raw('updateMask')),
  };
}

/**
 * What was stored outweighs what was asked. JSON leaves empty lists out, so an answer without bindings means an emptied policy when
 * nothing else was asked for; but publishers also cut answers down, so when the two disagree nothing is concluded.
 */
function wholePolicy(
  { stored, asked, bindingsAsked }: WrittenPolicy,
  asset: AssetName,
): readonly Grant[] | undefined {
  if (stored?.has('bindings')) return grantsOf(stored, asset);
  if (asked === undefined || !bindingsAsked) return undefined;
  const grants = grantsOf(asked, asset);
  if (grants.length > 0) return stored === undefined ? grants : undefined;
  return stored !== undefined || asked.has('bindings') ? [] : undefined;
}

/** No mask means bindings and etag (google/iam/v1/iam_policy.proto). */
function maskLetsBindings(mask: unknown): boolean {
  if (mask === undefined || mask === '') return true;
  const paths = isObject(mask) ? mask.paths : mask;
  return JSON.stringify(paths ?? '').includes('bindings');
}

/** BigQuery keeps the policy in its metadata (google/cloud/audit/bigquery_audit_metadata.proto: DatasetChange, BigQueryAcl). */
function bigQueryPolicy(payload: Fields): Fields | undefined {
  return payload
    .object('metadata')
    ?.object('datasetChange')
    ?.object('dataset')
    ?.object('acl')
    ?.object('policy');
}

/** Present but empty means that no binding changed; auditConfigDeltas alone, say. */
function deltaOf(entry: AuditEntry, asset: AssetName): readonly GrantChange[] | undefined {
  const delta =
    entry.payload.object('serviceData')?.object('policyDelta') ??
    entry.payload.object('metadata')?.object('policyDelta');
  return delta === undefined ? undefined : changesOf(delta, asset);
}
