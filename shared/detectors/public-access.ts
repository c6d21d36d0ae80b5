import type { View } from '../inventory/view.ts';
import { type AssetName, serviceAccountOf } from '../model/asset.ts';
import { principalLabel } from '../model/principal.ts';
import type { Policy } from '../policy/policy.ts';
import { underCondition } from './condition-facts.ts';
import { LEAST_PRIVILEGE } from './controls.ts';
import type { Detector } from './detector.ts';
import { removeGrant } from './grant-commands.ts';
import { grantWords, isWatched, resourceWords } from './grant-facts.ts';
import { whenGrantIsTaken } from './managed-by.ts';
import { reachesPattern } from './reaches.ts';

export const publicAccess = {
  id: 'public-access',
  title: 'Something of a workload is open to everybody',
  class: 'attack',
  severity: 'critical',
  about:
    'Everybody on the internet (allUsers) or with a Google account (allAuthenticatedUsers) holds a role on an account we keep watch over, on something that the policy calls sensitive or allows an identity to use, or on what that lies in.',
  subject: 'grant',
  sources: {
    assetTypes: [{ type: '*', content: 'policy' }],
    methods: ['*setIamPolicy', '*setIamPermissions'],
  },
  controls: [LEAST_PRIVILEGE],
  mutes: ['undeclared-grant'],
  detect(subject, view, policy) {
    const fact = view.grant(subject);
    if (fact === undefined) return [];
    const { grant } = fact;
    const { principal, resource, role } = grant;
    if (principal.kind !== 'all-users' && principal.kind !== 'all-authenticated-users') return [];
    const matters = whyItMatters(resource, view, policy);
    if (matters === undefined) return [];
    const { label, email } = resourceWords(resource, view);
    const { says, override } = underCondition(fact, view);
    return [
      {
        state: 'open',
        ...grantWords(fact, view, policy),
        ...override,
        title: `${capitalised(principalLabel(principal))} holds ${role} on ${label}`,
        explanation: `${matters.words} Whoever finds it can use it, and nobody has to break in.${says}${whenGrantIsTaken(grant, view, policy)}`,
        why: matters.at,
        remediation: removeGrant({ ...grant, email }),
      },
    ];
  },
} satisfies Detector<'grant'>;

/** What the policy has to do with a resource; nothing where it has nothing to do with it. */
function whyItMatters(resource: AssetName, view: View, policy: Policy) {
  const account = serviceAccountOf(resource);
  if (account !== undefined)
    return isWatched(view.account(account), view, policy)
      ? { words: 'It is the account of a workload.', at: policy.at }
      : undefined;
  const sensitive = policy.sensitive.find(({ on }) => reachesPattern(on, resource, view));
  if (sensitive !== undefined)
    return { words: `The policy calls ${sensitive.name} sensitive.`, at: sensitive.at };
  const used = policy.identities
    .flatMap(({ name, allow }) => allow.map((item) => ({ name, item })))
    .find(({ item }) => reachesPattern(item.on, resource, view));
  return used && { words: `The entry ${used.name} counts on ${used.item.on}.`, at: used.item.at };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
