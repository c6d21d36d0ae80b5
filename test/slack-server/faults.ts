/** What goes wrong, and when. */

/** What a request meets instead of a good answer. */
export type Trouble =
  | { readonly error: string }
  | { readonly status: number; readonly retryAfter?: string }
  /** Never answers. */
  | { readonly hang: true }
  /** Cuts the line and has done nothing. */
  | { readonly hangUp: true }
  /** Does what was asked, then cuts the line: the client cannot know. */
  | { readonly acceptThenHangUp: true }
  /** Answers 200 with this text. */
  | { readonly garbage: string };

/** `method` makes it wait for a call of that one; answer addresses are called `response_url`, those to upload to `upload_url`. */
export type Fault = { readonly method?: string } & Trouble;

export class Faults {
  readonly #next: Fault[] = [];
  readonly #outages: { readonly from: number; readonly to: number; readonly how: Fault }[] = [];

  add(...next: readonly Fault[]): void {
    this.#next.push(...next);
  }

  /** For every request from the one moment until the other, which are milliseconds. */
  addOutage(from: number, to: number, how: Fault): void {
    this.#outages.push({ from, to, how });
  }

  take(method: string, now: number): Fault | undefined {
    const outage = this.#outages.find(
      ({ from, to, how }) => from <= now && now < to && concerns(how, method),
    );
    if (outage !== undefined) return outage.how;
    const at = this.#next.findIndex((fault) => concerns(fault, method));
    return at === -1 ? undefined : this.#next.splice(at, 1)[0];
  }
}

function concerns(fault: Fault, method: string): boolean {
  return fault.method === undefined || fault.method === method;
}
