import { projectOfEmail, serviceAccountName } from '../model/asset.ts';
import { shortEmail } from '../model/principal.ts';
import { declaredForGsa, declaresEdge } from '../policy/match.ts';
import { KSA_METHODS } from './audit-methods.ts';
import { ACCOUNT_MANAGEMENT, LEAST_PRIVILEGE } from './controls.ts';
import type { Detector } from './detector.ts';
import { grantCause, ksaCause, SERVICE_ACCOUNT } from './edge-facts.ts';
import { ksasLinkedTo } from './grant-facts.ts';

export const sharedAccount = {
  id: 'shared-account',
  title: 'One account for workloads of several namespaces',
  class: 'posture',
  severity: 'low',
  about:
    'KSAs of two or more namespaces are linked to one account, and no single entry declares them together: nobody can tell their acts apart, and what one needs all have.',
  subject: 'account',
  sources: {
    assetTypes: [
      { type: SERVICE_ACCOUNT, content: 'policy' },
      { type: 'k8s.io/ServiceAccount', content: 'resource' },
    ],
    methods: ['google.iam.admin.v1.SetIAMPolicy', ...KSA_METHODS],
  },
  controls: [ACCOUNT_MANAGEMENT, LEAST_PRIVILEGE],
  detect({ account: ref }, view, policy) {
    const account = view.account(ref);
    const { email } = account;
    const linked = ksasLinkedTo(account, view, policy);
    const namespaces = new Set(linked.map(({ namespace }) => namespace));
    if (email === undefined || namespaces.size < 2) return [];
    const entries = new Set(linked.map((ksa) => declaresEdge(policy, ksa, email)?.name));
    if (entries.size === 1 && !entries.has(undefined)) return [];
    const causes = [...view.linksOn(account).map(grantCause), ...view.annotatedTo(account).map(ksaCause)];
    const home = projectOfEmail(email);
    const [entry] = declaredForGsa(policy, email);
    return [
      {
        state: 'open',
        title: `${shortEmail(email)} is shared by workloads of ${namespaces.size} namespaces`,
        subject: `gsa:${account.id}`,
        identity: shortEmail(email),
        resource: serviceAccountName(account.id),
        account: email,
        ...(home === undefined ? {} : { project: home }),
        ...(entry?.owner === undefined ? {} : { owner: entry.owner }),
        before: [],
        after: linked.map(({ namespace, name }) => `${namespace}/${name}`).sort(),
        explanation:
          'The audit log shows the account, and each workload has what all of them need together. Give each its own account, or declare them in one entry with identities: […].',
        why: entry?.at ?? policy.at,
        remediation: [],
        cause: causes.reduce((a, b) => (b.time > a.time ? b : a)),
      },
    ];
  },
} satisfies Detector<'account'>;
