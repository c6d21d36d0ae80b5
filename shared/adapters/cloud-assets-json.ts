import type { protos } from '@google-cloud/asset';
import { formatTime, type Nanos, SECOND } from '../model/time.ts';

type Asset = protos.google.cloud.asset.v1.IAsset;
type TemporalAsset = protos.google.cloud.asset.v1.ITemporalAsset;
type Resource = protos.google.cloud.asset.v1.IResource;
type IamPolicy = protos.google.iam.v1.IPolicy;
type OrgPolicy = protos.google.cloud.orgpolicy.v1.IPolicy;
type Timestamp = protos.google.protobuf.ITimestamp;
type Struct = protos.google.protobuf.IStruct;
type Value = protos.google.protobuf.IValue;

/** An object of JSON. */
export type Json = Readonly<Record<string, unknown>>;

/**
 * An `Asset` as the API's own JSON: what an export has in a line, in camelCase. The contents resource, IAM policy and organisation policies,
 * the others are never asked for. By the JSON mapping of proto3 (protobuf.dev/programming-guides/json): defaults are left out, but an object
 * that is there stays, for an empty `booleanPolicy` says that nothing is enforced.
 */
export function assetJson(asset: Asset): Json {
  return said({
    name: asset.name,
    assetType: asset.assetType,
    ancestors: asset.ancestors,
    updateTime: timeJson(asset.updateTime),
    resource: asset.resource && resourceJson(asset.resource),
    iamPolicy: asset.iamPolicy && iamPolicyJson(asset.iamPolicy),
    orgPolicy: asset.orgPolicy?.map(orgPolicyJson),
  });
}

/** A `TemporalAsset` of a history as JSON. What was before is in the feeds' only. */
export function temporalAssetJson({ window, deleted, asset }: TemporalAsset): Json {
  return said({
    window: window && said({ startTime: timeJson(window.startTime), endTime: timeJson(window.endTime) }),
    deleted,
    asset: asset && assetJson(asset),
  });
}

/** Nanoseconds of a `Timestamp`; `undefined` where there is none. */
export function nanosOf(time: Timestamp | null | undefined): Nanos | undefined {
  if (!time) return undefined;
  // Seconds come as text or as a Long: both are written in decimal.
  return BigInt(String(time.seconds ?? 0)) * SECOND + BigInt(time.nanos ?? 0);
}

/** The `Timestamp` of a time. */
export function timestampOf(time: Nanos): { readonly seconds: string; readonly nanos: number } {
  const nanos = ((time % SECOND) + SECOND) % SECOND;
  return { seconds: String((time - nanos) / SECOND), nanos: Number(nanos) };
}

function timeJson(time: Timestamp | null | undefined): string | undefined {
  const nanos = nanosOf(time);
  return nanos === undefined ? undefined : formatTime(nanos);
}

function resourceJson(resource: Resource): Json {
  const { version, discoveryDocumentUri, discoveryName, resourceUrl, parent, location, data } = resource;
  return said({
    version,
    discoveryDocumentUri,
    discoveryName,
    resourceUrl,
    parent,
    location,
    data: data && structJson(data),
  });
}

function structJson(struct: Struct): Json {
  // Not by assignment: a key may be `__proto__`.
  return Object.fromEntries(
    Object.entries(struct.fields ?? {}).map(([name, value]) => [name, valueJson(value)]),
  );
}

function valueJson(value: Value): unknown {
  if (value.structValue) return structJson(value.structValue);
  if (value.listValue) return (value.listValue.values ?? []).map(valueJson);
  return value.stringValue ?? value.numberValue ?? value.boolValue ?? null;
}

function iamPolicyJson({ version, etag, bindings, auditConfigs }: IamPolicy): Json {
  return said({
    version,
    etag: base64(etag),
    bindings: bindings?.map(({ role, members, condition }) =>
      said({
        role,
        members,
        condition:
          condition &&
          said({
            title: condition.title,
            description: condition.description,
            expression: condition.expression,
            location: condition.location,
          }),
      }),
    ),
    auditConfigs: auditConfigs?.map(({ service, auditLogConfigs }) =>
      said({
        service,
        auditLogConfigs: auditLogConfigs?.map(({ logType, exemptedMembers }) =>
          said({ logType: enumJson(logType), exemptedMembers }),
        ),
      }),
    ),
  });
}

function orgPolicyJson(policy: OrgPolicy): Json {
  const { version, constraint, etag, updateTime, listPolicy, booleanPolicy, restoreDefault } = policy;
  return said({
    version,
    constraint,
    etag: base64(etag),
    updateTime: timeJson(updateTime),
    listPolicy:
      listPolicy &&
      said({
        allowedValues: listPolicy.allowedValues,
        deniedValues: listPolicy.deniedValues,
        allValues: enumJson(listPolicy.allValues),
        suggestedValue: listPolicy.suggestedValue,
        inheritFromParent: listPolicy.inheritFromParent,
      }),
    booleanPolicy: booleanPolicy && said({ enforced: booleanPolicy.enforced }),
    restoreDefault: restoreDefault && {},
  });
}

/** Names of enums, and numbers of those that are newer than the library; the first of each is the default. */
function enumJson(value: string | number | null | undefined): string | number | undefined {
  return typeof value === 'string' && value.endsWith('_UNSPECIFIED') ? undefined : (value ?? undefined);
}

function base64(bytes: Uint8Array | string | null | undefined): string | undefined {
  // The library's type allows for base64 already.
  return typeof bytes === 'string' ? bytes : bytes ? Buffer.from(bytes).toString('base64') : undefined;
}

/** Without the defaults of proto3. */
function said(fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isDefault(value)));
}

function isDefault(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    value === 0 ||
    value === false ||
    (Array.isArray(value) && value.length === 0)
  );
}
