import { type Exposure, exposureOf, stepsFrom, type Target, type Way } from '../inventory/exposure.ts';
import { type Identity, memberText } from '../inventory/identity.ts';
import type { View } from '../inventory/view.ts';
import type { PolicyLine } from '../model/finding.ts';
import { type Principal, principalLabel } from '../model/principal.ts';
import { globMatches } from '../policy/glob.ts';
import { changerOf } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import type { Judgement } from './detector.ts';
import { identityWords } from './escalation-words.ts';
import {
  causeOf,
  cutOf,
  cutText,
  labelOf,
  newestCause,
  rankOf,
  remarks,
  remedyOf,
  severityOf,
  wayText,
  whoWords,
} from './exposure-words.ts';
import { whenGrantIsTaken } from './managed-by.ts';
import { clustersOfPool } from './pool-facts.ts';

/** Who can become an identity, and who of them is no news. */
export interface ExposureQuestion {
  readonly identity: Identity;
  readonly member: string;
  readonly target: Target;
  readonly isAside: (way: Way) => boolean;
  readonly isMeant?: (way: Way) => boolean;
  /** `payments/api`, to stand at the end of the title. */
  readonly name: string;
  /** Why it matters: a sentence. */
  readonly matters: string;
  readonly why: PolicyLine;
}

/** One judgement on all who can become an identity; nothing when everything was looked at and nobody was found. */
export function exposed(question: ExposureQuestion, view: View, policy: Policy): readonly Judgement[] {
  const { target, isAside, isMeant = () => false } = question;
  if (!isThere(question, view)) return [];
  const exposure = exposureOf(target, view, {
    ...policy.become,
    clustersOf: (pool) => clustersOfPool(pool, view, policy),
    isAside,
    isMeant,
  });
  const sure = exposure.ways.filter(({ isSure }) => isSure);
  if (sure.length > 0) return [found(sure, exposure, question, view, policy)];
  return exposure.ways.length === 0 && exposure.stoppedAt === undefined
    ? []
    : [notKnown(exposure, question, view, policy)];
}

/** Whether anything shows that there is such an identity: what it holds, or it itself. */
function isThere({ identity, target }: ExposureQuestion, view: View): boolean {
  const isSeen =
    target.kind === 'account' ? target.account.fact !== undefined : view.ksas(target.ksa).length > 0;
  return isSeen || view.heldBy(identity).length > 0;
}

/** Whether the policy trusts somebody with changes, as whoever they are when they come this way. */
export function isTrustedChanger({ who, by }: Way, view: View, policy: Policy): boolean {
  const actor = { principal: '', subject: memberText(who), delegation: [] };
  const verdict = changerOf(policy, actor, { kind: 'bindings', resource: [] });
  if (verdict.kind === 'trusted' || (verdict.kind === 'not-trusted' && verdict.by !== undefined)) return true;
  return (
    who.kind === 'ksa' &&
    policy.trustedChangers.some(({ form }) => {
      if (form.kind === 'configConnector') return isConfigConnector(who, form.pool);
      return (
        form.kind === 'kubernetes' &&
        globMatches(form.namespace, who.namespace) &&
        globMatches(form.serviceAccount, who.name) &&
        (by.kind === 'binding' ? by.binding.cluster === form.cluster : view.poolOf(form.cluster) === who.pool)
      );
    })
  );
}

/** The controller of Config Connector, wherever in the pool it runs. */
export function isConfigConnector(who: Principal, pool: string): boolean {
  return (
    who.kind === 'ksa' &&
    who.pool === pool &&
    who.namespace === 'cnrm-system' &&
    /^cnrm-controller-manager(?:-.+)?$/.test(who.name)
  );
}

// --- what is found -------------------------------------------------------------------------------------------------------------

const MOST_LISTED = 8;

function found(
  ways: readonly Way[],
  exposure: Exposure,
  question: ExposureQuestion,
  view: View,
  policy: Policy,
): Judgement {
  const { identity, member, name, matters, why } = question;
  const worst = ways.toSorted((a, b) => rankOf(a.who) - rankOf(b.who));
  const nearest = worst.toSorted((a, b) => a.distance - b.distance)[0]!;
  const cut = cutOf(worst, exposure);
  const more = ways.length - MOST_LISTED;
  const severity = severityOf(ways);
  return {
    state: 'open',
    ...identityWords(identity, member, view, policy),
    ...(severity === undefined ? {} : { severity }),
    title: `${whoWords(worst, exposure)} can become ${name}`,
    after: [
      ...worst.slice(0, MOST_LISTED).map((way) => wayText(way, exposure, view)),
      ...(more > 0 ? [`and ${more} more`] : []),
    ],
    path: stepsFrom(nearest, exposure)
      .map(({ who }) => labelOf(who))
      .concat(principalLabel(identity)),
    explanation:
      [
        matters,
        ...(nearest === worst[0] ? [] : [`The shortest way: ${wayText(nearest, exposure, view)}.`]),
        cutText(cut, ways.length, view),
        ...remarks(exposure, policy),
      ].join(' ') + (cut.by.kind === 'grants' ? whenGrantIsTaken(cut.by.grants[0]!.grant, view, policy) : ''),
    why,
    remediation: remedyOf(cut.by, view),
    cause: newestCause(ways, exposure),
  };
}

function notKnown(exposure: Exposure, question: ExposureQuestion, view: View, policy: Policy): Judgement {
  const { identity, member, name, why } = question;
  const words = identityWords(identity, member, view, policy);
  const [unsure] = exposure.ways;
  return {
    state: 'undecided',
    ...words,
    title: `Who else can become ${name} is not fully known`,
    after: exposure.ways.slice(0, MOST_LISTED).map((way) => wayText(way, exposure, view)),
    explanation: remarks(exposure, policy).join(' '),
    why,
    remediation: [],
    cause: causeOf((unsure ?? [...exposure.onTheWay.values()][0]!).by),
  };
}
