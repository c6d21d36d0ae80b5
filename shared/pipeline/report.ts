import { ALL_DETECTORS } from '../detectors/index.ts';
import type { ChangeRecord } from '../model/change.ts';
import type { ReportHead } from '../model/posture.ts';
import { formatTime, later, type Nanos } from '../model/time.ts';
import type { Report as ReportEntry } from '../policy/policy.ts';
import type { Bucket, Clock, Log, PolicySource, RoleCatalog, Store, Transaction } from '../ports.ts';
import { pointOf } from '../report/build-report.ts';
import { facesOf, REPORT_FORMATS } from '../report/faces.ts';
import type { History } from '../report/input.ts';
import type { PreviousReport, Report } from '../report/report.ts';
import { failedKey } from './evaluate.ts';
import { everything, knownIn } from './everything.ts';
import { CHANGES_KEPT } from './keep.ts';
import { recordedSince } from './recording.ts';
import { keepRosters } from './report/rosters.ts';
import { reportOf } from './report-of.ts';
import { LATEST_RUN, runKey, shardName } from './sweep/runs.ts';

export interface ReportPorts {
  readonly store: Store;
  readonly policy: PolicySource;
  readonly clock: Clock;
  readonly log: Log;
  /** The bucket that the entry names. */
  readonly bucket: Bucket;
  /** What roles permit; the built-in table without it. */
  readonly roles?: RoleCatalog | undefined;
  /** Of the tool. */
  readonly version: string;
}

export interface ReportMade {
  readonly report: Report;
  /** Names of its files in the bucket. */
  readonly files: readonly string[];
}

type Entry = Pick<ReportEntry, 'name' | 'formats' | 'frameworks' | 'signOff' | 'bucket'>;

/**
 * What is kept together with the head of a report, all or nothing: reads what it needs, and gives what to write. Throws where the report
 * must not count.
 */
export type KeptAlong = (tx: Transaction, made: ReportMade) => Promise<() => void>;

/** Where there is no report before, the period is this long. */
const FIRST_PERIOD: Nanos = 91n * 24n * 3_600_000_000_000n;

/**
 * Makes the report that an entry of the policy asks for: reads the store, builds, writes every format into the bucket (never over anything),
 * and keeps its hash and figures. The head is kept last: a crash before leaves files that no later report names.
 */
export async function makeReport(
  ports: ReportPorts,
  entry: Entry,
  along: KeptAlong = async () => () => {},
): Promise<ReportMade> {
  const { store, clock, bucket, log } = ports;
  const asOf = clock.now();
  const report = await reportNow(ports, entry, asOf);
  // With its hash: the same report finds itself there, and another of the same second lies beside it.
  const name = `${formatTime(asOf).slice(0, 19).replaceAll(':', '')}Z-${report.hash.slice(0, 12)}`;
  const folder = `${report.header.tenant}/${entry.name}/${name}`;
  const formats = REPORT_FORMATS.filter((format) => entry.formats.includes(format));
  const files: string[] = [];
  for (const face of facesOf(report, formats)) {
    const file = `${folder}/${face.name}`;
    if ((await bucket.create(file, face.body, face.contentType)) === 'exists')
      log.warn('a report is there already, and stays as it is', { file });
    files.push(file);
  }
  const made = { report, files };
  await store.transaction(async (tx) => {
    const writeAlong = await along(tx, made);
    const writeRosters = await keepRosters(tx, report);
    writeAlong();
    writeRosters();
    tx.put('posture', formatTime(asOf), pointOf(report));
    tx.put(
      'reports',
      `${entry.name}|${name}`,
      { entry: entry.name, hash: report.hash, asOf, files, bucket: entry.bucket },
      { keys: [entryKey(entry.name)] },
    );
  });
  log.info('report made', { entry: entry.name, hash: report.hash, files: files.length });
  return made;
}

/** The report as things stand, kept nowhere. `entry`: the one it would be made for. `period`: instead of the time since the report before. */
export async function reportNow(
  { store, policy: source, roles, version }: Pick<ReportPorts, 'store' | 'policy' | 'roles' | 'version'>,
  entry: Pick<Entry, 'name' | 'frameworks' | 'signOff'> | undefined,
  asOf: Nanos,
  period?: Report['header']['period'],
): Promise<Report> {
  const policy = await source.current();
  const previous = entry === undefined ? undefined : await previousReport(store, entry.name, asOf);
  const stored = [...(await everything(store, 'findings')).values()];
  const { from } = period ?? { from: previous?.asOf ?? asOf - FIRST_PERIOD };
  return reportOf({
    known: await knownIn(store),
    findings: stored.map(({ finding }) => finding),
    failed: await failures(store),
    asOf,
    policy,
    catalogue: (await roles?.current())?.catalogue,
    period: period ?? { from, to: asOf },
    generatedAt: asOf,
    version,
    entry:
      entry === undefined
        ? undefined
        : { name: entry.name, frameworks: entry.frameworks, signOff: entry.signOff },
    history: {
      ...(await historyOf(store, { from, to: asOf })),
      heads: stored.map(({ finding, head }) => ({ finding: finding.id, head })),
      previous,
    },
  });
}

async function historyOf(
  store: Store,
  period: Report['header']['period'],
): Promise<Omit<History, 'heads' | 'previous'>> {
  const values = async <C extends 'decisions' | 'transitions' | 'posture' | 'reviews' | 'policies'>(
    collection: C,
  ) => [...(await everything(store, collection)).values()];
  const since = await store.transaction(recordedSince, 'read-only');
  return {
    decisions: await values('decisions'),
    transitions: await values('transitions'),
    runs: await everything(store, 'runs'),
    refused: await refused(store),
    points: await values('posture'),
    reviews: await values('reviews'),
    policies: await values('policies'),
    changes: await changesIn(store, period),
    // What has expired is on no record, however long it has been kept.
    changesSince: since === undefined ? undefined : later(since, period.to - CHANGES_KEPT),
    quarantined: (await everything(store, 'quarantine')).size,
    parked: [...(await everything(store, 'outbox')).values()].filter(({ parked }) => parked !== undefined)
      .length,
  };
}

/** The changes on record, from a little before the period to its end. */
async function changesIn(
  store: Store,
  { from, to }: Report['header']['period'],
): Promise<readonly ChangeRecord[]> {
  const found: ChangeRecord[] = [];
  let after = formatTime(from);
  for (;;) {
    const start = after;
    const page = await store.transaction((tx) => tx.list('changes', start, PAGE), 'read-only');
    found.push(...page.values());
    after = [...page.keys()].at(-1) ?? after;
    if (page.size < PAGE || found.at(-1)!.time > to) return found;
  }
}

const PAGE = 500;

/** What the newest sweep could not read to its end. */
async function refused(store: Store): Promise<History['refused']> {
  const shards = await store.transaction(async (tx) => {
    const latest = (await tx.get('meta', LATEST_RUN))?.value;
    return latest === undefined ? undefined : tx.find('shards', [runKey(latest)]);
  }, 'read-only');
  return [...(shards?.values() ?? [])]
    .filter(({ state }) => state === 'refused' || state === 'shrunk')
    .map(({ of, why, state }) => ({
      scope: of.kind === 'cluster' ? of.cluster : of.scope,
      what: shardName(of),
      why:
        why ??
        (state === 'shrunk'
          ? 'so much less was read than the last time that nothing is taken to be gone'
          : 'it could not be read'),
    }));
}

/** Detectors that threw when a subject was judged last. */
async function failures(store: Store): Promise<readonly { detector: string; subject: string }[]> {
  const failing = await store.transaction(
    (tx) =>
      tx.find(
        'subjects',
        ALL_DETECTORS.map(({ id }) => failedKey(id)),
      ),
    'read-only',
  );
  return [...failing].flatMap(([subject, { reads }]) =>
    ALL_DETECTORS.filter(({ id }) => reads.includes(failedKey(id))).map(({ id }) => ({
      detector: id,
      subject,
    })),
  );
}

async function previousReport(store: Store, entry: string, asOf: Nanos): Promise<PreviousReport | undefined> {
  const newest = await store.transaction((tx) => newestReport(tx, entry, asOf), 'read-only');
  return newest === undefined ? undefined : { hash: newest.hash, asOf: newest.asOf };
}

/** The newest report of an entry, or the newest that was made before `asOf`. */
export async function newestReport(
  tx: Transaction,
  entry: string,
  asOf?: Nanos,
): Promise<ReportHead | undefined> {
  const made = await tx.find('reports', [entryKey(entry)]);
  const before = [...made.values()].filter((head) => asOf === undefined || head.asOf < asOf);
  return before.toSorted((a, b) => (a.asOf > b.asOf ? -1 : 1))[0];
}

function entryKey(entry: string): string {
  return `entry:${entry}`;
}
