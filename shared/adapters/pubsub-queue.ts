import { type Log, OutsideUnavailable, type Publisher, type Queue } from '../ports.ts';

export interface PubsubQueueOptions {
  /** `projects/P/topics/T` each. */
  readonly topics: {
    /** For what the `work` function is to do. */
    readonly work: string;
    /** To have the `deliver` function look. */
    readonly deliver: string;
  };
  readonly publisher: Publisher;
  readonly log: Log;
}

/**
 * The queue of functions that know of each other by topics only. Work must not be lost, because nothing else would know of it: what cannot
 * be published throws, and the message that led to it comes again. A nudge may be: `deliver` runs every minute all the same.
 */
export function pubsubQueue({ topics, publisher, log }: PubsubQueueOptions): Queue {
  return {
    async work(job) {
      const result = await publisher.publish(topics.work, JSON.stringify(job), { kind: job.kind });
      if (result.kind !== 'published')
        throw new OutsideUnavailable(`cannot ask for work (${job.kind}) on ${topics.work}: ${result.why}`);
    },
    async nudgeDeliver() {
      const result = await publisher.publish(topics.deliver, JSON.stringify({ kind: 'nudge' }), {
        kind: 'nudge',
      });
      if (result.kind !== 'published')
        log.warn('deliver not nudged, its next minute does as well', {
          topic: topics.deliver,
          why: result.why,
        });
    },
  };
}
