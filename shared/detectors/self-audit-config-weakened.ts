import type { Setting } from '../model/watch-part.ts';
import { AUDIT_FAILURE, CHANGE_CONTROL } from './controls.ts';
import type { Detector } from './detector.ts';
import { type Loss, tamperingWith, textOf } from './watch-tampering.ts';

export const selfAuditConfigWeakened = {
  id: 'self-audit-config-weakened',
  title: 'Less is written to the audit log than the watch was deployed with',
  class: 'attack',
  severity: 'high',
  about:
    'The audit configuration of the watched scope no longer turns on a log type the watch was deployed with (DATA_READ of the services that mint tokens), or exempts a member it did not exempt. More log types than that are nobody’s loss. Admin Activity cannot be turned off. A configuration that cannot be read is unknown, and told of after an hour.',
  subject: 'watch',
  sources: { assetTypes: [], methods: ['*setIamPolicy'] },
  controls: [AUDIT_FAILURE, CHANGE_CONTROL],
  heldForPolicy: true,
  detect: ({ asset }, view, policy) =>
    tamperingWith(asset, view, policy, {
      kinds: ['audit-config'],
      consequence: 'Tokens that are minted, and whoever mints them, may no longer be seen.',
      compare: weakening,
    }),
} satisfies Detector<'watch'>;

/** Settings are `log: SERVICE TYPE` and `exempted: SERVICE TYPE MEMBER`; `allServices` covers every service (google/iam/v1/policy.proto). */
function weakening(wanted: readonly Setting[], found: readonly Setting[]): Loss | undefined {
  const has = ({ name, value }: Setting): boolean =>
    found.some(
      (one) =>
        one.name === name && (one.value === value || one.value === value.replace(/^\S+/, 'allServices')),
    );
  const before = wanted.filter((setting) => setting.name === 'log' && !has(setting)).map(textOf);
  const wantedTexts = new Set(wanted.map(textOf));
  const after = found
    .filter((setting) => setting.name === 'exempted' && !wantedTexts.has(textOf(setting)))
    .map(textOf);
  return before.length + after.length === 0 ? undefined : { before, after };
}
