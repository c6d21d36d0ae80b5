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
    methods: [
      'google.pubsub.v1.Publisher.*',
      'google.pubsub.v1.Subscriber.*',
      'google.cloud.scheduler.v1.CloudScheduler.*',
      'google.cloud.run.v1.Services.*',
      'google.cloud.run.v2.Services.*',
      'google.cloud.functions.v2.FunctionService.*',
    ],
  },
  controls: [AUDIT_FAILURE, CHANGE_CONTROL],
  heldForPolicy: true,
  detect: ({ asset }, view, policy) =>
    tamperingWith(asset, view, policy, {
      kinds: ['topic', 'subscription', 'schedule', 'function'],
      consequence: 'News may no longer arrive, or no longer be told.',
    }),
} satisfies Detector<'watch'>;
