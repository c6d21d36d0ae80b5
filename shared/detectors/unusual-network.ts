import type { View } from '../inventory/view.ts';
import { networkName } from '../model/usage.ts';
import type { Policy } from '../policy/policy.ts';
import { EXTERNAL_SYSTEMS, MONITORING } from './controls.ts';
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
  type User,
  userOf,
  waysOutside,
} from './usage-facts.ts';
import { nowText, someOf, toldOf, unknownOf, wayWords, weightOf } from './usage-words.ts';

export const unusualNetwork = {
  id: 'unusual-network',
  title: 'An identity is used from where it never was',
  class: 'attack',
  severity: 'medium',
  about:
    'An account we keep watch over, or a KSA with direct access, was used from a network that `usage.networks` of its entry does not name; where no entry names any, from one that is not in behaviour.networks and from which it was never seen as far back as behaviour.forget, after behaviour.learn of being watched and five days of use. A network is a VPC where the entry names it, else a /24, or a /48 of IPv6. Calls from inside Google Cloud or from private addresses that name no network are from nowhere else: those of gke-metadata-server among them. High when it calls an API from there that is new to it too, or when it holds a role on something the policy calls sensitive. When five identities first come from a network within two days, most likely a NAT has new addresses: that is posture, low. Seen are the same entries as by unusual-token-use, and tokens that are made, where ADMIN_READ of iam.googleapis.com and sts.googleapis.com is logged (an entry for each token: about one an hour for each pod). It closes after seven days, when what was new is usual.',
  subject: 'usage',
  sources: {
    assetTypes: [],
    methods: [],
    uses: ['account', 'key'],
    logs: [
      { service: 'iam.googleapis.com', type: 'ADMIN_READ' },
      { service: 'sts.googleapis.com', type: 'ADMIN_READ' },
    ],
  },
  controls: [MONITORING, EXTERNAL_SYSTEMS],
  detect({ asset }, view, policy) {
    const user = userOf(asset, view, policy);
    if (user === undefined) return [];
    const declared = declaredOf(user, 'networks');
    const why = declared?.at ?? user.entries[0]?.at ?? policy.at;
    const told = judgements(user, strangeNetworks(user, view, policy), why, view, policy);
    if (declared === undefined) return told;
    const { more } = waysOutside(user, 'network', () => true, view, policy);
    const title = `Whether ${user.label} is used only from the networks of its entry is not known`;
    return [...told, ...(more ? [unknownOf(user, title, declared.at, view)] : [])];
  },
} satisfies Detector<'usage'>;

function judgements(
  user: User,
  ways: readonly StrangeWay[],
  why: Judgement['why'],
  view: View,
  policy: Policy,
): readonly Judgement[] {
  if (ways.length === 0) return [];
  const isSensitive = reachesSensitive([user.principal], view, policy);
  const services = declaredOf(user, 'services') === undefined ? newWays(user, 'service', view, policy) : [];
  const ofOne = (way: StrangeWay): Judgement => {
    const { value, first, learnt } = way;
    const addresses = addressesIn(user, value, policy);
    const together = learnt === undefined ? 1 : cameTogether(networkName(value), way, view);
    const alsoNew = services.filter((service) => service.first >= first);
    return {
      ...wayWords(user, way, why, view),
      ...weightOf(alsoNew.length > 0 || isSensitive, together),
      title:
        learnt === undefined
          ? `${user.label} is used from ${value}, which its entry does not name`
          : `${user.label} is used from ${value} for the first time`,
      subject: `network:${value}`,
      network: value,
      after: addresses.map((one) => `from ${one}`),
      explanation: [
        ...nowText(user, way, `from elsewhere (${someOf(addresses, 'addresses')})`, {
          isSensitive,
          policy,
          also:
            alsoNew.length === 0
              ? ''
              : `, and since then it calls ${someOf(
                  alsoNew.map((service) => service.value),
                  'APIs',
                )}, first time too`,
        }),
        ...(isCrowd(together)
          ? [
              `${together} identities first came from there within two days: most likely a NAT has new addresses. behaviour.networks names those that are ours.`,
            ]
          : []),
        'Whoever has a token, or what makes tokens, can use it from anywhere.',
      ].join(' '),
    };
  };
  return toldOf(
    user,
    ways,
    why,
    { view, policy },
    ofOne,
    (count) => `${user.label} is used from ${count} more networks where it never was`,
  );
}
