import type { Act } from '../../model/act.ts';
import type { AssetName } from '../../model/asset.ts';
import type { Facts } from '../../model/observation.ts';
import { legacyOrgPolicyFacts, orgPolicyFacts, orgPolicyName } from '../facts/org-policy.ts';
import { type Fields, Malformed } from '../fields.ts';
import { type AuditEntry, type AuditHead, actBase, seenIn, setterOf } from './entry.ts';
import type { AuditNews, ReadNews } from './reader.ts';
import { isMasked } from './update-mask.ts';

const METHOD = /^google\.cloud\.orgpolicy\.v2\w*\.OrgPolicy\.(Create|Update|Delete)Policy$/;
/** The first version answers under Resource Manager, with bare names or its own (gcp-facts 3.2). */
const LEGACY = /(^|\.)(Set|Clear)OrgPolicy(V1)?$/;

/** Organisation policies being set and removed, through either version of the API. Neither is long-running. */
export function orgPolicyReader({ method }: AuditHead): ReadNews | undefined {
  const verb = METHOD.exec(method)?.[1];
  if (verb !== undefined) return (entry) => newsOf(entry, verb === 'Delete');
  const legacy = LEGACY.exec(method)?.[2];
  return legacy === undefined ? undefined : (entry) => legacyNewsOf(entry, legacy === 'Clear');
}

function newsOf(entry: AuditEntry, removed: boolean): AuditNews {
  const asset = policyAsset(entry);
  return removed ? newsOfRemoval(entry, asset) : newsOfState(entry, asset, stateIn(entry, asset));
}

/** The answer is the policy as it was stored; a request may be masked down to a part of it. */
function stateIn({ request, response }: AuditEntry, asset: AssetName): Facts | undefined {
  const asked = isMasked(request, 'spec') ? request?.object('policy') : undefined;
  const policy = [response, asked].find((body) => body?.has('spec') || body?.has('dryRunSpec'));
  return policy && orgPolicyFacts({ name: asset, asset, data: policy });
}

function legacyNewsOf(entry: AuditEntry, removed: boolean): AuditNews {
  const asked = entry.request?.object('policy');
  const constraint =
    entry.request?.text('constraint') ?? asked?.text('constraint') ?? entry.response?.text('constraint');
  const parent = [entry.resourceName, entry.request?.text('resource')]
    .map((name) => /^((?:projects|folders|organizations)\/[^/]+)/.exec(name ?? '')?.[1])
    .find((name) => name !== undefined);
  if (parent === undefined) throw new Malformed('protoPayload.resourceName: names no container');
  if (constraint === undefined) throw new Malformed('protoPayload.request.constraint: missing');
  const asset = orgPolicyName(parent, constraint);
  if (removed) return newsOfRemoval(entry, asset);
  const policy = [entry.response, asked].find(isLegacyPolicy);
  return newsOfState(entry, asset, policy && legacyOrgPolicyFacts(asset, policy));
}

function isLegacyPolicy(body: Fields | undefined): boolean {
  return ['booleanPolicy', 'listPolicy', 'restoreDefault'].some((content) => body?.has(content));
}

function newsOfRemoval(entry: AuditEntry, asset: AssetName): AuditNews {
  return {
    act: actOf(entry, asset),
    observations: [{ ...seenIn(entry), asset, kind: 'gone', type: 'org-policy' }],
  };
}

/** A policy is set as a whole. */
function newsOfState(entry: AuditEntry, asset: AssetName, facts: Facts | undefined): AuditNews {
  return {
    act: actOf(entry, asset),
    observations:
      facts === undefined
        ? []
        : [{ ...seenIn(entry), asset, kind: 'resource', facts, whole: true, by: setterOf(entry) }],
  };
}

function actOf(entry: AuditEntry, asset: AssetName): Act {
  return { ...actBase(entry), kind: 'change-org-policy', asset, changes: [] };
}

function policyAsset(entry: AuditEntry): AssetName {
  const { request, response } = entry;
  for (const name of [
    response?.text('name'),
    request?.object('policy')?.text('name'),
    request?.text('name'),
    entry.resourceName,
  ]) {
    const [, parent, constraint] =
      /^((?:projects|folders|organizations)\/[^/]+)\/policies\/([^/]+)$/.exec(name ?? '') ?? [];
    if (parent !== undefined && constraint !== undefined) return orgPolicyName(parent, constraint);
  }
  throw new Malformed('protoPayload.resourceName: names no organisation policy');
}
