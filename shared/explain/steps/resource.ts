import { addGrant } from '../../detectors/grant-commands.ts';
import { resourceWords } from '../../detectors/grant-facts.ts';
import type { AssetName } from '../../model/asset.ts';
import { conditionKey, type Grant } from '../../model/grant.ts';
import { principalLabel } from '../../model/principal.ts';
import { fillCaptures } from '../../policy/captures.ts';
import { matchesResource } from '../../policy/match.ts';
import { accessTo, levelLabel } from '../access.ts';
import { conditionNote } from '../condition-note.ts';
import type { Context } from '../context.ts';
import { directMember } from '../declared-member.ts';
import type { Fix, Step } from '../explanation.ts';
import { listed, unique } from '../words.ts';
import type { Holder } from './grants.ts';

/** Has the identity any role that reaches the resource: on it, or on what it lies in? */
export function resourceStep(resource: AssetName, holder: Holder, context: Context): Step {
  const { world, owner } = context;
  const { label } = resourceWords(resource, world.view);
  const note = (grant: Grant) => conditionNote(world.view.conditionOf(grant, resource));
  const access = accessTo(resource, holder.members, world);
  const common = { id: 'resource', question: `it reaches ${label}`, nearMisses: [] } as const;
  const all = [...access.held, ...access.conditional, ...access.lapsed, ...access.opaque];
  const evidence = all.map(({ grant, since, source }) => ({
    text: `${grant.role} on ${levelLabel(grant.resource, world)}${
      grant.condition === undefined ? '' : ` if ${conditionKey(grant.condition)}${note(grant)}`
    }${grant.principal.kind === 'group' ? ` for ${principalLabel(grant.principal)} (members not known)` : ''}`,
    since,
    source,
  }));
  if (access.answer === 'yes') {
    const roles = unique(access.held.map(({ grant }) => grant.role));
    return {
      ...common,
      answer: 'yes',
      says: `${holder.name} has ${listed(roles, 3)} there`,
      evidence,
      fix: [],
    };
  }
  const declared = declaredRoles(resource, holder, context);
  const mend =
    declared.length > 0
      ? {
          side: `the policy declares ${listed(declared.map(({ role }) => role))}, so the grant is the side that is missing`,
          fix: declared.flatMap(({ fix }) => fix),
        }
      : { side: 'no policy gives it a role there: declare it first, then grant it', fix: [] };
  if (access.answer === 'no') {
    return {
      ...common,
      answer: 'no',
      says:
        access.lapsed.length === 0
          ? `${holder.name} has no role on ${label} or above it`
          : `${holder.name} has no role on ${label} or above it now: ${listed(access.lapsed.map(({ grant }) => `${grant.role}${note(grant)}`))}`,
      evidence,
      ...mend,
      ask: owner,
    };
  }
  const groups = access.opaque.filter(({ grant }) => grant.principal.kind === 'group');
  const custom = access.opaque.filter((fact) => !groups.includes(fact));
  // A group's role is somebody else's until the account is shown to be in it.
  const isSeen = access.conditional.length + custom.length > 0;
  const open = [
    ...(isSeen ? [] : [`no role of ${holder.name} on it is seen`]),
    ...(access.conditional.length > 0
      ? [
          `its roles there are under conditions: ${listed(access.conditional.map(({ grant }) => `${grant.role}${note(grant)}`))}`,
        ]
      : []),
    ...(custom.length > 0
      ? [`what ${listed(custom.map(({ grant }) => grant.role))} permits is not known`]
      : []),
    ...(groups.length > 0
      ? [
          `whether it is in ${listed(unique(groups.map(({ grant }) => principalLabel(grant.principal))))} is not known`,
        ]
      : []),
    ...(access.unread.length > 0 ? [`not read: ${listed(access.unread, 3)}`] : []),
  ];
  return {
    ...common,
    answer: 'undecided',
    says: open.join('; '),
    evidence,
    ...(isSeen ? { fix: [] } : mend),
    ask: owner,
  };
}

/** What the policy gives the identity on this very resource. */
function declaredRoles(
  resource: AssetName,
  { account }: Holder,
  { world, ksa, entries, clusters }: Context,
): readonly { readonly role: string; readonly fix: readonly Fix[] }[] {
  const spellings = world.view.spellings(resource);
  return entries.flatMap((entry) =>
    entry.allow.flatMap(({ role, on, condition }) => {
      const filled = fillCaptures(on, { ksa: ksa.name, namespace: ksa.namespace });
      if (role === undefined || filled === undefined || !matchesResource(filled, spellings)) return [];
      const member =
        account === undefined
          ? directMember(entry, ksa, clusters, world)
          : account.email && `serviceAccount:${account.email}`;
      // A condition that the policy leaves open is for its author to write.
      const fix =
        member === undefined || condition === 'required'
          ? []
          : addGrant({
              resource: world.view.canonical(resource),
              role,
              member,
              ...(condition === undefined ? {} : { condition: { expression: condition, title: 'declared' } }),
            });
      return [{ role, fix }];
    }),
  );
}
