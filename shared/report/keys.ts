import { dayText } from '../detectors/key-words.ts';
import type { View } from '../inventory/view.ts';
import type { KeyPlan, KeysPlan } from '../keys/plan.ts';
import type { Policy } from '../policy/policy.ts';
import { uniqueId } from './identities.ts';
import type { KeysSection, PosturePoint } from './report.ts';

/** The keys that are left, and how their number goes down. */
export function keysSection(
  plan: KeysPlan,
  trend: readonly PosturePoint[],
  { view, policy }: { readonly view: View; readonly policy: Policy },
): KeysSection {
  return {
    burnDown: plan.burnDown,
    keys: plan.keys.map(({ id, account, owner, stage, mustGo, says, madeAt, ageDays, usage, carriers }) => ({
      id,
      account,
      accountId: uniqueId(view.account(account).id),
      owner,
      stage,
      mustGo,
      says,
      madeAt,
      ageDays,
      lastUse: usageText(usage, policy),
      carriers: carriers.map(({ workload }) => workload),
    })),
    hmacKeys: plan.hmacKeys.length,
    trend: trend.map(({ at, keysLeft }) => ({ at, left: keysLeft })),
  };
}

function usageText(usage: KeyPlan['usage'], policy: Policy): string {
  switch (usage.kind) {
    case 'unknown':
      return `unknown: ${usage.why}`;
    case 'used':
      return dayText(usage.last, policy);
    case 'idle':
      return `none since ${dayText(usage.since, policy)}, and not long enough yet`;
    case 'unused':
      return `none since ${dayText(usage.since, policy)}`;
  }
}
