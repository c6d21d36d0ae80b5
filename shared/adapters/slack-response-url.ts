import type { AlertMessage, SendResult } from '../ports.ts';
import { byCode, byNetwork, byStatus, type Failure } from './slack-errors.ts';
import { plainFetch } from './slack-fetch.ts';

const SLACK_HOOKS = 'https://hooks.slack.com';

/**
 * Answers at the address that Slack sent along with a press or a command (docs.slack.dev/interactivity/handling-user-interaction, "message
 * responses"): only the person who acted sees it, and the message they acted on stays. The address comes with a request, so it may lead to
 * Slack's own host and nowhere else; any other is `unsendable`, and nothing is asked.
 */
export async function answerAt(
  address: string,
  message: AlertMessage,
  options: { readonly hooksOrigin: string | undefined; readonly timeoutMillis: number },
): Promise<SendResult> {
  const url = URL.parse(address);
  if (url === null || !leadsTo(url, options.hooksOrigin ?? SLACK_HOOKS))
    return { kind: 'unsendable', why: 'foreign_response_url' };
  try {
    const response = await plainFetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(bodyOf(message)),
      redirect: 'error',
      signal: AbortSignal.timeout(options.timeoutMillis),
    });
    const failure = failureOf(
      response.status,
      response.headers.get('retry-after'),
      codeOf(await response.text()),
    );
    // It has no place of its own: nobody can edit it or link to it.
    return failure ?? { kind: 'sent', handle: { channel: '', ts: '' } };
  } catch (error) {
    return byNetwork(error);
  }
}

/** Scheme, host and port are compared as parsed, by the same parser that the request goes through; a name before `@` is refused. */
function leadsTo(url: URL, origin: string): boolean {
  return url.origin === origin && url.username === '' && url.password === '';
}

function bodyOf({ text, blocks }: AlertMessage) {
  return {
    response_type: 'ephemeral',
    replace_original: false,
    text,
    ...(blocks.length === 0 ? {} : { blocks }),
  };
}

/** Errors come as `{"ok":false,"error":code}`, as plain text, or, for an address that has expired, as words: "Expired url". */
function codeOf(body: string): string | undefined {
  const text = body.trim();
  const json = jsonOf(text);
  if (json === undefined) return text === 'ok' || text === '' ? undefined : asCode(text);
  if (typeof json !== 'object' || json === null || !('ok' in json) || json.ok === true) return undefined;
  return 'error' in json && typeof json.error === 'string' ? asCode(json.error) : 'unreadable_answer';
}

function asCode(text: string): string {
  return text.toLowerCase().replaceAll(' ', '_');
}

/**
 * `undefined` when it was taken. An address that is refused, for whatever reason, is gone: it says nothing of the token or of the channel,
 * and what was meant for one person goes to no other place.
 */
function failureOf(status: number, retryAfter: string | null, code: string | undefined): Failure | undefined {
  if (status === 200 && code === undefined) return undefined;
  if (status === 429 || status === 408 || status >= 500) return byStatus(status, retryAfter);
  const failure = byCode(code ?? `http_${status}`);
  if (failure.kind === 'unsendable' || (failure.kind === 'wait' && status === 200)) return failure;
  return status === 400 && failure.kind === 'wait'
    ? { kind: 'unsendable', why: failure.why }
    : { kind: 'reroute', gone: 'message', why: failure.why };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
