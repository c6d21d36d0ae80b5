import { quoted } from '../answer.ts';
import { Fields, isObject } from '../fields.ts';

/**
 * What a plan does with a resource. `keep`: nothing. `forget`: it stays, and is managed no longer. `set`: where no change is told, as in a
 * state, what is there in the end.
 */
export type PlannedAction = 'create' | 'update' | 'replace' | 'delete' | 'keep' | 'forget' | 'set';

/** One resource of a plan or a state. */
export interface TerraformResource {
  readonly address: string;
  readonly type: string;
  /** As it will be, or in a state is; absent when it is to be deleted. */
  readonly after?: Fields;
  /** As it was, where the plan changes or deletes it. */
  readonly before?: Fields;
  readonly action: PlannedAction;
  /** Of a replacement, that the new one comes before the old one goes (`create_before_destroy`). */
  readonly createsFirst?: true;
  /** `after_unknown`: shaped as the values, `true` wherever one is known only after apply. */
  readonly unknown: unknown;
}

/** The managed resources of `terraform show -json`, of a plan as they will be, in the order they are listed. */
export function resourcesOf(json: Fields): readonly TerraformResource[] {
  const changes = json.objects('resource_changes').filter(isManaged);
  const changed = new Map(
    changes
      .filter((change) => !change.has('deposed'))
      .map((change) => [change.needText('address'), changeOf(change)]),
  );
  const values = json.object('planned_values') ?? json.object('values');
  const listed = managedIn(values?.object('root_module'));
  const untold = json.has('resource_changes') ? 'keep' : 'set';
  const planned = listed.map((resource): TerraformResource => {
    const address = resource.needText('address');
    const change = changed.get(address);
    changed.delete(address);
    return { ...partsOf(resource), action: untold, unknown: undefined, ...change, after: valuesOf(resource) };
  });
  // What is left will not be there any more, or is an older self that a replacement had to leave standing until now.
  const deposed = changes.filter((change) => change.has('deposed')).map(changeOf);
  return [...planned, ...changed.values(), ...deposed];
}

/** The managed resources that a plan found there, as they stood before it. A state tells of no before. */
export function priorResourcesOf(json: Fields): readonly TerraformResource[] {
  return json
    .objects('resource_changes')
    .filter((change) => isManaged(change) && !change.has('deposed'))
    .flatMap((change): readonly TerraformResource[] => {
      const parts = partsOf(change);
      const before = change.object('change')?.raw('before');
      return isObject(before)
        ? [
            {
              ...parts,
              action: 'keep',
              after: new Fields(before, placeOf(parts.address)),
              unknown: undefined,
            },
          ]
        : [];
    });
}

function managedIn(module: Fields | undefined): readonly Fields[] {
  if (module === undefined) return [];
  return [
    ...module.objects('resources').filter(isManaged),
    ...module.objects('child_modules').flatMap(managedIn),
  ];
}

function isManaged(resource: Fields): boolean {
  return resource.raw('mode') !== 'data';
}

function partsOf(resource: Fields) {
  return { address: resource.needText('address'), type: resource.needText('type') };
}

function valuesOf(resource: Fields): Fields {
  const values = resource.raw('values');
  return new Fields(isObject(values) ? values : {}, placeOf(resource.needText('address')));
}

/** Keys of `for_each` are free text, and what is wrong with a resource is said with its address. */
function placeOf(address: string): string {
  return quoted(address, 200);
}

function changeOf(resource: Fields): TerraformResource {
  const { address, type } = partsOf(resource);
  const change = resource.object('change');
  const side = (name: 'before' | 'after') => {
    const value = change?.raw(name);
    return isObject(value) ? { [name]: new Fields(value, placeOf(address)) } : {};
  };
  const actions = change?.texts('actions') ?? [];
  const replaces = actions.some((action) => action === 'delete' || action === 'update');
  return {
    address,
    type,
    action: resource.has('deposed') ? 'delete' : actionOf(actions),
    ...(actions[0] === 'create' && actions.length > 1 ? { createsFirst: true as const } : {}),
    ...(replaces ? side('before') : {}),
    // Terraform forgets what it no longer manages; the resource itself stays.
    ...(resource.has('deposed') || actions.includes('forget') ? {} : side('after')),
    unknown: change?.raw('after_unknown'),
  };
}

/** `["delete", "create"]` and `["create", "delete"]` are replacements (developer.hashicorp.com/terraform/internals/json-format). */
function actionOf(actions: readonly string[]): PlannedAction {
  if (actions.includes('create')) return actions.includes('delete') ? 'replace' : 'create';
  const [action] = actions;
  return action === 'update' || action === 'delete' || action === 'forget' ? action : 'keep';
}

/** What `unknown` says at a path: `true` where that, or something around it, is known only after apply. */
export function unknownAt(unknown: unknown, path: readonly (string | number)[]): unknown {
  let found = unknown;
  for (const step of path) {
    if (found === true) return true;
    if (Array.isArray(found) && typeof step === 'number') found = found[step];
    else if (isObject(found) && typeof step === 'string') found = found[step];
    else return undefined;
  }
  return found;
}

/** Whether something at a path, or within a list of blocks there, is known only after apply. */
export function hasUnknown(resource: TerraformResource, ...path: readonly (string | number)[]): boolean {
  const found = unknownAt(resource.unknown, path);
  return found === true || (Array.isArray(found) && found.length > 0);
}
