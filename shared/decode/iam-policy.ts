import type { AssetName } from '../model/asset.ts';
import { type Condition, type Grant, type GrantChange, grantOf } from '../model/grant.ts';
import { type Fields, Malformed } from './fields.ts';

/**
 * The grants of a whole `google.iam.v1.Policy`, one for each member of each binding. No bindings, no grants.
 * Members of a form we do not know are kept as such. Throws `Malformed` where the structure is broken.
 */
export function grantsOf(policy: Fields, resource: AssetName): readonly Grant[] {
  return policy.objects('bindings').flatMap((binding) => {
    const role = binding.needText('role');
    const condition = conditionOf(binding);
    return binding.texts('members').map((member) => grantOf(resource, role, member, condition));
  });
}

/** The changes of a `google.iam.v1.PolicyDelta`: one member each. Throws `Malformed` where the structure is broken. */
export function changesOf(delta: Fields, resource: AssetName): readonly GrantChange[] {
  return delta.objects('bindingDeltas').map((change) => ({
    action: actionOf(change),
    grant: grantOf(resource, change.needText('role'), change.needText('member'), conditionOf(change)),
  }));
}

/**
 * The version of a policy. `ACAB` is no version: it is what services answer for a policy that was never set, so it is the same
 * on every resource, and comes back when a resource is created anew under its old name.
 */
export function etagOf(policy: Fields | undefined): string | undefined {
  const etag = policy?.text('etag');
  return etag === 'ACAB' ? undefined : etag;
}

/** The condition of a binding, or of whatever else holds one under that name. */
export function conditionOf(binding: Fields): Condition | undefined {
  const condition = binding.object('condition');
  const expression = condition?.text('expression');
  // Without an expression nothing is narrowed: the grant is judged as unconditional.
  if (condition === undefined || expression === undefined || expression.trim() === '') return undefined;
  const title = condition.text('title');
  return title === undefined ? { expression } : { expression, title };
}

function actionOf(change: Fields): GrantChange['action'] {
  switch (change.raw('action')) {
    case 'ADD':
    case 1:
      return 'add';
    case 'REMOVE':
    case 2:
      return 'remove';
    default:
      throw new Malformed(`${change.at('action')}: neither ADD nor REMOVE`);
  }
}
