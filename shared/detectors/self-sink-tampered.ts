import { SINK_METHODS } from './audit-methods.ts';
import { AUDIT_FAILURE, CHANGE_CONTROL } from './controls.ts';
import type { Detector } from './detector.ts';
import { tamperingWith } from './watch-tampering.ts';

export const selfSinkTampered = {
  id: 'self-sink-tampered',
  title: 'A log sink that tells us who changes what was changed or deleted',
  class: 'attack',
  severity: 'critical',
  about:
    'A log sink of the watch is gone or disabled, or its filter, exclusions, destination or writer are not those it was deployed with; an exclusion was added beside it; or somebody who is not trusted with `may: [all]` changed it and it has not been read back since. Without it changes are seen minutes or hours late, and nobody is named. A sink that cannot be read is unknown, and told of after an hour.',
  subject: 'watch',
  sources: { assetTypes: [], methods: SINK_METHODS },
  controls: [AUDIT_FAILURE, CHANGE_CONTROL],
  heldForPolicy: true,
  detect: ({ asset }, view, policy) =>
    tamperingWith(asset, view, policy, {
      kinds: ['sink', 'exclusions'],
      consequence: 'Changes that it no longer tells are seen late, and without whoever made them.',
    }),
} satisfies Detector<'watch'>;
