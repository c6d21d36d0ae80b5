import type { Log } from '../ports.ts';

/**
 * Structured logs as Cloud Logging reads them from standard output: one JSON object per line with `severity` and `message`
 * (cloud.google.com/logging/docs/structured-logging). JSON escapes what could start a line of its own.
 */
export function jsonLog(write: (line: string) => void): Log {
  const log =
    (severity: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      write(`${JSON.stringify({ ...fields, severity, message })}\n`);
  return { info: log('INFO'), warn: log('WARNING'), error: log('ERROR') };
}
