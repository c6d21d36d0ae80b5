import type { View } from '../inventory/view.ts';
import { keyName } from '../model/asset.ts';
import { DAY } from '../model/time.ts';
import { type UsageVerdict, type Use, usageAt } from '../model/usage.ts';
import type { Policy } from '../policy/policy.ts';
import type { HeldKey } from './key-words.ts';

/** A look at the use of keys that is older than this tells nothing of today. Activity Analyzer itself is some days behind. */
const FRESH = 7n * DAY;

/**
 * What is known of a key's use: idle for `behaviour.forget` is unused. Asks to be judged anew when the answer may change by the passing of
 * time alone.
 */
export function keyUsage({ key }: HeldKey, view: View, policy: Policy): UsageVerdict {
  const usage = view.usageOf(keyName(key.id));
  const idle = policy.behaviour.forget;
  if (usage.lastUse !== undefined) view.wakeAt(usage.lastUse + idle);
  if (usage.watch !== undefined) view.wakeAt(usage.watch.until + FRESH);
  return usageAt(usage, { asOf: view.asOf, idle, fresh: FRESH, born: key.validAfter ?? 0n });
}

/**
 * A way of use, to read: `as tf@acme-iac.… from 203.0.113.9 with Terraform (as claimed) for storage.googleapis.com`. That it was as the
 * key's own account is left out where that is said before.
 */
export function useText({ principal, network, tool, service }: Use, account = ''): string {
  return [
    ...(principal === '' || principal === account ? [] : [`as ${principal}`]),
    ...(network === undefined ? [] : [`from ${network}`]),
    ...(tool === undefined ? [] : [`with ${tool} (as claimed)`]),
    ...(service === undefined ? [] : [`for ${service}`]),
  ].join(' ');
}
