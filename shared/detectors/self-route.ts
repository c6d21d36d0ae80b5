import { AUDIT_FAILURE } from './controls.ts';
import type { Detector } from './detector.ts';
import { ofTheWatch } from './watch-facts.ts';

export const selfRoute = {
  id: 'self-route',
  title: 'Alerts cannot be sent where the policy sends them',
  class: 'outage',
  severity: 'high',
  about:
    'A channel is archived, renamed or closed to the app, a topic is gone, the Slack token is refused, or messages have waited for more than a quarter of an hour. One finding for each destination. What cannot be told there is told on the fallback channel, where there is one; when Slack takes nothing at all, only the alarms of Cloud Monitoring are left.',
  subject: 'watch',
  sources: { assetTypes: [], methods: [] },
  controls: [AUDIT_FAILURE],
  detect({ asset }, view, policy) {
    const fact = view.watchPart(asset);
    if (fact === undefined || fact.part !== 'outbox') return [];
    const { since, source } = fact.troublesSince;
    return fact.troubles.map(({ about, words }) =>
      ofTheWatch(fact, policy, {
        about,
        title: `Alerts do not reach ${about}`,
        explanation: `${words}. They are kept, and sent once it takes them.`,
        after: [words],
        cause: { time: since, source },
      }),
    );
  },
} satisfies Detector<'watch'>;
