/** Slack's own library, apart from everything else: it is loaded with the first question, and most functions never ask one. */
import {
  type Logger,
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api';
import { byCode, byNetwork, byStatus, type Failure } from './slack-errors.ts';
import { plainFetch } from './slack-fetch.ts';

/** The library's own defaults suit a server, not a function: no timeout, thirty minutes of retries, a queue that sleeps through a 429. */
export function newClient(
  { slackApiUrl, timeoutMillis }: { readonly slackApiUrl?: string; readonly timeoutMillis: number },
  token: string,
): WebClient {
  return new WebClient(token, {
    ...(slackApiUrl === undefined ? {} : { slackApiUrl }),
    timeout: timeoutMillis,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    maxRequestConcurrency: 2,
    allowAbsoluteUrls: false,
    fetch: plainFetch,
    logger: QUIET,
  });
}

/** What must be done next, whatever the library threw. */
export function classify(error: unknown): Failure {
  if (error instanceof WebAPIPlatformError)
    return byCode(error.data.error, error.data.response_metadata?.retryAfter);
  if (error instanceof WebAPIRateLimitedError) return byStatus(429, String(error.retryAfter));
  if (error instanceof WebAPIHTTPError) return byStatus(error.statusCode, error.headers['retry-after']);
  // Also a 429 whose Retry-After cannot be read: the client throws a plain Error for it.
  return byNetwork(error instanceof WebAPIRequestError ? error.original : error);
}

/** Results are returned to be logged once, in our words; the library would log request bodies. */
const QUIET: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};
