import { toldBy } from '../alerts/decide.ts';
import { rank } from '../alerts/standing.ts';
import type { Finding, Severity } from '../model/finding.ts';
import { MINUTE, type Nanos } from '../model/time.ts';
import type { GroupKey, Policy } from '../policy/policy.ts';
import type { Incident, OutboxRow, Rollup, Store, Transaction } from '../ports.ts';
import { adoptedPolicy } from './adopt-policy.ts';
import { postsOf } from './budgets.ts';
import { newRow, putRow } from './outbox.ts';
import { findingsOf } from './route.ts';
import { announcedAt, eventCount, keepAnnounced } from './rows/incident-state.ts';

/** Beyond this many messages of their own in this time, one message tells of the rest; unless the policy says otherwise. */
const BURST = { perChannel: 20, per: 10n * MINUTE };
/** Rows looked at in one transaction. */
const LOOK = 200;
const MOST_TOP = 10;
/** A document has its bounds: further groups are counted together. */
const MOST_GROUPS = 200;

type Fresh = OutboxRow & { readonly kind: 'alert'; readonly fresh: Severity };

/**
 * Folds what is too much. Where a destination is about to get more new messages than the policy's burst, one roll-up tells of them, and of
 * what comes after in the same time; criticals keep their own as far as the burst allows.
 */
export async function rollUp(policy: Policy, store: Store, now: Nanos): Promise<void> {
  while (await store.transaction((tx) => foldSome(tx, policy, now)));
}

/** Gives whether there may be more. */
async function foldSome(tx: Transaction, policy: Policy, now: Nanos): Promise<boolean> {
  const { perChannel, per } = policy.routing.burst ?? BURST;
  const due = await tx.due('outbox', now, LOOK);
  const fresh = [...due].filter((entry): entry is [string, Fresh] => isFresh(entry[1], now));
  const byDestination = Map.groupBy(fresh, ([, row]) => row.destination);
  const folds: Fold[] = [];
  for (const [destination, rows] of byDestination) {
    const posts = (await postsOf(tx, destination, now)).filter((at) => at + per > now);
    const open = await openRollup(tx, destination, now);
    const room = Math.max(0, perChannel - posts.length);
    if (open === undefined && rows.length <= room) continue;
    const criticals = rows.filter(([, row]) => row.fresh === 'critical').slice(0, room);
    const rest = rows.filter((one) => !criticals.includes(one));
    if (rest.length > 0) folds.push({ destination, rows: rest, open });
  }
  if (folds.length === 0) return false;
  const incidents = await tx.getMany(
    'incidents',
    folds.flatMap(({ rows }) => rows.map(([, row]) => row.incident)),
  );
  const stored = await tx.getMany(
    'findings',
    [...incidents.values()].flatMap((incident) => incident.findings),
  );
  const adopted = await adoptedPolicy(tx);
  const waiting = await tx.getMany(
    'outbox',
    folds.flatMap(({ open }) => (open === undefined ? [] : [rowId(open.id)])),
  );
  const current = new Map(incidents);
  for (const fold of folds) {
    const begun = fold.open ?? newRollup(fold.destination, per, adopted, now);
    let rollup = begun.rollup;
    for (const [id, { incident: incidentId }] of fold.rows) {
      const incident = current.get(incidentId);
      const findings = incident === undefined ? [] : findingsOf(incident, stored);
      if (incident !== undefined && findings.length > 0) {
        rollup = withIncident(rollup, findings, policy.routing.groupBy);
        current.set(incidentId, folded(tx, incident, findings, fold.destination, begun.id, now));
      }
      tx.delete('outbox', id);
    }
    tx.put('rollups', begun.id, rollup);
    tx.put('meta', openId(fold.destination), { value: begun.id });
    if (!waiting.has(rowId(begun.id))) {
      // A storm has only begun: the first message waits for a little more of it, and so do the edits.
      const { groupWait, groupInterval } = policy.routing;
      const notBefore = now + (begun.rollup.handle === undefined ? groupWait : groupInterval);
      putRow(tx, rowId(begun.id), newRow({ kind: 'rollup', rollup: begun.id }, fold.destination, notBefore));
    }
  }
  return due.size === LOOK;
}

interface Fold {
  readonly destination: string;
  readonly rows: readonly (readonly [string, Fresh])[];
  readonly open: { readonly id: string; readonly rollup: Rollup } | undefined;
}

function isFresh(row: OutboxRow, now: Nanos): boolean {
  const isHeld = row.leaseUntil !== undefined && row.leaseUntil > now;
  return row.kind === 'alert' && row.fresh !== undefined && !isHeld && row.begun === undefined;
}

function newRollup(
  destination: string,
  per: Nanos,
  adopted: { readonly from: string; readonly to: string; readonly at: Nanos } | undefined,
  now: Nanos,
) {
  const recent = adopted !== undefined && adopted.at + per > now ? adopted : undefined;
  const rollup: Rollup = {
    destination,
    startedAt: now,
    until: now + per,
    incidents: 0,
    bySeverity: {},
    byGroup: {},
    top: [],
    closed: 0,
    policies: recent === undefined ? undefined : { from: recent.from, to: recent.to },
    handle: undefined,
    contentHash: undefined,
  };
  return { id: `${destination}|${now}`, rollup };
}

function withIncident(rollup: Rollup, findings: readonly Finding[], groupBy: readonly GroupKey[]): Rollup {
  const bySeverity = { ...rollup.bySeverity };
  // By names from the cloud: a namespace may be called `constructor`, which every object has something for.
  const byGroup = new Map(Object.entries(rollup.byGroup));
  for (const finding of findings) {
    const { severity } = finding;
    bySeverity[severity] = (bySeverity[severity] ?? 0) + 1;
    const group = groupOf(finding, groupBy);
    const key = !byGroup.has(group) && byGroup.size >= MOST_GROUPS ? 'others' : group;
    byGroup.set(key, (byGroup.get(key) ?? 0) + 1);
  }
  const fresh = findings.map(({ id, title, severity }) => ({ finding: id, title, severity }));
  const top = [...rollup.top, ...fresh].sort(worstOfTop).slice(0, MOST_TOP);
  return {
    ...rollup,
    incidents: rollup.incidents + 1,
    bySeverity,
    byGroup: Object.fromEntries(byGroup),
    top,
  };
}

/** `forbidden-role · payments`: what the policy groups by, as far as the finding has it. */
function groupOf(finding: Finding, groupBy: readonly GroupKey[]): string {
  const parts = groupBy.map((key) => finding[key]).filter((part) => part !== undefined);
  return parts.length === 0 ? finding.detector : parts.join(' · ');
}

function worstOfTop(a: Rollup['top'][number], b: Rollup['top'][number]): number {
  return rank(a.severity) - rank(b.severity) || (a.finding < b.finding ? -1 : 1);
}

function folded(
  tx: Transaction,
  incident: Incident,
  findings: readonly Finding[],
  destination: string,
  rollup: string,
  now: Nanos,
): Incident {
  return keepAnnounced(tx, incident, {
    destination,
    handle: undefined,
    rollup,
    revision: incident.revision,
    at: now,
    contentHash: '',
    told: toldBy(findings),
    noted: eventCount(incident),
  });
}

/** The roll-up of this destination that still takes in what comes. */
async function openRollup(tx: Transaction, destination: string, now: Nanos) {
  const id = (await tx.get('meta', openId(destination)))?.value;
  const rollup = id === undefined ? undefined : await tx.get('rollups', id);
  return id === undefined || rollup === undefined || rollup.until <= now ? undefined : { id, rollup };
}

function openId(destination: string): string {
  return `rollup|${destination}`;
}

function rowId(rollup: string): string {
  return `rollup|${rollup}`;
}

/** An incident that was told in a roll-up only is over. Reads now; the function it gives writes. */
export async function countClosed(
  tx: Transaction,
  incident: Incident,
  destination: string,
  now: Nanos,
): Promise<() => void> {
  const announced = announcedAt(incident, destination);
  const id = announced?.rollup;
  const rollup = id === undefined ? undefined : await tx.get('rollups', id);
  const waiting = id === undefined ? undefined : await tx.get('outbox', rowId(id));
  return () => {
    if (announced === undefined || id === undefined || rollup === undefined) return;
    const told = { ...announced.told, open: false };
    keepAnnounced(tx, incident, { ...announced, revision: incident.revision, told });
    tx.put('rollups', id, { ...rollup, closed: rollup.closed + 1 });
    if (waiting === undefined)
      putRow(tx, rowId(id), newRow({ kind: 'rollup', rollup: id }, destination, now + MINUTE));
  };
}
