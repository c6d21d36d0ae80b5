import { overdue, retiresAt } from '../detectors/key-age.ts';
import { objectionTo } from '../detectors/key-objection.ts';
import { keyUsage } from '../detectors/key-usage.ts';
import { dayText, type HeldKey, heldKey, ownerOfKey } from '../detectors/key-words.ts';
import type { Answer } from '../explain/explanation.ts';
import type { World } from '../explain/world.ts';
import { keyName } from '../model/asset.ts';
import type { PolicyLine } from '../model/finding.ts';
import { DAY } from '../model/time.ts';
import { keyAllowance } from '../policy/match.ts';
import type { KeyAllowance, Policy } from '../policy/policy.ts';
import { burnDown } from './burn-down.ts';
import { type Carrying, carrierOf, carrying, reasonFor } from './carriers.ts';
import { isWhole, type Target, targetsFor } from './path.ts';
import { type HmacKeyLine, type KeyPlan, type KeysPlan, STAGES, type Stage } from './plan.ts';
import { stepsFor } from './steps.ts';

/** What is to be done about every user-managed key that is known, as it stands. Keys that Google manages are none. */
export function planKeys(world: World): KeysPlan {
  const all = carrying(world);
  const held = world
    .keys()
    .flatMap(({ id }) => heldKey(id, world.view) ?? [])
    // Who manages it is not known: key-not-allowed says so, and nothing is planned on a guess.
    .filter(({ key }) => key.managedBy === 'user');
  const claimed = new Set<Carrying>();
  const keys = held.map((one) => {
    const carriers = all.flatMap((each) => {
      const because = reasonFor(each, one.key, one.account?.email, world);
      if (because === undefined) return [];
      claimed.add(each);
      return [{ each, because }];
    });
    return planOf(one, carriers, world);
  });
  const sorted = keys.toSorted(inOrder);
  return {
    asOf: world.view.asOf,
    burnDown: burnDown(sorted, world),
    keys: sorted,
    hmacKeys: hmacLines(world),
    unclaimed: all.filter((one) => !claimed.has(one)).map((one) => carrierOf(one, '')),
  };
}

interface Found {
  readonly each: Carrying;
  readonly because: string;
}

function planOf(held: HeldKey, found: readonly Found[], world: World): KeyPlan {
  const { key, account, named } = held;
  const { view, policy } = world;
  const email = account?.email;
  const carriers = found.map(({ each, because }) => carrierOf(each, because));
  const targets =
    account === undefined
      ? []
      : targetsFor(
          account,
          found.map(({ each }) => each.workload),
          world,
        );
  const usage = keyUsage(held, view, policy);
  const owner = ownerOfKey(email, view.asOf, policy) ?? policy.owner;
  const maker = view
    .actsOn(keyName(key.id))
    .find(({ kind }) => kind === 'create-key' || kind === 'upload-key');
  return {
    id: key.id,
    account: named ?? 'an account that is not known',
    owner,
    stage: stageOf(held, targets),
    ...verdictOn(held, world),
    madeAt: key.validAfter,
    ageDays: key.validAfter === undefined ? undefined : Number((view.asOf - key.validAfter) / DAY),
    origin: key.origin,
    madeBy: maker === undefined || maker.actor.principal === '' ? undefined : maker.actor.principal,
    disabledSince: key.disabledSince,
    usage,
    uses: view.usageOf(keyName(key.id)).uses,
    carriers,
    paths: targets.map(({ path }) => path),
    steps: stepsFor({ key, email, owner, usage, carriers, targets, world }),
  };
}

/** Where every KSA is, that is to take the key's place, there the key is. */
function stageOf({ key }: HeldKey, targets: readonly Target[]): Stage {
  if (key.disabled) return 'disabled';
  const paths = targets.map(({ path }) => path);
  if (paths.length === 0) return 'found';
  if (paths.every((path) => isWhole(path) && path.seen !== undefined)) return 'path works';
  return paths.every((path) => path.declared || isWhole(path)) ? 'path declared' : 'found';
}

/** Whether the policy wants it gone, and what says so. */
function verdictOn(
  held: HeldKey,
  world: World,
): { readonly mustGo: Answer; readonly says: string; readonly why: PolicyLine } {
  const { key, account } = held;
  const { view, policy } = world;
  const objection = objectionTo(key, account, view, policy);
  const old = overdue(held, view, policy);
  if (objection !== undefined)
    return {
      mustGo: objection.unknown === undefined ? 'yes' : 'undecided',
      says: objection.unknown ?? objection.reason,
      why: objection.why,
    };
  if (old !== undefined)
    return {
      mustGo: old.isUnknown ? 'undecided' : 'yes',
      says: old.reason.replace(/^was /, 'it was '),
      why: old.why,
    };
  const allowance = keyAllowance(policy, account?.email, view.asOf);
  const end = retiresAt(account?.email, view, policy);
  const says = [
    ...(allowance.kind === 'allowed' ? [allowanceText(allowance.by, policy)] : []),
    ...(end === undefined ? [] : [`no key is to be left after ${dayText(end - 1n, policy)}`]),
  ];
  return {
    mustGo: end === undefined ? 'no' : 'yes',
    says: says.join('; ') || 'the policy has no rule against keys',
    why: allowance.kind === 'allowed' ? allowance.by.at : (policy.serviceAccountKeys?.at ?? policy.at),
  };
}

function allowanceText({ name, expires, ticket }: KeyAllowance, policy: Policy): string {
  return [
    `the allowance ${name} covers it`,
    ...(expires === undefined ? [] : [` until ${dayText(expires - 1n, policy)}`]),
    ...(ticket === undefined ? [] : [` (${ticket})`]),
  ].join('');
}

/** Those that must go first; of these whatever is furthest on the way, because it is soonest done. */
function inOrder(a: KeyPlan, b: KeyPlan): number {
  const rank = ({ mustGo, stage, account, id }: KeyPlan) =>
    [mustGo === 'no' ? 1 : 0, STAGES.length - STAGES.indexOf(stage), account, id].join(' ');
  return rank(a) < rank(b) ? -1 : 1;
}

function hmacLines(world: World): readonly HmacKeyLine[] {
  return world
    .hmacKeys()
    .map(({ accessId, account, active, since }) => ({
      accessId,
      account: account ?? 'an account that is not known',
      active,
      since,
    }))
    .toSorted((a, b) => (a.accessId < b.accessId ? -1 : 1));
}
