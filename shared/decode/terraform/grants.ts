import type { AssetName } from '../../model/asset.ts';
import type { Decoded } from '../../model/decoded.ts';
import { type Condition, conditionKey, type Grant, grantKey, grantOf } from '../../model/grant.ts';
import { ignored, notJson } from '../answer.ts';
import { Fields, fieldsOf, isObject, Malformed } from '../fields.ts';
import { conditionOf, grantsOf } from '../iam-policy.ts';
import { present } from '../present.ts';
import type { Reading } from './reading.ts';
import { type TerraformResource, unknownAt } from './resource.ts';
import { isTargetType, targetOf } from './target.ts';

const IAM_TYPE = /^google_(.+)_iam_(member|binding|policy)$/;

export function isGrantType(type: string): boolean {
  return isTargetType(IAM_TYPE.exec(type)?.[1] ?? '');
}

/** What one `google_…_iam_*` resource grants: a policy the whole of it, the others some more. */
export function decodeGrants(reading: Reading, resource: TerraformResource): Decoded {
  if (resource.after === undefined && resource.before === undefined)
    return ignored('terraform resource that is no longer managed, and stays', resource.type);
  const [, on = '', form = ''] = IAM_TYPE.exec(resource.type) ?? [];
  const after = resource.after && targetOf(reading.plan, resource, resource.after, on);
  const before = resource.before && targetOf(reading.plan, resource, resource.before, on);
  const target = after ?? before;
  if (target === undefined) {
    const { argument, role, member } = onSomething(resource, on);
    reading.leaveOut(resource.address, { argument, mayGrant: present({ role, member }) });
    return ignored('terraform grant on something known only after apply', resource.address);
  }
  const held = resource.after && after && heldIn(reading, resource, resource.after, after.asset, form);
  if (held === 'unknown') {
    reading.leaveOut(resource.address, { argument: 'policy_data', mayGrant: { asset: target.asset } });
    return ignored('terraform policy known only after apply', resource.address);
  }
  for (const { argument, role, member } of held?.open ?? [])
    reading.leaveOut(resource.address, {
      argument,
      mayGrant: present({ asset: target.asset, role, member }),
    });
  reading.note('a member known only after apply, left out', resource.type, held?.unknown);
  if (held?.mayHaveMore) reading.note('may have members beside the accounts of this plan', resource.type);
  const seen = reading.seen(target.asset, target.project);
  if (form === 'policy' && held !== undefined) {
    return reading.news(resource, [{ ...seen, kind: 'policy', grants: held.grants }]);
  }
  if (form === 'binding' && held !== undefined) {
    reading.note('takes its role from members it does not name', resource.type);
    const [first] = held.grants;
    // Who else it names is not known: then nobody is known to lose the role.
    if (first !== undefined && !isOpen(held)) {
      const { resource: asset, role, condition } = first;
      reading.wholeRole(resource.address, {
        asset,
        role,
        condition: conditionKey(condition),
        grants: held.grants,
      });
    }
  }
  const was = resource.before && before && heldIn(reading, resource, resource.before, before.asset, form);
  const kept = new Set(held?.grants.map(grantKey));
  // A member that is not known yet may be one of those that were: then nothing is said to go.
  const lost = was === undefined || was === 'unknown' || isOpen(held) ? [] : was.grants;
  const changes = [
    ...lost
      .filter((grant) => !kept.has(grantKey(grant)))
      .map((grant) => ({ action: 'remove' as const, grant })),
    ...(held?.grants ?? []).map((grant) => ({ action: 'add' as const, grant })),
  ];
  if (changes.length === 0)
    return ignored('terraform grant without a member known before apply', resource.address);
  // It moved: what it leaves behind is another asset's news.
  const byAsset = Map.groupBy(changes, ({ grant }) => grant.resource);
  return reading.news(
    resource,
    [...byAsset].map(([asset, changed]) => ({
      ...seen,
      asset,
      kind: 'policy-delta' as const,
      changes: changed,
    })),
  );
}

function isOpen(held: Held | undefined): boolean {
  return held !== undefined && (held.unknown > 0 || held.mayHaveMore === true);
}

interface Held {
  readonly grants: readonly Grant[];
  /** How many members are known only after apply. */
  readonly unknown: number;
  readonly mayHaveMore?: true | undefined;
  /** The arguments that are known only after apply, and what is known of the grants they are of. */
  readonly open?: readonly OpenArgument[];
}

interface OpenArgument {
  readonly argument: string;
  readonly role?: string | undefined;
  readonly member?: string | undefined;
}

/** A grant whose resource is not known yet: what is known of it beside. */
function onSomething({ after, unknown }: TerraformResource, on: string): OpenArgument {
  const [argument = on] = unknownNames(unknown);
  return { argument, role: after?.textIfAny('role'), member: after?.textIfAny('member') };
}

/** Arguments that say what a grant is on come before those that the service fills in. */
function unknownNames(unknown: unknown): readonly string[] {
  const names = isObject(unknown) ? Object.keys(unknown).filter((name) => unknown[name] === true) : [];
  const computed = ['id', 'etag', 'role', 'member', 'members', 'policy_data'];
  return names.filter((name) => !computed.includes(name));
}

function heldIn(
  reading: Reading,
  resource: TerraformResource,
  values: Fields,
  asset: AssetName,
  form: string,
): Held | 'unknown' {
  const unknown = values === resource.after ? resource.unknown : undefined;
  if (form === 'policy') return wholePolicy(values, asset, unknown);
  const role = values.text('role') ?? customRole(reading, resource);
  const condition = conditionIn(values, unknown);
  const members =
    form === 'member'
      ? oneMember(reading, resource, values)
      : manyMembers(reading, resource, values, unknown);
  if (role === undefined || condition === 'unknown') {
    const argument = role === undefined ? 'role' : 'condition.expression';
    return {
      grants: [],
      unknown: members.known.length + members.unknown,
      open:
        members.unknown > 0
          ? [{ argument, role }]
          : members.known.map((member) => ({ argument, role, member })),
    };
  }
  const grants = members.known.map((member) => grantOf(asset, role, member, condition));
  const isOpenList = members.unknown > 0 || members.mayHaveMore === true;
  const open = isOpenList ? [{ argument: form === 'member' ? 'member' : 'members', role }] : [];
  return { grants, unknown: members.unknown, mayHaveMore: members.mayHaveMore, open };
}

function wholePolicy(values: Fields, asset: AssetName, unknown: unknown): Held | 'unknown' {
  const text = values.text('policy_data');
  if (text === undefined) {
    if (unknownAt(unknown, ['policy_data']) === true) return 'unknown';
    return { grants: [], unknown: 0 };
  }
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch (cause) {
    throw new Malformed(`${values.at('policy_data')}: ${notJson(text)}`, { cause });
  }
  return { grants: grantsOf(fieldsOf(policy, values.at('policy_data')), asset), unknown: 0 };
}

interface Members {
  readonly known: readonly string[];
  readonly unknown: number;
  /** The list is known only after apply, and the accounts of this plan in it were taken: constants beside them do not show. */
  readonly mayHaveMore?: true;
}

function oneMember(reading: Reading, resource: TerraformResource, values: Fields): Members {
  const member = values.text('member');
  if (member !== undefined) return { known: [member], unknown: 0 };
  const email = reading.plan.referredEmail(reading.plan.reference(resource, 'member'), ['email', 'member']);
  return email === undefined ? { known: [], unknown: 1 } : { known: [`serviceAccount:${email}`], unknown: 0 };
}

/** Members that are accounts of this plan are known by its configuration; a list that is unknown as such may hold others beside them. */
function manyMembers(
  reading: Reading,
  resource: TerraformResource,
  values: Fields,
  unknown: unknown,
): Members {
  const said = values.raw('members');
  const listed = Array.isArray(said) ? said.filter((member) => member !== null) : said;
  const known = listed === undefined ? [] : fieldsOf({ members: listed }, values.path).texts('members');
  const left = unknownAt(unknown, ['members']);
  const missing = left === true ? 1 : Array.isArray(left) ? left.filter((one) => one === true).length : 0;
  if (missing === 0) return { known, unknown: 0 };
  const references = reading.plan.references(resource, ['members']);
  const emails = references.map((reference) => reading.plan.referredEmail(reference, ['email', 'member']));
  const found = emails.flatMap((email) => (email === undefined ? [] : [`serviceAccount:${email}`]));
  const all = [...new Set([...known, ...found])];
  const isEach = found.length === emails.length && found.length > 0;
  if (left === true && isEach) return { known: all, unknown: 0, mayHaveMore: true };
  return {
    known: all,
    unknown: isEach && found.length === missing ? 0 : Math.max(missing - found.length, 1),
  };
}

/** A role made in the same plan is named by what it is made of. */
function customRole(reading: Reading, resource: TerraformResource): string | undefined {
  const made = reading.plan.reference(resource, 'role')?.resource;
  const id = made?.after?.text('role_id');
  if (made?.after === undefined || id === undefined) return undefined;
  if (made.type === 'google_organization_iam_custom_role') {
    const organization = made.after.id('org_id');
    return organization === undefined ? undefined : `organizations/${organization}/roles/${id}`;
  }
  const project = reading.plan.projectOf(made, made.after);
  return made.type !== 'google_project_iam_custom_role' || project === undefined
    ? undefined
    : `projects/${project}/roles/${id}`;
}

function conditionIn(values: Fields, unknown: unknown): Condition | undefined | 'unknown' {
  // Without its condition a grant would read wider than it is.
  if (unknownAt(unknown, ['condition', 0, 'expression']) === true) return 'unknown';
  // A block that stands at most once is a list of one.
  const [condition] = values.objects('condition');
  return condition && conditionOf(new Fields({ condition: condition.values }, values.path));
}
