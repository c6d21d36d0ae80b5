import type { View } from '../inventory/view.ts';
import { serviceName } from '../model/usage.ts';
import { globMatches } from '../policy/glob.ts';
import type { Policy } from '../policy/policy.ts';
import { LEAST_PRIVILEGE, MONITORING } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { reachesSensitive } from './sensitive-reach.ts';
import {
  addressesIn,
  cameTogether,
  declaredOf,
  isCrowd,
  newWays,
  type StrangeWay,
  strangeNetworks,
  strangePlacesOf,
  type User,
  userOf,
  waysOutside,
} from './usage-facts.ts';
import { nowText, someOf, toldOf, unknownOf, wayWords, weightOf } from './usage-words.ts';

export const unusualTokenUse = {
  id: 'unusual-token-use',
  title: 'An identity calls an API that it never called',
  class: 'attack',
  severity: 'medium',
  about:
    'An account we keep watch over, or a KSA with direct access, called an API that `usage.services` of its entry does not list; where no entry lists any, one that it was never seen to call as far back as behaviour.forget, after behaviour.learn of being watched and five days of use. High when the call came from a network that is new to it too, or when it holds a role on something the policy calls sensitive. When five identities first call an API within two days, somebody has moved them: that is posture, low. An API whose data access is logged for less than behaviour.learn is new to everybody and says nothing. Seen are Admin Activity, BigQuery, and the data access that is logged anyway: to log all of it is paid by the gigabyte, and this does not ask for it. It closes after seven days, when what was new is usual.',
  subject: 'usage',
  sources: { assetTypes: [], methods: [], uses: ['account', 'key'] },
  controls: [MONITORING, LEAST_PRIVILEGE],
  detect({ asset }, view, policy) {
    const user = userOf(asset, view, policy);
    if (user === undefined) return [];
    const declared = declaredOf(user, 'services');
    if (declared === undefined) {
      const ways = newWays(user, 'service', view, policy).filter(
        (way) => !isNewlyLogged(user, way, view, policy),
      );
      return told(user, ways, user.entries[0]?.at ?? policy.at, view, policy);
    }
    const isDeclared = (service: string) => declared.items.some((item) => globMatches(item, service));
    const { ways, more } = waysOutside(user, 'service', isDeclared, view, policy);
    const title = `Whether ${user.label} calls only what its entry lists is not known`;
    return [
      ...told(user, ways, declared.at, view, policy),
      ...(more ? [unknownOf(user, title, declared.at, view)] : []),
    ];
  },
} satisfies Detector<'usage'>;

/** Whether it could not have been seen before, because its log was not there. */
function isNewlyLogged(
  { asset }: User,
  { value, first }: StrangeWay,
  view: View,
  { behaviour }: Policy,
): boolean {
  const visits = view.visitsTo(serviceName(value));
  if (visits === undefined || visits.first <= first - behaviour.learn) return false;
  const names = view.spellings(asset);
  return visits.more || visits.by.some(({ who }) => names.includes(who));
}

function told(
  user: User,
  ways: readonly StrangeWay[],
  why: Judgement['why'],
  view: View,
  policy: Policy,
): readonly Judgement[] {
  if (ways.length === 0) return [];
  const strange = strangeNetworks(user, view, policy);
  const isSensitive = reachesSensitive([user.principal], view, policy);
  const ofOne = (way: StrangeWay): Judgement => {
    const { value, learnt } = way;
    const from = strangePlacesOf(user, way, strange, policy);
    const elsewhere = from.flatMap(({ value: place }) => addressesIn(user, place, policy));
    const together = learnt === undefined ? 1 : cameTogether(serviceName(value), way, view);
    const now = `${value}${from.length === 0 ? '' : ` from elsewhere (${someOf(elsewhere, 'addresses')})`}`;
    return {
      ...wayWords(user, way, why, view),
      ...weightOf(from.length > 0 || isSensitive, together),
      title:
        learnt === undefined
          ? `${user.label} calls ${value}, which its entry does not list`
          : `${user.label} calls ${value} for the first time`,
      subject: `service:${value}`,
      service: value,
      after: [value, ...elsewhere.map((one) => `from ${one}`)],
      explanation: [
        ...nowText(user, way, now, { isSensitive, policy }),
        ...(isCrowd(together)
          ? [`${together} identities first called it within two days: most likely somebody moved them.`]
          : []),
        'Ask its owners; what they do not know of, somebody else does with its tokens.',
      ].join(' '),
    };
  };
  return toldOf(
    user,
    ways,
    why,
    { view, policy },
    ofOne,
    (count) => `${user.label} calls ${count} more APIs that it never called`,
  );
}
