import { keyName } from '../model/asset.ts';
import { AUTHENTICATORS, CIS_ONLY_MANAGED_KEYS } from './controls.ts';
import type { Detector } from './detector.ts';
import { overdue, retiresAt } from './key-age.ts';
import { objectionTo } from './key-objection.ts';
import { keyUsage, useText } from './key-usage.ts';
import { dayText, heldKey, KEY_METHODS, keyWords, shortKey } from './key-words.ts';

/** Ways of use that one finding tells. */
const MOST_USES = 5;

export const keyInUse = {
  id: 'key-in-use',
  title: 'A key that must go is still used',
  class: 'posture',
  severity: 'medium',
  about:
    'A user-managed key that the policy does not allow, or that is overdue, or that retireBy gives an end, was used within behaviour.forget. It says when last, from where, with what and for which API, as far as audit entries tell: whoever that is must be moved first. Of a key whose use nobody could see it says nothing; key-unused does.',
  subject: 'key',
  sources: {
    assetTypes: [{ type: 'iam.googleapis.com/ServiceAccountKey', content: 'resource' }],
    methods: KEY_METHODS,
    uses: ['key'],
  },
  controls: [CIS_ONLY_MANAGED_KEYS, AUTHENTICATORS],
  detect({ id }, view, policy) {
    const held = heldKey(id, view);
    if (held === undefined || held.key.disabled || held.key.managedBy === undefined) return [];
    const usage = keyUsage(held, view, policy);
    if (usage.kind !== 'used') return [];
    const objection = objectionTo(held.key, held.account, view, policy);
    const old = overdue(held, view, policy);
    const end = retiresAt(held.account?.email, view, policy);
    const must =
      objection !== undefined && objection.unknown === undefined
        ? { why: objection.why, says: objection.reason }
        : old !== undefined && !old.isUnknown
          ? { why: old.why, says: old.reason.replace(/^was /, 'it was ') }
          : end !== undefined
            ? {
                why: policy.lines['serviceAccountKeys.retireBy'] ?? policy.at,
                says: `no key is to be left after ${dayText(end - 1n, policy)}`,
              }
            : undefined;
    if (must === undefined) return [];
    const words = keyWords(held, view, policy);
    const uses = view.usageOf(keyName(id)).uses.slice(0, MOST_USES);
    return [
      {
        ...words,
        state: 'open',
        title: `Key ${shortKey(id)} of ${words.identity} must go and was used on ${dayText(usage.last, policy)}`,
        after: [...words.after, ...uses.map((use) => `${dayText(use.time, policy)}: ${useText(use)}`)],
        explanation: `${must.says.charAt(0).toUpperCase()}${must.says.slice(1)}. ${
          uses.length === 0
            ? 'What uses it is not told: no audit entry of a call with it was seen.'
            : 'What uses it stops when it goes, so that comes first.'
        } anchorwatch keys shows the way.`,
        why: must.why,
        remediation: [],
        cause: { asset: words.resource, time: held.key.since, source: held.key.source },
      },
    ];
  },
} satisfies Detector<'key'>;
