import type { Job, Log, Queue } from '../ports.ts';

export interface LocalQueueOptions {
  readonly deliver: () => Promise<unknown>;
  /** Does one job. Absent where there is nothing to read the cloud with: what should be read is then only told to the log. */
  readonly work?: (job: Job) => Promise<unknown>;
  readonly log: Log;
}

/** The queue of a single process: it does the work itself, soon and one piece at a time. Work that fails is told to the log, and not tried again. */
export function localQueue({ deliver, work, log }: LocalQueueOptions): Queue & { idle(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  let isNudged = false;
  const soon = (what: string, run: () => Promise<unknown>): void => {
    running = running.then(async () => {
      try {
        await run();
      } catch (error) {
        log.error(`${what} failed`, { error: String(error) });
      }
    });
  };
  return {
    async work(job) {
      if (work === undefined) log.info('nothing here does this work', { ...job });
      else soon('work', () => work(job));
    },
    async nudgeDeliver() {
      if (isNudged) return;
      isNudged = true;
      soon('deliver', () => {
        isNudged = false;
        return deliver();
      });
    },
    async idle() {
      // Work may ask for more work.
      for (let last: unknown; last !== running; ) {
        last = running;
        await running;
      }
    },
  };
}
