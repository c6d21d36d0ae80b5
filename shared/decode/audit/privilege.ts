import type { ActKind } from '../../model/act.ts';
import type { AssetName } from '../../model/asset.ts';
import { SECOND } from '../../model/time.ts';
import { ignored } from '../answer.ts';
import type { Fields } from '../fields.ts';
import { present } from '../present.ts';
import { type AuditEntry, type AuditHead, actBase } from './entry.ts';
import type { AuditNews, ReadNews } from './reader.ts';

const SERVICE = 'privilegedaccessmanager.googleapis.com';

/** By the last part of the method (docs: iam/docs/audit-logging/audit-logging-pam). */
const KINDS: ReadonlyMap<string, ActKind> = new Map<string, ActKind>([
  ['CreateGrant', 'request-privilege'],
  ['ApproveGrant', 'approve-privilege'],
  ['DenyGrant', 'end-privilege'],
  ['RevokeGrant', 'end-privilege'],
  ['WithdrawGrant', 'end-privilege'],
]);
/** States of a grant that nobody has to agree to any more (docs: PAM REST reference, Grant.State). */
const AGREED: ReadonlySet<string> = new Set(['SCHEDULED', 'ACTIVATING', 'ACTIVE']);

/** Grants of Privileged Access Manager: who asked for what they may do for a while, why, and who agreed. */
export function privilegeReader({ service, method }: AuditHead): ReadNews | undefined {
  const kind = service === SERVICE ? KINDS.get(method.split('.').at(-1) ?? '') : undefined;
  return kind && ((entry) => newsOfPrivilege(entry, kind));
}

/** No entry has been seen by us [NV]: the fields are those of the API, and what does not say which grant it is about is left alone. */
function newsOfPrivilege(entry: AuditEntry, kind: ActKind) {
  const { request, response, resourceName } = entry;
  const grant = [response?.text('name'), request?.text('name'), resourceName].find(
    (name) => name !== undefined && /\/entitlements\/[^/]+\/grants\/[^/]+$/.test(name),
  );
  if (grant === undefined) return ignored('privilege that it does not name', entry.method);
  const asset: AssetName = `//${SERVICE}/${grant.replace(/^\/+/, '').replace(`${SERVICE}/`, '')}`;
  const base = actBase(entry);
  const asked = request?.object('grant');
  const reason =
    kind === 'request-privilege'
      ? (justification(response) ?? justification(asked))
      : request?.text('reason');
  const actor = { ...base.actor, ...present({ reason: reason ?? base.actor.reason }) };
  const lasts = durationOf(response) ?? durationOf(asked);
  const news: AuditNews = {
    act: {
      ...base,
      kind,
      asset,
      actor,
      changes: [],
      ...(kind === 'request-privilege' && lasts !== undefined
        ? {
            privilege: {
              lasts: BigInt(lasts) * SECOND,
              awaitsApproval: !AGREED.has(response?.textIfAny('state') ?? ''),
            },
          }
        : {}),
    },
    observations: [],
  };
  return news;
}

function justification(grant: Fields | undefined): string | undefined {
  return grant?.objectIfAny('justification')?.textIfAny('unstructuredJustification');
}

/** `3600s`. */
function durationOf(grant: Fields | undefined): string | undefined {
  return /^(\d{1,9})(?:\.\d+)?s$/.exec(grant?.textIfAny('requestedDuration') ?? '')?.[1];
}
