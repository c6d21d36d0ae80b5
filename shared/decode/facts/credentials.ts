import { type Credential, credentialText, type DataKind } from '../../model/credential.ts';
import { CREDENTIAL_PATHS, isKeyFile, isKeyVariable } from '../../model/key-file.ts';
import { Fields, isObject } from '../fields.ts';

/** So many signs say all there is to say of one workload. */
const MOST = 64;
const LONGEST = 253;
const PRIVATE_KEY = /-----BEGIN (?:RSA )?PRIVATE KEY-----|"private_key"\s*:/;

/**
 * The signs of a key that a pod's spec shows, as facts hold them. They are signs only: what is of an odd shape is passed over and spoils
 * nothing else. Values are looked at and never kept, but for paths.
 */
export function credentialsIn(spec: Fields): string {
  const volumes = new Map(listIn(spec, 'volumes').map((volume) => [volume.textIfAny('name'), volume]));
  const containers = ['containers', 'initContainers', 'ephemeralContainers'].flatMap((name) =>
    listIn(spec, name),
  );
  const found = containers.flatMap((container) => [
    ...listIn(container, 'env').flatMap(inVariable),
    ...listIn(container, 'envFrom').flatMap(inVariables),
    ...listIn(container, 'volumeMounts').flatMap((mount) => inMount(mount, volumes)),
    ...inCommand([...textsIn(container, 'command'), ...textsIn(container, 'args')]),
  ]);
  return credentialText(found.slice(0, MOST));
}

function inVariable(variable: Fields): readonly Credential[] {
  const name = short(variable.textIfAny('name'));
  const value = variable.textIfAny('value');
  if (name === undefined) return [];
  if (value !== undefined) {
    if (PRIVATE_KEY.test(value)) return [{ kind: 'inline', where: name }];
    if (CREDENTIAL_PATHS.has(name)) return [{ kind: 'application-credentials', path: pathIn(value) }];
    return isKeyVariable(name) && isKeyFile(value) ? [{ kind: 'argument', path: pathIn(value) }] : [];
  }
  const source = variable.objectIfAny('valueFrom');
  return REFERENCES.flatMap(([field, of]) => {
    const reference = source?.objectIfAny(`${field}KeyRef`);
    const from = short(reference?.textIfAny('name'));
    const entry = short(reference?.textIfAny('key'));
    if (from === undefined || entry === undefined) return [];
    const isKey =
      isKeyVariable(name) || CREDENTIAL_PATHS.has(name) || isKeyFile(entry) || isKeyVariable(entry);
    return isKey ? [{ kind: 'variable', variable: name, of, name: from, entry } as const] : [];
  });
}

const REFERENCES: readonly (readonly [field: string, of: DataKind])[] = [
  ['secret', 'Secret'],
  ['configMap', 'ConfigMap'],
];

/** All entries of one: which of them are keys, the object itself tells. */
function inVariables(from: Fields): readonly Credential[] {
  return REFERENCES.flatMap(([field, of]) => {
    const name = short(from.objectIfAny(`${field}Ref`)?.textIfAny('name'));
    return name === undefined ? [] : [{ kind: 'variable', variable: '*', of, name, entry: '*' } as const];
  });
}

function inMount(mount: Fields, volumes: ReadonlyMap<string | undefined, Fields>): readonly Credential[] {
  const volume = volumes.get(mount.textIfAny('name'));
  const path = pathIn(mount.textIfAny('mountPath') ?? '');
  if (volume === undefined) return [];
  const projected = volume.objectIfAny('projected');
  const sources = projected === undefined ? [volume] : listIn(projected, 'sources');
  return sources.flatMap((source) => [
    ...REFERENCES.flatMap(([field, of]) => {
      const held = source.objectIfAny(field);
      // A volume says `secretName`, a source of a projected one `name`.
      const name = short(held?.textIfAny('secretName') ?? held?.textIfAny('name'));
      const files =
        held === undefined ? [] : listIn(held, 'items').flatMap((item) => short(item.textIfAny('key')) ?? []);
      return name === undefined ? [] : [{ kind: 'mount', of, name, path, files: files.slice(0, 8) } as const];
    }),
    ...inToken(source.objectIfAny('serviceAccountToken')),
  ]);
}

/** Without an audience it is for the API server, and no credential of Google's. */
function inToken(token: Fields | undefined): readonly Credential[] {
  const audience = short(token?.textIfAny('audience'));
  return audience === undefined ? [] : [{ kind: 'token', audience }];
}

/** `--key-file=/secrets/key.json`, also within a script. */
function inCommand(words: readonly string[]): readonly Credential[] {
  if (words.some((word) => PRIVATE_KEY.test(word))) return [{ kind: 'inline', where: 'command' }];
  return words.flatMap((word) =>
    [
      ...word
        .slice(0, 10_000)
        .matchAll(/(?:^|[\s"'=])((?:\.{0,2}\/|~\/)?[\w./-]+\.(?:json|p12))(?=$|[\s"';])/g),
    ].flatMap(([, path]) =>
      path !== undefined && isKeyFile(path) ? [{ kind: 'argument', path: pathIn(path) } as const] : [],
    ),
  );
}

/** A plain path as it stands; anything else may be a secret. */
function pathIn(text: string): string {
  return text.length <= LONGEST && /^[\w./~$(){}-]+$/.test(text) ? text : '';
}

function short(text: string | undefined): string | undefined {
  return text !== undefined && text.length <= LONGEST ? text : undefined;
}

function listIn(fields: Fields, name: string): readonly Fields[] {
  const value = fields.raw(name);
  if (!Array.isArray(value)) return [];
  return value.flatMap((one, index) =>
    isObject(one) ? [new Fields(one, `${fields.at(name)}[${index}]`)] : [],
  );
}

function textsIn(fields: Fields, name: string): readonly string[] {
  const value = fields.raw(name);
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
