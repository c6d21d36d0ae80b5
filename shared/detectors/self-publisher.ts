import type { GrantFact } from '../inventory/facts.ts';
import type { View } from '../inventory/view.ts';
import type { WatchFact } from '../inventory/watch-facts.ts';
import type { Policy } from '../policy/policy.ts';
import { type Answer, isPredefined, permitsAny } from '../roles/role.ts';
import { command, flag } from './commands.ts';
import { LEAST_PRIVILEGE } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { grantCause } from './edge-facts.ts';
import { ofTheWatch, partLabel } from './watch-facts.ts';

/** To publish, or to be able to let oneself. */
const PUBLISHING = ['pubsub.topics.publish', 'pubsub.topics.setIamPolicy'];

export const selfPublisher = {
  id: 'self-publisher',
  title: 'Others may publish on a topic of the watch than those whose news it carries',
  class: 'attack',
  severity: 'high',
  about:
    "A message tells not who published it, so a topic's policy is all that says whose news it carries: the asset feed's agent on one, the sink's writer on the other. Anybody else who may publish there, or change that policy, can tell us what never happened; and when one of the two may no longer, what it has to tell is lost. A role that is not known counts. Judged on the topic's own policy: what is granted on its project or above is not in it.",
  subject: 'watch',
  sources: {
    assetTypes: [{ type: 'pubsub.googleapis.com/Topic', content: 'policy' }],
    methods: ['*setIamPolicy'],
  },
  controls: [LEAST_PRIVILEGE],
  heldForPolicy: true,
  detect({ asset }, view, policy) {
    const fact = view.watchPart(asset);
    if (fact === undefined || fact.part !== 'topic' || fact.wanted === undefined) return [];
    const allowed = fact.wanted.filter(({ name }) => name === 'publisher').map(({ value }) => value);
    const publishers = view
      .grantsAt(fact.resource)
      .filter(({ grant }) => publishes(grant.role, view) !== 'no');
    const others = publishers.filter(({ grant }) => !allowed.includes(grant.member));
    const wholeSince = view.wholePolicySince(fact.resource);
    const shutOut =
      wholeSince === undefined
        ? []
        : allowed.filter((member) => !publishers.some(({ grant }) => grant.member === member));
    const unknown =
      others.length === 0 && wholeSince === undefined
        ? [
            ofTheWatch(fact, policy, {
              state: 'undecided' as const,
              about: 'policy',
              title: `Who may publish on the ${partLabel(fact)} is not known`,
              explanation: `Its policy has not been seen${fact.unread === undefined ? '' : `: ${fact.unread.why}`}.`,
              cause: {
                time: fact.found?.since ?? fact.troublesSince.since,
                source: fact.troublesSince.source,
              },
            }),
          ]
        : [];
    return [
      ...others.map((held) => judgementOn(held, fact, allowed, view, policy)),
      ...shutOut.map((member) => {
        const gone = view.removedFrom(fact.resource).find(({ grant }) => grant.member === member);
        return ofTheWatch(fact, policy, {
          about: `publisher:${member}`,
          severity: 'critical' as const,
          title: `${member} may no longer publish on the ${partLabel(fact)}`,
          explanation: 'Whatever it has to tell is lost, or waits, until it may again.',
          before: [`publisher: ${member}`],
          cause:
            gone === undefined
              ? { time: wholeSince ?? 0n, source: 'sweep' as const }
              : {
                  asset: gone.grant.resource,
                  time: gone.since,
                  source: gone.source,
                  etag: gone.etag,
                  grantKey: gone.key,
                  removed: true,
                },
        });
      }),
      ...unknown,
    ];
  },
} satisfies Detector<'watch'>;

/** A custom role that is not known may have been made for this; of a predefined one the catalogue only knows too little. */
function publishes(role: string, view: View): Answer {
  const answer = permitsAny(view.role(role), PUBLISHING);
  return answer === 'unknown' && !isPredefined(role) ? 'yes' : answer;
}

function judgementOn(
  held: GrantFact,
  fact: WatchFact,
  allowed: readonly string[],
  view: View,
  policy: Policy,
): Judgement {
  const { role, member } = held.grant;
  const [, project, name] = /projects\/([^/]+)\/topics\/([^/]+)$/.exec(fact.resource) ?? [];
  const isKnown = publishes(role, view) === 'yes';
  return {
    ...ofTheWatch(fact, policy, {
      state: isKnown ? 'open' : 'undecided',
      about: `publisher:${member}`,
      title: `${member} may publish on the ${partLabel(fact)}`,
      explanation: isKnown
        ? 'What it publishes there would be taken for news of Google’s.'
        : `What ${role} permits is not known.`,
      before: allowed.map((one) => `publisher: ${one}`),
      after: [`${role} for ${member}`],
      remediation:
        project === undefined || name === undefined
          ? []
          : command(
              'gcloud',
              'pubsub',
              'topics',
              'remove-iam-policy-binding',
              name,
              flag('project', project),
              flag('member', member),
              flag('role', role),
            ),
      cause: grantCause(held),
    }),
    role,
    member,
  };
}
