import type { FetchFunction } from '@slack/web-api';

/** `fetch`, with failures that say in one word what went wrong: the runtime hides it some causes deep, and the client drops the causes it does not know. */
export const plainFetch: FetchFunction = async (url, init) => {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw new NetworkFailure(networkCode(error), { cause: error });
  }
};

/** No answer came. `code` is the runtime's own, or `timeout`. */
export class NetworkFailure extends Error {
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
