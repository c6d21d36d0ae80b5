import type { Log } from '../ports.ts';

/**
 * Structured logs as Cloud Logging reads them from standard output: one JSON object per line with `severity` and `message`
 * (cloud.google.com/logging/docs/structured-logging). JSON escapes what could start a line of its own. Never throws: what cannot be written
 * is no reason to fail. `circumstances` are told with every line: the trace of the request, say.
 */
export function jsonLog(
  write: (line: string) => void,
  circumstances: () => Readonly<Record<string, string>> = () => ({}),
): Log {
  const log =
    (severity: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      const known = { ...circumstances(), severity, message };
      write(`${lineOf({ ...fields, ...known }) ?? lineOf(known)}\n`);
    };
  return { info: log('INFO'), warn: log('WARNING'), error: log('ERROR') };
}

function lineOf(entry: object): string | undefined {
  try {
    return JSON.stringify(entry, (_key, value: unknown) => plain(value));
  } catch {
    return undefined;
  }
}

/** JSON knows no bigint, and of an error it would write nothing. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  return value instanceof Error ? value.message : value;
}
