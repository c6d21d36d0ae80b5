import { type AssetName, keyName } from '../model/asset.ts';
import { DAY, formatTime, HOUR, later, type Nanos, parseTime } from '../model/time.ts';
import type { Clock } from '../ports.ts';
import { type GoogleHttpOptions, googleHttp, isObject } from './google-http.ts';
import { listAll } from './google-list.ts';
import type { SeenUse, UsageSource } from './usage-source.ts';

const METRIC = 'iam.googleapis.com/service_account/key/authn_events_count';
/** What was sampled may take this long to be seen (docs: monitoring/api/metrics_gcp_i_o: 10,800 seconds). */
const LATE = 3n * HOUR;
/**
 * How far back is asked: the metric is kept for six weeks (docs: iam/docs/service-account-monitoring). Two days less, because it is counted from
 * the last midnight and the end must lie within.
 */
const KEPT = 40n * DAY;
/** Sums by day: one point per key and day. */
const PAGE_SIZE = '100000';
const MOST_PAGES = 20;

export interface KeyUsageMetricsOptions extends GoogleHttpOptions {
  readonly clock: Clock;
  /** Another address than Google's. Tests only: it must never come from a policy or a request. */
  readonly origin?: string;
}

/**
 * What Cloud Monitoring counts of each key of a project, in sums by day (v3: projects.timeSeries.list, `metric.labels.key_id`). It needs
 * roles/monitoring.viewer. Failed calls count, and so do systems that only list a key while they sign somebody in: it errs towards use. A key
 * that has counts was watched for as long as they are kept; whether one that has none was watched too, or whether nobody counts, the answer
 * does not tell, so of that nothing is known.
 */
export function keyUsageMetrics({ clock, ...options }: KeyUsageMetricsOptions): UsageSource {
  const { origin = 'https://monitoring.googleapis.com', ...http } = options;
  const ask = googleHttp(http);
  return async (project) => {
    const settled = clock.now() - LATE;
    const until = settled - (settled % DAY);
    const watch = { from: until - KEPT, until };
    const listed = await listAll(ask, {
      url: `${origin}/v3/projects/${encodeURIComponent(project)}/timeSeries`,
      query: {
        filter: `metric.type = "${METRIC}" AND resource.type = "iam_service_account"`,
        'interval.startTime': formatTime(watch.from),
        'interval.endTime': formatTime(watch.until),
        'aggregation.alignmentPeriod': `${DAY / 1_000_000_000n}s`,
        'aggregation.perSeriesAligner': 'ALIGN_SUM',
        pageSize: PAGE_SIZE,
      },
      field: 'timeSeries',
      mostPages: MOST_PAGES,
    });
    if (listed.kind !== 'items') return listed;
    const seen = new Map<AssetName, SeenUse>();
    for (const item of listed.items) {
      const found = seriesIn(item);
      // A series may go on on the next page.
      const known = found === undefined ? undefined : seen.get(found.key);
      if (found !== undefined)
        seen.set(found.key, { watch, lastUse: later(found.lastUse, known?.lastUse ?? 0n) });
    }
    return { kind: 'told', seen };
  };
}

/** The last day on which a key was counted; `undefined` where it never was. */
function seriesIn(value: unknown): { readonly key: AssetName; readonly lastUse: Nanos } | undefined {
  if (!isObject(value) || !isObject(value.metric) || !isObject(value.metric.labels)) return undefined;
  const { key_id: key } = value.metric.labels;
  if (typeof key !== 'string' || key === '' || !Array.isArray(value.points)) return undefined;
  const days = value.points.flatMap((point: unknown) => dayOf(point) ?? []);
  return days.length === 0 ? undefined : { key: keyName(key), lastUse: days.reduce(later) };
}

/** A day with uses, as its noon: that is the same day nearly everywhere. A count is an int64, which JSON has as text. */
function dayOf(point: unknown): Nanos | undefined {
  if (!isObject(point) || !isObject(point.interval) || !isObject(point.value)) return undefined;
  const { endTime } = point.interval;
  const isUsed = Number(point.value.int64Value ?? 0) > 0;
  const end = isUsed && typeof endTime === 'string' ? parseTime(endTime) : undefined;
  return end === undefined ? undefined : end - DAY / 2n;
}
