import { poolOf } from '../policy/match.ts';
import { underCondition } from './condition-facts.ts';
import { ACCOUNT_MANAGEMENT, EXTERNAL_SYSTEMS } from './controls.ts';
import type { Detector } from './detector.ts';
import { removeGrant } from './grant-commands.ts';
import { grantWords, poolOfPrincipal, resourceWords } from './grant-facts.ts';
import { whenGrantIsTaken } from './managed-by.ts';

export const untrustedPool = {
  id: 'untrusted-pool',
  title: 'A grant to an identity pool that the policy does not trust',
  class: 'attack',
  severity: 'critical',
  about:
    "A member of a workload identity pool (GKE or other) that trust.pools does not name holds a role: whoever runs that pool's clusters or identity provider decides who it is.",
  subject: 'grant',
  sources: {
    assetTypes: [{ type: '*', content: 'policy' }],
    methods: ['*setIamPolicy', '*setIamPermissions'],
  },
  controls: [ACCOUNT_MANAGEMENT, EXTERNAL_SYSTEMS],
  mutes: ['undeclared-grant', 'wide-member', 'forbidden-role'],
  detect(subject, view, policy) {
    const fact = view.grant(subject);
    if (fact === undefined) return [];
    const pool = poolOfPrincipal(fact.grant.principal);
    if (pool === undefined || poolOf(policy, pool) !== undefined) return [];
    const { label, email } = resourceWords(fact.grant.resource, view);
    const { says, override } = underCondition(fact, view);
    return [
      {
        state: 'open',
        ...grantWords(fact, view, policy),
        ...override,
        title: `${fact.grant.role} on ${label} is held from pool ${pool.split('/').at(-1)}, which is not trusted`,
        explanation: `trust.pools does not name ${pool}. Whoever controls that pool can use this role.${says}${whenGrantIsTaken(fact.grant, view, policy)}`,
        why: policy.poolsAt,
        remediation: removeGrant({ ...fact.grant, email }),
      },
    ];
  },
} satisfies Detector<'grant'>;
