import { AUDIT_FAILURE } from './controls.ts';
import type { Detector } from './detector.ts';
import { ofTheWatch } from './watch-facts.ts';

export const selfQuarantine = {
  id: 'self-quarantine',
  title: 'Messages that could not be read lie in quarantine',
  class: 'outage',
  severity: 'medium',
  about:
    'Messages came that are neither audit entries nor asset changes, or are broken. They were acknowledged, so that they do not hold up the others, and are kept for five weeks. One of them may be a change that nobody has seen, or somebody publishes what is none of theirs. Closes when nothing new has come for a week.',
  subject: 'watch',
  sources: { assetTypes: [], methods: [] },
  controls: [AUDIT_FAILURE],
  detect({ asset }, view, policy) {
    const fact = view.watchPart(asset);
    if (fact === undefined || fact.part !== 'quarantine' || fact.troubles.length === 0) return [];
    const { since, source } = fact.troublesSince;
    return [
      ofTheWatch(fact, policy, {
        title: 'Messages that could not be read lie in quarantine',
        explanation: 'Look at what they are (collection `quarantine`), and who may publish on the topics.',
        after: fact.troubles.map(({ words }) => words),
        cause: { time: since, source },
      }),
    ];
  },
} satisfies Detector<'watch'>;
