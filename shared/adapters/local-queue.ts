import type { Log, Queue } from '../ports.ts';

/**
 * The queue of a single process: a nudge calls `deliver` itself, soon and one at a time. There is nothing to read a live policy with here,
 * so a wish to verify is only told to the log; the feed's whole policy, when it comes, settles the question.
 */
export function localQueue(deliver: () => Promise<unknown>, log: Log): Queue & { idle(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  let waiting = false;
  return {
    async verify(asset, why) {
      log.info('policy read wanted', { asset, why });
    },
    async nudgeDeliver() {
      if (waiting) return;
      waiting = true;
      running = running.then(async () => {
        waiting = false;
        try {
          await deliver();
        } catch (error) {
          log.error('deliver failed', { error: String(error) });
        }
      });
    },
    idle: () => running,
  };
}
