import type { View } from '../inventory/view.ts';
import { shortEmail } from '../model/principal.ts';
import type { Policy } from '../policy/policy.ts';
import { AUTHENTICATORS, CIS_ONLY_MANAGED_KEYS } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { type Objection, objectionTo } from './key-objection.ts';
import { type HeldKey, heldKey, KEY_METHODS, keyWords, shortKey, switchKey } from './key-words.ts';

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
    methods: KEY_METHODS,
  },
  controls: [CIS_ONLY_MANAGED_KEYS, AUTHENTICATORS],
  detect({ id }, view, policy) {
    const held = heldKey(id, view);
    if (held === undefined) return [];
    const objection = objectionTo(held.key, held.account, view, policy);
    return objection === undefined ? [] : [judgement(held, view, policy, objection)];
  },
} satisfies Detector<'key'>;

function judgement(
  held: HeldKey,
  view: View,
  policy: Policy,
  { why, reason, unknown }: Objection,
): Judgement {
  const { key, named } = held;
  const words = keyWords(held, view, policy);
  const name = shortEmail(named ?? 'an unknown account');
  const how = key.origin === 'uploaded' ? 'uploaded' : 'created';
  const isUnmanaged = key.managedBy === undefined;
  const isUndecided = isUnmanaged || unknown !== undefined;
  return {
    ...words,
    state: isUndecided ? 'undecided' : 'open',
    ...(key.disabled ? { severity: 'low', class: 'posture' } : {}),
    title: isUnmanaged
      ? `${name} has key ${shortKey(key.id)}, and who manages it is not known`
      : unknown !== undefined
        ? `Whether ${name} may have key ${shortKey(key.id)} is not known`
        : key.disabled
          ? `${name} keeps a disabled key ${shortKey(key.id)}, and ${reason}`
          : `A key was ${how} for ${name}, and ${reason}`,
    explanation: isUnmanaged
      ? 'The asset does not say whether Google or a user manages this key. Keys that Google manages never leave Google; a user-managed one works from anywhere.'
      : (unknown ??
        'A key works from anywhere, for whoever has the file, until it is deleted. Workload Identity needs none.'),
    why,
    // Disable first and watch what breaks: deleting is for ever.
    remediation:
      isUndecided || named === undefined
        ? []
        : [
            ...(key.disabled ? [] : switchKey('disable', key.id, named)),
            ...switchKey('delete', key.id, named),
          ],
    cause: { asset: words.resource, time: key.since, source: key.source },
  };
}
