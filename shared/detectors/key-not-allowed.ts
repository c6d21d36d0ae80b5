import type { KeyFact } from '../inventory/facts.ts';
import type { Account } from '../inventory/view.ts';
import { keyName, projectOfEmail } from '../model/asset.ts';
import { shortEmail } from '../model/principal.ts';
import type { Policy } from '../policy/policy.ts';
import { command, flag } from './commands.ts';
import { AUTHENTICATORS, CIS_ONLY_MANAGED_KEYS } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { ownerOfAccount } from './grant-facts.ts';
import { type Objection, objectionTo } from './key-objection.ts';

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
    // With its account a key has gone too.
    if (account?.state === 'deleted') return [];
    const objection = objectionTo(key, account, view, policy);
    return objection === undefined ? [] : [judgement(key, account, policy, objection)];
  },
} satisfies Detector<'key'>;

function judgement(
  key: KeyFact,
  account: Account | undefined,
  policy: Policy,
  { why, reason, unknown }: Objection,
): Judgement {
  const email = account?.email;
  const named = email ?? key.account;
  const name = shortEmail(named ?? 'an unknown account');
  const home = email === undefined ? undefined : projectOfEmail(email);
  const owner = ownerOfAccount(email, policy);
  const how = key.origin === 'uploaded' ? 'uploaded' : 'created';
  const isUnmanaged = key.managedBy === undefined;
  const isUndecided = isUnmanaged || unknown !== undefined;
  return {
    state: isUndecided ? 'undecided' : 'open',
    ...(key.disabled ? { severity: 'low', class: 'posture' } : {}),
    title: isUnmanaged
      ? `${name} has key ${short(key.id)}, and who manages it is not known`
      : unknown !== undefined
        ? `Whether ${name} may have key ${short(key.id)} is not known`
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
    after: [`${isUnmanaged ? '' : 'user-managed '}key ${key.id} (${how}${key.disabled ? ', disabled' : ''})`],
    explanation: isUnmanaged
      ? 'The asset does not say whether Google or a user manages this key. Keys that Google manages never leave Google; a user-managed one works from anywhere.'
      : (unknown ??
        'A key works from anywhere, for whoever has the file, until it is deleted. Workload Identity needs none.'),
    why,
    remediation:
      isUndecided || named === undefined
        ? []
        : [
            ...disable(key, named),
            ...command('gcloud', ...KEYS, 'delete', key.id, flag('iam-account', named)),
          ],
    cause: { asset: keyName(key.id), time: key.since, source: key.source },
  };
}

const KEYS = ['iam', 'service-accounts', 'keys'];

/** Disable first and watch what breaks: deleting is for ever. */
function disable(key: KeyFact, account: string) {
  return key.disabled ? [] : command('gcloud', ...KEYS, 'disable', key.id, flag('iam-account', account));
}

function short(keyId: string): string {
  return keyId.length > 12 ? `${keyId.slice(0, 8)}…` : keyId;
}
