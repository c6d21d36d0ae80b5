/**
 * `activities.query` of the Policy Analyzer API (v1) and `timeSeries.list` of the Monitoring API (v3) on 127.0.0.1, with pages, and what goes
 * wrong with them. Counts are given as they were sampled, and summed up here as they are asked for.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatTime, type Nanos, parseTime, SECOND } from '../shared/model/time.ts';

export interface Sample {
  readonly keyId: string;
  /** When so many authentications had been counted since the last one. */
  readonly at: Nanos;
  readonly count: number;
}

export interface UsageServer {
  readonly url: string;
  /** Activities as the API gives them, by project and activity type: `acme-prod/serviceAccountLastAuthentication`. */
  readonly activities: Map<string, readonly object[]>;
  /** By project. */
  readonly samples: Map<string, readonly Sample[]>;
  /** Items on one page, whatever is asked for. */
  pageSize: number;
  /** Answers of one API until they are taken away, by the beginning of the path: `/v1/`, `/v3/`, `/v3/projects/222233334444/`. */
  readonly instead: Map<string, { readonly status: number; readonly body: string }>;
  /** Paths that were asked for, with their query. */
  readonly requests: URL[];
  close(): Promise<void>;
}

/** What Google says where an API is not enabled, or nothing is granted. */
export const DENIED = {
  status: 403,
  body: JSON.stringify({
    error: { code: 403, message: 'Policy Analyzer API has not been used', status: 'PERMISSION_DENIED' },
  }),
};

export async function startUsageServer(): Promise<UsageServer> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    const answer = (status: number, body: string) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    if (request.headers.authorization !== 'Bearer our-token') return answer(401, '{}');
    usage.requests.push(url);
    const [, instead] = [...usage.instead].find(([path]) => url.pathname.startsWith(path)) ?? [];
    if (instead !== undefined) return answer(instead.status, instead.body);
    const [field, items] = itemsFor(url);
    if (items === undefined) return answer(404, '{"error": {"message": "no such method"}}');
    const from = Number(url.searchParams.get('pageToken') ?? 0);
    const to = from + Math.min(usage.pageSize, Number(url.searchParams.get('pageSize')));
    const page = items.slice(from, to);
    const more = to < items.length ? { nextPageToken: String(to) } : {};
    // Empty lists are left out, as everywhere in Google's JSON.
    return answer(200, JSON.stringify({ ...(page.length === 0 ? {} : { [field]: page }), ...more }));
  });

  function itemsFor({ pathname, searchParams }: URL): readonly [string, readonly object[] | undefined] {
    const [, project, type] =
      /^\/v1\/projects\/([^/]+)\/locations\/global\/activityTypes\/(\w+)\/activities:query$/.exec(pathname) ??
      [];
    if (type !== undefined) return ['activities', usage.activities.get(`${project}/${type}`) ?? []];
    const counted = /^\/v3\/projects\/([^/]+)\/timeSeries$/.exec(pathname)?.[1];
    if (counted === undefined) return ['', undefined];
    return ['timeSeries', seriesOf(usage.samples.get(counted) ?? [], searchParams)];
  }

  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const usage: UsageServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    activities: new Map(),
    samples: new Map(),
    pageSize: 100_000,
    instead: new Map(),
    requests: [],
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return usage;
}

/** A series for each key that has samples in the interval: sums of periods that are counted back from its end, the newest first. */
function seriesOf(samples: readonly Sample[], query: URLSearchParams): readonly object[] {
  const from = parseTime(query.get('interval.startTime') ?? '')!;
  const until = parseTime(query.get('interval.endTime') ?? '')!;
  const period = BigInt(query.get('aggregation.alignmentPeriod')!.replace(/s$/, '')) * SECOND;
  if (query.get('aggregation.perSeriesAligner') !== 'ALIGN_SUM') throw new Error('sums were expected');
  const within = samples.filter(({ at }) => at > from && at <= until);
  return [...Map.groupBy(within, ({ keyId }) => keyId)].map(([keyId, own]) => {
    const byEnd = Map.groupBy(own, ({ at }) => until - ((until - at) / period) * period);
    const points = [...byEnd]
      .sort(([a], [b]) => (a > b ? -1 : 1))
      .map(([end, some]) => ({
        interval: { startTime: formatTime(end - period), endTime: formatTime(end) },
        value: { int64Value: String(some.reduce((sum, { count }) => sum + count, 0)) },
      }));
    return {
      metric: {
        type: 'iam.googleapis.com/service_account/key/authn_events_count',
        labels: { key_id: keyId },
      },
      resource: { type: 'iam_service_account', labels: { project_id: 'p', unique_id: '1' } },
      metricKind: 'DELTA',
      valueType: 'INT64',
      points,
    };
  });
}

/** An activity as the API tells it. `lastUse` is left out where there was none. */
export function activityOf(
  fullResourceName: string,
  {
    from,
    until,
    lastUse,
    account,
  }: {
    readonly from: Nanos;
    readonly until: Nanos;
    readonly lastUse?: Nanos;
    /** Unique id, of an account's own activity. */
    readonly account?: string;
  },
): object {
  return {
    fullResourceName,
    activityType: fullResourceName.includes('/keys/')
      ? 'serviceAccountKeyLastAuthentication'
      : 'serviceAccountLastAuthentication',
    observationPeriod: { startTime: formatTime(from), endTime: formatTime(until) },
    activity: {
      ...(lastUse === undefined ? {} : { lastAuthenticatedTime: formatTime(lastUse) }),
      ...(account === undefined
        ? {}
        : { serviceAccount: { serviceAccountId: account, projectNumber: '1', fullResourceName } }),
    },
  };
}
