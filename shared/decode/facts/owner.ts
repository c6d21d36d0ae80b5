import type { Fields } from '../fields.ts';

/** `app.kubernetes.io/part-of` is Kubernetes' own (kubernetes.io: Recommended Labels); the others are what people write. */
const LABELS = ['owner', 'team', 'app.kubernetes.io/part-of'];

/** Who answers for a resource, by its labels. Only shown and routed by, so that a label of an odd shape is no reason to refuse the rest. */
export function ownerIn(labelled: Fields | undefined): string | undefined {
  const labels = labelled?.objectIfAny('labels');
  if (labels === undefined) return undefined;
  for (const name of LABELS) {
    const owner = labels.textIfAny(name);
    if (owner !== undefined) return owner;
  }
  return undefined;
}
