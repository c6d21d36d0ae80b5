import type { Act } from '../../../model/act.ts';
import type { AssetName } from '../../../model/asset.ts';
import type { Observation } from '../../../model/observation.ts';
import { type Ignored, ignored } from '../../answer.ts';
import type { Fields } from '../../fields.ts';
import { present } from '../../present.ts';
import { factsOf, factTypeOf, isClosing } from '../../resource-facts.ts';
import { type AuditEntry, actBase, seenIn } from '../entry.ts';
import type { AuditNews } from '../reader.ts';
import { isDryRun } from './dry-run.ts';
import type { KubernetesMethod } from './method.ts';
import { containerAsset, objectAsset, objectPathOf } from './object-name.ts';
import type { ChangeVerb, WatchedObject } from './watched.ts';

/** A watched object was made, changed or deleted, or many were deleted at once. */
export function newsOfChange(
  entry: AuditEntry,
  method: KubernetesMethod,
  watched: WatchedObject,
  verb: ChangeVerb,
): AuditNews | Ignored {
  if (isDryRun(entry)) return ignored('dry run, nothing was stored', entry.method);
  const path = objectPathOf(entry, method.resource);
  if (verb === 'deletecollection') return newsOfCollection(entry, containerAsset(path), watched);
  const asset = objectAsset(
    { ...path, name: path.name ?? objectIn(entry.response, watched)?.object('metadata')?.text('name') },
    watched.assetGroup,
    method.resource,
  );
  const state = verb === 'delete' ? goneOf(entry, asset, watched) : stateAfter(entry, asset, watched, verb);
  return {
    ...present({ act: actOf(entry, asset, watched, verb) }),
    observations: state === undefined ? [] : [state],
  };
}

/** Deletes whatever a selector fits, which the entry does not tell: all that was there is in doubt. */
function newsOfCollection(entry: AuditEntry, container: AssetName, watched: WatchedObject): AuditNews {
  const type = factTypeOf(watched.assetType);
  return {
    ...present({ act: actOf(entry, container, watched, 'deletecollection') }),
    observations: type === undefined ? [] : [{ ...seenIn(entry), asset: container, kind: 'unsure', type }],
  };
}

/**
 * The response is the object as it was stored. Of a request we know so much only where it is the whole object, and even then the server
 * adds to it; a patch has the touched fields alone.
 */
function stateAfter(
  entry: AuditEntry,
  asset: AssetName,
  watched: WatchedObject,
  verb: ChangeVerb,
): Observation | undefined {
  const stored = objectIn(entry.response, watched);
  const object = stored ?? (verb === 'patch' ? undefined : objectIn(entry.request, watched));
  if (object === undefined) return undefined;
  // The removal of the last finalizer looks like any change, and must not bring the object back.
  if (isClosing(watched.assetType, object)) return goneOf(entry, asset, watched);
  const facts = factsOf(watched.assetType, { name: asset, asset, data: object });
  return facts && { ...seenIn(entry), asset, kind: 'resource', facts, whole: stored !== undefined };
}

/** The body when it is the object: not a `Status`, which answers failures and some deletions, nor a stub without metadata. */
function objectIn(body: Fields | undefined, { assetType }: WatchedObject): Fields | undefined {
  const kind = body?.text('kind');
  const expected = assetType.slice(assetType.indexOf('/') + 1);
  return body?.has('metadata') && (kind === undefined || kind === expected) ? body : undefined;
}

function goneOf(entry: AuditEntry, asset: AssetName, { assetType }: WatchedObject): Observation {
  return { ...seenIn(entry), asset, kind: 'gone', ...present({ type: factTypeOf(assetType) }) };
}

function actOf(
  entry: AuditEntry,
  asset: AssetName,
  { acts }: WatchedObject,
  verb: ChangeVerb,
): Act | undefined {
  const kind = acts[verb];
  return kind && { ...actBase(entry), kind, asset, changes: [] };
}
