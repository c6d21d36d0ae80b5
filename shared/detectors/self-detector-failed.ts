import { AUDIT_FAILURE } from './controls.ts';
import type { Detector } from './detector.ts';
import { ofTheWatch } from './watch-facts.ts';

export const selfDetectorFailed = {
  id: 'self-detector-failed',
  title: 'A detector throws, and what it would find is not found',
  class: 'outage',
  severity: 'high',
  about:
    'A detector threw when it judged something. Its findings stay as they were, and nothing new of its kind is found there until it judges again. The log says where and what (`detector failed`). Closes when everything it threw on has been judged.',
  subject: 'watch',
  sources: { assetTypes: [], methods: [] },
  controls: [AUDIT_FAILURE],
  detect({ asset }, view, policy) {
    const fact = view.watchPart(asset);
    if (fact === undefined || fact.part !== 'detectors') return [];
    const { since, source } = fact.troublesSince;
    return fact.troubles.map(({ about, words }) =>
      ofTheWatch(fact, policy, {
        about,
        title: `The detector ${about} fails`,
        explanation: `${words}. Its findings there stay as they were. Please report it: a detector never should.`,
        after: [words],
        cause: { time: since, source },
      }),
    );
  },
} satisfies Detector<'watch'>;
