import type { KeyFact } from '../inventory/facts.ts';
import type { Account, View } from '../inventory/view.ts';
import { keyName, projectOfEmail } from '../model/asset.ts';
import type { PolicyLine } from '../model/finding.ts';
import { shortEmail } from '../model/principal.ts';
import { declaredForGsa, keyAllowance } from '../policy/match.ts';
import type { KeyAllowance, Policy } from '../policy/policy.ts';
import { command } from './commands.ts';
import { AUTHENTICATORS, CIS_ONLY_MANAGED_KEYS } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';

export const keyNotAllowed = {
  id: 'key-not-allowed',
  title: 'A user-managed key that the policy does not allow',
  class: 'attack',
  severity: 'high',
  about:
    'A JSON key was created or uploaded for an account that serviceAccountKeys.allowed does not name, beyond its maxKeys, or after its allowance expired. A disabled key is reported low. Keys that Google manages are never reported.',
  subject: 'key',
  sources: {
    assetTypes: [{ type: 'iam.googleapis.com/ServiceAccountKey', content: 'resource' }],
    methods: [
      'google.iam.admin.v1.CreateServiceAccountKey',
      'google.iam.admin.v1.UploadServiceAccountKey',
      'google.iam.admin.v1.DeleteServiceAccountKey',
      'google.iam.admin.v1.DisableServiceAccountKey',
      'google.iam.admin.v1.EnableServiceAccountKey',
    ],
  },
  controls: [CIS_ONLY_MANAGED_KEYS, AUTHENTICATORS],
  detect({ id }, view, policy) {
    const key = view.key(id);
    if (key === undefined || key.managedBy === 'google') return [];
    if (key.validBefore !== undefined) {
      if (key.validBefore <= view.asOf) return [];
      view.wakeAt(key.validBefore);
    }
    const account = key.account === undefined ? undefined : view.account(key.account);
    const allowance = keyAllowance(policy, account?.email, view.asOf);
    if (allowance.kind === 'unruled') return [];
    if (allowance.kind === 'allowed') {
      view.wakeAt(allowance.by.expires);
      return beyondMax(key, account, allowance.by, view)
        ? [
            judgement(
              key,
              account,
              policy,
              allowance.by.at,
              `only ${allowance.by.maxKeys} ${allowance.by.maxKeys === 1 ? 'is' : 'are'} allowed`,
            ),
          ]
        : [];
    }
    const reason =
      allowance.kind === 'expired'
        ? `the allowance ${allowance.by.name} has expired`
        : 'the policy allows it none';
    const at = allowance.kind === 'expired' ? allowance.by.at : (policy.serviceAccountKeys?.at ?? policy.at);
    return [judgement(key, account, policy, at, reason)];
  },
} satisfies Detector<'key'>;

/** The oldest keys take the places that are allowed; whatever came after them is one too many. */
function beyondMax(
  key: KeyFact,
  account: Account | undefined,
  { maxKeys }: KeyAllowance,
  view: View,
): boolean {
  if (maxKeys === undefined || account === undefined) return false;
  const live = view
    .keysOf(account)
    .filter(
      (other) =>
        other.managedBy !== 'google' && (other.validBefore === undefined || other.validBefore > view.asOf),
    );
  const inOrder = [...live].sort((a, b) =>
    a.since < b.since ? -1 : a.since > b.since ? 1 : a.id < b.id ? -1 : 1,
  );
  return inOrder.findIndex((other) => other.id === key.id) >= maxKeys;
}

function judgement(
  key: KeyFact,
  account: Account | undefined,
  policy: Policy,
  why: PolicyLine,
  reason: string,
): Judgement {
  const email = account?.email ?? key.account;
  const name = shortEmail(email ?? 'an unknown account');
  const home = email === undefined ? undefined : projectOfEmail(email);
  const owner = email === undefined ? undefined : declaredForGsa(policy, email)[0]?.owner;
  const undecided = key.managedBy === undefined;
  const how = key.origin === 'uploaded' ? 'uploaded' : 'created';
  return {
    state: undecided ? 'undecided' : 'open',
    ...(key.disabled ? { severity: 'low', class: 'posture' } : {}),
    title: undecided
      ? `${name} has key ${short(key.id)}, and who manages it is not known`
      : key.disabled
        ? `${name} keeps a disabled key ${short(key.id)}, and ${reason}`
        : `A key was ${how} for ${name}, and ${reason}`,
    subject: `key:${key.id}`,
    identity: name,
    resource: keyName(key.id),
    key: key.id,
    ...(home === undefined ? {} : { project: home }),
    ...(email === undefined ? {} : { account: email }),
    ...(owner === undefined ? {} : { owner }),
    before: [],
    after: [`user-managed key ${key.id} (${how}${key.disabled ? ', disabled' : ''})`],
    explanation: undecided
      ? 'The asset does not say whether Google or a user manages this key. Keys that Google manages never leave Google; a user-managed one works from anywhere.'
      : 'A key works from anywhere, for whoever has the file, until it is deleted. Workload Identity needs none.',
    why,
    remediation:
      email === undefined
        ? []
        : [
            ...disable(key, email),
            ...command(
              'gcloud',
              'iam',
              'service-accounts',
              'keys',
              'delete',
              key.id,
              `--iam-account=${email}`,
            ),
          ],
    cause: { asset: keyName(key.id), time: key.since, source: key.source },
  };
}

/** Disable first and watch what breaks: deleting is for ever. */
function disable(key: KeyFact, email: string) {
  return key.disabled
    ? []
    : command('gcloud', 'iam', 'service-accounts', 'keys', 'disable', key.id, `--iam-account=${email}`);
}

function short(keyId: string): string {
  return keyId.length > 12 ? `${keyId.slice(0, 8)}…` : keyId;
}
