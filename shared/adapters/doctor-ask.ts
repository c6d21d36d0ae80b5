import type { z } from 'zod';
import type { Reading } from '../model/deployment.ts';
import type { NoAnswer } from '../ports.ts';
import { type Answer, type Ask, isObject } from './google-http.ts';
import { listAll } from './google-list.ts';
import { inALine, noAnswerFor } from './no-answer.ts';

/** One question to an API of Google. */
export interface Question<T> {
  /** `pubsub.googleapis.com`. */
  readonly host: string;
  /** `v1/projects/P/topics/T`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** With a body it is a POST. */
  readonly body?: object;
  /** What the caller must be granted to be answered. */
  readonly needs: string;
  /** What an answer must look like; of a listing each item. */
  readonly answer: z.ZodType<T>;
}

/** A question that is answered page by page. */
export interface Listed<T> extends Question<T> {
  /** The field that holds the items. */
  readonly field: string;
}

export interface Asking {
  one<T>(question: Question<T>): Promise<Reading<T>>;
  all<T>(question: Listed<T>): Promise<Reading<readonly T[]>>;
}

const MOST_PAGES = 50;

/**
 * Questions by REST, each asked once however often it comes. `root`: another address than Google's, with the host as the first part of the
 * path. Tests only: it must never come from a policy or a request.
 */
export function doctorAsk(ask: Ask, root?: string): Asking {
  const answered = new Map<string, Promise<unknown>>();
  const urlOf = ({ host, path }: Pick<Question<unknown>, 'host' | 'path'>) =>
    `${root === undefined ? 'https://' : root}${host}/${path}`;
  /** The same question has the same answer, of the same shape. */
  function once<T>(key: string, answer: () => Promise<T>): Promise<T> {
    const before = answered.get(key) as Promise<T> | undefined;
    if (before !== undefined) return before;
    const now = answer();
    answered.set(key, now);
    return now;
  }
  return {
    one: (question) => {
      const query = new URLSearchParams(question.query).toString();
      const url = `${urlOf(question)}${query === '' ? '' : `?${query}`}`;
      return once(url, async () => {
        const answer = await ask(url, question.body);
        return answer.kind === 'answer' ? readingOf(answer, question) : { kind: 'unknown', why: answer.why };
      });
    },
    all: (question) => {
      const { query = {}, field, answer } = question;
      const url = urlOf(question);
      return once(`${url} ${field}`, async () => {
        const listing = await listAll(ask, { url, query, field, mostPages: MOST_PAGES });
        if (listing.kind !== 'items') return unanswered(listing, question.needs);
        const items = answer.array().safeParse(listing.items);
        return items.success ? { kind: 'found', value: items.data } : shapeless(question.host);
      });
    },
  };
}

function readingOf<T>(answer: Answer, { needs, host, answer: shape }: Question<T>): Reading<T> {
  if (answer.status !== 200) {
    const refused = { ...answer, said: wordsIn(answer.value) };
    return unanswered(noAnswerFor(refused), needs);
  }
  const parsed = shape.safeParse(answer.value);
  return parsed.success ? { kind: 'found', value: parsed.data } : shapeless(host);
}

/** 404 says that it is not there; 403 that whoever asks may not know. */
function unanswered({ why }: NoAnswer, needs: string): Exclude<Reading<never>, { kind: 'found' }> {
  if (/^HTTP 404\b/.test(why)) return { kind: 'absent' };
  return { kind: 'unknown', why, ...(/^HTTP 403\b/.test(why) ? { lacks: needs } : {}) };
}

function shapeless(host: string): Reading<never> {
  return { kind: 'unknown', why: `${host} gave an answer that is none` };
}

/** Errors of Google's APIs say `{error: {message}}` (google.aip.dev/193). */
function wordsIn(value: unknown): string {
  const error = isObject(value) && isObject(value.error) ? value.error : {};
  return typeof error.message === 'string' ? inALine(error.message) : '';
}
