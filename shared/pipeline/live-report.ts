import { type Nanos, SECOND } from '../model/time.ts';
import type { Report } from '../report/report.ts';

/** As long a report is shown to whoever asks: to build one reads the whole store. Every page says as of when it is. */
export const SHOWN_FOR: Nanos = 30n * SECOND;

/** One report for everybody who asks within half a minute, per process. Those who ask while it is being built wait for the same one. */
export class LiveReport {
  readonly #build: (asOf: Nanos) => Promise<Report>;
  #latest: { readonly asOf: Nanos; readonly report: Promise<Report> } | undefined;

  constructor(build: (asOf: Nanos) => Promise<Report>) {
    this.#build = build;
  }

  /** The report, not older than `SHOWN_FOR`. Rejects when it cannot be built; the next to ask has it tried again. */
  at(now: Nanos): Promise<Report> {
    const latest = this.#latest;
    if (latest !== undefined && now >= latest.asOf && now - latest.asOf < SHOWN_FOR) return latest.report;
    const made = { asOf: now, report: this.#build(now) };
    this.#latest = made;
    made.report.catch(() => {
      if (this.#latest === made) this.#latest = undefined;
    });
    return made.report;
  }
}
