import {
  type FetchFunction,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import type { SendResult } from '../ports.ts';

type Failure = Exclude<SendResult, { kind: 'sent' }>;

/** Slack's own advice is missing or cannot be read: half a minute. */
const DEFAULT_WAIT = 30;
/** A queue that one strange header could stop for a year would be a way to silence the watch. */
const LONGEST_WAIT = 3600;

/**
 * What must be done next, whatever went wrong (reliability-security A6). Only what never left this machine is unambiguous:
 * Slack has been seen to post messages that it had answered with 429 (ElastAlert #1345).
 */
export function classify(error: unknown): Failure {
  if (error instanceof WebAPIPlatformError)
    return byCode(error.data.error, error.data.response_metadata?.retryAfter);
  if (error instanceof WebAPIRateLimitedError) return wait('ratelimited', error.retryAfter);
  if (error instanceof WebAPIHTTPError)
    return wait(`http_${error.statusCode}`, Number.parseInt(error.headers['retry-after'] ?? '', 10));
  if (error instanceof WebAPIRequestError && error.original instanceof NetworkFailure) {
    return wait(error.original.code, undefined, !NEVER_SENT.has(error.original.code));
  }
  // Also a 429 whose Retry-After cannot be read: the client throws a plain Error for it.
  return wait('unknown_error', undefined);
}

function byCode(code: string, retryAfter: number | undefined): Failure {
  if (CHANNEL_GONE.has(code)) return { kind: 'reroute', gone: 'channel', why: code };
  if (MESSAGE_GONE.has(code)) return { kind: 'reroute', gone: 'message', why: code };
  if (CREDENTIAL.has(code)) return { kind: 'credential', why: code };
  if (OUR_BUG.has(code)) return { kind: 'unsendable', why: code };
  // An answer that is no JSON comes as the "code", a proxy's whole page perhaps.
  return wait(/^[a-z0-9_]{1,60}$/.test(code) ? code : 'unreadable_answer', retryAfter);
}

function wait(why: string, retryAfter: number | undefined, ambiguous = true): Failure {
  const asked = retryAfter !== undefined && Number.isFinite(retryAfter) ? retryAfter : DEFAULT_WAIT;
  return { kind: 'wait', seconds: Math.min(Math.max(asked, 1), LONGEST_WAIT), ambiguous, why };
}

const CHANNEL_GONE: ReadonlySet<string> = new Set([
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'is_inactive',
  'restricted_action',
  'restricted_action_read_only_channel',
]);

const MESSAGE_GONE: ReadonlySet<string> = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
]);

const CREDENTIAL: ReadonlySet<string> = new Set([
  'invalid_auth',
  'not_authed',
  'token_revoked',
  'token_expired',
  'account_inactive',
  'missing_scope',
  'no_permission',
  'not_allowed_token_type',
  'access_denied',
  'team_access_not_granted',
  'org_login_required',
]);

const OUR_BUG: ReadonlySet<string> = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
  'metadata_too_large',
  'invalid_metadata_format',
  'invalid_metadata_schema',
  'invalid_arguments',
  'invalid_arg_name',
  'invalid_form_data',
  'invalid_array_arg',
]);

/** No connection came about, so nothing was written. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** `fetch`, with failures that say in one word what went wrong: the runtime hides it some causes deep, and the client drops the causes it does not know. */
export const plainFetch: FetchFunction = async (url, init) => {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw new NetworkFailure(networkCode(error), { cause: error });
  }
};

class NetworkFailure extends Error {
  override readonly name = 'NetworkFailure';
  readonly code: string;

  constructor(code: string, options: ErrorOptions) {
    super(`the request failed: ${code}`, options);
    this.code = code;
  }
}

function networkCode(error: unknown): string {
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 5; depth++) {
    if ('name' in at && at.name === 'TimeoutError') return 'timeout';
    if ('code' in at && typeof at.code === 'string') return at.code;
    at = 'cause' in at ? at.cause : undefined;
  }
  return 'request_failed';
}
