import { type Fields, isObject } from '../fields.ts';
import { present } from '../present.ts';
import type { Plan } from './plan.ts';
import { type TerraformResource, unknownAt } from './resource.ts';

/** The Kubernetes object that a resource of the kubernetes provider makes; undefined when what it is, is known only after apply. */
export function objectOf(
  plan: Plan,
  resource: TerraformResource,
  values: Fields,
): Fields['values'] | undefined {
  switch (resource.type.replace(/_v\d+(?:beta\d+)?$/, '')) {
    case 'kubernetes_service_account':
      return {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        ...metadataOf(plan, resource, values, ['metadata', 0]),
      };
    case 'kubernetes_namespace':
      return { apiVersion: 'v1', kind: 'Namespace', ...metadataOf(plan, resource, values, ['metadata', 0]) };
    case 'kubernetes_annotations':
      return annotated(plan, resource, values);
    case 'kubernetes_manifest': {
      const manifest = values.raw('manifest');
      return isObject(manifest) && typeof manifest.kind === 'string' ? manifest : undefined;
    }
    default:
      return undefined;
  }
}

const KUBERNETES = /^kubernetes_(?:(?:service_account|namespace)(?:_v\d+)?|annotations|manifest)$/;

export function isKubernetesType(type: string): boolean {
  return KUBERNETES.test(type);
}

/** Whether it puts annotations on something, and ours is not among them: of what it says nothing about, nothing is known by it. */
export function isOfOtherAnnotations(resource: TerraformResource): boolean {
  if (resource.type !== 'kubernetes_annotations') return false;
  const says = (values: Fields | undefined) =>
    values?.textIfAny('kind') === 'ServiceAccount' &&
    (values.objectIfAny('annotations')?.has(ANNOTATION) === true ||
      (values === resource.after && unknownAt(resource.unknown, ['annotations']) !== undefined));
  return !says(resource.after) && !says(resource.before);
}

/** Annotations put on an account that something else made. On other kinds they are nothing to us. */
function annotated(plan: Plan, resource: TerraformResource, values: Fields): Fields['values'] | undefined {
  if (values.text('kind') !== 'ServiceAccount' || values.text('api_version') !== 'v1') return undefined;
  const { metadata } = metadataOf(plan, resource, values, []) ?? {};
  const named = values.objects('metadata')[0];
  const name = named?.text('name');
  if (name === undefined || metadata === undefined) return undefined;
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { ...metadata, ...present({ name, namespace: named?.text('namespace') }) },
  };
}

const ANNOTATION = 'iam.gke.io/gcp-service-account';

/** Metadata as Kubernetes has it. `at` is where annotations stand. An annotation that is an account of this plan is known by its configuration. */
function metadataOf(
  plan: Plan,
  resource: TerraformResource,
  values: Fields,
  at: readonly (string | number)[],
): { readonly metadata: Fields['values'] } | undefined {
  const block = at.length === 0 ? values : values.objects('metadata')[0];
  if (block === undefined) return undefined;
  const path = [...at, 'annotations'];
  const said = block.objectIfAny('annotations')?.values ?? {};
  const unknown = unknownAt(resource.unknown, path);
  const isUnknown = unknown === true || (isObject(unknown) && unknown[ANNOTATION] === true);
  const [reference, ...others] = isUnknown ? plan.references(resource, path) : [];
  const email = others.length === 0 ? plan.referredEmail(reference, ['email']) : undefined;
  const annotations = email === undefined ? said : { ...said, [ANNOTATION]: email };
  return { metadata: { ...block.values, annotations } };
}

/** Whether the annotation we look for is known only after apply: then the object's own words say too little. */
export function isAnnotationUnknown(resource: TerraformResource, object: Fields['values']): boolean {
  const metadata = object.metadata;
  const annotations = isObject(metadata) ? metadata.annotations : undefined;
  if (isObject(annotations) && annotations[ANNOTATION] !== undefined) return false;
  return [['metadata', 0, 'annotations'], ['annotations'], ['manifest', 'metadata', 'annotations']].some(
    (path) => {
      const unknown = unknownAt(resource.unknown, path);
      return unknown === true || (isObject(unknown) && unknown[ANNOTATION] === true);
    },
  );
}
