import { FEED_METHODS } from './audit-methods.ts';
import { AUDIT_FAILURE, CHANGE_CONTROL } from './controls.ts';
import type { Detector } from './detector.ts';
import { tamperingWith } from './watch-tampering.ts';

export const selfFeedTampered = {
  id: 'self-feed-tampered',
  title: 'A feed that tells us of changes was changed or deleted',
  class: 'attack',
  severity: 'critical',
  about:
    'An asset feed of the watch is gone, or its asset types, content, condition or topic are not those it was deployed with; or somebody who is not trusted with `may: [all]` changed it and it has not been read back since. What it no longer sends is seen by the sweep alone, hours later. A feed that cannot be read is unknown, and told of after an hour.',
  subject: 'watch',
  sources: {
    assetTypes: [],
    methods: FEED_METHODS,
  },
  controls: [AUDIT_FAILURE, CHANGE_CONTROL],
  heldForPolicy: true,
  detect: ({ asset }, view, policy) =>
    tamperingWith(asset, view, policy, {
      kinds: ['feed'],
      consequence: 'Changes that it no longer sends are noticed by the next sweep only.',
    }),
} satisfies Detector<'watch'>;
