import type { Policy } from '../policy/policy.ts';

/** The name of the place that hears of everything when the policy names no channel: the console of whoever runs it. */
export const CONSOLE = 'console';

/** Where an incident is announced. One channel for now; owners' routes are matched here when the policy has them. */
export function destinationsOf(policy: Policy): readonly string[] {
  return [policy.routing.fallbackChannel ?? CONSOLE];
}
