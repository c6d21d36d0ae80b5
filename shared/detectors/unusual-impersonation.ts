import type { View } from '../inventory/view.ts';
import { parseSubjectName, principalLabel } from '../model/principal.ts';
import { changerOf, declaresEdge, isAmong } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { LEAST_PRIVILEGE, MONITORING } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { whoActed } from './doings-facts.ts';
import { reachesSensitive } from './sensitive-reach.ts';
import { declaredOf, newWays, type StrangeWay, type User, userOf, waysOutside } from './usage-facts.ts';
import { nowText, toldOf, unknownOf, wayWords, weightOf } from './usage-words.ts';

export const unusualImpersonation = {
  id: 'unusual-impersonation',
  title: 'Somebody acts as an identity who never did',
  class: 'attack',
  severity: 'medium',
  about:
    'Somebody else acted through an account we keep watch over (serviceAccountDelegationInfo): not a KSA declared for it, not a delegate that a trusted changer which is this account lists. Where `usage.impersonatedBy` of its entry lists others, anybody else is told of; where no entry does, whoever never acted through it as far back as behaviour.forget, after behaviour.learn of its being watched and five days of use. High when it holds a role on something the policy calls sensitive. Who has a token made of it is left to token-minted-by-person. Seen wherever its use is: Admin Activity, BigQuery, and the data access that is logged anyway; GKE and App Engine do not always log who is behind. It closes after seven days, when what was new is usual.',
  subject: 'usage',
  sources: { assetTypes: [], methods: [], uses: ['account', 'key'] },
  controls: [MONITORING, LEAST_PRIVILEGE],
  detect({ asset }, view, policy) {
    const user = userOf(asset, view, policy);
    if (user?.email === undefined) return [];
    const declared = declaredOf(user, 'impersonatedBy');
    const mayAct = (who: string) => isExpected(who, user.email!, policy);
    if (declared === undefined) {
      const ways = newWays(user, 'through', view, policy).filter(({ value }) => !mayAct(value));
      return told(user, ways, user.entries[0]?.at ?? policy.at, view, policy);
    }
    const isDeclared = (who: string) => mayAct(who) || isAmong(declared.items, who);
    const { ways, more } = waysOutside(user, 'through', isDeclared, view, policy);
    const title = `Whether only those its entry lists act as ${user.label} is not known`;
    return [
      ...told(user, ways, declared.at, view, policy),
      ...(more ? [unknownOf(user, title, declared.at, view)] : []),
    ];
  },
} satisfies Detector<'usage'>;

/** A KSA that is declared for the account; or whom the policy trusts to make changes through it. */
function isExpected(who: string, email: string, policy: Policy): boolean {
  const principal = parseSubjectName(who);
  if (principal.kind === 'ksa' && declaresEdge(policy, principal, email) !== undefined) return true;
  const actor = { principal: email, subject: `serviceAccount:${email}`, delegation: [who] };
  return policy.trustedChangers.some(
    ({ may: [kind = 'all'] }) => changerOf(policy, actor, { kind, resource: [] }).kind === 'trusted',
  );
}

function told(
  user: User,
  ways: readonly StrangeWay[],
  why: Judgement['why'],
  view: View,
  policy: Policy,
): readonly Judgement[] {
  const minted = new Set(
    view
      .actsOn(user.asset)
      .filter(({ kind }) => kind === 'mint-token')
      .map(({ actor }) => labelOf(whoActed(actor))),
  );
  const others = ways.filter(({ value }) => !minted.has(labelOf(value)));
  if (others.length === 0) return [];
  const isSensitive = reachesSensitive([user.principal], view, policy);
  const ofOne = (way: StrangeWay): Judgement => {
    const { value, learnt } = way;
    const uses = user.usage.uses.filter(({ through }) => through === value);
    const services = [...new Set(uses.flatMap(({ service }) => service ?? []))].sort();
    const from = [...new Set(uses.flatMap(({ network }) => network ?? []))].sort();
    return {
      ...wayWords(user, way, why, view),
      ...weightOf(isSensitive, 1),
      title:
        learnt === undefined
          ? `${labelOf(value)} acts as ${user.label}, and its entry does not list them`
          : `${labelOf(value)} acts as ${user.label} for the first time`,
      subject: `by:${value}`,
      member: value,
      after: [...services.map((one) => `calls ${one}`), ...from.map((one) => `from ${one}`)],
      path: [value, user.email ?? user.label],
      explanation: [
        ...nowText(user, way, `through ${value}`, { isSensitive, policy }),
        'Whoever may become it stands in the IAM policy of the account and of what lies above it; anchorwatch explain shows them.',
      ].join(' '),
    };
  };
  return toldOf(
    user,
    others,
    why,
    { view, policy },
    ofOne,
    (count) => `${count} more act as ${user.label} who never did`,
  );
}

/** The same for every spelling. */
function labelOf(who: string): string {
  return principalLabel(parseSubjectName(who));
}
