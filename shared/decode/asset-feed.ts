import type { Decoded } from '../model/decoded.ts';
import type { Nanos } from '../model/time.ts';
import { type DecodeContext, ignored } from './answer.ts';
import { idOf, notWatched, observationsOf, seenOf, type When, withoutSecrets } from './asset.ts';
import { contentId } from './content-id.ts';
import { type Fields, formattedTime, Malformed } from './fields.ts';
import { etagOf } from './iam-policy.ts';
import { present } from './present.ts';
import { factTypeOf } from './resource-facts.ts';

/** Decodes a `TemporalAsset`, the message of a feed (gcp-facts 1.4). Throws `Malformed` where its structure is broken. */
export function decodeFeedMessage(message: Fields, context: DecodeContext): Decoded {
  const prior = message.object('priorAsset');
  const given = message.object('asset') ?? prior;
  if (given === undefined) throw new Malformed('asset: missing');
  const asset = withoutSecrets(given);
  const deleted = message.flag('deleted') === true;
  const updated = asset.time('updateTime');
  const began = message.object('window')?.time('startTime');
  // What is gone may still show when it last changed: its window begins when it went.
  const isOutdated = deleted && updated !== undefined && began !== undefined && began > updated;
  const changed = isOutdated ? began : (updated ?? began);
  const when = { time: changed ?? context.receivedAt, source: context.source ?? ('feed' as const) };
  if (deleted) return deletion(asset, when, changed);
  const before = vouchedFor(message) ? prior : undefined;
  const replaced = before?.object('iamPolicy');
  const observations = observationsOf(asset, when, before);
  const id = idOf(asset, when.source, changed);
  if (observations.length > 0) return { kind: 'news', id, time: when.time, observations, acts: [] };
  return replaced === undefined || hasContent(asset)
    ? notWatched(asset)
    : withdrawn(asset, replaced, when, id);
}

/** The asset is gone, whichever content the feed shows: a feed of policies says so as well. */
function deletion(asset: Fields, when: When, changed: Nanos | undefined): Decoded {
  const assetType = asset.needText('assetType');
  const type = factTypeOf(assetType);
  // Kubernetes objects hold no policy, so that those we do not watch leave nothing behind. Anything else may.
  if (type === undefined && /(^|\.)k8s\.io\//.test(assetType))
    return ignored('asset type that is not watched', assetType);
  const seen = seenOf(asset, when);
  return {
    kind: 'news',
    id: contentId(when.source, 'deleted', asset.needText('name'), formattedTime(changed)),
    time: when.time,
    observations: [{ ...seen, kind: 'gone', ...present({ type }) }],
    acts: [],
  };
}

/** There was a policy and now there is none. Google documents no such message: it is a reason to read the policy, not to trust it empty. */
function withdrawn(asset: Fields, replaced: Fields, when: When, id: string): Decoded {
  const observation = {
    ...seenOf(asset, when),
    kind: 'policy-unknown',
    ...present({ supersedes: etagOf(replaced) }),
  } as const;
  return { kind: 'news', id, time: when.time, observations: [observation], acts: [] };
}

function hasContent(asset: Fields): boolean {
  return [
    'resource',
    'iamPolicy',
    'orgPolicy',
    'accessPolicy',
    'accessLevel',
    'servicePerimeter',
    'osInventory',
  ].some((content) => asset.has(content));
}

/** Only `PRESENT` (1) vouches for what stands in `priorAsset`; messages of 2020 had no state yet. */
function vouchedFor(message: Fields): boolean {
  const state = message.raw('priorAssetState');
  return state === undefined || state === 'PRESENT' || state === 1;
}
