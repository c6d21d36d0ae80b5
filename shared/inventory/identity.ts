import { isGoogleManaged, ksaText, type Principal, parseMember, principalKey } from '../model/principal.ts';

/** A principal that may be an identity we keep watch over. */
export type Identity = Extract<Principal, { readonly kind: 'gsa' | 'ksa' | 'ksa-set' }>;

/** The one spelling of an identity as a member; `undefined` for principals that are none: people, Google's own accounts. */
export function identityMember(principal: Principal): string | undefined {
  switch (principal.kind) {
    case 'gsa':
      return isGoogleManaged(principal) ? undefined : `serviceAccount:${principal.email}`;
    case 'ksa':
      return `serviceAccount:${ksaText(principal)}`;
    case 'ksa-set':
      return `principalSet://iam.googleapis.com/projects/-/locations/global/workloadIdentityPools/${principal.pool}/${selectorOf(principal)}`;
    default:
      return undefined;
  }
}

/** Reads what `identityMember` wrote. */
export function identityOf(member: string): Identity | undefined {
  const principal = parseMember(member);
  return principal.kind === 'gsa' || principal.kind === 'ksa' || principal.kind === 'ksa-set'
    ? principal
    : undefined;
}

function selectorOf({ set }: Extract<Principal, { readonly kind: 'ksa-set' }>): string {
  switch (set.of) {
    case 'pool':
      return '*';
    case 'namespace':
      return `namespace/${set.namespace}`;
    case 'cluster':
      return `kubernetes.cluster/https://container.googleapis.com/v1/${set.cluster}`;
  }
}

/** Whoever a principal is, as policies write it: what globs over members are held against. */
export function memberText(principal: Principal): string {
  switch (principal.kind) {
    case 'gsa':
      return `serviceAccount:${principal.email}`;
    case 'gsa-id':
      return `serviceAccountId:${principal.id}`;
    case 'user':
    case 'group':
      return `${principal.kind}:${principal.email}`;
    case 'federated':
      return `principal://iam.googleapis.com/${principal.pool}/subject/${principal.subject}`;
    case 'federated-set':
      return `principalSet://iam.googleapis.com/${principal.pool}/${principal.selector}`;
    default:
      return identityMember(principal) ?? principalKey(principal);
  }
}
