/** How often Slack lets itself be asked (docs.slack.dev/apis/web-api/rate-limits). */

/** A call that came although Slack had asked to wait: it would have been better not to. */
export interface EarlyCall {
  readonly method: string;
  readonly channel: string | undefined;
  readonly at: number;
  /** When it might have come. */
  readonly notBefore: number;
}

const MINUTE = 60_000;

/** Calls a minute, by the tier that the page of each method names. */
const PER_MINUTE: Readonly<Record<string, number>> = {
  'chat.update': 50,
  'conversations.history': 50,
  'conversations.replies': 50,
  'chat.postEphemeral': 100,
  'users.info': 100,
  'views.open': 100,
  'files.getUploadURLExternal': 100,
  'files.completeUploadExternal': 100,
  'usergroups.users.list': 20,
};

export class Limits {
  readonly early: EarlyCall[] = [];
  readonly #calls = new Map<string, number[]>();
  readonly #notBefore = new Map<string, number>();

  /** Remembers that a client was asked to wait: what comes before is early. */
  askToWait(method: string, channel: string | undefined, retryAfter: string | undefined, now: number): void {
    if (retryAfter !== undefined && /^\d+$/.test(retryAfter))
      this.#notBefore.set(scopeOf(method, channel), now + Number(retryAfter) * 1000);
  }

  note(method: string, channel: string | undefined, now: number): void {
    const notBefore = this.#notBefore.get(scopeOf(method, channel)) ?? 0;
    if (now < notBefore) this.early.push({ method, channel, at: now, notBefore });
  }

  /** Seconds to wait, when it is too much; else the call counts. */
  retryAfter(method: string, channel: string | undefined, now: number): string | undefined {
    const [most, span] = method === 'chat.postMessage' ? [1, 1000] : [PER_MINUTE[method], MINUTE];
    if (most === undefined) return undefined;
    const scope = scopeOf(method, channel);
    const recent = (this.#calls.get(scope) ?? []).filter((at) => now - at < span);
    this.#calls.set(scope, recent);
    if (recent.length < most) {
      recent.push(now);
      return undefined;
    }
    return String(Math.ceil(((recent[0] ?? now) + span - now) / 1000));
  }
}

/** Posts are counted by channel, everything else for the whole workspace. */
function scopeOf(method: string, channel: string | undefined): string {
  return method === 'chat.postMessage' ? `${method} ${channel ?? ''}` : method;
}
