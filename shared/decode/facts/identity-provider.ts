import type { AssetName } from '../../model/asset.ts';
import type { Facts } from '../../model/observation.ts';
import { canonicalJson, contentId } from '../content-id.ts';
import type { Fields } from '../fields.ts';
import { present } from '../present.ts';
import type { Resource } from './resource.ts';

export type IdentityProvider = Extract<Facts, { type: 'identity-provider' }>;

/** Who may come in from outside (google.iam.v1 WorkloadIdentityPoolProvider): the issuer, its keys, and what is made of its claims. */
export function identityProviderFacts({ asset, data }: Resource): Facts {
  const said = identityProviderAsked(asset, data);
  return data === undefined ? said : { condition: '', mapping: '', keys: '', disabled: false, ...said };
}

/** What a request says of the provider it makes or changes, and nothing else. */
export function identityProviderAsked(asset: AssetName, provider: Fields | undefined): IdentityProvider {
  return {
    ...identityProviderNamed(asset),
    ...present({
      issuer: provider && issuerIn(provider),
      condition: provider?.text('attributeCondition'),
      mapping: mappingIn(provider),
      keys: provider && keysIn(provider),
      disabled: provider?.flag('disabled'),
    }),
  };
}

export function identityProviderNamed(asset: AssetName): IdentityProvider {
  const [, pool, name] =
    /\/(projects\/[^/]+\/locations\/[^/]+\/workloadIdentityPools\/[^/]+)\/providers\/([^/]+)$/.exec(asset) ??
    [];
  return { type: 'identity-provider', ...present({ pool, name }) };
}

function issuerIn(provider: Fields): string | undefined {
  const issuer = provider.object('oidc')?.text('issuerUri');
  if (issuer !== undefined) return issuer;
  const account = provider.object('aws')?.text('accountId');
  if (account !== undefined) return `aws:${account}`;
  return provider.has('saml') ? 'saml' : provider.has('x509') ? 'x509' : undefined;
}

function mappingIn(provider: Fields | undefined): string | undefined {
  const mapping = provider?.object('attributeMapping');
  return mapping && canonicalJson(mapping.values);
}

/** Long and unreadable: a fingerprint tells all there is to tell, that they are others now. */
function keysIn(provider: Fields): string | undefined {
  const keys =
    provider.object('oidc')?.text('jwksJson') ??
    provider.object('saml')?.text('idpMetadataXml') ??
    provider.object('x509')?.raw('trustStore');
  return keys === undefined ? undefined : contentId(keys);
}
