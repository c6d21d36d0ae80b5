import type { Decoded } from '../../model/decoded.ts';
import type { Observation } from '../../model/observation.ts';
import { type DecodeContext, ignored, malformed } from '../answer.ts';
import { deeperThan } from '../content-id.ts';
import { type Fields, fieldsOf, Malformed } from '../fields.ts';
import type { Intent } from '../intent.ts';
import { decodeManifest } from '../manifest/decode-manifest.ts';
import { present } from '../present.ts';
import { aliasIn } from '../resource-facts.ts';
import { accessListOf, decodeAccess, isAccessType } from './dataset-access.ts';
import { GOOGLE, toldBy, writtenUnknown } from './google.ts';
import { decodeGrants, isGrantType } from './grants.ts';
import { isAnnotationUnknown, isKubernetesType, isOfOtherAnnotations, objectOf } from './kubernetes.ts';
import { Plan } from './plan.ts';
import type { PlannedResource } from './planned.ts';
import { Reading } from './reading.ts';
import { priorResourcesOf, type TerraformResource } from './resource.ts';
import type { Found } from './target.ts';

const MAX_DEPTH = 100;

/**
 * Decodes what `terraform show -json` prints of a plan (as things will be once it is applied) or of a state: one answer for each managed
 * resource. Values known only after apply are taken where the configuration shows them plainly, and else left out and noted. Never throws.
 */
export function decodeTerraform(json: unknown, context: DecodeContext): Intent {
  const read = reading(json, context);
  if (!(read instanceof Reading)) return { decoded: [read], notes: [] };
  const decoded = read.plan.resources.map((resource) => decodeResource(read, resource));
  return { decoded, notes: read.notes };
}

/**
 * The same by resource, each with what is done to it, how it stood before and which of its arguments only applying tells; or why the plan
 * cannot be read. Never throws.
 */
export function decodePlan(json: unknown, context: DecodeContext): readonly PlannedResource[] | Refused {
  const after = reading(json, context);
  if (!(after instanceof Reading)) return after;
  const before = reading(json, context, priorResourcesOf);
  const prior = new Map(
    before instanceof Reading
      ? before.plan.resources.map((resource) => [resource.address, decodeResource(before, resource)])
      : [],
  );
  return after.plan.resources.map((resource) => {
    const { address, type, action, createsFirst = false } = resource;
    const decoded = decodeResource(after, resource);
    return {
      address,
      type,
      action,
      createsFirst,
      decoded,
      unknown: after.unknownOf(address),
      ...present({ prior: prior.get(address), wholeRole: after.wholeRoleOf(address) }),
    };
  });
}

type Refused = Extract<Decoded, { kind: 'malformed' }>;

function reading(
  json: unknown,
  context: DecodeContext,
  resourcesIn?: (json: Fields) => readonly TerraformResource[],
): Reading | Refused {
  if (deeperThan(json, MAX_DEPTH)) return malformed(`terraform: nested more than ${MAX_DEPTH} deep`);
  try {
    const fields = fieldsOf(json, '');
    return new Reading(new Plan(fields, context.project, resourcesIn?.(fields)), context);
  } catch (error) {
    return refusal(error);
  }
}

function decodeResource(reading: Reading, resource: TerraformResource): Decoded {
  try {
    if (isGrantType(resource.type)) return decodeGrants(reading, resource);
    if (GOOGLE.has(resource.type)) return decodeGoogle(reading, resource);
    if (isAccessType(resource.type)) return decodeAccess(reading, resource);
    if (isKubernetesType(resource.type)) return decodeKubernetes(reading, resource);
    return ignored('terraform type that is not watched', resource.type);
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): Refused {
  if (error instanceof Malformed) return malformed(error.message);
  throw error;
}

function decodeGoogle(reading: Reading, resource: TerraformResource): Decoded {
  const read = (values: Fields | undefined) =>
    values && GOOGLE.get(resource.type)?.(reading.plan, resource, values);
  const after = read(resource.after);
  const before = read(resource.before);
  if (resource.after !== undefined && after === undefined) {
    for (const argument of writtenUnknown(reading.plan, resource))
      reading.leaveOut(resource.address, { argument });
    return ignored('terraform resource whose name is known only after apply', resource.address);
  }
  if (after !== undefined)
    for (const argument of toldBy(reading.plan, resource)) reading.leaveOut(resource.address, { argument });
  const now = after === undefined ? [] : [after, ...(after.within ?? [])];
  const was = before === undefined ? [] : [before, ...(before.within ?? [])];
  const observations = [
    ...was.filter(({ asset }) => !now.some((one) => one.asset === asset)).map((one) => gone(reading, one)),
    ...now.flatMap((one) => states(reading, one)),
    ...accessListOf(reading, resource, after),
  ];
  return observations.length === 0
    ? ignored('terraform resource that is no longer managed, and stays', resource.type)
    : reading.news(resource, observations);
}

function gone(reading: Reading, { asset, project, facts }: Found): Observation {
  return { ...reading.seen(asset, project), kind: 'gone', type: facts.type };
}

function states(reading: Reading, { asset, project, facts }: Found): readonly Observation[] {
  const seen = reading.seen(asset, project);
  const alias = aliasIn(facts);
  return [
    { ...seen, kind: 'resource', facts, whole: false },
    ...(alias === undefined ? [] : [{ ...seen, kind: 'alias' as const, alias }]),
  ];
}

/** A manifest in Terraform's clothes, read as one. */
function decodeKubernetes(reading: Reading, resource: TerraformResource): Decoded {
  if (isOfOtherAnnotations(resource))
    return ignored('terraform annotations that are not watched', resource.address);
  const after = resource.after && objectRead(reading, resource, resource.after);
  const before = resource.before && objectRead(reading, resource, resource.before);
  if (resource.after !== undefined && after === undefined)
    return ignored('terraform resource whose name is known only after apply', resource.address);
  if (after !== undefined && after.kind !== 'news') return after;
  const now = after?.observations ?? [];
  const left = (before?.kind === 'news' ? before.observations : []).flatMap((was): readonly Observation[] =>
    was.kind === 'resource' && !now.some(({ asset }) => asset === was.asset)
      ? [ended(reading, resource, was)]
      : [],
  );
  const observations = [...left, ...now];
  return observations.length === 0
    ? ignored('terraform resource that is no longer managed, and stays', resource.type)
    : reading.news(resource, observations);
}

/** Annotations are put on what something else made: without them it is still there. */
function ended(
  reading: Reading,
  { type }: TerraformResource,
  { asset, facts }: Extract<Observation, { kind: 'resource' }>,
): Observation {
  const seen = reading.seen(asset, undefined);
  return type === 'kubernetes_annotations' && facts.type === 'kubernetes-service-account'
    ? { ...seen, kind: 'resource', facts: { ...facts, annotation: '' }, whole: false }
    : { ...seen, kind: 'gone', type: facts.type };
}

function objectRead(reading: Reading, resource: TerraformResource, values: Fields): Decoded | undefined {
  const object = objectOf(reading.plan, resource, values);
  if (object === undefined) return undefined;
  const [decoded] = decodeManifest(object, reading.context).decoded;
  if (decoded?.kind !== 'news' || values !== resource.after || !isAnnotationUnknown(resource, object))
    return decoded;
  reading.note('an annotation known only after apply, left out', resource.type);
  for (const { asset } of decoded.observations)
    reading.leaveOut(resource.address, { argument: 'annotations', mayAnnotate: asset });
  return { ...decoded, observations: decoded.observations.map(withoutAnnotation) };
}

/** Not to say that there is none. */
function withoutAnnotation(observation: Observation): Observation {
  if (observation.kind !== 'resource' || observation.facts.type !== 'kubernetes-service-account')
    return observation;
  const { annotation: _, ...facts } = observation.facts;
  return { ...observation, facts };
}
