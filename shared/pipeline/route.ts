import { decide } from '../alerts/decide.ts';
import { hearingsOf } from '../alerts/route.ts';
import { alerting, worstFirst } from '../alerts/standing.ts';
import type { Finding, Severity } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import { quietUntil } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import type { Incident, Store, StoredFinding, Transaction } from '../ports.ts';
import { alertId, enqueueAlert } from './outbox.ts';

/** Incidents routed in one transaction: after a new policy there may be thousands. */
const BATCH = 100;

/** An incident has news. Who hears of it is decided outside the transaction of the event, which must be short. */
export function keepNews(tx: Transaction, incident: string, asOf: Nanos): void {
  tx.put('news', incident, { incident }, { dueAt: asOf });
}

/** Chooses who hears of every incident that has news: those whom the policy names now, and those who have been told before. */
export async function routeNews(store: Store, policy: Policy, now: Nanos): Promise<void> {
  while ((await store.transaction((tx) => routeSome(tx, policy, now))) === BATCH);
}

async function routeSome(tx: Transaction, policy: Policy, now: Nanos): Promise<number> {
  const news = await tx.due('news', now, BATCH);
  const incidents = await tx.getMany('incidents', news.keys());
  const findings = await tx.getMany(
    'findings',
    [...incidents.values()].flatMap((incident) => incident.findings),
  );
  const planned = [...incidents.values()].flatMap((incident) =>
    planFor(incident, findingsOf(incident, findings), policy, now),
  );
  const present = await tx.getMany(
    'outbox',
    planned.map(({ incident, destination }) => alertId(incident, destination)),
  );
  for (const plan of planned) {
    enqueueAlert(tx, plan, present.get(alertId(plan.incident, plan.destination)), {
      notBefore: plan.notBefore,
      asOf: now,
    });
  }
  for (const id of news.keys()) tx.delete('news', id);
  return news.size;
}

/** The findings an incident has now: one that came back may have gone on to another. */
export function findingsOf(
  incident: Incident,
  stored: ReadonlyMap<string, StoredFinding>,
): readonly Finding[] {
  return incident.findings.flatMap((id) => {
    const finding = stored.get(id)?.finding;
    return finding?.incident === incident.id ? [finding] : [];
  });
}

interface Plan {
  readonly incident: string;
  readonly destination: string;
  readonly fresh: Severity | undefined;
  readonly notBefore: Nanos;
}

function planFor(
  incident: Incident,
  findings: readonly Finding[],
  policy: Policy,
  now: Nanos,
): readonly Plan[] {
  const hearings = new Map(hearingsOf(policy, findings).map((hearing) => [hearing.destination, hearing]));
  const destinations = new Set([...hearings.keys(), ...incident.sent.map(({ destination }) => destination)]);
  const worst = [...alerting(findings)].sort(worstFirst)[0]?.severity ?? 'info';
  return [...destinations].flatMap((destination) => {
    const decision = decide({
      incident,
      heard: hearings.get(destination)?.findings ?? [],
      findings,
      destination,
      settling: policy.settle,
      quietUntil: quietUntil(policy, worst, now),
      asOf: now,
    });
    if (decision.action === 'none') return [];
    const known = incident.sent.find((sent) => sent.destination === destination);
    return [
      {
        incident: incident.id,
        destination,
        fresh: known?.handle === undefined && decision.action !== 'count' ? worst : undefined,
        notBefore: decision.action === 'hold' ? decision.until : now,
      },
    ];
  });
}
