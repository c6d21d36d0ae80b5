import { principalLabel } from '../model/principal.ts';
import { ACCOUNT_MANAGEMENT } from './controls.ts';
import type { Detector } from './detector.ts';
import { removeGrant } from './grant-commands.ts';
import { grantWords, resourceWords } from './grant-facts.ts';

export const deletedMember = {
  id: 'deleted-member',
  title: 'A grant to something that was deleted',
  class: 'posture',
  severity: 'low',
  about:
    'The member was deleted and its grant stayed behind as deleted:…?uid=…. It gives nobody anything unless the account is undeleted within 30 days; then everything is back.',
  subject: 'grant',
  sources: {
    assetTypes: [{ type: '*', content: 'policy' }],
    methods: ['*setIamPolicy', '*setIamPermissions'],
  },
  controls: [ACCOUNT_MANAGEMENT],
  detect(subject, view, policy) {
    const fact = view.grant(subject);
    if (fact?.grant.principal.kind !== 'deleted') return [];
    const { grant } = fact;
    const { label, email } = resourceWords(grant.resource, view);
    return [
      {
        state: 'open',
        ...grantWords(fact, view, policy),
        title: `${grant.role} on ${label} is left to ${principalLabel(grant.principal)}`,
        explanation:
          'An account that is made anew under the same address is another one and does not get this role; an undeleted one does.',
        why: policy.at,
        remediation: removeGrant({ ...grant, email }),
      },
    ];
  },
} satisfies Detector<'grant'>;
