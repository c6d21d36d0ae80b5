import type { Finding } from '../model/finding.ts';
import { formatTime, type Nanos } from '../model/time.ts';
import { csvText } from './csv-text.ts';
import { type PopulationLine, REPORT_VERSION, type Report } from './report.ts';

/** A column: its name, and what stands in it. Columns only ever come at the end; a change of meaning is a new version. */
type Column<T> = readonly [name: string, value: (row: T) => string];

const FINDING_COLUMNS: readonly Column<Finding>[] = [
  ['id', ({ id }) => id],
  ['severity', ({ severity }) => severity],
  ['state', ({ state }) => state],
  ['class', (finding) => finding.class],
  ['detector', ({ detector }) => detector],
  ['title', ({ title }) => title],
  ['identity', ({ identity }) => identity],
  ['resource', ({ resource }) => resource],
  ['role', ({ role }) => role ?? ''],
  ['project', ({ project }) => project ?? ''],
  ['cluster', ({ cluster }) => cluster ?? ''],
  ['namespace', ({ namespace }) => namespace ?? ''],
  ['owner', ({ owner }) => owner ?? ''],
  ['assignee', ({ assignee }) => assignee ?? ''],
  ['actor', ({ actor }) => (typeof actor === 'string' ? actor : actor.principal)],
  ['observed_by', ({ observedBy }) => observedBy],
  ['event_time', ({ eventTime }) => timeText(eventTime)],
  ['first_seen', ({ firstSeen }) => timeText(firstSeen)],
  ['last_seen', ({ lastSeen }) => timeText(lastSeen)],
  ['resolved_at', ({ resolvedAt }) => timeText(resolvedAt)],
  ['resolution', ({ resolution }) => resolution ?? ''],
  ['resolved_by', ({ resolvedBy }) => resolvedBy ?? ''],
  ['exception', ({ exception }) => exception ?? ''],
  ['before', ({ before }) => before.join('\n')],
  ['after', ({ after }) => after.join('\n')],
  ['path', ({ path }) => path.join(' -> ')],
  ['explanation', ({ explanation }) => explanation],
  ['policy_file', ({ why }) => why.file],
  ['policy_line', ({ why }) => String(why.line)],
  ['policy_entry', ({ why }) => why.entry],
  ['policy_hash', ({ why }) => why.policyHash],
  ['remediation', ({ remediation }) => remediation.map(({ text }) => text).join('\n')],
  [
    'controls',
    ({ controls }) => controls.map((one) => `${one.framework} ${one.version} ${one.id}`).join('; '),
  ],
  ['episode', ({ episode }) => String(episode)],
  ['incident', ({ incident }) => incident],
];

type Change = PopulationLine & { readonly seed: string };

const CHANGE_COLUMNS: readonly Column<Change>[] = [
  ['sample_rank', ({ sampleRank }) => String(sampleRank)],
  ['seed', ({ seed }) => seed],
  ['time', ({ at }) => timeText(at)],
  ['kind', ({ kind }) => kind],
  ['method', ({ method }) => method],
  ['asset', ({ asset }) => asset],
  ['project', ({ project }) => project ?? ''],
  ['changes', ({ changes }) => changes.join('\n')],
  ['requester_as_claimed', ({ requesterAsClaimed }) => requesterAsClaimed ?? ''],
  ['implementer', ({ implementer }) => implementer],
  ['delegation', ({ delegation }) => delegation.join(' -> ')],
  ['approver', ({ approver }) => approver ?? ''],
  ['ticket', ({ ticket }) => ticket ?? ''],
  ['declared', ({ declared }) => declared],
  ['findings', ({ findings }) => findings.join(' ')],
  ['audit_entry', ({ id }) => id],
];

const IDENTITY_COLUMNS: readonly Column<Report['identities'][number]>[] = [
  ['id', ({ id }) => id],
  ['kind', ({ kind }) => kind],
  ['owner', ({ owner }) => owner],
  ['pool', ({ pool }) => pool],
  ['ksa', ({ ksa }) => ksa],
  ['clusters', ({ clusters }) => clusters.join(' ')],
  ['account', ({ account }) => account ?? ''],
  ['account_state', ({ accountState }) => accountState ?? ''],
  ['state', ({ state }) => state],
  ['declared', ({ declared }) => (declared ? 'yes' : 'no')],
  ['policy_file', ({ entry }) => entry?.file ?? ''],
  ['policy_line', ({ entry }) => (entry === undefined ? '' : String(entry.line))],
  ['policy_entry', ({ entry }) => entry?.entry ?? ''],
  [
    'roles',
    ({ roles }) =>
      roles.map(({ role, on, drift }) => `${role} on ${on}${drift ? ' (not declared)' : ''}`).join('\n'),
  ],
  ['more_roles', ({ moreRoles }) => String(moreRoles)],
  ['workloads', ({ workloads }) => workloads.join('\n')],
  ['findings', ({ findings }) => findings.join(' ')],
];

/** One row for each finding. */
export function findingsCsv(findings: readonly Finding[]): string {
  return table(FINDING_COLUMNS, findings);
}

/** The change population in the order of its sample: the first n rows are a sample of n. */
export function changesCsv({ population: { seed, changes } }: Report): string {
  return table(
    CHANGE_COLUMNS,
    changes.toSorted((a, b) => a.sampleRank - b.sampleRank).map((change) => ({ ...change, seed })),
  );
}

/** One row for each identity. */
export function identitiesCsv({ identities }: Report): string {
  return table(IDENTITY_COLUMNS, identities);
}

/** Every row says of which version it is. */
function table<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  return csvText([
    ['schema_version', ...columns.map(([name]) => name)],
    ...rows.map((row) => [String(REPORT_VERSION), ...columns.map(([, value]) => value(row))]),
  ]);
}

function timeText(time: Nanos | undefined): string {
  return time === undefined ? '' : formatTime(time);
}
