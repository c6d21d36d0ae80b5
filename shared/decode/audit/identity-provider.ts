import type { AssetName } from '../../model/asset.ts';
import type { Facts, Observation } from '../../model/observation.ts';
import {
  type IdentityProvider,
  identityProviderAsked,
  identityProviderNamed,
} from '../facts/identity-provider.ts';
import { type Fields, Malformed } from '../fields.ts';
import { present } from '../present.ts';
import { type AuditEntry, type AuditHead, seenIn, setterOf } from './entry.ts';
import { newsOfOperation } from './operation.ts';
import type { ReadNews } from './reader.ts';
import { isMasked, isNamed } from './update-mask.ts';

type Verb = 'Create' | 'Update' | 'Delete' | 'Undelete';

/** docs: iam/docs/audit-logging; the beta API is logged under its own name. */
const METHOD =
  /^google\.iam\.[\w.]+\.WorkloadIdentityPools\.(Create|Update|Delete|Undelete)WorkloadIdentityPoolProvider$/;

/** Who may come in from outside Google Cloud: providers of workload identity pools. */
export function identityProviderReader({ method }: AuditHead): ReadNews | undefined {
  const verb = verbOf(method);
  if (verb === undefined) return undefined;
  return (entry) => {
    const asset = providerAsset(entry);
    return newsOfOperation(entry, {
      kind: 'change-identity-provider',
      asset,
      asked: stateAsked(verb, entry, asset),
      ...(verb === 'Delete' ? { ends: 'identity-provider' } : {}),
    });
  };
}

function verbOf(method: string): Verb | undefined {
  const verb = METHOD.exec(method)?.[1];
  return verb === 'Create' || verb === 'Update' || verb === 'Delete' || verb === 'Undelete'
    ? verb
    : undefined;
}

/** Creation names the pool, and the id of the provider beside it. */
function providerAsset(entry: AuditEntry): AssetName {
  const { request } = entry;
  const parent = request?.text('parent') ?? entry.resourceName;
  const id = request?.text('workloadIdentityPoolProviderId');
  const name = [
    entry.resourceName,
    request?.text('name'),
    request?.object('workloadIdentityPoolProvider')?.text('name'),
    parent === undefined || id === undefined ? undefined : `${parent}/providers/${id}`,
  ]
    .map(
      (text) =>
        /(projects\/[^/]+\/locations\/[^/]+\/workloadIdentityPools\/[^/]+\/providers\/[^/]+)$/.exec(
          text ?? '',
        )?.[1],
    )
    .find((text) => text !== undefined);
  if (name === undefined) throw new Malformed('protoPayload.resourceName: names no provider');
  return `//iam.googleapis.com/${name}`;
}

/** Where each kind of provider has its issuer, and the keys it was given. */
const ISSUERS = ['oidc.issuerUri', 'aws.accountId', 'saml', 'x509'];
const KEYS = ['oidc.jwksJson', 'saml.idpMetadataXml', 'x509.trustStore'];

function stateAsked(verb: Verb, entry: AuditEntry, asset: AssetName): readonly Observation[] {
  const facts = factsAsked(verb, entry, asset);
  return facts === undefined
    ? []
    : [{ ...seenIn(entry), asset, kind: 'resource', facts, whole: false, by: setterOf(entry) }];
}

function factsAsked(verb: Verb, entry: AuditEntry, asset: AssetName): Facts | undefined {
  const { request } = entry;
  const body = request?.object('workloadIdentityPoolProvider');
  switch (verb) {
    case 'Delete':
      return undefined;
    case 'Undelete':
      return identityProviderNamed(asset);
    case 'Create':
      return body && identityProviderAsked(asset, body);
    case 'Update':
      return body && factsOfUpdate(request, identityProviderAsked(asset, body));
  }
}

/** As far as the mask lets them through. A condition that it names and the body leaves out is dropped: anybody the issuer knows comes in. */
function factsOfUpdate(request: Fields | undefined, asked: IdentityProvider): Facts {
  const masked = <T>(fields: readonly string[], value: T | undefined, emptied?: T): T | undefined => {
    if (!fields.some((field) => isMasked(request, field))) return undefined;
    return value ?? (fields.some((field) => isNamed(request, field)) ? emptied : undefined);
  };
  const { type, pool, name, issuer, condition, mapping, keys, disabled } = asked;
  return {
    type,
    ...present({
      pool,
      name,
      issuer: masked(ISSUERS, issuer),
      keys: masked(KEYS, keys, ''),
      condition: masked(['attributeCondition'], condition, ''),
      mapping: masked(['attributeMapping'], mapping, ''),
      disabled: masked(['disabled'], disabled, false),
    }),
  };
}
