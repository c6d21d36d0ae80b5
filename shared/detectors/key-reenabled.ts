import { DAY } from '../model/time.ts';
import { AUTHENTICATORS, CHANGE_CONTROL } from './controls.ts';
import type { Detector } from './detector.ts';
import { objectionTo } from './key-objection.ts';
import { heldKey, KEY_METHODS, keyWords, shortKey, switchKey } from './key-words.ts';

/** After this long it is history, and whether the key may be is for key-not-allowed to say. */
const CLOSES_AFTER = 7n * DAY;

export const keyReenabled = {
  id: 'key-reenabled',
  title: 'A disabled key was enabled again',
  class: 'attack',
  severity: 'high',
  about:
    'A user-managed key that was known to be disabled is enabled: every old copy of it works again, and no new key shows in any list. Posture, and medium, where the policy allows the key: then it may be the way back of a migration that failed. Closes when it is disabled again or gone, or after seven days.',
  subject: 'key',
  sources: {
    assetTypes: [{ type: 'iam.googleapis.com/ServiceAccountKey', content: 'resource' }],
    methods: KEY_METHODS,
  },
  controls: [AUTHENTICATORS, CHANGE_CONTROL],
  detect({ id }, view, policy) {
    const held = heldKey(id, view);
    if (held === undefined || held.key.managedBy === undefined) return [];
    const { key, account, named } = held;
    if (key.reenabled === undefined || key.reenabled.at + CLOSES_AFTER <= view.asOf) return [];
    view.wakeAt(key.reenabled.at + CLOSES_AFTER);
    const objection = objectionTo(key, account, view, policy);
    const words = keyWords(held, view, policy);
    return [
      {
        ...words,
        state: 'open',
        ...(objection === undefined ? { class: 'posture', severity: 'medium' } : {}),
        title: `Key ${shortKey(id)} of ${words.identity} was disabled and is enabled again`,
        before: words.after.map((text) => text.replace(/\)$/, ', disabled)')),
        explanation: `Every copy of it that was ever made works again${objection === undefined ? '' : `, and ${objection.reason}`}.`,
        why: objection?.why ?? policy.serviceAccountKeys?.at ?? policy.at,
        remediation: named === undefined ? [] : switchKey('disable', key.id, named),
        cause: { asset: words.resource, time: key.reenabled.at, source: key.reenabled.source },
      },
    ];
  },
} satisfies Detector<'key'>;
