import { setAnnotation } from '../../detectors/annotation-command.ts';
import { SERVICE_ACCOUNT, WORKLOAD_IDENTITY_USER } from '../../detectors/edge-facts.ts';
import { addGrant, removeGrant } from '../../detectors/grant-commands.ts';
import { resourceWords } from '../../detectors/grant-facts.ts';
import type { GrantFact } from '../../inventory/facts.ts';
import type { Account } from '../../inventory/view.ts';
import { projectOfEmail, resourceKind, serviceAccountName } from '../../model/asset.ts';
import { conditionKey, LINKING_ROLES } from '../../model/grant.ts';
import { principalLabel, shortEmail } from '../../model/principal.ts';
import { declaresEdge } from '../../policy/match.ts';
import { type Answer, isPredefined, permits } from '../../roles/role.ts';
import { isMet } from '../access.ts';
import { conditionNote } from '../condition-note.ts';
import type { Context } from '../context.ts';
import { meansKsa } from '../covers.ts';
import { bindingMember } from '../declared-member.ts';
import type { Evidence, Fix, Step } from '../explanation.ts';
import { type NearMiss, nearMissesOn } from '../near-misses.ts';
import { listed, shortCluster } from '../words.ts';

const COMMON = { id: 'binding', question: 'the account lets it in' } as const;

/** Does the account let exactly this KSA ask for its tokens: itself, as one of a set, or through a role above the account? */
export function bindingStep(email: string, account: Account, context: Context): Step {
  const { world, ksa, owner, sightings, clusters } = context;
  const home = projectOfEmail(email);
  const own = world.view.grantsOn(account);
  const above = [
    ...(home === undefined ? [] : world.view.linksInProject(home)),
    ...world.view.linksAbove(account),
  ];
  const mine = [...own, ...above].filter(({ grant }) => meansKsa(grant.principal, ksa, sightings, clusters));
  const links = mine.filter((fact) => letsIn(fact, context) === 'yes' && world.view.givesAccess(fact));
  const sure = links.filter(({ grant }) => isMet(world.view.conditionOf(grant)));
  const misses = nearMissesOn(own, account, context);
  const nearMisses = misses.map(({ text }) => text);
  const entry = declaresEdge(world.policy, ksa, email);
  if (sure.length > 0) {
    const ways = sure.map((fact) => wayOf(fact, context));
    return {
      ...COMMON,
      answer: 'yes',
      says: `${shortEmail(email)} does, ${listed(ways, 2)}`,
      evidence: sure.map(evidenceOf),
      nearMisses: [],
      ...(entry === undefined
        ? { drift: `no policy declares that ${ksa.namespace}/${ksa.name} may act as ${shortEmail(email)}` }
        : {}),
      fix: [],
    };
  }
  if (links.length > 0) {
    return {
      ...COMMON,
      answer: 'undecided',
      says: `${shortEmail(email)} does if ${conditionKey(links[0]!.grant.condition)}${conditionNote(world.view.conditionOf(links[0]!.grant))}`,
      evidence: links.map(evidenceOf),
      nearMisses,
      fix: [],
      ask: owner,
    };
  }
  const opaque = mine.filter((fact) => letsIn(fact, context) === 'unknown' && world.view.givesAccess(fact));
  const unread = unreadAbove(account, home, context);
  const isKnown =
    world.view.policyKnown(serviceAccountName(account.id), SERVICE_ACCOUNT) ||
    (home !== undefined && world.view.covered(`projects/${home}`, SERVICE_ACCOUNT, 'policy'));
  if (!isKnown || opaque.length > 0) {
    return {
      ...COMMON,
      answer: 'undecided',
      says: isKnown
        ? `what the custom role ${opaque[0]!.grant.role} permits is not known`
        : `the IAM policy of ${shortEmail(email)} has not been read`,
      evidence: opaque.map(evidenceOf),
      nearMisses,
      fix: [],
      ask: owner,
    };
  }
  return {
    ...COMMON,
    answer: 'no',
    says: `${email} has no ${WORKLOAD_IDENTITY_USER} for ${ksa.namespace}/${ksa.name} of ${ksa.pool}`,
    evidence: unread.map((text) => ({ text })),
    nearMisses,
    ...mend(email, account, misses, context),
    ask: owner,
  };
}

/** Whether a role hands out tokens: by name, or a custom one by what it permits. */
function letsIn({ grant: { role } }: GrantFact, { world }: Context): Answer {
  if (LINKING_ROLES.has(role)) return 'yes';
  return isPredefined(role) ? 'no' : permits(world.view.role(role), 'iam.serviceAccounts.getAccessToken');
}

function mend(
  email: string,
  account: Account,
  misses: readonly NearMiss[],
  context: Context,
): { readonly side: string; readonly fix: readonly Fix[] } {
  const { world, ksa, clusters, sightings, accounts } = context;
  const entry = declaresEdge(world.policy, ksa, email);
  if (entry === undefined) {
    const to = accounts.length === 1 ? accounts[0] : undefined;
    return {
      side: 'no policy declares this identity, so the annotation is the side to take away; to keep it, declare it first',
      fix: sightings
        .filter(({ annotation }) => annotation !== '')
        .flatMap(({ cluster }) =>
          setAnnotation(ksa, to).map((fix) => ({ ...fix, where: `in cluster ${shortCluster(cluster)}` })),
        ),
    };
  }
  const member = bindingMember(entry, ksa, clusters, world);
  const resource = serviceAccountName(account.id);
  return {
    side: `${entry.name} declares it, so the binding is the side that is missing`,
    fix: [
      ...(member === undefined ? [] : addGrant({ resource, role: WORKLOAD_IDENTITY_USER, member, email })),
      ...misses.filter(({ isDead }) => isDead).flatMap(({ fact }) => removeGrant({ ...fact.grant, email })),
    ],
  };
}

/** A binding is looked for where bindings belong; a role on a folder nobody read could let the KSA in all the same. */
function unreadAbove(account: Account, home: string | undefined, { world }: Context): readonly string[] {
  const above = world.view
    .ancestorsOf(serviceAccountName(account.id))
    .filter((name) => !name.startsWith('projects/'))
    .filter((name) => !world.view.policyKnown(`//cloudresourcemanager.googleapis.com/${name}`, ''));
  const project =
    home !== undefined &&
    !world.view.policyKnown(`//cloudresourcemanager.googleapis.com/projects/${home}`, '')
      ? [`projects/${home}`]
      : [];
  const unread = [...project, ...above];
  return unread.length === 0
    ? []
    : [`not read, and such a role there would let it in too: ${listed(unread)}`];
}

function wayOf({ grant }: GrantFact, { world }: Context): string {
  const kind = resourceKind(grant.resource);
  const who = grant.principal.kind === 'ksa' ? 'by name' : `as ${principalLabel(grant.principal)}`;
  return kind === 'serviceAccount'
    ? who
    : `${who} through ${grant.role} on ${resourceWords(grant.resource, world.view).label}`;
}

function evidenceOf({ grant, since, source }: GrantFact): Evidence {
  const condition = grant.condition === undefined ? '' : ` if ${conditionKey(grant.condition)}`;
  return { text: `${grant.role} for ${grant.member}${condition}`, since, source };
}
