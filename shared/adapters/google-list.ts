import type { NoAnswer } from '../ports.ts';
import { type Ask, isObject } from './google-http.ts';
import { inALine, noAnswerFor } from './no-answer.ts';

export interface Listing {
  /** Without query. */
  readonly url: string;
  readonly query: Readonly<Record<string, string>>;
  /** The field of the answer that holds the items. Where it is missing there are none. */
  readonly field: string;
  readonly mostPages: number;
}

/**
 * Everything that a listing of one of Google's APIs holds (google.aip.dev/158: `pageToken`, `nextPageToken`), or nothing: half a listing is
 * told as refused, and so is one whose parts the API says it could not read (`executionErrors` of Monitoring).
 */
export async function listAll(
  ask: Ask,
  { url, query, field, mostPages }: Listing,
): Promise<{ readonly kind: 'items'; readonly items: readonly unknown[] } | NoAnswer> {
  const items: unknown[] = [];
  let pageToken = '';
  for (let page = 0; page < mostPages; page++) {
    const asked = new URLSearchParams({ ...query, ...(pageToken === '' ? {} : { pageToken }) });
    const answer = await ask(`${url}?${asked}`);
    if (answer.kind !== 'answer') return answer;
    if (answer.status !== 200) return noAnswerFor({ ...answer, said: wordsIn(answer.value) });
    const value = isObject(answer.value) ? answer.value : { [field]: 'no object' };
    const { [field]: found = [], nextPageToken = '', executionErrors = [] } = value;
    if (!Array.isArray(found) || typeof nextPageToken !== 'string')
      return { kind: 'refused', why: `the answer is no page of ${field}` };
    if (!Array.isArray(executionErrors) || executionErrors.length > 0)
      return { kind: 'refused', why: 'the answer may be incomplete, it says' };
    items.push(...found);
    if (nextPageToken === '') return { kind: 'items', items };
    pageToken = nextPageToken;
  }
  return { kind: 'refused', why: `more than ${mostPages} pages` };
}

/** Errors of Google's APIs say `{error: {message}}` (google.aip.dev/193). */
function wordsIn(value: unknown): string {
  const error = isObject(value) && isObject(value.error) ? value.error : {};
  return typeof error.message === 'string' ? inALine(error.message) : '';
}
