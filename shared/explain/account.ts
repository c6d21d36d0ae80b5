import { becoming } from '../detectors/become.ts';
import { edgeFacts } from '../detectors/edge-facts.ts';
import { ksaOf, ksasLinkedTo, ownerOfAccount } from '../detectors/grant-facts.ts';
import type { GrantFact } from '../inventory/facts.ts';
import type { Account } from '../inventory/view.ts';
import { projectOfEmail, serviceAccountName } from '../model/asset.ts';
import { conditionKey, LINKING_ROLES } from '../model/grant.ts';
import { ksaText, principalLabel } from '../model/principal.ts';
import { accountsDeclaredFor, declaredForGsa, declaresEdge, poolOf } from '../policy/match.ts';
import { levelLabel } from './access.ts';
import { conditionNote } from './condition-note.ts';
import { membersOfAccount } from './covers.ts';
import type { AccountExplained, ActsAs, Verdict } from './explanation.ts';
import { heldBy, heldRole } from './held.ts';
import { keyLine } from './key.ts';
import { count } from './words.ts';
import type { World } from './world.ts';

/** Who can act as an account, what it holds, and its keys. */
export function explainAccount(idOrEmail: string, world: World): AccountExplained {
  const { view, policy } = world;
  const account = view.account(idOrEmail);
  const { email } = account;
  const name = email ?? account.id;
  const home = email === undefined ? undefined : projectOfEmail(email);
  const above = [...(home === undefined ? [] : view.linksInProject(home)), ...view.linksAbove(account)];
  const onIt = view.grantsOn(account);
  const own = new Set<string>([email, account.id].flatMap((one) => one ?? []));
  const members = membersOfAccount(account, world);
  const isOwn = ({ grant: { principal } }: GrantFact) =>
    (principal.kind === 'gsa' && own.has(principal.email)) ||
    (principal.kind === 'gsa-id' && own.has(principal.id));
  const keys = view
    .keysOf(account)
    .filter(({ managedBy }) => managedBy !== 'google')
    .map((key) => keyLine(key, account, world));
  const workloads = edgesOf(account, world);
  return {
    kind: 'account',
    subject: name,
    email,
    uniqueId: account.id,
    state: account.state,
    owner: ownerOfAccount(email, policy) ?? policy.owner,
    declaredBy: email === undefined ? [] : declaredForGsa(policy, email).map(({ at }) => at),
    workloads,
    others: [...onIt, ...above]
      .filter((fact) => !isEdge(fact, world))
      .map((fact) => other(fact, account, world)),
    holds: heldBy(members, world).map((fact) => heldRole(fact, isOwn(fact), world)),
    keys,
    notKnown: unread(account, home, world),
    verdict: verdictOf(account, name, workloads, keys.length),
  };
}

function isEdge({ grant }: GrantFact, { policy }: World): boolean {
  return (
    grant.principal.kind === 'ksa' &&
    LINKING_ROLES.has(grant.role) &&
    poolOf(policy, grant.principal.pool) !== undefined
  );
}

/** Every KSA of a trusted pool that is linked to the account or points at it, with the state of the edge. */
function edgesOf(account: Account, { view, policy }: World): readonly ActsAs[] {
  const edges = ksasLinkedTo(account, view, policy).flatMap((ksa): readonly ActsAs[] => {
    const edge = edgeFacts({ kind: 'edge', ksa, account: account.id }, view, policy);
    if (edge === undefined) return [];
    const newest = [...edge.links, ...edge.annotated].toSorted((a, b) => (a.since > b.since ? -1 : 1))[0];
    return [
      {
        who: ksaText(ksa),
        how:
          edge.links.map(({ grant }) => grant.role).join(', ') ||
          (edge.wideLinks.length > 0 ? 'as one of a set' : 'annotation only'),
        state: edge.state,
        declared:
          account.email !== undefined && declaresEdge(policy, ksa, account.email) !== undefined
            ? 'yes'
            : 'no',
        ...(newest === undefined ? {} : { since: newest.since, source: newest.source }),
      },
    ];
  });
  return edges.toSorted((a, b) => (a.who < b.who ? -1 : 1));
}

const BECOMING = {
  yes: 'can become it',
  no: 'cannot become it',
  unknown: 'what this role permits is not known',
} as const;

function stateOf(fact: GrantFact, { view }: World): string {
  if (fact.grant.principal.kind === 'deleted') return 'deleted, lets nobody in';
  return `${BECOMING[becoming(fact.grant.role, view)]}${conditionNote(view.conditionOf(fact.grant))}`;
}

function other(fact: GrantFact, account: Account, world: World): ActsAs {
  const { grant, since, source } = fact;
  const on = levelLabel(grant.resource, world);
  const isHere = grant.resource === serviceAccountName(account.id);
  const condition = conditionKey(grant.condition);
  const ksa = ksaOf(grant.principal, world.view);
  return {
    who: principalLabel(grant.principal),
    how: [grant.role, ...(isHere ? [] : [`on ${on}`]), ...(condition === '' ? [] : [`if ${condition}`])].join(
      ' ',
    ),
    state: stateOf(fact, world),
    declared:
      ksa === undefined || account.email === undefined
        ? 'not judged'
        : accountsDeclaredFor(world.policy, ksa).includes(account.email)
          ? 'yes'
          : 'no',
    since,
    source,
  };
}

function unread(account: Account, home: string | undefined, { view }: World): readonly string[] {
  const name = serviceAccountName(account.id);
  const above = view.ancestorsOf(name).filter((place) => !place.startsWith('projects/'));
  const places = [...(home === undefined ? [] : [`projects/${home}`]), ...above].filter(
    (place) => !view.policyKnown(`//cloudresourcemanager.googleapis.com/${place}`, ''),
  );
  return [
    ...(view.policyKnown(name, 'iam.googleapis.com/ServiceAccount') ? [] : ["the account's own IAM policy"]),
    ...places.map((place) => `the IAM policy of ${place}`),
  ];
}

function verdictOf(account: Account, name: string, workloads: readonly ActsAs[], keys: number): Verdict {
  if (account.state === 'deleted' || account.state === 'disabled')
    return { answer: 'no', text: `${name} is ${account.state}: nobody gets a token of it.` };
  if (account.state === 'unknown')
    return { answer: 'undecided', text: `${name} has not been seen itself; what refers to it is below.` };
  const bound = workloads.filter(({ state }) => state === 'bound').length;
  const rest = workloads.length - bound;
  return {
    answer: 'yes',
    text: `${count(bound, 'workload identity', 'workload identities')} can act as ${name} now${
      rest > 0 ? `, ${rest} more ${rest === 1 ? 'is' : 'are'} half linked` : ''
    }${keys > 0 ? `; ${count(keys, 'user-managed key')}` : ''}.`,
  };
}
