import { clusterOf } from '../../model/asset.ts';
import { isKeyFile, isKeyVariable } from '../../model/key-file.ts';
import type { Facts } from '../../model/observation.ts';
import { Fields } from '../fields.ts';
import { present } from '../present.ts';
import type { Resource } from './resource.ts';

const MOST_FILES = 16;
/** Kubernetes' own and Helm's hold other things. */
const OTHER_TYPES = /^(?:kubernetes\.io\/(?!basic-auth)|helm\.sh\/|bootstrap\.kubernetes\.io\/)/;
const ACCOUNT = /[a-z0-9-]+@[a-z0-9.:-]+\.iam\.gserviceaccount\.com/g;
const KEY_ID = /\b[0-9a-f]{40}\b/g;

/**
 * A Secret or ConfigMap: its name, which of its entries are called like key files, and whose key its labels and annotations say it is. Nothing
 * here can refuse the message: a refused one is kept whole.
 */
export function dataObjectFacts({ asset, data }: Resource): Facts {
  const [, namespace, plural, name] =
    /\/k8s\/namespaces\/([^/]+)\/(secrets|configmaps)\/([^/]+)$/i.exec(asset) ?? [];
  const isSecret = plural?.toLowerCase() !== 'configmaps';
  const metadata = data?.objectIfAny('metadata');
  return {
    type: 'data-object',
    kind: isSecret ? 'Secret' : 'ConfigMap',
    ...present({
      cluster: clusterOf(asset),
      namespace,
      name,
      keyFiles: data && keyFilesIn(data),
      account: onlyOne(metadata, ACCOUNT),
      keyId: onlyOne(metadata, KEY_ID),
    }),
  };
}

function keyFilesIn(data: Fields): string {
  if (OTHER_TYPES.test(data.textIfAny('type') ?? '')) return '';
  return entriesOf(data)
    .filter(
      (entry) =>
        isKeyFile(entry) || isKeyVariable(entry) || /^(?:privateKey|private_key|keyfile)$/i.test(entry),
    )
    .sort()
    .slice(0, MOST_FILES)
    .join('\n');
}

const HOLDERS = ['data', 'stringData', 'binaryData'];

/** The names alone. */
function entriesOf(data: Fields): readonly string[] {
  return HOLDERS.flatMap((holder) => Object.keys(data.objectIfAny(holder)?.values ?? {})).filter(
    (entry) => !/\s/.test(entry),
  );
}

/** What labels and annotations name, when all that they name is one. The copy of the object that kubectl keeps in one holds its data too. */
function onlyOne(metadata: Fields | undefined, pattern: RegExp): string | undefined {
  const texts = ['labels', 'annotations'].flatMap((field) =>
    Object.entries(metadata?.objectIfAny(field)?.values ?? {}).filter(
      ([name]) => !name.endsWith('/last-applied-configuration'),
    ),
  );
  const found = new Set(
    texts.flatMap(([, text]) =>
      typeof text === 'string' ? (text.slice(0, 1_000).match(pattern) ?? []) : [],
    ),
  );
  return found.size === 1 ? [...found][0] : undefined;
}

/**
 * The object without what it holds: entries keep their names. Done before anything else is, so that no hash of ours is one of a secret.
 * Takes and gives the object as Kubernetes has it.
 */
export function sealed(object: Fields): Fields {
  const values: Record<string, unknown> = { ...object.values };
  for (const holder of HOLDERS) {
    const held = object.objectIfAny(holder);
    if (held !== undefined)
      values[holder] = Object.fromEntries(Object.keys(held.values).map((entry) => [entry, '']));
    else delete values[holder];
  }
  const metadata = object.objectIfAny('metadata');
  const annotations = metadata?.objectIfAny('annotations');
  if (metadata !== undefined && annotations !== undefined) {
    const kept = Object.entries(annotations.values).filter(
      ([name]) => !name.endsWith('/last-applied-configuration'),
    );
    values.metadata = { ...metadata.values, annotations: Object.fromEntries(kept) };
  }
  return new Fields(values, object.path);
}

/** Kinds whose content is nobody's business. */
export function isSealed(assetType: string): boolean {
  return assetType === 'k8s.io/Secret' || assetType === 'k8s.io/ConfigMap';
}
