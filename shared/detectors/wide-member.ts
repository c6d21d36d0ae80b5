import type { GrantFact } from '../inventory/facts.ts';
import type { View } from '../inventory/view.ts';
import { isGoogleManaged, principalLabel } from '../model/principal.ts';
import { poolOf } from '../policy/match.ts';
import type { DeclaredIdentity, Policy } from '../policy/policy.ts';
import { declarersOfSet } from './allowance.ts';
import { underCondition } from './condition-facts.ts';
import { CIS_NO_PROJECT_IMPERSONATION, LEAST_PRIVILEGE } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { removeGrant } from './grant-commands.ts';
import { grantWords, isWideLink, resourceWords } from './grant-facts.ts';
import { whenGrantIsTaken } from './managed-by.ts';
import { type KsaSet, ksasInSet } from './pool-facts.ts';
import { ageVerdict, grantPart } from './preview-age.ts';

export const wideMember = {
  id: 'wide-member',
  title: 'One grant covers many identities',
  class: 'attack',
  severity: 'high',
  about:
    'A role held by every workload of a namespace, a cluster or a pool, which no entry declares in that form; or a role on a project, folder or organisation that lets its holder act as every service account below. One finding per set, with the number of KSAs it covers. What the namespace of a preview (`ephemeral`) holds is declared until it is older than `maxAge`; after that it is posture.',
  subject: 'grant',
  sources: {
    assetTypes: [
      { type: '*', content: 'policy' },
      { type: 'k8s.io/ServiceAccount', content: 'resource' },
    ],
    methods: ['*setIamPolicy', '*setIamPermissions'],
  },
  controls: [LEAST_PRIVILEGE, CIS_NO_PROJECT_IMPERSONATION],
  mutes: ['undeclared-grant'],
  detect(subject, view, policy) {
    const fact = view.grant(subject);
    if (fact === undefined) return [];
    const { grant } = fact;
    const { label, email } = resourceWords(grant.resource, view);
    const { says, override } = underCondition(fact, view);
    const common = {
      state: 'open',
      ...grantWords(fact, view, policy),
      why: policy.at,
      remediation: removeGrant({ ...grant, email }),
    } as const;
    if (grant.principal.kind === 'ksa-set' && poolOf(policy, grant.principal.pool) !== undefined) {
      const declarers = declarersOfSet(grant.principal, grant, view, policy);
      if (declarers.length > 0) return outlivedSet(fact, grant.principal, declarers, view, policy);
      const covered = coverage(grant.principal, view, policy);
      return [
        {
          ...common,
          severity: grant.principal.set.of === 'namespace' ? 'high' : 'critical',
          ...override,
          title: `${principalLabel(grant.principal)} holds ${grant.role} on ${label}`,
          explanation: `${covered} now, and every KSA that is created there later. Grant it to the KSAs that need it, or declare the entry with grantForm: ${grant.principal.set.of}.${says}${whenGrantIsTaken(grant, view, policy)}`,
        },
      ];
    }
    if (isWideLink(grant) && !isGoogleManaged(grant.principal) && grant.principal.kind !== 'deleted') {
      return [
        {
          ...common,
          severity: 'critical',
          ...override,
          title: `${principalLabel(grant.principal)} can act as every service account below ${label}`,
          explanation: `${grant.role} belongs on single service accounts. On ${label} it covers every account there is, and every one that is created later.${says}${whenGrantIsTaken(grant, view, policy)}`,
        },
      ];
    }
    return [];
  },
} satisfies Detector<'grant'>;

/** What the namespace of a preview holds comes and goes with it; a cluster or a pool outlives all previews. */
function outlivedSet(
  fact: GrantFact,
  principal: KsaSet,
  declarers: readonly DeclaredIdentity[],
  view: View,
  policy: Policy,
): readonly Judgement[] {
  if (principal.set.of !== 'namespace') return [];
  const { grant } = fact;
  const { label, email } = resourceWords(grant.resource, view);
  const what = `${grant.role} of ${principalLabel(principal)} on ${label}`;
  const said = ageVerdict(what, declarers, [grantPart(fact, view)], view);
  if (said === undefined) return [];
  const remediation = said.state === 'open' ? removeGrant({ ...grant, email }) : [];
  return [{ ...grantWords(fact, view, policy), ...said, remediation }];
}

function coverage(set: KsaSet, view: View, policy: Policy): string {
  const { length } = ksasInSet(set, view, policy);
  return length === 1 ? 'It covers 1 KSA' : `It covers ${length} KSAs`;
}
