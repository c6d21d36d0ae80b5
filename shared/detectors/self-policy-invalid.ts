import { AUDIT_FAILURE, CHANGE_CONTROL } from './controls.ts';
import type { Detector } from './detector.ts';
import { ofTheWatch } from './watch-facts.ts';

export const selfPolicyInvalid = {
  id: 'self-policy-invalid',
  title: 'The policy cannot be loaded, and the last good one judges on',
  class: 'attack',
  severity: 'critical',
  about:
    'The policy as it stands has mistakes, or cannot be read. Nothing is watched less for that: the last good policy goes on judging, and what was declared since does not count. Closes when a policy loads.',
  subject: 'watch',
  sources: { assetTypes: [], methods: [] },
  controls: [CHANGE_CONTROL, AUDIT_FAILURE],
  detect({ asset }, view, policy) {
    const fact = view.watchPart(asset);
    if (fact === undefined || fact.part !== 'policy') return [];
    const { troubles, troublesSince, unread } = fact;
    const bad = troubles.filter(({ about }) => about === 'problem');
    if (bad.length > 0)
      return [
        ofTheWatch(fact, policy, {
          title: 'The policy as it stands is not valid',
          explanation: `${bad.length === 1 ? 'It has a mistake' : `It has ${bad.length} mistakes`}; policy ${policy.hash} judges on. \`anchorwatch validate\` shows them all.`,
          after: bad.slice(0, 10).map(({ words }) => words),
          cause: { time: troublesSince.since, source: troublesSince.source },
        }),
      ];
    if (unread === undefined) return [];
    return [
      ofTheWatch(fact, policy, {
        title: 'The policy cannot be read',
        explanation: `${unread.why}. Policy ${policy.hash} judges on.`,
        cause: { time: unread.since, source: unread.source },
      }),
    ];
  },
} satisfies Detector<'watch'>;
