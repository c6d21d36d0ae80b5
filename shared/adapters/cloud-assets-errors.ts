import type { NoAnswer } from '../ports.ts';

/** Codes of gRPC (google.rpc.Code). */
const UNKNOWN = 2;
const INVALID_ARGUMENT = 3;
const UNAUTHENTICATED = 16;
const NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'CANCELLED'],
  [UNKNOWN, 'UNKNOWN'],
  [INVALID_ARGUMENT, 'INVALID_ARGUMENT'],
  [4, 'DEADLINE_EXCEEDED'],
  [5, 'NOT_FOUND'],
  [6, 'ALREADY_EXISTS'],
  [7, 'PERMISSION_DENIED'],
  [8, 'RESOURCE_EXHAUSTED'],
  [9, 'FAILED_PRECONDITION'],
  [10, 'ABORTED'],
  [11, 'OUT_OF_RANGE'],
  [12, 'UNIMPLEMENTED'],
  [13, 'INTERNAL'],
  [14, 'UNAVAILABLE'],
  [15, 'DATA_LOSS'],
  [UNAUTHENTICATED, 'UNAUTHENTICATED'],
]);
/** Nothing gets better by asking again, and how it is mended where that can be said. Whatever is not among them may pass. */
const LASTING: ReadonlyMap<number, string> = new Map([
  [INVALID_ARGUMENT, ''],
  [5, 'Either it is not there or it may not be seen'],
  [6, ''],
  [
    7,
    'Give our account roles/cloudasset.viewer there, and enable cloudasset.googleapis.com in the project it is of',
  ],
  [9, ''],
  [11, ''],
  [12, ''],
  [UNAUTHENTICATED, 'Give us credentials that are good: those of the service account the function runs as'],
]);
/** Where the API does not say itself how long. */
const DEFAULT_WAIT = 30;

/** The library found no credentials to ask with. */
export class NoCredentials extends Error {
  override readonly name = 'NoCredentials';
}

/** Whether other credentials may do: the token was withdrawn, or could not be had just then. */
export function isAboutCredentials(error: unknown): boolean {
  return error instanceof NoCredentials || codeOf(error) === UNAUTHENTICATED;
}

/**
 * What a failed call means. `what`: what was asked, of whom. `pageToken`: whether it was for a page after the first. Throws the error again
 * where it is not an answer of the API: then something here is wrong.
 */
export function noAnswer(error: unknown, what: string, pageToken: boolean): NoAnswer {
  const code = error instanceof NoCredentials ? UNAUTHENTICATED : codeOf(error);
  if (code === undefined) throw error;
  const why = `${what}: ${NAMES.get(code) ?? `code ${code}`}: ${wordsOf(error)}`;
  // The same query was good for the page before, so that it can only be the token; Google's words for it are not documented.
  if (code === INVALID_ARGUMENT && pageToken) return { kind: 'expired', why };
  const mending = LASTING.get(code);
  if (mending === undefined) return { kind: 'wait', seconds: retryDelayOf(error) ?? DEFAULT_WAIT, why };
  return { kind: 'refused', why: mending === '' ? why : `${why}. ${mending}` };
}

/** The code of gRPC; `undefined` where the error comes from elsewhere. */
function codeOf(error: unknown): number | undefined {
  const code = isObject(error) ? error.code : undefined;
  return typeof code === 'number' ? code : undefined;
}

/** Whole seconds to wait, from the `google.rpc.RetryInfo` among the details; at least one. */
function retryDelayOf(error: unknown): number | undefined {
  const details = isObject(error) && Array.isArray(error.statusDetails) ? error.statusDetails : [];
  for (const detail of details) {
    const delay: unknown = isObject(detail) ? detail.retryDelay : undefined;
    if (!isObject(delay)) continue;
    const seconds = Number(delay.seconds ?? 0) + Number(delay.nanos ?? 0) / 1e9;
    if (Number.isFinite(seconds)) return Math.max(1, Math.ceil(seconds));
  }
  return undefined;
}

/** In a line, without the code that gRPC puts before it. */
function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/^\d+ [A-Z_]+:/, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '')
    .slice(0, 300);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
