import type { AuditHistory } from '../ports.ts';
import { auditFilter } from './audit-filter.ts';
import { type Answer, type GoogleHttpOptions, googleHttp, isObject } from './google-http.ts';
import { DOWN_SECONDS, inALine, noAnswerFor } from './no-answer.ts';

const PAGE_SIZE = 100;
/** A page may be empty because the search ran out of its time, and be continued (logging v2: ListLogEntriesResponse). */
const MOST_PAGES = 10;

export interface AuditHistoryOptions extends GoogleHttpOptions {
  /** Another address than Google's. Tests only: it must never come from a policy or a request. */
  readonly origin?: string;
}

/**
 * Admin Activity entries from Cloud Logging. Asked over REST and not gRPC: there the API itself turns an entry's `AuditLog` into JSON, with all
 * that services put in it, in the very form it has when a sink delivers it. A project's log holds what was done in it; the log of a folder or an
 * organisation only what was done to that itself.
 */
export function auditHistory(options: AuditHistoryOptions = {}): AuditHistory {
  const { origin = 'https://logging.googleapis.com', ...http } = options;
  const ask = googleHttp(http);
  return {
    async entries(within, resource, window) {
      if (!/^(?:projects|folders|organizations)\/[\w.:-]+$/.test(within))
        return { kind: 'refused', why: `not a project, folder or organisation: ${inALine(within)}` };
      const filter = auditFilter(within, resource, window);
      if (filter === undefined) return { kind: 'refused', why: `not a resource name: ${inALine(resource)}` };
      const request = { resourceNames: [within], filter, orderBy: 'timestamp asc', pageSize: PAGE_SIZE };
      let pageToken: string | undefined;
      for (let page = 0; page < MOST_PAGES; page++) {
        const answer = await ask(`${origin}/v2/entries:list`, { ...request, pageToken });
        if (answer.kind !== 'answer') return answer;
        if (answer.status !== 200) return noAnswerFor({ ...answer, said: wordsIn(answer) });
        const found = pageIn(answer);
        if (found === undefined) return { kind: 'refused', why: 'the answer is no list of log entries' };
        const { entries, next } = found;
        if (entries.length > 0 || next === undefined) return { kind: 'entries', entries };
        pageToken = next;
      }
      return {
        kind: 'wait',
        seconds: DOWN_SECONDS,
        why: `nothing found in ${MOST_PAGES} pages, and more to search`,
      };
    },
  };
}

function pageIn({ value }: Answer) {
  if (!isObject(value)) return undefined;
  const { entries = [], nextPageToken = '' } = value;
  if (!Array.isArray(entries) || typeof nextPageToken !== 'string') return undefined;
  return { entries: entries as readonly unknown[], next: nextPageToken === '' ? undefined : nextPageToken };
}

/** Errors of Google's APIs say `{error: {message}}` (google.aip.dev/193). */
function wordsIn({ value }: Answer): string {
  const error = isObject(value) && isObject(value.error) ? value.error : {};
  return typeof error.message === 'string' ? inALine(error.message) : '';
}
