import { type AssetName, canonicalName, projectName, projectOf } from '../model/asset.ts';
import type { Decoded } from '../model/decoded.ts';
import type { Observation, Source } from '../model/observation.ts';
import type { Nanos } from '../model/time.ts';
import { type DecodeContext, ignored } from './answer.ts';
import { contentId } from './content-id.ts';
import { isSealed, sealed } from './facts/data-object.ts';
import { Fields, formattedTime, Malformed } from './fields.ts';
import { etagOf, grantsOf } from './iam-policy.ts';
import { orgPoliciesIn } from './org-policies.ts';
import { present } from './present.ts';
import { aliasIn, factsOf, factTypeOf, isClosing, PROJECT_ID, resourcesWithin } from './resource-facts.ts';

/** Decodes an `Asset` of an export or a listing (gcp-facts 1.4, 2). Throws `Malformed` where its structure is broken. */
export function decodeAsset(given: Fields, context: DecodeContext): Decoded {
  const asset = withoutSecrets(given);
  const updated = asset.time('updateTime');
  const seen = { time: updated ?? context.receivedAt, source: context.source ?? ('scan' as const) };
  const observations = observationsOf(asset, seen);
  if (observations.length === 0) return notWatched(asset);
  return {
    kind: 'news',
    // Worked out when it is asked for: a scan has no use for it, and it costs as much as all the rest.
    get id() {
      return idOf(asset, seen.source, updated);
    },
    time: seen.time,
    observations,
    acts: [],
  };
}

/** The asset without what a Secret or ConfigMap holds. */
export function withoutSecrets(asset: Fields): Fields {
  const resource = asset.objectIfAny('resource');
  const data = resource?.objectIfAny('data');
  if (resource === undefined || data === undefined || !isSealed(asset.textIfAny('assetType') ?? ''))
    return asset;
  return new Fields(
    { ...asset.values, resource: { ...resource.values, data: sealed(data).values } },
    asset.path,
  );
}

export interface When {
  readonly time: Nanos;
  readonly source: Source;
}

/**
 * What an asset says: its policy, of whatever type it is; itself, when it is of a watched type; the organisation policies set on it; and
 * names learnt in passing. `prior` is the asset as it was before, where the message vouches for it.
 */
export function observationsOf(asset: Fields, when: When, prior?: Fields): readonly Observation[] {
  const supersedes = etagOf(prior?.object('iamPolicy'));
  const states = [
    ...policyIn(asset, when, supersedes),
    ...resourceIn(asset, when),
    ...orgPoliciesIn(asset, prior).map((policy) => ({ ...seenOf(asset, when), ...policy })),
  ];
  return states.length === 0 ? [] : [...states, ...aliasesIn(asset, when, states)];
}

export function notWatched(asset: Fields): Decoded {
  const type = asset.needText('assetType');
  return asset.has('resource') && factTypeOf(type) === undefined
    ? ignored('asset type that is not watched', type)
    : ignored('asset without the content that is watched', type);
}

/** Equal for equal content of an asset at one time from one source; delivery has no part in it. */
export function idOf(asset: Fields, source: Source, updated: Nanos | undefined): string {
  const content = ['resource', 'iamPolicy', 'ancestors', 'orgPolicy'].map((name) => asset.raw(name));
  return contentId(
    source,
    asset.needText('name'),
    formattedTime(updated),
    content.map((part) => part ?? null),
  );
}

/** What every observation of an asset carries. Throws `Malformed` when it has no full resource name. */
export function seenOf(asset: Fields, when: When) {
  const name = asset.needText('name');
  if (!name.startsWith('//')) throw new Malformed(`${asset.at('name')}: not a full resource name`);
  return { ...when, asset: spelled(canonicalName(name)), ancestors: ancestorsOf(asset) };
}

/** Of some Kubernetes types the literal name is not documented [NV]: whichever way group and plural come, they become what audit entries are given. */
function spelled(name: AssetName): AssetName {
  if (!name.includes('/k8s/')) return name;
  return name
    .replace(/\/(apps|batch)\.k8s\.io\//, '/$1/')
    .replace(
      /\/([^/]+)\/([^/]+)$/,
      (_, plural: string, object: string) => `/${plural.toLowerCase()}/${object}`,
    );
}

function policyIn(asset: Fields, when: When, supersedes: string | undefined): readonly Observation[] {
  const policy = asset.object('iamPolicy');
  if (policy === undefined) return [];
  const seen = seenOf(asset, when);
  const etag = etagOf(policy);
  const versions = present({ etag, supersedes: supersedes === etag ? undefined : supersedes });
  return [{ ...seen, kind: 'policy', grants: grantsOf(policy, seen.asset), ...versions }];
}

function resourceIn(asset: Fields, when: When): readonly Observation[] {
  const assetType = asset.needText('assetType');
  const type = factTypeOf(assetType);
  if (type === undefined || !asset.has('resource')) return [];
  const seen = seenOf(asset, when);
  const data = asset.object('resource')?.object('data');
  if (isClosing(assetType, data)) return [{ ...seen, kind: 'gone', type }];
  const resource = { name: asset.needText('name'), asset: seen.asset, data };
  const facts = factsOf(assetType, resource);
  if (facts === undefined) return [];
  return [
    { ...seen, kind: 'resource', facts, whole: data !== undefined },
    ...resourcesWithin(assetType, resource).flatMap((part) => {
      const inside = factsOf(part.assetType, part);
      return inside === undefined
        ? []
        : [{ ...seen, asset: part.asset, kind: 'resource' as const, facts: inside, whole: true }];
    }),
  ];
}

/** `ancestors` where given; else the parent of the resource, when that is a container. */
function ancestorsOf(asset: Fields): readonly string[] {
  const ancestors = asset.texts('ancestors');
  if (ancestors.length > 0) return ancestors;
  const parent = asset.object('resource')?.text('parent') ?? '';
  const container =
    /^\/\/cloudresourcemanager\.googleapis\.com\/((?:projects|folders|organizations)\/[^/]+)$/.exec(parent);
  return container?.[1] === undefined ? [] : [container[1]];
}

function aliasesIn(asset: Fields, when: When, states: readonly Observation[]): readonly Observation[] {
  const own = states.flatMap((state) => (state.kind === 'resource' ? (aliasIn(state.facts) ?? []) : []));
  const seen = seenOf(asset, when);
  const project = own.some((alias) => alias.of === 'project') ? undefined : projectAlias(asset);
  return [
    ...own.map((alias) => ({ ...seen, kind: 'alias' as const, alias })),
    ...(project === undefined
      ? []
      : [{ ...seen, asset: projectName(project.id), kind: 'alias' as const, alias: project }]),
  ];
}

/** Names carry a project's id, ancestors its number: together they tell that the two are one. */
function projectAlias(asset: Fields) {
  const number = /^projects\/(\d+)$/.exec(ancestorsOf(asset)[0] ?? '')?.[1];
  const name = projectOf(asset.needText('name'));
  return number !== undefined && name !== undefined && PROJECT_ID.test(name)
    ? ({ of: 'project', id: number, name } as const)
    : undefined;
}
