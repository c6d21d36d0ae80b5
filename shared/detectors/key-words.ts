import type { KeyFact } from '../inventory/facts.ts';
import type { Account, View } from '../inventory/view.ts';
import { keyName, projectOfEmail } from '../model/asset.ts';
import type { Remedy } from '../model/finding.ts';
import { shortEmail } from '../model/principal.ts';
import { type Nanos, SECOND } from '../model/time.ts';
import { dateIn } from '../policy/calendar.ts';
import { keyAllowance } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { command, flag } from './commands.ts';
import { ownerOfAccount } from './grant-facts.ts';

/** A key that somebody holds, or may: not one of Google's own, not run out, its account not deleted. */
export interface HeldKey {
  readonly key: KeyFact;
  readonly account: Account | undefined;
  /** E-mail of its account where known, else what the key was told to be of. */
  readonly named: string | undefined;
}

/** The key with this id while it is held. Asks to be judged anew when it runs out. */
export function heldKey(id: string, view: View): HeldKey | undefined {
  const key = view.key(id);
  if (key === undefined || key.managedBy === 'google') return undefined;
  if (key.validBefore !== undefined) {
    if (key.validBefore <= view.asOf) return undefined;
    view.wakeAt(key.validBefore);
  }
  const account = key.account === undefined ? undefined : view.account(key.account);
  // With its account a key has gone too.
  if (account?.state === 'deleted') return undefined;
  return { key, account, named: account?.email ?? key.account };
}

/** What the findings on one key have in common. */
export function keyWords({ key, account, named }: HeldKey, view: View, policy: Policy) {
  const email = account?.email;
  const home = email === undefined ? undefined : projectOfEmail(email);
  const owner = ownerOfKey(email, view.asOf, policy);
  return {
    subject: `key:${key.id}`,
    identity: shortEmail(named ?? 'an unknown account'),
    resource: keyName(key.id),
    key: key.id,
    ...(home === undefined ? {} : { project: home }),
    ...(email === undefined ? {} : { account: email }),
    ...(owner === undefined ? {} : { owner }),
    before: [] as readonly string[],
    after: [keyText(key)],
  };
}

/** Who answers for the account, else for the allowance that names it. */
export function ownerOfKey(email: string | undefined, asOf: Nanos, policy: Policy): string | undefined {
  const verdict = keyAllowance(policy, email, asOf);
  const allowance = verdict.kind === 'allowed' || verdict.kind === 'expired' ? verdict.by.owner : undefined;
  return ownerOfAccount(email, policy) ?? allowance;
}

/** `user-managed key 8f2c… (created, disabled)`. */
export function keyText({ id, managedBy, origin, disabled }: KeyFact): string {
  const how = origin === 'uploaded' ? 'uploaded' : 'created';
  return `${managedBy === undefined ? '' : 'user-managed '}key ${id} (${how}${disabled ? ', disabled' : ''})`;
}

/** The beginning of a key's id: enough to tell an account's keys apart. */
export function shortKey(keyId: string): string {
  return keyId.length > 12 ? `${keyId.slice(0, 8)}…` : keyId;
}

/** Everything that is done to keys (gcp-facts 3.2). */
export const KEY_METHODS: readonly string[] = [
  'google.iam.admin.v1.(Create|Upload|Delete|Disable|Enable)ServiceAccountKey',
];

const KEYS = ['iam', 'service-accounts', 'keys'];

export function switchKey(
  verb: 'disable' | 'enable' | 'delete',
  keyId: string,
  account: string,
): readonly Remedy[] {
  return command('gcloud', ...KEYS, verb, keyId, flag('iam-account', account));
}

/** `2026-12-31`: the day it is then, where the policy lives. */
export function dayText(time: Nanos, { timezone }: Policy): string {
  return dateIn(timezone)(Number(time / SECOND));
}
