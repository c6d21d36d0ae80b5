import type { SendResult } from '../ports.ts';
import { NetworkFailure } from './network-failure.ts';
import { CHANNEL_GONE, CREDENTIAL, MESSAGE_GONE, OUR_BUG } from './slack-error-codes.ts';

/** What must be done next, whatever went wrong (reliability-security A6). */
export type Failure = Exclude<SendResult, { kind: 'sent' }>;

/** Slack's own advice is missing or cannot be read: half a minute. */
const DEFAULT_WAIT = 30;
/** A queue that one strange header could stop for a year would be a way to silence the watch. */
const LONGEST_WAIT = 3600;

/** By the code of an answer `{"ok":false,"error":code}`. `retryAfter` is in seconds. */
export function byCode(code: unknown, retryAfter?: number): Failure {
  // An answer that is no JSON comes as the "code", a proxy's whole page perhaps.
  if (typeof code !== 'string' || !/^[a-z0-9_]{1,60}$/.test(code))
    return wait('unreadable_answer', retryAfter);
  if (CHANNEL_GONE.has(code)) return { kind: 'reroute', gone: 'channel', why: code };
  if (MESSAGE_GONE.has(code)) return { kind: 'reroute', gone: 'message', why: code };
  if (CREDENTIAL.has(code)) return { kind: 'credential', why: code };
  if (OUR_BUG.has(code)) return { kind: 'unsendable', why: code };
  return wait(code, retryAfter);
}

/** By an HTTP status other than 200; `retryAfter` as in the header of that name. */
export function byStatus(status: number, retryAfter: string | null | undefined): Failure {
  return wait(status === 429 ? 'ratelimited' : `http_${status}`, Number.parseInt(retryAfter ?? '', 10));
}

/**
 * By what a request threw. Only what never left this machine is unambiguous: Slack has been seen to post messages that it had answered with 429
 * (ElastAlert #1345).
 */
export function byNetwork(error: unknown): Failure {
  return error instanceof NetworkFailure
    ? wait(error.code, undefined, !NEVER_SENT.has(error.code))
    : wait('unknown_error', undefined);
}

function wait(why: string, retryAfter: number | undefined, ambiguous = true): Failure {
  const asked = retryAfter !== undefined && Number.isFinite(retryAfter) ? retryAfter : DEFAULT_WAIT;
  return { kind: 'wait', seconds: Math.min(Math.max(asked, 1), LONGEST_WAIT), ambiguous, why };
}

/** No connection came about, so nothing was written. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
