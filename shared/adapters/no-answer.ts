import type { NoAnswer } from '../ports.ts';

/** An answer over HTTP that is not what was asked for. */
export interface RefusedAnswer {
  readonly status: number;
  /** As it came; `null` when there is no such header. */
  readonly retryAfter: string | null;
  /** What the other side says of it. */
  readonly said: string;
}

/** Too many requests: quotas of Google's APIs count by the minute. */
const TOO_MANY_SECONDS = 60;
/** It is down, or late. */
export const DOWN_SECONDS = 30;
/** The credentials cannot be had, or are not taken: somebody has to mend them. */
export const CREDENTIALS_SECONDS = 60;
const LONGEST_SECONDS = 3_600;

/** What a status means for whoever asked: `wait` where the same question may be answered later, else `refused`. */
export function noAnswerFor({
  status,
  retryAfter,
  said,
}: RefusedAnswer): Exclude<NoAnswer, { kind: 'expired' }> {
  const why = said === '' ? `HTTP ${status}` : `HTTP ${status}: ${said}`;
  if (status === 429) return { kind: 'wait', seconds: secondsIn(retryAfter) ?? TOO_MANY_SECONDS, why };
  if (status === 408 || status >= 500)
    return { kind: 'wait', seconds: secondsIn(retryAfter) ?? DOWN_SECONDS, why };
  return { kind: 'refused', why };
}

/** `Retry-After` in whole seconds, as Google writes it; its form as a date would need a clock, and is passed over. */
function secondsIn(retryAfter: string | null): number | undefined {
  if (retryAfter === null || !/^\d{1,6}$/.test(retryAfter.trim())) return undefined;
  return Math.min(Math.max(Number(retryAfter), 1), LONGEST_SECONDS);
}

/** What somebody else wrote, in one line of at most 200 characters. */
export function inALine(text: string): string {
  return text
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, 200);
}

/** What an error says, in a line. */
export function messageOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return inALine(String(message));
}
