import { principalLabel } from '../model/principal.ts';
import { forbiddenBy } from '../policy/match.ts';
import { CIS_NO_ADMIN, LEAST_PRIVILEGE } from './controls.ts';
import type { Detector } from './detector.ts';
import { removeGrant } from './grant-commands.ts';
import { grantWords, resourceWords } from './grant-facts.ts';

export const forbiddenRole = {
  id: 'forbidden-role',
  title: 'A role that the policy forbids',
  class: 'attack',
  severity: 'high',
  about:
    'An entry of forbiddenRoles names this role (for any service account, KSA or federated identity) or this member. Forbidden wins over declared.',
  subject: 'grant',
  sources: {
    assetTypes: [{ type: '*', content: 'policy' }],
    methods: ['*setIamPolicy', '*setIamPermissions'],
  },
  controls: [LEAST_PRIVILEGE, CIS_NO_ADMIN],
  mutes: ['undeclared-grant'],
  detect(subject, view, policy) {
    const fact = view.grant(subject);
    const entry = fact === undefined ? undefined : forbiddenBy(policy, fact.grant);
    if (fact === undefined || entry === undefined) return [];
    const { grant } = fact;
    const { label, email } = resourceWords(grant.resource, view);
    return [
      {
        state: 'open',
        ...grantWords(fact, view, policy),
        ...(entry.severity === undefined ? {} : { severity: entry.severity }),
        title: `${principalLabel(grant.principal)} holds ${grant.role} on ${label}, which is forbidden`,
        explanation: `${entry.line.entry} forbids it${entry.at.length === 0 ? '' : ` on a ${entry.at.join(', ')}`}. Grant the narrower role the workload needs, on the resource it needs it on.`,
        why: entry.line,
        remediation: removeGrant({ ...grant, email }),
      },
    ];
  },
} satisfies Detector<'grant'>;
