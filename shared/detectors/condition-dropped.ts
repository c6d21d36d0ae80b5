import { moment } from '../conditions/words.ts';
import type { GrantFact, RemovedFact } from '../inventory/facts.ts';
import type { View } from '../inventory/view.ts';
import { serviceAccountOf } from '../model/asset.ts';
import { conditionKey, type Grant, grantKey } from '../model/grant.ts';
import { isGoogleManaged } from '../model/principal.ts';
import { DAY } from '../model/time.ts';
import type { AllowedGrant, Policy } from '../policy/policy.ts';
import { allowance, conditionMissing, declarersOfSet } from './allowance.ts';
import { CHANGE_CONTROL, LEAST_PRIVILEGE } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { addGrant, removeGrant } from './grant-commands.ts';
import { entriesFor, grantWords, isWatched, resourceWords } from './grant-facts.ts';
import { whenGrantIsTaken } from './managed-by.ts';

export const conditionDropped = {
  id: 'condition-dropped',
  title: 'A grant has lost the condition it had',
  class: 'attack',
  severity: 'high',
  about:
    'A grant of an identity we keep watch over, or on its account, has no condition, or one that is always true, where the policy asks for one, or where the same grant stood with one until at most a day before it came, whoever changed it. What an entry allows with or without is declared. A grant with another condition than the one that is asked for is left to undeclared-grant.',
  subject: 'grant',
  sources: {
    assetTypes: [{ type: '*', content: 'policy' }],
    methods: ['*setIamPolicy', '*setIamPermissions'],
  },
  controls: [LEAST_PRIVILEGE, CHANGE_CONTROL],
  mutes: ['undeclared-grant'],
  heldForPolicy: true,
  detect(subject, view, policy) {
    const fact = view.grant(subject);
    if (fact === undefined || isNarrowed(fact.grant, view)) return [];
    if (!isOurs(fact.grant, view, policy)) return [];
    const allowed = allowedAs(fact.grant, view, policy);
    if (allowed === 'as it is') return [];
    if (allowed !== 'nowhere') return [judgementOn(fact, { declared: allowed }, view, policy)];
    const before = stoodBefore(fact, view);
    return before === undefined ? [] : [judgementOn(fact, { stood: before }, view, policy)];
  },
} satisfies Detector<'grant'>;

/** Whether a condition keeps anything out: one that is always true is none. */
function isNarrowed(grant: Grant, view: View): boolean {
  return conditionKey(grant.condition) !== '' && view.conditionOf(grant).kind !== 'always';
}

/** Held by an identity we keep watch over, or on the account of one. */
function isOurs({ principal, resource }: Grant, view: View, policy: Policy): boolean {
  if (principal.kind === 'deleted' || isGoogleManaged(principal)) return false;
  const account = serviceAccountOf(resource);
  if (account !== undefined && isWatched(view.account(account), view, policy)) return true;
  return principal.kind === 'ksa-set'
    ? policy.pools.some(({ pool }) => pool === principal.pool)
    : entriesFor(principal, view, policy) !== undefined;
}

/** How the policy allows the grant; the item that asks for a condition, where one does. */
function allowedAs(grant: Grant, view: View, policy: Policy): AllowedGrant | 'as it is' | 'nowhere' {
  if (grant.principal.kind === 'ksa-set')
    return declarersOfSet(grant.principal, grant, view, policy).length > 0 ? 'as it is' : 'nowhere';
  const verdict = allowance(entriesFor(grant.principal, view, policy) ?? [], grant, view);
  if (verdict.kind === 'allowed') return 'as it is';
  return verdict.kind === 'condition-missing' ? verdict.by : 'nowhere';
}

/** As far as the removal of a grant and the coming of another may lie apart to be one change of the same thing. */
const ONE_CHANGE = DAY;

/** The same grant with a condition, as it last stood before this one came. */
function stoodBefore({ grant, since, arrivalSeen }: GrantFact, view: View): RemovedFact | undefined {
  // What nobody saw come may have stood beside the other for ever.
  if (!arrivalSeen) return undefined;
  const bare = withoutCondition(grant);
  return view
    .removedFrom(grant.resource)
    .filter(
      ({ grant: was, since: removedAt }) =>
        removedAt <= since &&
        since - removedAt <= ONE_CHANGE &&
        isNarrowed(was, view) &&
        withoutCondition(was) === bare,
    )
    .toSorted((a, b) => (a.since !== b.since ? (a.since > b.since ? -1 : 1) : a.key < b.key ? -1 : 1))[0];
}

function withoutCondition(grant: Grant): string {
  return grantKey({ ...grant, condition: { expression: '' } });
}

interface Reference {
  /** The item that asks for a condition. */
  readonly declared?: AllowedGrant;
  readonly stood?: RemovedFact;
}

function judgementOn(fact: GrantFact, { declared, stood }: Reference, view: View, policy: Policy): Judgement {
  const { grant } = fact;
  const words = grantWords(fact, view, policy);
  const { label, email } = resourceWords(grant.resource, view);
  const had = stood?.grant.condition;
  const expression =
    had?.expression ?? (declared?.condition === 'required' ? undefined : declared?.condition);
  const restored = had ?? (expression === undefined ? undefined : { expression, title: 'declared' });
  const lost =
    conditionKey(grant.condition) === '' ? 'without a condition' : 'under a condition that is always true';
  return {
    state: 'open',
    ...words,
    title: `${words.identity} holds ${grant.role} on ${label} ${lost}`,
    before:
      expression === undefined
        ? []
        : [`${grant.role} on ${label} for ${grant.member} if ${conditionKey({ expression })}`],
    explanation: `${
      declared === undefined
        ? `It stood with one until ${moment(stood!.since)}.`
        : conditionMissing(declared, grant)
    } What the condition kept out is let in.${whenGrantIsTaken(grant, view, policy)}`,
    why: declared?.at ?? entriesFor(grant.principal, view, policy)?.[0]?.at ?? policy.at,
    // gcloud wants a title beside every expression. The grant with its condition comes first, so that nothing fails in between.
    remediation: [
      ...(restored?.title === undefined ? [] : addGrant({ ...grant, email, condition: restored })),
      ...removeGrant({ ...grant, email }),
    ],
  };
}
