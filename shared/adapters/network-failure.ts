/** No answer came. `code` is the runtime's own, or `timeout`. */
export class NetworkFailure extends Error {
  override readonly name = 'NetworkFailure';
  readonly code: string;

  /** Of what `fetch` threw: the runtime hides what went wrong some causes deep. */
  constructor(cause: unknown) {
    const code = networkCode(cause);
    super(`the request failed: ${code}`, { cause });
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
