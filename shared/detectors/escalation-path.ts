import type { GrantFact } from '../inventory/facts.ts';
import { type Identity, identityOf } from '../inventory/identity.ts';
import { type Reach, reachOf } from '../inventory/reach.ts';
import { type Path, pathTo } from '../inventory/shortest-path.ts';
import type { View } from '../inventory/view.ts';
import { serviceAccountOf } from '../model/asset.ts';
import type { Principal } from '../model/principal.ts';
import { poolOf } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { TO_SPEAK_AS } from '../roles/escalation.ts';
import { permitsAny } from '../roles/role.ts';
import { CIS_NO_ADMIN, CIS_NO_PROJECT_IMPERSONATION, LEAST_PRIVILEGE } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { grantCause } from './edge-facts.ts';
import { type Goal, goalsOf, nameOf } from './escalation-goals.ts';
import { grantText, identityWords, stepText } from './escalation-words.ts';
import { removeGrant } from './grant-commands.ts';
import { entriesFor, isWatched, resourceWords } from './grant-facts.ts';
import { whenGrantIsTaken } from './managed-by.ts';
import { ROLE_METHODS } from './role-methods.ts';

export const escalationPath = {
  id: 'escalation-path',
  title: 'An identity can become more than anybody declared',
  class: 'attack',
  severity: 'high',
  about:
    'By what it holds, and by what everybody holds whom it becomes on the way, an identity we keep watch over can become an account that no entry gives it, or comes to administer a project, folder or organisation, or to reach something the policy calls sensitive: by tokens, signatures, delegation, keys, running code as an account, IAM policies, custom roles, identity providers. One finding for each identity, with a shortest way and the one grant to cut. What its own entry allows it directly is declared; what it holds itself and is forbidden, forbidden-role tells. Critical where it ends in administration or in something sensitive. Roles that have not been read make it undecided, never clear. Followed as far as `become` says.',
  subject: 'identity',
  sources: {
    assetTypes: [
      { type: '*', content: 'policy' },
      { type: 'iam.googleapis.com/Role', content: 'resource' },
    ],
    methods: ['*setIamPolicy', '*setIamPermissions', ...ROLE_METHODS],
  },
  controls: [LEAST_PRIVILEGE, CIS_NO_ADMIN, CIS_NO_PROJECT_IMPERSONATION],
  heldForPolicy: true,
  detect({ member }, view, policy) {
    const identity = identityOf(member);
    if (identity === undefined || !isOurs(identity, view, policy)) return [];
    const reach = reachOf(principalsOf(identity, view), view, policy.become, (fact) =>
      isToldElsewhere(identity, fact, view, policy),
    );
    const goals = goalsOf(reach, view, policy);
    const [nearest] = goals.filter(({ step }) => step.isSure);
    const one = { identity, member, reach, view, policy };
    if (nearest !== undefined) return [found(nearest, goals, one)];
    const unread = goals.find(({ step }) => !step.isSure);
    return unread === undefined && reach.stoppedAt === undefined ? [] : [notKnown(unread, one)];
  },
} satisfies Detector<'identity'>;

interface Case {
  readonly identity: Identity;
  readonly member: string;
  readonly reach: Reach;
  readonly view: View;
  readonly policy: Policy;
}

function isOurs(identity: Identity, view: View, policy: Policy): boolean {
  if (identity.kind !== 'gsa') return poolOf(policy, identity.pool) !== undefined;
  if (entriesFor(identity, view, policy) === undefined) return false;
  const { state } = view.account(identity.email);
  return state !== 'deleted' && state !== 'disabled';
}

/** Under which names policies speak of an identity; sets that it is one of are judged for themselves. */
function principalsOf(identity: Identity, view: View): readonly Principal[] {
  if (identity.kind !== 'ksa') return [identity];
  const uids = view.ksas(identity).flatMap(({ uid }) => uid ?? []);
  return [identity, ...uids.map((uid) => ({ kind: 'ksa-uid' as const, pool: identity.pool, uid }))];
}

/** What a KSA can do as an account of its own is told of that account. */
function isToldElsewhere(identity: Identity, { grant }: GrantFact, view: View, policy: Policy): boolean {
  const account = identity.kind === 'gsa' ? undefined : serviceAccountOf(grant.resource);
  return (
    account !== undefined &&
    permitsAny(view.role(grant.role), TO_SPEAK_AS) === 'yes' &&
    isWatched(view.account(account), view, policy)
  );
}

function found(goal: Goal, goals: readonly Goal[], one: Case): Judgement {
  const { identity, member, reach, view, policy } = one;
  const words = identityWords(identity, member, view, policy);
  const path = pathTo(goal.step, reach);
  const worst = goals.find(({ kind, step }) => kind !== 'undeclared' && step.isSure);
  const { grant } = path.cut;
  const { email } = resourceWords(grant.resource, view);
  const further = worst === undefined || worst.words === goal.words ? undefined : pathTo(worst.step, reach);
  const newest = path.steps.flatMap(({ by }) => by).reduce((a, b) => (b.since > a.since ? b : a));
  return {
    state: 'open',
    ...words,
    ...(worst === undefined ? {} : { severity: 'critical' }),
    title: `${words.identity} can ${goal.words}`,
    resource: goal.resource,
    after: [...new Set([...path.steps, ...(further?.steps ?? [])].map((step) => stepText(step, view)))],
    path: [words.identity, ...path.steps.map(({ to }) => nameOf(to, view)), ...endOfPath(goal, view)],
    explanation:
      [
        WHY[goal.kind],
        ...(further === undefined ? [] : [`It can also ${worst?.words}.`]),
        cutText(path, view),
        ...remarks(one),
      ].join(' ') + whenGrantIsTaken(grant, view, policy),
    why: goal.sensitive?.at ?? whyOf(one),
    remediation: removeGrant({ ...grant, email }),
    cause: grantCause(newest),
  };
}

const WHY = {
  administrative: 'Whoever administers access has whatever there is below.',
  sensitive: 'The policy calls it sensitive.',
  undeclared: 'No entry says that it may.',
} as const;

function endOfPath({ sensitive, resource }: Goal, view: View): readonly string[] {
  return sensitive === undefined ? [] : [resourceWords(resource, view).label];
}

function cutText({ cut, cutsAll }: Path, view: View): string {
  return cutsAll
    ? `Take away ${grantText(cut, view)}: no way that is as short gets round it.`
    : `Several ways are as short, and no one grant is on all of them: ${grantText(cut, view)} is where this one begins.`;
}

/** What is missing from the picture. */
function remarks({ reach, policy }: Case): readonly string[] {
  const unread = [
    ...new Set(
      reach.steps.filter(({ isSure }) => !isSure).flatMap(({ by }) => by.map(({ grant }) => grant.role)),
    ),
  ].sort();
  const [first, ...others] = unread;
  return [
    ...(first === undefined
      ? []
      : [
          `What ${first}${others.length === 0 ? '' : ` and ${others.length} more`} permits here is not known: it may open more ways.`,
        ]),
    ...(reach.stoppedAt === 'depth'
      ? [
          `Ways over more than ${policy.become.depth === 1 ? 'one account' : `${policy.become.depth} accounts`} were not followed (become.depth), and there are some.`,
        ]
      : []),
    ...(reach.stoppedAt === 'nodes'
      ? [`No more than ${policy.become.nodes} accounts were looked at (become.nodes), and there are more.`]
      : []),
  ];
}

/** Nothing is found, and not everything could be looked at. */
function notKnown(goal: Goal | undefined, one: Case): Judgement {
  const { identity, member, reach, view, policy } = one;
  const words = identityWords(identity, member, view, policy);
  // Where nothing led anywhere, everything has been looked at.
  const [cause] = (goal?.step ?? reach.steps[0]!).by;
  return {
    state: 'undecided',
    ...words,
    title: `What ${words.identity} can become is not fully known`,
    after: goal === undefined ? [] : [stepText(goal.step, view)],
    explanation: remarks(one).join(' '),
    why: whyOf(one),
    remediation: [],
    cause: grantCause(cause!),
  };
}

function whyOf({ identity, view, policy }: Case) {
  return entriesFor(identity, view, policy)?.[0]?.at ?? policy.at;
}
