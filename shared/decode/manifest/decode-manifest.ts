import { canonicalName, projectOf } from '../../model/asset.ts';
import type { Decoded } from '../../model/decoded.ts';
import type { Observation } from '../../model/observation.ts';
import { type DecodeContext, ignored, malformed } from '../answer.ts';
import { contentId, deeperThan } from '../content-id.ts';
import { isSealed, sealed } from '../facts/data-object.ts';
import { type Fields, fieldsOf, isObject, Malformed } from '../fields.ts';
import type { Intent } from '../intent.ts';
import { factsOf } from '../resource-facts.ts';
import { decodeConfigConnector } from './config-connector.ts';
import { assetOf, groupOf, MANIFEST_CLUSTER } from './object-asset.ts';

const MAX_DEPTH = 100;

/** Whether this is an object of Kubernetes, of whatever kind. */
export function isManifest(value: unknown): value is Fields['values'] {
  return isObject(value) && typeof value.apiVersion === 'string' && typeof value.kind === 'string';
}

/**
 * Decodes one Kubernetes object: what a cluster will hold once it is applied to `context.cluster`, and for the kinds of Config Connector
 * what Google Cloud will. Never throws.
 */
export function decodeManifest(object: unknown, context: DecodeContext): Intent {
  if (deeperThan(object, MAX_DEPTH)) return only(malformed(`manifest: nested more than ${MAX_DEPTH} deep`));
  try {
    const fields = fieldsOf(object, '');
    return groupOf(fields).endsWith('.cnrm.cloud.google.com')
      ? decodeConfigConnector(fields, context)
      : only(decodeObject(fields, context));
  } catch (error) {
    if (error instanceof Malformed) return only(malformed(error.message));
    throw error;
  }
}

function only(decoded: Decoded): Intent {
  return { decoded: [decoded], notes: [] };
}

function decodeObject(manifest: Fields, context: DecodeContext): Decoded {
  const kind = manifest.needText('kind');
  const found = assetOf(manifest, context.cluster ?? MANIFEST_CLUSTER);
  if (found === 'not watched') return ignored('Kubernetes kind that is not watched', kind);
  if (found === 'no name') return ignored('Kubernetes object without a name of its own', kind);
  const asset = canonicalName(found.name);
  const object = isSealed(found.assetType) ? sealed(manifest) : manifest;
  const facts = factsOf(found.assetType, { name: found.name, asset, data: object });
  if (facts === undefined) return ignored('Kubernetes kind that is not watched', kind);
  const project = projectOf(asset);
  const observation: Observation = {
    kind: 'resource',
    asset,
    time: context.receivedAt,
    source: context.source ?? 'scan',
    ancestors: project === undefined ? [] : [`projects/${project}`],
    facts,
    // What a manifest leaves out (the uid, what the cluster fills in) is not absent there.
    whole: false,
  };
  return {
    kind: 'news',
    id: contentId('manifest', found.name, object.values),
    time: context.receivedAt,
    observations: [observation],
    acts: [],
  };
}
