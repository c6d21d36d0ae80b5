import { command, flag } from '../detectors/commands.ts';
import { ownerOfAccount } from '../detectors/grant-facts.ts';
import { objectionTo } from '../detectors/key-objection.ts';
import type { KeyFact } from '../inventory/facts.ts';
import type { Account } from '../inventory/view.ts';
import { DAY } from '../model/time.ts';
import { keyAllowance } from '../policy/match.ts';
import type { KeyExplained, KeyLine } from './explanation.ts';
import type { World } from './world.ts';

/** Whose key it is, whether the policy allows it, and how old it is. Nothing when no such key is known. */
export function explainKey(id: string, world: World): KeyExplained | undefined {
  const { view, policy } = world;
  const key = view.key(id);
  if (key === undefined) return undefined;
  const account = key.account === undefined ? undefined : view.account(key.account);
  const named = account?.email ?? key.account;
  const line = keyLine(key, account, world);
  const objection = key.managedBy === 'google' ? undefined : objectionTo(key, account, view, policy);
  return {
    kind: 'key',
    subject: id,
    account: named ?? 'an account that is not known',
    owner: ownerOfAccount(account?.email, policy) ?? policy.owner,
    key: line,
    evidence: [{ text: `key ${id}: ${line.state}`, since: key.since, source: key.source }],
    why: objection?.why ?? allowanceLine(account, world),
    // Disable first and watch what breaks: deleting is for ever.
    fix:
      line.allowed === 'no' && named !== undefined
        ? [
            ...(key.disabled ? [] : command('gcloud', ...KEYS, 'disable', id, flag('iam-account', named))),
            ...command('gcloud', ...KEYS, 'delete', id, flag('iam-account', named)),
          ]
        : [],
    verdict: { answer: line.allowed, text: `${named ?? 'An account that is not known'}: ${line.says}.` },
  };
}

const KEYS = ['iam', 'service-accounts', 'keys'];

export function keyLine(key: KeyFact, account: Account | undefined, world: World): KeyLine {
  const { view, policy } = world;
  const ageDays = Number((view.asOf - key.since) / DAY);
  const ended = key.validBefore !== undefined && key.validBefore <= view.asOf;
  const state = [
    key.managedBy === 'google'
      ? 'managed by Google'
      : key.managedBy === 'user'
        ? 'user-managed'
        : 'managed by whom is not known',
    ...(key.origin === undefined ? [] : [key.origin]),
    ...(key.disabled ? ['disabled'] : []),
    ...(ended ? ['expired'] : []),
    `${ageDays} days old`,
  ].join(', ');
  const common = { id: key.id, state, ageDays };
  if (key.managedBy === 'google')
    return { ...common, allowed: 'yes', says: 'a key that Google manages never leaves Google' };
  const objection = objectionTo(key, account, view, policy);
  if (objection !== undefined) {
    return objection.unknown !== undefined || key.managedBy === undefined
      ? {
          ...common,
          allowed: 'undecided',
          says: objection.unknown ?? 'whether Google or a user manages this key is not known',
        }
      : { ...common, allowed: 'no', says: objection.reason };
  }
  const allowance = keyAllowance(policy, account?.email, view.asOf);
  return {
    ...common,
    allowed: 'yes',
    says:
      allowance.kind === 'allowed'
        ? `the allowance ${allowance.by.name} covers it`
        : 'the policy has no rule against keys',
  };
}

function allowanceLine(account: Account | undefined, { view, policy }: World) {
  const allowance = keyAllowance(policy, account?.email, view.asOf);
  return allowance.kind === 'allowed' ? allowance.by.at : (policy.serviceAccountKeys?.at ?? policy.at);
}
