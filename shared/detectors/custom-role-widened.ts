import type { GrantFact, RoleFact } from '../inventory/facts.ts';
import type { View } from '../inventory/view.ts';
import type { Setter } from '../model/act.ts';
import { projectOf } from '../model/asset.ts';
import type { Remedy } from '../model/finding.ts';
import { type Principal, principalLabel } from '../model/principal.ts';
import { formatTime } from '../model/time.ts';
import { changerOf, poolOf } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { type Accepted, acceptedValue } from './accepted.ts';
import { allowance } from './allowance.ts';
import { CHANGE_KINDS } from './change-words.ts';
import { command, flag } from './commands.ts';
import { CHANGE_CONTROL, LEAST_PRIVILEGE } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { entriesFor, ownerOfPrincipal, resourceWords } from './grant-facts.ts';
import { ROLE_METHODS } from './role-methods.ts';

export const customRoleWidened = {
  id: 'custom-role-widened',
  title: 'A custom role permits more than was accepted',
  class: 'attack',
  severity: 'high',
  about:
    'A custom role that an identity we keep watch over holds has gained permissions: against what its entry lists (`permissions`), else what a trusted changer with `may: [bindings]` made of it last, else what was there first. Whoever may change a role gives more to everybody who holds it, and no IAM policy changes. Undecided where the role was changed and nobody told to what. Closes when the role has lost them again, or the change is accepted.',
  subject: 'role',
  sources: {
    assetTypes: [
      { type: 'iam.googleapis.com/Role', content: 'resource' },
      { type: '*', content: 'policy' },
    ],
    methods: [...ROLE_METHODS, '*setIamPolicy'],
  },
  controls: [LEAST_PRIVILEGE, CHANGE_CONTROL],
  heldForPolicy: true,
  detect({ asset }, view, policy) {
    const fact = view.customRole(asset);
    if (fact === undefined || fact.inactive !== undefined) return [];
    const holders = view
      .grantsOfRole(fact)
      .filter((held) => view.givesAccess(held) && isOurs(held.grant.principal, view, policy));
    // Where every entry lists what its identity may do, the lists are what counts, and undeclared-grant compares.
    const open = holders.filter((held) => !isListed(held, view, policy));
    if (open.length === 0) return [];
    if (fact.readAt === undefined) return [notKnown(fact, open, view, policy)];
    const accepted = acceptedValue(fact.permissions, isTrusted(fact, view, policy));
    const gained = accepted === undefined ? [] : gainedSince(accepted, fact);
    return accepted === undefined || gained.length === 0
      ? []
      : [widened(fact, accepted, gained, open, view, policy)];
  },
} satisfies Detector<'role'>;

function isOurs(principal: Principal, view: View, policy: Policy): boolean {
  return principal.kind === 'ksa-set'
    ? poolOf(policy, principal.pool) !== undefined
    : entriesFor(principal, view, policy) !== undefined;
}

/** Whether the entry of whoever holds the role speaks of permissions there: all that the role permits now, or not. */
function isListed({ grant }: GrantFact, view: View, policy: Policy): boolean {
  const entries = entriesFor(grant.principal, view, policy) ?? [];
  const verdict = allowance(entries, grant, view);
  return verdict.kind === 'allowed' && verdict.by.role === undefined;
}

function isTrusted({ asset }: RoleFact, view: View, policy: Policy): (who: Setter) => boolean | 'unjudged' {
  const change = { kind: CHANGE_KINDS['change-role'], resource: view.spellings(asset) };
  return (who) => {
    const verdict = changerOf(policy, who, change);
    return verdict.kind === 'undeclared' ? 'unjudged' : verdict.kind === 'trusted';
  };
}

function permissionsIn(value: Accepted['value']): readonly string[] {
  return typeof value === 'string' && value !== '' ? value.split('\n') : [];
}

function gainedSince(accepted: Accepted, { permissions }: RoleFact): readonly string[] {
  const before = new Set(permissionsIn(accepted.value));
  return permissionsIn(permissions.now?.value).filter((permission) => !before.has(permission));
}

function widened(
  fact: RoleFact,
  accepted: Accepted,
  gained: readonly string[],
  holders: readonly GrantFact[],
  view: View,
  policy: Policy,
): Judgement {
  const { now } = fact.permissions;
  const day = formatTime(accepted.since).slice(0, 'YYYY-MM-DD'.length);
  return {
    ...common(fact, holders, view, policy),
    state: 'open',
    title: `Custom role ${shortRole(fact)} gained ${gained.length === 1 ? gained[0] : `${gained.length} permissions`}`,
    before: [`${permissionsIn(accepted.value).length} permissions`],
    after: gained.slice(0, MOST_SHOWN).map((permission) => `+ ${permission}`),
    explanation: `${holdersText(holders, view)} and can do it now. Accepted is what ${accepted.by === undefined ? `was there first, on ${day}` : `${accepted.by} made of it on ${day}`}.`,
    remediation: loosePermissions(fact, gained),
    cause: { asset: fact.asset, time: now?.time ?? fact.since, source: now?.source ?? fact.source },
  };
}

function notKnown(fact: RoleFact, holders: readonly GrantFact[], view: View, policy: Policy): Judgement {
  return {
    ...common(fact, holders, view, policy),
    state: 'undecided',
    title: `Whether custom role ${shortRole(fact)} permits more than it did is not known`,
    before: [],
    after: [],
    explanation: `${holdersText(holders, view)}. It was changed, and nobody told to what: its permissions have not been read since.`,
    remediation: [],
    cause: { asset: fact.asset, time: fact.since, source: fact.source },
  };
}

const MOST_SHOWN = 20;
const MOST_HOLDERS = 3;

function common({ asset, name }: RoleFact, holders: readonly GrantFact[], view: View, policy: Policy) {
  const project = projectOf(asset);
  const owner = holders
    .map(({ grant }) => ownerOfPrincipal(grant.principal, view, policy))
    .find((one) => one !== undefined);
  return {
    subject: `role:${name}`,
    identity: `custom role ${name.split('/').at(-1)}`,
    resource: asset,
    role: name,
    ...(project === undefined ? {} : { project: view.projectId(project) }),
    ...(owner === undefined ? {} : { owner }),
    why: holders.flatMap(({ grant }) => entriesFor(grant.principal, view, policy) ?? [])[0]?.at ?? policy.at,
  };
}

function shortRole({ name, title }: RoleFact): string {
  const id = name.split('/').at(-1)!;
  return title === undefined || title === '' || title === id ? id : `${id} (${title})`;
}

function holdersText(holders: readonly GrantFact[], view: View): string {
  const texts = [
    ...new Set(
      holders.map(
        ({ grant }) => `${principalLabel(grant.principal)} on ${resourceWords(grant.resource, view).label}`,
      ),
    ),
  ].sort();
  const rest = texts.length - MOST_HOLDERS;
  return `It is held by ${texts.slice(0, MOST_HOLDERS).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** docs: sdk/gcloud/reference/iam/roles/update. */
function loosePermissions({ name }: RoleFact, gained: readonly string[]): readonly Remedy[] {
  const [, scope = '', home = '', id = ''] =
    /^(project|organization)s\/([^/]+)\/roles\/([^/]+)$/.exec(name) ?? [];
  if (id === '') return [];
  return command(
    'gcloud',
    'iam',
    'roles',
    'update',
    id,
    flag(scope, home),
    flag('remove-permissions', gained.join(',')),
  );
}
