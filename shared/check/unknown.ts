import type { UnknownArgument } from '../decode/intent.ts';
import type { Aliases } from '../inventory/aliases.ts';
import { serviceAccountOf } from '../model/asset.ts';
import type { Finding } from '../model/finding.ts';
import { LINKING_ROLES } from '../model/grant.ts';
import { parseMember } from '../model/principal.ts';
import type { ChangeItem } from './change.ts';
import type { StandingEdge } from './edges.ts';

/** An argument that only applying tells, and whose it is. */
export interface Unknown {
  readonly item: ChangeItem;
  readonly argument: UnknownArgument;
}

export function unknownIn(items: readonly ChangeItem[]): readonly Unknown[] {
  return items.flatMap((item) => item.unknown.map((argument) => ({ item, argument })));
}

/** `google_service_account_iam_member.api: member is known only after apply`. */
export function unknownText({ item, argument }: Unknown): string {
  return `${item.name}: ${argument.argument} is known only after apply`;
}

/** What an edge may owe to something that is not known yet: then it is undecided, and not half. */
export function edgeOpenBy(
  edge: StandingEdge,
  all: readonly Unknown[],
  aliases: Aliases,
): Unknown | undefined {
  const { ksa, gsa, state } = edge;
  if (gsa === undefined) return undefined;
  if (state === 'annotated-only') return all.find((one) => mayLink(one, ksa, gsa, aliases));
  return state === 'granted-only' ? all.find((one) => mayPoint(one, ksa)) : undefined;
}

/** `edge:POOL[ns/name] -> account`, `ksa:POOL[ns/name]`. */
const KSA_IN_SUBJECT = /\[([^[\]/]+)\/([^[\]]+)\]/;

/** Findings that say that something is missing. Each may turn out to be there. */
export function findingOpenBy(
  finding: Finding,
  all: readonly Unknown[],
  aliases: Aliases,
): Unknown | undefined {
  const { detector, subject, identity, resource, role } = finding;
  const [, namespace = '', name = ''] = KSA_IN_SUBJECT.exec(subject) ?? [];
  const ksa = namespace === '' ? ksaIn(identity) : { namespace, name };
  const account = serviceAccountOf(resource);
  switch (detector) {
    case 'annotation-without-binding':
      return all.find((one) => account !== undefined && mayLink(one, ksa, account, aliases));
    case 'declared-identity-missing':
      return all.find(
        (one) => mayPoint(one, ksa) || (account !== undefined && mayLink(one, ksa, account, aliases)),
      );
    case 'dangling-binding':
      return all.find((one) => mayPoint(one, ksa));
    case 'declared-grant-missing':
      return all.find(({ argument: { mayGrant } }) => {
        if (mayGrant === undefined) return false;
        const isThere = mayGrant.asset === undefined || same(mayGrant.asset, resource, aliases);
        return isThere && (mayGrant.role === undefined || mayGrant.role === role);
      });
    default:
      return undefined;
  }
}

interface Named {
  readonly namespace: string;
  readonly name: string;
}

function ksaIn(identity: string): Named {
  const [namespace = '', name = ''] = identity.split('/');
  return { namespace, name };
}

function mayLink(
  { argument: { mayGrant } }: Unknown,
  ksa: Named,
  account: string,
  aliases: Aliases,
): boolean {
  if (mayGrant === undefined) return false;
  const { asset, role, member } = mayGrant;
  const on = asset === undefined ? undefined : serviceAccountOf(asset);
  if (asset !== undefined && (on === undefined || aliases.account(on) !== aliases.account(account)))
    return false;
  // A custom role may hand out tokens; of a predefined one it is known whether it does.
  if (role?.startsWith('roles/') === true && !LINKING_ROLES.has(role)) return false;
  if (member === undefined) return true;
  const principal = parseMember(member);
  return principal.kind === 'ksa' && principal.namespace === ksa.namespace && principal.name === ksa.name;
}

function mayPoint({ argument: { mayAnnotate } }: Unknown, ksa: Named): boolean {
  return mayAnnotate?.endsWith(`/k8s/namespaces/${ksa.namespace}/serviceaccounts/${ksa.name}`) === true;
}

function same(a: string, b: string, aliases: Aliases): boolean {
  return aliases.canonical(a) === aliases.canonical(b);
}
