import type { GrantChange } from '../../../model/grant.ts';
import { ignored } from '../../answer.ts';
import type { Fields } from '../../fields.ts';
import { decodeConfigConnector } from '../../manifest/config-connector.ts';
import { type AuditEntry, type AuditHead, actBase } from '../entry.ts';
import type { ReadNews } from '../reader.ts';
import { isDryRun } from './dry-run.ts';
import { objectAsset, objectPathOf } from './object-name.ts';
import { changeVerb } from './watched.ts';

const PLURAL =
  /^\/*(iam\.cnrm\.cloud\.google\.com)\/v[^/]+\/namespaces\/[^/]+\/(iampolicymembers|iampartialpolicies|iampolicies)\//;

/**
 * Objects of Config Connector that give roles. By the name of the resource and the last word of the method: how methods spell groups that are
 * not Kubernetes' own is not known [NV].
 */
export function connectorReader({ payload, service, method }: AuditHead): ReadNews | undefined {
  const [, group, plural] = PLURAL.exec(payload.textIfAny('resourceName') ?? '') ?? [];
  const verb = changeVerb(method.split('.').at(-1) ?? '');
  if (service !== 'k8s.io' || group === undefined || plural === undefined || verb === undefined)
    return undefined;
  return (entry) => newsOfObject(entry, { group, plural }, verb === 'delete');
}

/**
 * Who changed it, and which grants it means. Of the cloud it tells nothing: Config Connector has still to make it so, and often writes such an
 * object anew without any change.
 */
function newsOfObject(
  entry: AuditEntry,
  { group, plural }: { readonly group: string; readonly plural: string },
  isGone: boolean,
) {
  if (isDryRun(entry)) return ignored('dry run, nothing was stored', entry.method);
  if (entry.actor.principal.startsWith('system:serviceaccount:cnrm-system:'))
    return ignored('Config Connector writing to an object of its own', entry.method);
  const asset = objectAsset(objectPathOf(entry, plural), group, plural);
  const object = [entry.response, entry.request].find((body) => body?.has('spec') && body.has('kind'));
  const changes = object === undefined ? [] : changesIn(object, entry, isGone);
  return {
    act: { ...actBase(entry), kind: 'change-connector-object' as const, asset, changes },
    observations: [],
  };
}

function changesIn(object: Fields, entry: AuditEntry, isGone: boolean): readonly GrantChange[] {
  const { decoded } = decodeConfigConnector(object, {
    receivedAt: entry.time,
    ...(entry.project === undefined ? {} : { project: entry.project }),
  });
  return decoded
    .flatMap((one) => (one.kind === 'news' ? one.observations : []))
    .flatMap((one) =>
      one.kind === 'policy-delta'
        ? one.changes
        : one.kind === 'policy'
          ? one.grants.map((grant) => ({ action: 'add' as const, grant }))
          : [],
    )
    .map(({ action, grant }) => ({ action: isGone ? 'remove' : action, grant }));
}
