import { givesAccess } from '../conditions/verdict.ts';
import { edgeFacts } from '../detectors/edge-facts.ts';
import { isWatched, ksaOf, ksasLinkedTo, resourceWords } from '../detectors/grant-facts.ts';
import type { GrantFact } from '../inventory/facts.ts';
import type { Account } from '../inventory/view.ts';
import type { AssetName } from '../model/asset.ts';
import { resourceKind, serviceAccountOf } from '../model/asset.ts';
import { conditionKey, LINKING_ROLES } from '../model/grant.ts';
import { isGoogleManaged, principalLabel } from '../model/principal.ts';
import { poolOf } from '../policy/match.ts';
import { isMet, levelLabel, levelsOf } from './access.ts';
import { conditionNote } from './condition-note.ts';
import type { Reach, ResourceExplained } from './explanation.ts';
import { declaredState } from './held.ts';
import { serves } from './serves.ts';
import { count, unique } from './words.ts';
import type { World } from './world.ts';

/** Which of the watched identities reach a resource, and through which grant, there or above it. */
export function explainResource(resource: AssetName, world: World): ResourceExplained {
  const { view } = world;
  const { label } = resourceWords(resource, view);
  const levels = levelsOf(resource, world);
  const reached = levels
    .flatMap((level, index) =>
      world.grantsOn(level).flatMap((fact) => reachOf(fact, resource, index === 0, world) ?? []),
    )
    .toSorted((a, b) => order(a) - order(b) || (a.identity < b.identity ? -1 : 1));
  const unread = levels
    .filter((level) => !view.policyKnown(level, ''))
    .map((level) => levelLabel(level, world));
  const hasRoof = levels.some((level) => resourceKind(level) === 'organization');
  const notKnown = [
    ...unread.map((name) => `the IAM policy of ${name}`),
    ...(hasRoof ? [] : ['what it lies in']),
  ];
  const sure = reached.filter(({ answer }) => answer === 'yes');
  const identities = unique(sure.map(({ identity }) => identity));
  return {
    kind: 'resource',
    subject: label,
    reached,
    notKnown,
    verdict: {
      answer: identities.length > 0 ? 'yes' : notKnown.length + reached.length > 0 ? 'undecided' : 'yes',
      text:
        identities.length > 0
          ? `${count(identities.length, 'watched identity reaches', 'watched identities reach')} ${label}.`
          : `No watched identity is seen to reach ${label}${notKnown.length > 0 ? '; not everything above it has been read' : ''}.`,
    },
  };
}

function order({ answer }: Reach): number {
  return ['yes', 'undecided', 'no'].indexOf(answer);
}

function reachOf(fact: GrantFact, resource: AssetName, isHere: boolean, world: World): Reach | undefined {
  const { view, policy } = world;
  const { grant } = fact;
  const { principal } = grant;
  const reach = isHere ? 'yes' : serves(grant.role, resource, world);
  if (reach === 'no' || isGoogleManaged(principal)) return undefined;
  const account =
    principal.kind === 'gsa'
      ? view.account(principal.email)
      : principal.kind === 'gsa-id'
        ? view.account(principal.id)
        : undefined;
  const isOfPool =
    (principal.kind === 'ksa' || principal.kind === 'ksa-uid' || principal.kind === 'ksa-set') &&
    poolOf(policy, principal.pool) !== undefined;
  const isAll =
    principal.kind === 'all-users' ||
    principal.kind === 'all-authenticated-users' ||
    principal.kind === 'service-accounts-of';
  if (!isOfPool && !isAll && !(account !== undefined && isWatched(account, view, policy))) return undefined;
  const ksa = ksaOf(principal, view);
  const links = LINKING_ROLES.has(grant.role) && serviceAccountOf(grant.resource) !== undefined;
  const condition = conditionKey(grant.condition);
  const verdict = view.conditionOf(grant, resource);
  const notes = [
    ...(condition === '' ? [] : [`if ${condition}${conditionNote(verdict)}`]),
    ...(reach === 'unknown' ? ['what this role permits here is not known'] : []),
    ...(links ? ['may act as it'] : []),
  ];
  return {
    identity: ksa === undefined ? principalLabel(principal) : `${ksa.namespace}/${ksa.name}`,
    workloads: account === undefined ? [] : linkedTo(account, world),
    role: grant.role,
    on: levelLabel(grant.resource, world),
    answer: !givesAccess(verdict) ? 'no' : isMet(verdict) && reach === 'yes' ? 'yes' : 'undecided',
    note: notes.join('; '),
    declared: links ? 'not judged' : declaredState(fact, world),
  };
}

/** The KSAs of trusted pools that are linked to an account, and how far. */
function linkedTo(account: Account, { view, policy }: World): Reach['workloads'] {
  return ksasLinkedTo(account, view, policy)
    .map((ksa) => ({
      who: `${ksa.namespace}/${ksa.name}`,
      state: edgeFacts({ kind: 'edge', ksa, account: account.id }, view, policy)?.state ?? 'undecided',
    }))
    .toSorted((a, b) => (a.who < b.who ? -1 : 1));
}
