import { addGrant } from '../../detectors/grant-commands.ts';
import type { GrantFact } from '../../inventory/facts.ts';
import type { Account } from '../../inventory/view.ts';
import { type Principal, principalKey, shortEmail } from '../../model/principal.ts';
import { fillCaptures } from '../../policy/captures.ts';
import { matchesResource } from '../../policy/match.ts';
import type { AllowedGrant, DeclaredIdentity } from '../../policy/policy.ts';
import { accessTo } from '../access.ts';
import { conditionNote } from '../condition-note.ts';
import type { Context } from '../context.ts';
import { directMember } from '../declared-member.ts';
import type { Answer, Evidence, Fix, HeldRole, Step } from '../explanation.ts';
import { heldBy, heldRole } from '../held.ts';
import { resourceNameOf } from '../resource-name.ts';
import { count, listed } from '../words.ts';
import { worst } from '../worst.ts';

/** Who holds the roles at the end of the chain: the account, or the KSA itself. */
export interface Holder {
  readonly name: string;
  readonly members: readonly Principal[];
  readonly account: Account | undefined;
}

/** What does the identity hold, and is everything there that the policy gives it? */
export function grantsStep(holder: Holder, context: Context): Step {
  const { world, owner } = context;
  const facts = heldBy(holder.members, world);
  const roles = facts.map((fact) => heldRole(fact, isOwn(fact, holder), world));
  const wanted = entriesOf(holder, context).flatMap((entry) =>
    entry.allow.flatMap((item) => want(item, entry, facts, holder, context)),
  );
  const missing = wanted.filter(({ answer }) => answer !== 'yes');
  const undeclared = roles.filter(({ declared }) => declared === 'no' || declared === 'condition missing');
  const common = {
    id: 'grants',
    question: holder.account === undefined ? 'it holds its roles' : 'the account holds its roles',
    nearMisses: [],
    evidence: roles.map(roleEvidence),
    ...(undeclared.length === 0
      ? {}
      : {
          drift: `no policy allows ${listed(
            undeclared.map(({ role, on }) => `${role} on ${on}`),
            3,
          )}`,
        }),
  } as const;
  if (missing.length > 0) {
    const answer = worst(missing.map((one) => one.answer));
    return {
      ...common,
      answer,
      says: missing.map((one) => one.says).join('; '),
      side: `${missing[0]!.entry} declares ${missing.length === 1 ? 'it' : 'them'}, so the grant is the side that is missing`,
      fix: missing.flatMap((one) => one.fix),
      ask: owner,
    };
  }
  if (roles.length === 0) {
    return {
      ...common,
      answer: 'undecided',
      says: `no role of ${holder.name} is known, and folders or resources that were not read may give it some`,
      fix: [],
      ask: owner,
    };
  }
  return { ...common, answer: 'yes', says: `${holder.name} holds ${count(roles.length, 'role')}`, fix: [] };
}

function isOwn({ grant }: GrantFact, { members, account }: Holder): boolean {
  const own =
    account === undefined
      ? members.slice(0, 1)
      : members.filter(({ kind }) => kind === 'gsa' || kind === 'gsa-id');
  return own.some((member) => principalKey(member) === principalKey(grant.principal));
}

/** An account declared for the KSA holds what its entry allows; one that is not is nobody's business here. */
function entriesOf({ account }: Holder, { entries, accounts }: Context): readonly DeclaredIdentity[] {
  if (account === undefined) return entries.filter(({ gsa }) => gsa === undefined);
  return account.email !== undefined && accounts.includes(account.email)
    ? entries.filter(({ gsa }) => gsa !== undefined)
    : [];
}

interface Wanted {
  readonly entry: string;
  readonly answer: Answer;
  readonly says: string;
  readonly fix: readonly Fix[];
}

/** One role the policy gives. Items over globs and lists of permissions say what may be, not what must be. */
function want(
  item: AllowedGrant,
  entry: DeclaredIdentity,
  facts: readonly GrantFact[],
  holder: Holder,
  context: Context,
): readonly Wanted[] {
  const { role } = item;
  const { ksa, world, clusters } = context;
  const on = fillCaptures(item.on, { ksa: ksa.name, namespace: ksa.namespace });
  const resource = on === undefined ? undefined : resourceNameOf(on);
  if (role === undefined || on === undefined || resource === undefined) return [];
  const there = facts.filter(
    ({ grant }) => grant.role === role && matchesResource(on, world.view.spellings(grant.resource)),
  );
  if (there.some((fact) => world.view.givesAccess(fact))) return [];
  // The same role from above reaches it too; a folder nobody read may hold it.
  const access = accessTo(resource, holder.members, world);
  if (access.held.some(({ grant }) => grant.role === role)) return [];
  const [lapsed] = there;
  if (lapsed !== undefined) {
    const note = conditionNote(world.view.conditionOf(lapsed.grant));
    return [{ entry: entry.name, answer: 'no', says: `${role} on ${on} gives nothing now${note}`, fix: [] }];
  }
  const unread = access.unread.length > 0;
  const member =
    holder.account === undefined
      ? directMember(entry, ksa, clusters, world)
      : `serviceAccount:${holder.account.email ?? ''}`;
  return [
    {
      entry: entry.name,
      answer: unread ? 'undecided' : 'no',
      says: `${role} on ${on} is declared and ${unread ? `not seen (not read: ${listed(access.unread, 3)})` : 'not granted'}`,
      fix: grantCommand(item, resource, role, member),
    },
  ];
}

function grantCommand(
  { condition }: AllowedGrant,
  resource: string,
  role: string,
  member: string | undefined,
): readonly Fix[] {
  if (member === undefined)
    return [
      { kind: 'gcloud', text: "# the member needs the number of the pool's project, which is not known" },
    ];
  if (condition === 'required')
    return [
      { kind: 'gcloud', text: `# the policy wants a condition on ${role} here: add one with the grant` },
    ];
  return addGrant({
    resource,
    role,
    member,
    ...(condition === undefined ? {} : { condition: { expression: condition, title: 'declared' } }),
  });
}

export function roleEvidence({
  role,
  on,
  condition,
  underCondition,
  through,
  since,
  source,
  declared,
}: HeldRole): Evidence {
  return {
    text: [
      `${role} on ${on}`,
      ...(condition === undefined ? [] : [`if ${condition}`]),
      ...(underCondition === undefined ? [] : [underCondition]),
      ...(through === undefined ? [] : [`as ${through}`]),
      ...(declared === 'no'
        ? ['(not declared)']
        : declared === 'condition missing'
          ? ['(declared with a condition only)']
          : []),
    ].join(' '),
    since,
    source,
  };
}

/** The name the chain's end goes by. */
export function holderName(account: Account | undefined, context: Context): string {
  return account === undefined
    ? `${context.ksa.namespace}/${context.ksa.name}`
    : shortEmail(account.email ?? account.id);
}
