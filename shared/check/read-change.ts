import { type DecodeContext, quoted } from '../decode/answer.ts';
import { decodeValue } from '../decode/input/decode-value.ts';
import type { InputItem, PlaceOf, Where } from '../decode/input/read-input.ts';
import { decodeManifest, isManifest } from '../decode/manifest/decode-manifest.ts';
import { decodePlan } from '../decode/terraform/decode-terraform.ts';
import { isTerraform } from '../decode/terraform/plan.ts';
import type { PlannedResource } from '../decode/terraform/planned.ts';
import type { Decoded } from '../model/decoded.ts';
import type { Observation } from '../model/observation.ts';
import { type Nanos, parseTime } from '../model/time.ts';
import type { ChangeItem, Place } from './change.ts';

/** What one value of a file brings into a change. */
export interface ReadChange {
  readonly kind: 'plan' | 'manifest' | 'neither';
  readonly items: readonly ChangeItem[];
  /** One for each resource or object that says nothing to us, in words that can be counted. */
  readonly ignored: readonly string[];
  readonly malformed: readonly string[];
}

export type ChangeInput = Extract<InputItem, { value: unknown }>;

const NEITHER =
  'neither a Terraform plan (terraform show -json) nor a Kubernetes manifest; a state goes to --assets';

const ANNOTATION = 'iam.gke.io/gcp-service-account';

/** Reads a plan or a manifest as a change. `isGone`: the objects of the manifest are taken away. Never throws. */
export function readChange(input: ChangeInput, context: DecodeContext, isGone = false): ReadChange {
  const { value, where } = input;
  if (isTerraform(value)) return ofPlan(value, where, context);
  if (isManifest(value)) return ofManifest(value, input, context, isGone);
  // What is no object of Kubernetes in YAML (values of a chart, a configuration) stands among manifests by right.
  const [answer] = decodeValue(input, context).decoded;
  if (answer?.kind === 'ignored' && input.syntax === 'yaml')
    return { kind: 'neither', items: [], ignored: [answer.why], malformed: [] };
  if (answer?.kind === 'malformed' && answer.why.startsWith('terraform'))
    return { kind: 'plan', items: [], ignored: [], malformed: [answer.why] };
  return { kind: 'neither', items: [], ignored: [], malformed: [NEITHER] };
}

function ofPlan(
  value: Readonly<Record<string, unknown>>,
  { file }: Where,
  context: DecodeContext,
): ReadChange {
  const list = decodePlan(value, context);
  if ('why' in list) return { kind: 'plan', items: [], ignored: [], malformed: [list.why] };
  return {
    kind: 'plan',
    items: list.flatMap((resource) => itemOf(resource, { file }, foundAt(value))),
    ignored: list.flatMap(({ decoded }) => (decoded.kind === 'ignored' ? [decoded.why] : [])),
    malformed: list.flatMap(({ decoded }) => (decoded.kind === 'malformed' ? [decoded.why] : [])),
  };
}

/** When the plan was made, and with it what it found (Terraform 1.5 and later say so). */
function foundAt(plan: Readonly<Record<string, unknown>>): Nanos | undefined {
  return typeof plan.timestamp === 'string' ? parseTime(plan.timestamp) : undefined;
}

function itemOf(resource: PlannedResource, place: Place, found: Nanos | undefined): readonly ChangeItem[] {
  const { address, action, createsFirst, decoded, prior, unknown, wholeRole } = resource;
  const isLeft = action === 'keep' || action === 'forget';
  const item = {
    source: 'plan' as const,
    name: quoted(address, 300),
    action,
    createsFirst,
    place,
    prior: observationsOf(prior),
    ...(found === undefined ? {} : { foundAt: found }),
    brought: isLeft ? [] : observationsOf(decoded),
    unknown: isLeft ? [] : unknown,
    ...(wholeRole === undefined || isLeft ? {} : { wholeRole }),
  };
  return item.prior.length + item.brought.length + item.unknown.length === 0 ? [] : [item];
}

function ofManifest(
  value: unknown,
  { where, placeOf }: ChangeInput,
  context: DecodeContext,
  isGone: boolean,
) {
  const { decoded, unknown = [] } = decodeManifest(value, context);
  const observations = decoded.flatMap(observationsOf);
  const item: ChangeItem = {
    source: 'manifest',
    name: nameOf(value),
    action: isGone ? 'delete' : 'set',
    createsFirst: false,
    place: { file: where.file, line: where.line, ...placeOf?.([]) },
    ...annotationPlace(where.file, placeOf),
    prior: isGone ? observations : [],
    brought: isGone ? observations.flatMap(takenAway) : observations,
    unknown: isGone ? [] : unknown,
  };
  return {
    kind: 'manifest' as const,
    items: item.brought.length + item.unknown.length === 0 ? [] : [item],
    ignored: decoded.flatMap((one) => (one.kind === 'ignored' ? [one.why] : [])),
    malformed: decoded.flatMap((one) => (one.kind === 'malformed' ? [one.why] : [])),
  };
}

function annotationPlace(file: string, placeOf: PlaceOf | undefined): { readonly annotationAt?: Place } {
  const found = placeOf?.(['metadata', 'annotations', ANNOTATION]);
  return found === undefined ? {} : { annotationAt: { file, ...found } };
}

/** `ServiceAccount payments/api`, as people name an object. */
function nameOf(value: unknown): string {
  const { kind, metadata } = value as { readonly kind: string; readonly metadata?: unknown };
  const { namespace, name } = (typeof metadata === 'object' && metadata !== null ? metadata : {}) as Readonly<
    Record<string, unknown>
  >;
  const path = [namespace, name].filter((part) => typeof part === 'string').join('/');
  return quoted(`${kind} ${path}`, 300);
}

function observationsOf(decoded: Decoded | undefined): readonly Observation[] {
  return decoded?.kind === 'news' ? decoded.observations : [];
}

/** What taking an object away does: it is gone, and so are the grants it made. */
function takenAway(observation: Observation): readonly Observation[] {
  const { asset, time, source, ancestors } = observation;
  const seen = { asset, time, source, ancestors };
  switch (observation.kind) {
    case 'resource':
      return [{ ...seen, kind: 'gone', type: observation.facts.type }];
    case 'policy':
    case 'policy-delta': {
      const grants =
        observation.kind === 'policy'
          ? observation.grants
          : observation.changes.flatMap(({ action, grant }) => (action === 'add' ? [grant] : []));
      const changes = grants.map((grant) => ({ action: 'remove' as const, grant }));
      return [{ ...seen, kind: 'policy-delta', changes }];
    }
    default:
      return [];
  }
}
