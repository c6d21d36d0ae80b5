import { identityOf } from '../inventory/identity.ts';
import type { View } from '../inventory/view.ts';
import { projectOfEmail, serviceAccountName } from '../model/asset.ts';
import { shortEmail } from '../model/principal.ts';
import { DAY, earliest, type Nanos } from '../model/time.ts';
import { type UsageVerdict, usageAt } from '../model/usage.ts';
import { durationText } from '../policy/calendar.ts';
import type { Policy } from '../policy/policy.ts';
import { ACCOUNT_MANAGEMENT, LEAST_PRIVILEGE } from './controls.ts';
import type { Detector } from './detector.ts';
import { grantCause } from './edge-facts.ts';
import { removeGrant } from './grant-commands.ts';
import { entriesFor, ownerOfAccount, resourceWords } from './grant-facts.ts';
import { dayText } from './key-words.ts';

/** A look that is older than this tells nothing of today. */
const FRESH = 7n * DAY;

export const unusedPrivilege = {
  id: 'unused-privilege',
  title: 'An account holds roles and nobody uses it',
  class: 'posture',
  severity: 'low',
  about:
    'An account we keep watch over holds roles and has not been used for as long as behaviour.forget says, while somebody watched all the time: Activity Analyzer, say. Once nobody watches any more it is undecided, never unused; of accounts of whose use nobody ever told, it says nothing. Which of its roles an account uses that is used, these looks do not tell.',
  subject: 'identity',
  sources: { assetTypes: [{ type: '*', content: 'policy' }], methods: [], uses: ['account'] },
  controls: [LEAST_PRIVILEGE, ACCOUNT_MANAGEMENT],
  detect({ member }, view, policy) {
    const identity = identityOf(member);
    if (identity?.kind !== 'gsa') return [];
    const { email } = identity;
    const account = view.account(email);
    if (account.state === 'deleted' || account.state === 'disabled') return [];
    const entries = entriesFor(identity, view, policy);
    const held = view.heldBy(identity).filter((fact) => view.givesAccess(fact));
    if (entries === undefined || held.length === 0) return [];
    // What came while somebody watched cannot have been idle for longer than it was there.
    const born = earliest(held.map(({ arrivalSeen, since }) => (arrivalSeen ? since : 0n))) ?? 0n;
    const usage = usageOfAccount(account.id, born, view, policy);
    if (usage === undefined || usage.kind === 'used' || usage.kind === 'idle') return [];
    const short = shortEmail(email);
    const home = projectOfEmail(email);
    const owner = ownerOfAccount(email, policy);
    const common = {
      subject: `gsa:${account.id}`,
      identity: short,
      resource: serviceAccountName(account.id),
      member,
      account: email,
      ...(home === undefined ? {} : { project: view.projectId(home) }),
      ...(owner === undefined ? {} : { owner }),
      before: [],
      after: held.map(({ grant }) => `${grant.role} on ${resourceWords(grant.resource, view).label}`).sort(),
      why: policy.lines['behaviour.forget'] ?? entries[0]?.at ?? policy.at,
      cause: grantCause(held.reduce((a, b) => (b.since > a.since ? b : a))),
    };
    return usage.kind === 'unknown'
      ? [
          {
            ...common,
            state: 'undecided',
            title: `Whether anybody uses ${short} is not known`,
            explanation: `${usage.why.charAt(0).toUpperCase()}${usage.why.slice(1)}. Audit entries show uses only where data access is logged; gcloud policy-intelligence query-activity tells when each account was used last.`,
            remediation: [],
          },
        ]
      : [
          {
            ...common,
            state: 'open',
            title: `${short} has not been used since ${dayText(usage.since, policy)}, and holds ${held.length === 1 ? 'a role' : `${held.length} roles`}`,
            explanation: `Nobody has needed them for ${durationText(policy.behaviour.forget)}, and whoever becomes the account has them. Take them away, or have them given for the time they are needed.`,
            remediation: held.flatMap(({ grant }) =>
              removeGrant({ ...grant, email: resourceWords(grant.resource, view).email }),
            ),
          },
        ];
  },
} satisfies Detector<'identity'>;

/** Nothing where no source of usage is at hand: a line for each account would say no more than that. */
function usageOfAccount(account: string, born: Nanos, view: View, policy: Policy): UsageVerdict | undefined {
  const usage = view.usageOf(serviceAccountName(account));
  if (usage.watch === undefined && usage.lastUse === undefined) return undefined;
  const idle = policy.behaviour.forget;
  if (usage.lastUse !== undefined) view.wakeAt(usage.lastUse + idle);
  if (usage.watch !== undefined) view.wakeAt(usage.watch.until + FRESH);
  return usageAt(usage, { asOf: view.asOf, idle, fresh: FRESH, born });
}
