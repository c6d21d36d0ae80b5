import { AUTHENTICATORS, CIS_KEY_ROTATION } from './controls.ts';
import type { Detector } from './detector.ts';
import { overdue } from './key-age.ts';
import { keyUsage } from './key-usage.ts';
import { heldKey, KEY_METHODS, keyWords, shortKey, switchKey } from './key-words.ts';

export const keyOverdue = {
  id: 'key-overdue',
  title: 'A key that has been kept for too long',
  class: 'posture',
  severity: 'medium',
  about:
    'A user-managed key is older than serviceAccountKeys.maxAge, or still there after retireBy; an allowance that was made to end later than retireBy holds until its own end. It speaks at that very moment. Undecided where the age of a key is not known; a disabled key is reported low.',
  subject: 'key',
  sources: {
    assetTypes: [{ type: 'iam.googleapis.com/ServiceAccountKey', content: 'resource' }],
    methods: KEY_METHODS,
  },
  controls: [CIS_KEY_ROTATION, AUTHENTICATORS],
  detect({ id }, view, policy) {
    const held = heldKey(id, view);
    if (held === undefined) return [];
    const found = overdue(held, view, policy);
    if (found === undefined) return [];
    const { key, named } = held;
    const words = keyWords(held, view, policy);
    const isUndecided = found.isUnknown || key.managedBy === undefined;
    return [
      {
        ...words,
        state: isUndecided ? 'undecided' : 'open',
        ...(key.disabled ? { severity: 'low' } : {}),
        title: isUndecided
          ? `Whether key ${shortKey(id)} of ${words.identity} is overdue is not known`
          : `Key ${shortKey(id)} of ${words.identity} ${found.reason.startsWith('was') ? '' : 'is still there: '}${found.reason}`,
        explanation: isUndecided
          ? `${sentence(found.isUnknown ? found.reason : 'whether Google or a user manages it is not known')}.`
          : 'The longer a key lives, the more copies of it there are, and nobody can count them. anchorwatch keys shows what uses it and what would take its place.',
        why: found.why,
        // What is used, or may be, stops when its key does.
        remediation:
          !isUndecided &&
          named !== undefined &&
          !key.disabled &&
          keyUsage(held, view, policy).kind === 'unused'
            ? switchKey('disable', key.id, named)
            : [],
        cause: { asset: words.resource, time: key.since, source: key.source },
      },
    ];
  },
} satisfies Detector<'key'>;

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
