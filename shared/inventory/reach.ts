import {
  type AssetName,
  projectName,
  projectOfEmail,
  resourceKind,
  serviceAccountName,
  serviceAccountOf,
} from '../model/asset.ts';
import { grantKey } from '../model/grant.ts';
import type { Principal } from '../model/principal.ts';
import {
  TO_ACT_AS,
  TO_CHANGE_ROLES,
  TO_DELEGATE,
  TO_GIVE_ROLES,
  TO_LET_IN,
  TO_LET_OUTSIDERS_IN,
  TO_MAKE_KEYS,
  TO_RUN_CODE,
  TO_SPEAK_AS,
} from '../roles/escalation.ts';
import { type Answer, isPredefined, permits, type Role } from '../roles/role.ts';
import { isBelow } from './below.ts';
import type { GrantFact } from './facts.ts';
import type { Account, View } from './view.ts';

/** Where a step leads. */
export type Place =
  | { readonly kind: 'account'; readonly account: Account }
  /** Not to be the account, but to have it hand on tokens of those that it may speak as. */
  | { readonly kind: 'delegate'; readonly account: Account }
  /** Every account below a project, folder or organisation, later ones too. */
  | { readonly kind: 'every-account'; readonly of: AssetName }
  /** Whatever roles it likes on a project, folder or organisation. */
  | { readonly kind: 'any-role'; readonly of: AssetName }
  /** To say who may come in through the workload identity pools below a project, folder or organisation. */
  | { readonly kind: 'federation'; readonly of: AssetName };

/** One step: whoever holds these grants gets there, by these permissions of theirs. */
export interface Step {
  /** `placeKey` of who takes it; empty for the one that is asked about. */
  readonly from: string;
  /** How many accounts are become before it. */
  readonly distance: number;
  readonly to: Place;
  /** One grant, or two that do it together: the one that names the goal first. */
  readonly by: readonly GrantFact[];
  readonly permissions: readonly string[];
  /** Whether the roles are known to permit it: one that has not been read may. */
  readonly isSure: boolean;
}

/** An account that can be become, or be had to delegate. */
export interface Reached {
  readonly key: string;
  readonly place: AccountPlace;
  readonly distance: number;
  readonly holds: readonly GrantFact[];
}

type AccountPlace = Extract<Place, { readonly account: Account }>;

export interface Reach {
  /** Nearest first, then by name. */
  readonly reached: readonly Reached[];
  /** Nearest first, then by name. Only what is sure is gone on from. */
  readonly steps: readonly Step[];
  /** What kept it from being followed to the end. */
  readonly stoppedAt: 'depth' | 'nodes' | undefined;
}

export interface ReachBounds {
  /** Accounts that are become in a row. */
  readonly depth: number;
  /** Accounts that are looked at. */
  readonly nodes: number;
}

/**
 * What whoever is all of `who` can become: by its grants, and by those of everybody it becomes on the way. Breadth first in the order of names,
 * so that equal inventories give equal answers. What a group holds counts where it is known who is in it; what can be done through Kubernetes is not looked at. `isAside`: grants
 * of `who` to leave out.
 */
export function reachOf(
  who: readonly Principal[],
  view: View,
  { depth, nodes }: ReachBounds,
  isAside: (fact: GrantFact) => boolean = () => false,
): Reach {
  const emails = new Set(who.flatMap((one) => (one.kind === 'gsa' ? [one.email] : [])));
  const steps: Step[] = [];
  const reached: Reached[] = [];
  const seen = new Set<string>();
  let stoppedAt: Reach['stoppedAt'];
  let frontier: readonly Holder[] = [
    { key: '', distance: 0, holds: heldByAll(who, view).filter((fact) => !isAside(fact)), delegates: false },
  ];
  while (frontier.length > 0) {
    const found = frontier
      .flatMap((holder) => [...stepsOf(holder, view)])
      .filter(({ to }) => !('account' in to && emails.has(to.account.email ?? '')))
      .toSorted((a, b) => (stepKey(a) < stepKey(b) ? -1 : 1));
    const next = new Map<string, AccountPlace>();
    for (const { to, isSure } of found)
      if (isSure && 'account' in to && !seen.has(placeKey(to))) next.set(placeKey(to), to);
    const distance = frontier[0]!.distance + 1;
    if (distance > depth) {
      if (next.size > 0) stoppedAt = 'depth';
      next.clear();
    }
    steps.push(...(distance > depth ? found.filter(({ to }) => !('account' in to)) : found));
    const further: Holder[] = [];
    for (const [key, place] of next) {
      if (reached.length >= nodes) {
        stoppedAt = 'nodes';
        break;
      }
      seen.add(key);
      const holds = heldByAll(principalsOf(place.account, view), view);
      reached.push({ key, place, distance, holds });
      further.push({ key, distance, holds, delegates: place.kind === 'delegate' });
    }
    frontier = further;
  }
  return { reached, steps, stoppedAt };
}

/** One text for each place. */
export function placeKey(place: Place): string {
  return `${place.kind}:${'account' in place ? place.account.id : place.of}`;
}

function stepKey({ to, from, isSure, by }: Step): string {
  const grants = by.map(({ grant }) => grantKey(grant));
  return JSON.stringify([placeKey(to), isSure ? 0 : 1, from, ...grants]);
}

/** Whoever takes a step. */
interface Holder {
  readonly key: string;
  readonly distance: number;
  readonly holds: readonly GrantFact[];
  /** It is not become: all it does is to hand on tokens. */
  readonly delegates: boolean;
}

/** What lets its holder become an account: on the account, or on what that lies in. */
interface Power {
  readonly fact: GrantFact;
  readonly role: Role | undefined;
  readonly on:
    | { readonly kind: 'account'; readonly account: Account }
    | { readonly kind: 'container'; readonly name: AssetName; readonly level: keyof typeof TO_GIVE_ROLES };
}

/** Each grant that an identity holds, itself or by its groups, and that gives it something now, once. */
function heldByAll(who: readonly Principal[], view: View): readonly GrantFact[] {
  const all = who.flatMap((one) => [one, ...view.groupsOf(one)]);
  return [...new Set(all.flatMap((one) => view.heldBy(one)))].filter((fact) => view.givesAccess(fact));
}

/** All that policies may call an account: itself, and one of all that lie where it lies. */
function principalsOf({ id, email }: Account, view: View): readonly Principal[] {
  const home = email === undefined ? undefined : projectOfEmail(email);
  const projects =
    home === undefined ? [] : view.spellings(projectName(home)).map((name) => name.split('/').at(-1)!);
  const containers = [
    ...projects.map((project) => `projects/${project}`),
    ...view.ancestorsOf(serviceAccountName(id)),
    ...(home === undefined ? [] : view.ancestorsOf(projectName(home))),
  ];
  return [
    ...(email === undefined ? [] : [{ kind: 'gsa' as const, email }]),
    ...(id.includes('@') ? [] : [{ kind: 'gsa-id' as const, id }]),
    ...[...new Set(containers)].map((container) => ({ kind: 'service-accounts-of' as const, container })),
  ];
}

function* stepsOf(holder: Holder, view: View): Generator<Step> {
  const powers = holder.holds.flatMap((fact) => powerOf(fact, view) ?? []);
  for (const power of powers) {
    yield* becoming(power, powers, holder, view);
    if (!holder.delegates && power.on.kind === 'container') yield* governing(power, powers, holder, view);
  }
}

function powerOf(fact: GrantFact, view: View): Power | undefined {
  const { resource, role } = fact.grant;
  const named = serviceAccountOf(resource);
  if (named !== undefined) {
    const account = view.account(named);
    // Whoever is gone or switched off is nobody.
    if (account.state === 'deleted' || account.state === 'disabled') return undefined;
    return { fact, role: view.role(role), on: { kind: 'account', account } };
  }
  const level = resourceKind(resource);
  return level === 'project' || level === 'folder' || level === 'organization'
    ? { fact, role: view.role(role), on: { kind: 'container', name: view.canonical(resource), level } }
    : undefined;
}

/** To be an account, or every one of a container. */
function* becoming(power: Power, all: readonly Power[], holder: Holder, view: View): Generator<Step> {
  const to: Place = power.on.kind === 'account' ? power.on : { kind: 'every-account', of: power.on.name };
  const ways = holder.delegates ? TO_SPEAK_AS : [...TO_SPEAK_AS, TO_MAKE_KEYS, TO_LET_IN];
  const alone = best(power.role, ways);
  if (alone !== undefined) yield stepBy(holder, to, [power], [alone]);
  if (alone?.answer === 'yes') return;
  if (to.kind === 'account' && permits(power.role, TO_DELEGATE) === 'yes')
    yield stepBy(holder, { ...to, kind: 'delegate' }, [power], [sure(TO_DELEGATE)]);
  if (!holder.delegates && permits(power.role, TO_ACT_AS) === 'yes') yield* running(power, all, holder, view);
}

/** Whoever may run code where an account lies, and have it run as the account, is the account. */
function* running(power: Power, all: readonly Power[], holder: Holder, view: View): Generator<Step> {
  for (const runner of all) {
    const runs = runner.on.kind === 'container' ? best(runner.role, TO_RUN_CODE) : undefined;
    const meeting = runs === undefined ? undefined : meetingOf(power, runner, view);
    if (runs === undefined || meeting === undefined) continue;
    const answer = meeting.answer === 'yes' ? runs.answer : 'unknown';
    const by = runner === power ? [power] : [power, runner];
    yield stepBy(holder, meeting.place, by, [sure(TO_ACT_AS), { ...runs, answer }]);
  }
}

/** What may be acted as where code may be run. By default no account is attached outside of its project. */
function meetingOf(
  { on }: Power,
  { on: where }: Power,
  view: View,
): { readonly place: Place; readonly answer: Answer } | undefined {
  if (where.kind === 'account') return undefined;
  if (on.kind === 'account') {
    const answer = isBelow(serviceAccountName(on.account.id), where.name, view);
    return answer === 'no' ? undefined : { place: on, answer };
  }
  const inner = isBelow(on.name, where.name, view);
  if (inner === 'yes') return { place: { kind: 'every-account', of: on.name }, answer: 'yes' };
  const outer = isBelow(where.name, on.name, view);
  if (outer === 'no' && inner === 'no') return undefined;
  return outer === 'no'
    ? { place: { kind: 'every-account', of: on.name }, answer: inner }
    : { place: { kind: 'every-account', of: where.name }, answer: outer };
}

/** To decide who may do what below a container. */
function* governing(power: Power, all: readonly Power[], holder: Holder, view: View): Generator<Step> {
  if (power.on.kind !== 'container') return;
  const { name, level } = power.on;
  const gives = best(power.role, TO_GIVE_ROLES[level]);
  if (gives !== undefined) yield stepBy(holder, { kind: 'any-role', of: name }, [power], [gives]);
  const admits = best(power.role, TO_LET_OUTSIDERS_IN);
  if (admits !== undefined) yield stepBy(holder, { kind: 'federation', of: name }, [power], [admits]);
  if (permits(power.role, TO_CHANGE_ROLES) !== 'yes') return;
  for (const other of all) {
    const home = homeOfRole(other.fact.grant.role);
    const answer = home === undefined ? 'no' : isBelow(home, name, view);
    if (answer === 'no') continue;
    const to: Place = other.on.kind === 'account' ? other.on : { kind: 'any-role', of: other.on.name };
    const by = other === power ? [power] : [other, power];
    yield stepBy(holder, to, by, [{ permission: TO_CHANGE_ROLES, answer }]);
  }
}

/** Where a custom role is kept, and can be rewritten. */
function homeOfRole(role: string): AssetName | undefined {
  const home = isPredefined(role)
    ? undefined
    : /^((?:projects|organizations)\/[^/]+)\/roles\//.exec(role)?.[1];
  return home === undefined ? undefined : `//cloudresourcemanager.googleapis.com/${home}`;
}

interface Permitted {
  readonly permission: string;
  readonly answer: Exclude<Answer, 'no'>;
}

function sure(permission: string): Permitted {
  return { permission, answer: 'yes' };
}

/** The first of these permissions that a role surely holds, else the first that it may hold. */
function best(role: Role | undefined, permissions: readonly string[]): Permitted | undefined {
  for (const answer of ['yes', 'unknown'] as const) {
    const permission = permissions.find((one) => permits(role, one) === answer);
    if (permission !== undefined) return { permission, answer };
  }
  return undefined;
}

function stepBy(
  { key, distance }: Holder,
  to: Place,
  by: readonly Power[],
  permitted: readonly Permitted[],
): Step {
  return {
    from: key,
    distance,
    to,
    by: by.map(({ fact }) => fact),
    permissions: permitted.map(({ permission }) => permission),
    isSure: permitted.every(({ answer }) => answer === 'yes'),
  };
}
