import type { GrantFact } from '../inventory/facts.ts';
import type { View } from '../inventory/view.ts';
import type { Grant } from '../model/grant.ts';
import { principalLabel } from '../model/principal.ts';
import type { ForbiddenAs, ForbiddenVerdict } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { forbiddenGrant, isAgentsRole } from './allowance.ts';
import { underCondition } from './condition-facts.ts';
import { CIS_NO_ADMIN, LEAST_PRIVILEGE } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { removeGrant } from './grant-commands.ts';
import { grantWords, resourceWords } from './grant-facts.ts';
import { whenGrantIsTaken } from './managed-by.ts';
import { ROLE_METHODS } from './role-methods.ts';

export const forbiddenRole = {
  id: 'forbidden-role',
  title: 'A role that the policy forbids',
  class: 'attack',
  severity: 'high',
  about:
    'An entry of forbiddenRoles names this role (for any service account, KSA or federated identity), a permission that it has or this member; or the role permits what a named one is forbidden for, under another name: each way in which that lets its holder become an account, give out roles or take guards away or, where it has none, all that it permits. Of a role that has not been read this is undecided. roles/iam.workloadIdentityUser on an account, which makes a workload of it, is forbidden by name only. Forbidden wins over declared. A role for service agents, held by anybody but accounts that Google runs, is forbidden without an entry: most of them hand out tokens of any account.',
  subject: 'grant',
  sources: {
    assetTypes: [
      { type: '*', content: 'policy' },
      { type: 'iam.googleapis.com/Role', content: 'resource' },
    ],
    methods: ['*setIamPolicy', '*setIamPermissions', ...ROLE_METHODS],
  },
  controls: [LEAST_PRIVILEGE, CIS_NO_ADMIN],
  mutes: ['undeclared-grant'],
  detect(subject, view, policy) {
    const fact = view.grant(subject);
    if (fact === undefined) return [];
    const verdict = forbiddenGrant(fact.grant, view, policy);
    if (verdict?.kind === 'forbidden') return [forbidden(fact, verdict, view, policy)];
    if (isAgentsRole(fact.grant)) return [agentsRole(fact, view, policy)];
    return verdict === undefined ? [] : [notKnown(fact, verdict, view, policy)];
  },
} satisfies Detector<'grant'>;

function forbidden(
  fact: GrantFact,
  { by, as }: Extract<ForbiddenVerdict, { kind: 'forbidden' }>,
  view: View,
  policy: Policy,
): Judgement {
  const { grant } = fact;
  const where = by.at.length === 0 ? '' : ` on a ${by.at.join(', ')}`;
  return {
    ...common(fact, view, policy),
    ...(by.severity === undefined ? {} : { severity: by.severity }),
    ...underCondition(fact, view).override,
    title: `${holds(grant, view)}, which is forbidden`,
    explanation: `${by.line.entry} forbids ${as === undefined ? 'it' : forbiddenWords(as)}${where}${as?.kind === 'role' ? `, and this role permits what ${as.role} is forbidden for` : ''}. Grant the narrower role the workload needs, on the resource it needs it on.${underCondition(fact, view).says}${whenGrantIsTaken(grant, view, policy)}`,
    why: by.line,
  };
}

function agentsRole(fact: GrantFact, view: View, policy: Policy): Judgement {
  const { grant } = fact;
  const { says, override } = underCondition(fact, view);
  return {
    ...common(fact, view, policy),
    ...override,
    title: `${holds(grant, view)}, a role that is for Google's own accounts`,
    explanation: `Service agents are accounts that Google runs, and their roles permit whatever the service may ever need; most of them hand out tokens of any account.${says}${whenGrantIsTaken(grant, view, policy)}`,
    why: policy.at,
  };
}

function notKnown(
  fact: GrantFact,
  { by, as }: Extract<ForbiddenVerdict, { kind: 'unknown' }>,
  view: View,
  policy: Policy,
): Judgement {
  const { label } = resourceWords(fact.grant.resource, view);
  return {
    ...common(fact, view, policy),
    state: 'undecided',
    ...(by.severity === undefined ? {} : { severity: by.severity }),
    title: `Whether ${fact.grant.role} of ${principalLabel(fact.grant.principal)} on ${label} is forbidden is not known`,
    explanation: `${by.line.entry} forbids ${forbiddenWords(as)}. What this role permits has not been read: ${as.kind === 'role' ? 'it may be the same under another name' : 'it may be such a role'}.`,
    why: by.line,
    remediation: [],
  };
}

function forbiddenWords(as: ForbiddenAs): string {
  return as.kind === 'role' ? as.role : `every role that permits ${as.permission}`;
}

function common(fact: GrantFact, view: View, policy: Policy) {
  const { grant } = fact;
  const { email } = resourceWords(grant.resource, view);
  return {
    state: 'open',
    ...grantWords(fact, view, policy),
    remediation: removeGrant({ ...grant, email }),
  } as const;
}

function holds({ principal, role, resource }: Grant, view: View): string {
  return `${principalLabel(principal)} holds ${role} on ${resourceWords(resource, view).label}`;
}
