import type { AssetName } from '../model/asset.ts';
import { clusterOf } from '../model/asset.ts';
import type { Credential, DataKind } from '../model/credential.ts';
import { credentialsIn } from '../model/credential.ts';
import type { Source } from '../model/observation.ts';
import { type Nanos, parseTime } from '../model/time.ts';
import { fieldOf } from './absorb.ts';
import type { ResourceRegister, SaidValue, Stamped } from './register.ts';

interface Seen {
  readonly ancestors: readonly string[];
  readonly since: Nanos;
  readonly source: Source;
}

/** A Secret or ConfigMap, by its names alone. */
export type DataObjectFact = Seen & {
  readonly kind: 'data-object';
  readonly asset: AssetName;
  readonly cluster: string;
  readonly namespace: string;
  readonly dataKind: DataKind;
  readonly name: string;
  readonly seenAt: Nanos;
  /** Entries that are called like key files. */
  readonly keyFiles: readonly string[];
  /** E-mail of the account whose key it says it is, and the key's id. */
  readonly account: string | undefined;
  readonly keyId: string | undefined;
};
/** A key to Cloud Storage in the manner of S3. */
export type HmacKeyFact = Seen & {
  readonly kind: 'hmac-key';
  readonly accessId: string;
  readonly account: string | undefined;
  readonly active: boolean;
};
/** An organisation policy where it is set, also when it has been taken away. */
export type OrgPolicyFact = Seen & {
  readonly kind: 'org-policy';
  readonly asset: AssetName;
  /** `projects/N`, `folders/N`, `organizations/N`. */
  readonly parent: string;
  readonly constraint: string;
  readonly exists: boolean;
  /** Its rules as JSON with sorted keys, empty when it only tries something out; and all that they are known to have been, newest first. */
  readonly rules: { readonly now: Stamped | undefined; readonly said: readonly SaidValue[] };
};
/** A key that was seen to be deleted. */
export type GoneKeyFact = {
  readonly kind: 'gone-key';
  readonly id: string;
  readonly account: string | undefined;
  readonly managedBy: 'user' | 'google' | undefined;
  readonly at: Nanos;
};

export function dataObjectFact(register: ResourceRegister, canonical: AssetName): DataObjectFact | undefined {
  const text = textsOf(register);
  const { exists } = register;
  const cluster = text('cluster') ?? clusterOf(register.name);
  const [namespace, name, kind] = [text('namespace'), text('name'), text('kind')];
  if (exists === undefined || cluster === undefined || namespace === undefined || name === undefined)
    return undefined;
  return {
    kind: 'data-object',
    ...seenSince(register, fieldOf(register, 'keyFiles') ?? exists),
    asset: canonical,
    cluster,
    namespace,
    dataKind: kind === 'ConfigMap' ? kind : 'Secret',
    name,
    seenAt: exists.time,
    keyFiles: (text('keyFiles') ?? '').split('\n').filter((file) => file !== ''),
    account: text('account'),
    keyId: text('keyId'),
  };
}

export function hmacKeyFact(register: ResourceRegister): HmacKeyFact | undefined {
  const text = textsOf(register);
  const { exists } = register;
  if (exists === undefined) return undefined;
  const active = fieldOf(register, 'active');
  const createdAt = parseTime(text('createdAt') ?? '');
  const seen = seenSince(register, active ?? exists);
  return {
    kind: 'hmac-key',
    ...seen,
    since: createdAt ?? seen.since,
    accessId: text('accessId') ?? register.name.split('/').at(-1)!,
    account: text('account'),
    // What is not told is taken for the worse.
    active: active?.value !== false,
  };
}

export function orgPolicyFact(register: ResourceRegister, canonical: AssetName): OrgPolicyFact | undefined {
  const { exists, fields } = register;
  const [, parent, constraint] =
    /^\/\/orgpolicy\.googleapis\.com\/((?:projects|folders|organizations)\/[^/]+)\/policies\/([^/]+)$/.exec(
      canonical,
    ) ?? [];
  if (exists === undefined || parent === undefined || constraint === undefined) return undefined;
  const present = exists.value === true;
  const now = present ? fieldOf(register, 'rules') : undefined;
  return {
    kind: 'org-policy',
    ...seenSince(register, now ?? exists),
    asset: canonical,
    parent,
    constraint,
    exists: present,
    rules: { now, said: fields.rules ?? [] },
  };
}

export function goneKeyFact(register: ResourceRegister): GoneKeyFact | undefined {
  const { exists, fields, name } = register;
  if (exists === undefined) return undefined;
  // What was said before it went is all there is.
  const last = (field: string) => fields[field]?.[0]?.value;
  const [id, account, managedBy] = [last('keyId'), last('account'), last('managedBy')];
  return {
    kind: 'gone-key',
    id: typeof id === 'string' ? id : name.split('/').at(-1)!,
    account: typeof account === 'string' ? account : undefined,
    managedBy: managedBy === 'user' || managedBy === 'google' ? managedBy : undefined,
    at: exists.time,
  };
}

/** How a key came to be on or off, as far as messages told. */
export interface KeySwitch {
  readonly disabledSince: Nanos | undefined;
  /** When it was found enabled after it had been disabled. */
  readonly reenabled: { readonly at: Nanos; readonly source: Source } | undefined;
}

export function keySwitch(register: ResourceRegister): KeySwitch {
  const now = fieldOf(register, 'disabled');
  if (now?.value === true) return { disabledSince: now.time, reenabled: undefined };
  const told = register.fields.disabled ?? [];
  const wasOff = told.find(({ value }) => value === true);
  if (wasOff === undefined) return { disabledSince: undefined, reenabled: undefined };
  const on = told.find(({ value }) => value === false);
  // Told to be on before it was off, only the last telling is known to be of now.
  const said = on === undefined ? [] : [on.first.time > wasOff.time ? on.first : on];
  const whole = register.whole === undefined ? [] : [register.whole];
  const [first] = [...said, ...whole]
    .filter(({ time }) => time > wasOff.time)
    .toSorted((a, b) => (a.time !== b.time ? (a.time < b.time ? -1 : 1) : a.source < b.source ? -1 : 1));
  return {
    disabledSince: undefined,
    reenabled: first === undefined ? undefined : { at: first.time, source: first.source },
  };
}

export function credentialsOf(register: ResourceRegister): readonly Credential[] {
  return credentialsIn(textsOf(register)('credentials') ?? '');
}

/** The keys under which a Secret or ConfigMap is looked up, and what mounts it or reads of it. */
export function dataKey(cluster: string, namespace: string, kind: DataKind, name: string): string {
  return `${cluster}/${namespace}/${kind}/${name}`;
}

function textsOf(register: ResourceRegister): (field: string) => string | undefined {
  return (field) => {
    const value = fieldOf(register, field)?.value;
    return typeof value === 'string' ? value : undefined;
  };
}

function seenSince({ ancestors }: ResourceRegister, { time, source }: Omit<Stamped, 'value'>): Seen {
  return { ancestors, since: time, source };
}
