import type { AssetName } from '../../model/asset.ts';
import type { Observation } from '../../model/observation.ts';
import { type Ignored, ignored } from '../answer.ts';
import { type Attachment, attachmentAsked } from '../facts/attachment.ts';
import { type Fields, Malformed } from '../fields.ts';
import { present } from '../present.ts';
import { accountAlias, accountAsset, accountNames } from './account.ts';
import { type AuditEntry, type AuditHead, actBase, seenIn } from './entry.ts';
import { newsOfOperation } from './operation.ts';
import type { AuditNews, ReadNews } from './reader.ts';
import { assetOf } from './resource-name.ts';

interface Family {
  readonly method: RegExp;
  readonly assetType: string;
  /** Where the request has the resource itself; nothing where it is the resource. */
  readonly body?: string;
}

/** gcp-facts 3.2; of Compute Engine also the beta API and templates (fixtures: iris3, cloud-custodian). */
const FAMILIES: readonly Family[] = [
  { method: /^\w+\.compute\.instances\.(insert|delete)$/, assetType: 'compute.googleapis.com/Instance' },
  {
    method: /^\w+\.compute\.instanceTemplates\.(insert|delete)$/,
    assetType: 'compute.googleapis.com/InstanceTemplate',
  },
  {
    method:
      /^google\.cloud\.functions\.v\w+\.(?:CloudFunctionsService|FunctionService)\.(Create|Update|Delete)Function$/,
    assetType: 'cloudfunctions.googleapis.com/Function',
    body: 'function',
  },
  {
    method: /^google\.cloud\.run\.v\d\.Services\.(Create|Replace|Update|Delete)Service$/,
    assetType: 'run.googleapis.com/Service',
    body: 'service',
  },
  {
    method: /^google\.cloud\.run\.v\d\.Jobs\.(Create|Replace|Update|Delete)Job$/,
    assetType: 'run.googleapis.com/Job',
    body: 'job',
  },
];

/** Something outside of pods is made to run as an account. */
export function attachmentReader({ method }: AuditHead): ReadNews | undefined {
  for (const family of FAMILIES) {
    const verb = family.method.exec(method)?.[1]?.toLowerCase();
    if (verb !== undefined) return (entry) => newsOfRunner(entry, family, verb === 'delete');
  }
  return undefined;
}

function newsOfRunner(entry: AuditEntry, family: Family, isDeletion: boolean): AuditNews | Ignored {
  const { request } = entry;
  const body = family.body === undefined ? request : request?.object(family.body);
  const facts = isDeletion ? undefined : attachmentAsked(family.assetType, body);
  if (facts === undefined && !isDeletion)
    return ignored('says nothing of the account that it runs as', entry.method);
  // Google's own shortened examples leave the service out (fixtures: google-docs-iam).
  const service = entry.service ?? family.assetType.split('/')[0];
  const asset = runnerAsset({ ...entry, service }, body);
  if (facts === undefined) return endOf(entry, asset);
  const asked: readonly Observation[] = [{ ...seenIn(entry), asset, kind: 'resource', facts, whole: false }];
  return newsOfOperation(entry, {
    kind: 'attach-account',
    asset,
    asked,
    ...present({ account: only(facts) }),
  });
}

/** Believed from the entry that closes the operation, like every deletion; that something ends is nobody's becoming an account. */
function endOf(entry: AuditEntry, asset: AssetName): AuditNews | Ignored {
  if (entry.operation !== undefined && !entry.operation.last)
    return ignored('later entries of the operation tell that it is gone', entry.method);
  return { observations: [{ ...seenIn(entry), asset, kind: 'gone', type: 'attachment' }] };
}

/** Most run as one; of several, none is the one the act is about. */
function only({ accounts = '' }: Attachment): string | undefined {
  return accounts.includes('\n') ? undefined : accounts;
}

/** Creation may name what the resource will lie in alone, and its name in the body. */
function runnerAsset(entry: AuditEntry, body: Fields | undefined): AssetName {
  const { resourceName } = entry;
  const isNamed = /\/(instances|instanceTemplates|functions|services|jobs)\/[^/]+$/.test(resourceName ?? '');
  if (isNamed) return assetOf(entry);
  const name = body?.textIfAny('name') ?? '';
  if (!/^projects\/[^/]+\/locations\/[^/]+\/(functions|services|jobs)\/[^/]+$/.test(name))
    throw new Malformed('protoPayload.resourceName: names nothing that runs as an account');
  return assetOf({ ...entry, resourceName: name });
}

/**
 * Somebody had something run as an account, through whatever service (docs: iam/docs/audit-logging, `iam.serviceAccounts.actAs`). What that
 * is, other entries tell, or the asset.
 */
export function actAsReader({ service, method }: AuditHead): ReadNews | undefined {
  if (service !== 'iam.googleapis.com' || method !== 'iam.serviceAccounts.actAs') return undefined;
  return (entry) => {
    const names = accountNames(entry);
    const act = {
      ...actBase(entry),
      asset: accountAsset(names),
      changes: [],
      ...present({ account: names.email }),
    };
    return { act: { ...act, kind: 'attach-account' }, observations: accountAlias(entry, names) };
  };
}
