import { PIPELINE_METHODS } from './audit-methods.ts';
import { AUDIT_FAILURE, CHANGE_CONTROL } from './controls.ts';
import type { Detector } from './detector.ts';
import { tamperingWith } from './watch-tampering.ts';

export const selfPipelineTampered = {
  id: 'self-pipeline-tampered',
  title: 'A topic, subscription, schedule or function of the watch was changed or deleted',
  class: 'attack',
  severity: 'critical',
  about:
    'What lies between a change and its alert is not as it was deployed: a topic or subscription is gone, detached, filtered, transformed or sends elsewhere, a schedule is paused, a function was replaced or deleted; or somebody who is not trusted with `may: [all]` changed it and it has not been read back since. What a function runs is not read back: that finding closes after seven days, or by a person.',
  subject: 'watch',
  sources: {
    assetTypes: [],
    methods: [...PIPELINE_METHODS, '*setIamPolicy'],
  },
  controls: [AUDIT_FAILURE, CHANGE_CONTROL],
  heldForPolicy: true,
  detect: ({ asset }, view, policy) =>
    tamperingWith(asset, view, policy, {
      kinds: ['topic', 'subscription', 'schedule', 'function'],
      consequence: 'News may no longer arrive, or no longer be told.',
    }),
} satisfies Detector<'watch'>;
