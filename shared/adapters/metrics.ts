import type { Log, Metrics } from '../ports.ts';

/**
 * Metrics as lines of the log, one each, for log-based metrics of Cloud Logging to take up (cloud.google.com/logging/docs/logs-based-metrics):
 * `jsonPayload.metric` is the name, `jsonPayload.value` the value, `jsonPayload.labels` the labels.
 */
export function logMetrics(log: Pick<Log, 'info'>): Metrics {
  return {
    record(metric, value, labels) {
      log.info('metric', { metric, value, ...(labels === undefined ? {} : { labels }) });
    },
  };
}
