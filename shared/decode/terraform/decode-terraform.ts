import type { Decoded } from '../../model/decoded.ts';
import type { Observation } from '../../model/observation.ts';
import { type DecodeContext, ignored, malformed } from '../answer.ts';
import { deeperThan } from '../content-id.ts';
import { type Fields, fieldsOf, Malformed } from '../fields.ts';
import type { Intent } from '../intent.ts';
import { decodeManifest } from '../manifest/decode-manifest.ts';
import { aliasIn } from '../resource-facts.ts';
import { type Found, GOOGLE } from './google.ts';
import { decodeGrants, isGrantType } from './grants.ts';
import { isAnnotationUnknown, isKubernetesType, objectOf } from './kubernetes.ts';
import { Plan } from './plan.ts';
import { Reading } from './reading.ts';
import type { TerraformResource } from './resource.ts';

const MAX_DEPTH = 100;

/**
 * Decodes what `terraform show -json` prints of a plan (as things will be once it is applied) or of a state: one answer for each managed
 * resource. Values known only after apply are taken where the configuration shows them plainly, and else left out and noted. Never throws.
 */
export function decodeTerraform(json: unknown, context: DecodeContext): Intent {
  if (deeperThan(json, MAX_DEPTH)) {
    return { decoded: [malformed(`terraform: nested more than ${MAX_DEPTH} deep`)], notes: [] };
  }
  let reading: Reading;
  try {
    reading = new Reading(new Plan(fieldsOf(json, ''), context.project), context);
  } catch (error) {
    return { decoded: [refusal(error)], notes: [] };
  }
  const decoded = reading.plan.resources.map((resource) => decodeResource(reading, resource));
  return { decoded, notes: reading.notes };
}

function decodeResource(reading: Reading, resource: TerraformResource): Decoded {
  try {
    if (isGrantType(resource.type)) return decodeGrants(reading, resource);
    if (GOOGLE.has(resource.type)) return decodeGoogle(reading, resource);
    if (isKubernetesType(resource.type)) return decodeKubernetes(reading, resource);
    return ignored('terraform type that is not watched', resource.type);
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): Decoded {
  if (error instanceof Malformed) return malformed(error.message);
  throw error;
}

function decodeGoogle(reading: Reading, resource: TerraformResource): Decoded {
  const read = (values: Fields | undefined) =>
    values && GOOGLE.get(resource.type)?.(reading.plan, resource, values);
  const after = read(resource.after);
  const before = read(resource.before);
  if (resource.after !== undefined && after === undefined)
    return ignored('terraform resource whose name is known only after apply', resource.address);
  const observations = [
    ...(before !== undefined && before.asset !== after?.asset ? [gone(reading, before)] : []),
    ...(after === undefined ? [] : states(reading, after)),
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
  const after = resource.after && objectRead(reading, resource, resource.after);
  const before = resource.before && objectRead(reading, resource, resource.before);
  if (resource.after !== undefined && after === undefined)
    return ignored('terraform resource whose name is known only after apply', resource.address);
  if (after !== undefined && after.kind !== 'news') return after;
  const now = after?.observations ?? [];
  const ended = (before?.kind === 'news' ? before.observations : []).flatMap((was): readonly Observation[] =>
    was.kind === 'resource' && !now.some(({ asset }) => asset === was.asset)
      ? [{ ...reading.seen(was.asset, undefined), kind: 'gone', type: was.facts.type }]
      : [],
  );
  const observations = [...ended, ...now];
  return observations.length === 0
    ? ignored('terraform resource that is no longer managed, and stays', resource.type)
    : reading.news(resource, observations);
}

function objectRead(reading: Reading, resource: TerraformResource, values: Fields): Decoded | undefined {
  const object = objectOf(reading.plan, resource, values);
  if (object === undefined) return undefined;
  const [decoded] = decodeManifest(object, reading.context).decoded;
  if (decoded?.kind !== 'news' || values !== resource.after || !isAnnotationUnknown(resource, object))
    return decoded;
  reading.note('an annotation known only after apply, left out', resource.type);
  return { ...decoded, observations: decoded.observations.map(withoutAnnotation) };
}

/** Not to say that there is none. */
function withoutAnnotation(observation: Observation): Observation {
  if (observation.kind !== 'resource' || observation.facts.type !== 'kubernetes-service-account')
    return observation;
  const { annotation: _, ...facts } = observation.facts;
  return { ...observation, facts };
}
