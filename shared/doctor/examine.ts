import type { Check, Diagnosis, Examined, Verdict } from './check.ts';
import { apis } from './checks/apis.ts';
import { auditLogs } from './checks/audit-logs.ts';
import { buckets } from './checks/buckets.ts';
import { coverage } from './checks/coverage.ts';
import { database } from './checks/database.ts';
import { deadLetters } from './checks/dead-letters.ts';
import { excess } from './checks/excess.ts';
import { feeds } from './checks/feeds.ts';
import { invokers } from './checks/invokers.ts';
import { permissions } from './checks/permissions.ts';
import { policy } from './checks/policy.ts';
import { schedules } from './checks/schedules.ts';
import { secrets } from './checks/secrets.ts';
import { services } from './checks/services.ts';
import { sinks } from './checks/sinks.ts';
import { slackChannels } from './checks/slack-channels.ts';
import { slackToken } from './checks/slack-token.ts';
import { subscriptions } from './checks/subscriptions.ts';
import { topics } from './checks/topics.ts';

/** In the order of what rests on what: who has no API has none of the rest. */
export const CHECKS: readonly Check[] = [
  apis,
  permissions,
  excess,
  feeds,
  sinks,
  auditLogs,
  topics,
  subscriptions,
  deadLetters,
  services,
  invokers,
  schedules,
  secrets,
  database,
  buckets,
  policy,
  slackToken,
  slackChannels,
  coverage,
];

export interface Examination {
  readonly check: Check;
  readonly diagnoses: readonly Diagnosis[];
}

/** Few enough for any quota: each asks for several things. */
const AT_ONCE = 4;

/** Runs every check. `done` is told after each how many have ended. */
export async function examine(
  examined: Examined,
  done: (ended: number) => void = () => {},
): Promise<readonly Examination[]> {
  const ended = new Map<Check, readonly Diagnosis[]>();
  const waiting = CHECKS.values();
  const worker = async (): Promise<void> => {
    for (const check of waiting) {
      ended.set(check, await check.run(examined));
      done(ended.size);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return CHECKS.map((check) => ({ check, diagnoses: ended.get(check) ?? [] }));
}

/** The worst of several: wrong, then unknown. */
export function verdictOf(diagnoses: readonly Diagnosis[]): Verdict {
  const has = (verdict: Verdict) => diagnoses.some((one) => one.verdict === verdict);
  if (has('wrong')) return 'wrong';
  return has('unknown') ? 'unknown' : 'ok';
}
