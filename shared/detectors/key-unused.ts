import { durationText } from '../policy/calendar.ts';
import { ACCOUNT_MANAGEMENT, AUTHENTICATORS } from './controls.ts';
import type { Detector } from './detector.ts';
import { keyUsage } from './key-usage.ts';
import { dayText, heldKey, KEY_METHODS, keyWords, shortKey, switchKey } from './key-words.ts';

export const keyUnused = {
  id: 'key-unused',
  title: 'A key that nobody uses',
  class: 'posture',
  severity: 'medium',
  about:
    'A user-managed key has not been used for as long as behaviour.forget says, and somebody was watching all the while: Activity Analyzer, say. Audit entries alone can show that a key is used, never that it is not, so that without such a watch it is undecided, never unused. A disabled key is left to key-not-allowed and key-overdue.',
  subject: 'key',
  sources: {
    assetTypes: [{ type: 'iam.googleapis.com/ServiceAccountKey', content: 'resource' }],
    methods: KEY_METHODS,
    uses: ['key'],
  },
  controls: [ACCOUNT_MANAGEMENT, AUTHENTICATORS],
  detect({ id }, view, policy) {
    const held = heldKey(id, view);
    if (held === undefined || held.key.disabled || held.key.managedBy === undefined) return [];
    const { key, named } = held;
    const { forget } = policy.behaviour;
    // One that is not as old as that cannot have been idle for as long.
    if (key.validAfter !== undefined && key.validAfter + forget > view.asOf) {
      view.wakeAt(key.validAfter + forget);
      return [];
    }
    const usage = keyUsage(held, view, policy);
    if (usage.kind === 'used' || usage.kind === 'idle') return [];
    const words = keyWords(held, view, policy);
    const common = {
      ...words,
      why: policy.lines['behaviour.forget'] ?? policy.serviceAccountKeys?.at ?? policy.at,
      cause: { asset: words.resource, time: key.since, source: key.source },
    };
    return usage.kind === 'unknown'
      ? [
          {
            ...common,
            state: 'undecided',
            title: `Whether anybody uses key ${shortKey(id)} of ${words.identity} is not known`,
            explanation: `${usage.why.charAt(0).toUpperCase()}${usage.why.slice(1)}. Audit entries show uses only where data access is logged; gcloud policy-intelligence query-activity tells when each key was used last.`,
            remediation: [],
          },
        ]
      : [
          {
            ...common,
            state: 'open',
            title: `Key ${shortKey(id)} of ${words.identity} has not been used since ${dayText(usage.since, policy)}`,
            explanation: `Nobody has needed it for ${durationText(forget)}, and whoever finds a copy still can. Disabled it can be had back; wait with deleting it.`,
            remediation: named === undefined ? [] : switchKey('disable', key.id, named),
          },
        ];
  },
} satisfies Detector<'key'>;
