import { type AssetName, canonicalName, serviceAccountName } from '../model/asset.ts';
import { type Nanos, parseTime } from '../model/time.ts';
import type { Watch } from '../model/usage.ts';
import { type GoogleHttpOptions, googleHttp, isObject } from './google-http.ts';
import { listAll } from './google-list.ts';
import { type SeenUse, seenTogether, type UsageSource } from './usage-source.ts';

/** The most the API gives at once (policyanalyzer v1: activities.query). */
const PAGE_SIZE = '1000';
/** A hundred thousand keys or accounts of one project. */
const MOST_PAGES = 100;

/** What is asked about; of both the day of the last authentication is told. */
export type ActivityType = 'serviceAccountKeyLastAuthentication' | 'serviceAccountLastAuthentication';

export interface ActivityAnalyzerOptions extends GoogleHttpOptions {
  /** Another address than Google's. Tests only: it must never come from a policy or a request. */
  readonly origin?: string;
}

/**
 * Activity Analyzer (policyanalyzer v1, projects.locations.activityTypes.activities.query): when each key or account of a project last signed
 * in, within the period that it looked at. It needs the API in the project and roles/policyanalyzer.activityAnalysisViewer (docs:
 * iam/docs/service-account-recent-usage); without either it answers 403. Every activity brings its own period, some days behind: an activity
 * without `lastAuthenticatedTime` is taken to say that there was none in it. That Google sends one for each key that was not used is not
 * certain, and disabled keys are said to be left out; so a key without an activity is one of which nothing is known. HMAC keys, and API keys
 * bound to an account, are not seen.
 */
export function activityAnalyzer(type: ActivityType, options: ActivityAnalyzerOptions = {}): UsageSource {
  const { origin = 'https://policyanalyzer.googleapis.com', ...http } = options;
  const ask = googleHttp(http);
  return async (project) => {
    const parent = `projects/${encodeURIComponent(project)}/locations/global/activityTypes/${type}`;
    const listed = await listAll(ask, {
      url: `${origin}/v1/${parent}/activities:query`,
      query: { pageSize: PAGE_SIZE },
      field: 'activities',
      mostPages: MOST_PAGES,
    });
    if (listed.kind !== 'items') return listed;
    const seen = new Map<AssetName, SeenUse>();
    for (const item of listed.items) {
      const activity = activityIn(item, type);
      for (const name of activity?.names ?? []) {
        const known = seen.get(name);
        seen.set(name, known === undefined ? activity!.use : seenTogether(known, activity!.use));
      }
    }
    return { kind: 'told', seen };
  };
}

/** `undefined` for what is not told in full: of that nothing is known. */
function activityIn(
  value: unknown,
  type: ActivityType,
): { readonly names: readonly AssetName[]; readonly use: SeenUse } | undefined {
  if (!isObject(value) || value.activityType !== type || typeof value.fullResourceName !== 'string')
    return undefined;
  const activity = isObject(value.activity) ? value.activity : {};
  const watch = watchIn(value.observationPeriod);
  const lastUse = timeIn(activity.lastAuthenticatedTime);
  // A time that cannot be read must not pass for "never".
  if (watch === undefined || (lastUse === undefined && activity.lastAuthenticatedTime !== undefined))
    return undefined;
  const account = isObject(activity.serviceAccount) ? activity.serviceAccount.serviceAccountId : undefined;
  const names = [
    canonicalName(value.fullResourceName),
    // Accounts are told of by their addresses, and known by their ids.
    ...(typeof account === 'string' ? [serviceAccountName(account)] : []),
  ];
  return { names, use: { watch, lastUse } };
}

function watchIn(period: unknown): Watch | undefined {
  if (!isObject(period)) return undefined;
  const [from, until] = [timeIn(period.startTime), timeIn(period.endTime)];
  return from === undefined || until === undefined || until < from ? undefined : { from, until };
}

function timeIn(value: unknown): Nanos | undefined {
  return typeof value === 'string' ? parseTime(value) : undefined;
}
