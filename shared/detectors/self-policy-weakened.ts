import { CHANGE_CONTROL } from './controls.ts';
import type { Detector } from './detector.ts';
import { ofTheWatch } from './watch-facts.ts';

/** More than this are counted: a message is no diff. */
const SHOWN = 10;

export const selfPolicyWeakened = {
  id: 'self-policy-weakened',
  title: 'A new policy permits more, or tells less, than the one before',
  class: 'attack',
  severity: 'high',
  about:
    'A policy that was put in force takes down guard rails of the one before it: less is in scope, a rule is gone or capped, exceptions last longer, somebody more may agree to them, a channel is gone. Wider declarations count as well. Whoever reviewed the change knows; this is for changes that nobody reviewed. Closes when a policy restores what was lost, or after seven days.',
  subject: 'watch',
  sources: { assetTypes: [], methods: [] },
  controls: [CHANGE_CONTROL],
  detect({ asset }, view, policy) {
    const fact = view.watchPart(asset);
    if (fact === undefined || fact.part !== 'policy') return [];
    const lost = fact.troubles.filter(({ about }) => about === 'weaker');
    const wider = fact.troubles.filter(({ about }) => about === 'wider');
    const all = [...lost, ...wider];
    if (all.length === 0) return [];
    const { since, source } = fact.troublesSince;
    const more = all.length > SHOWN ? [`and ${all.length - SHOWN} more`] : [];
    return [
      ofTheWatch(fact, policy, {
        // What is declared wider is what a policy is changed for; a guard rail that goes is not.
        ...(lost.length === 0 ? { severity: 'low', class: 'posture' } : {}),
        title:
          lost.length === 0
            ? 'The policy declares more than before'
            : `The policy is weaker than before in ${lost.length === 1 ? 'one way' : `${lost.length} ways`}`,
        explanation: `Policy ${policy.hash} judges now. If this change was not reviewed, restore the one before.`,
        after: [...all.slice(0, SHOWN).map(({ words }) => words), ...more],
        cause: { time: since, source },
      }),
    ];
  },
} satisfies Detector<'watch'>;
