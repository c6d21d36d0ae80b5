import { AsyncLocalStorage } from 'node:async_hooks';
import type { Request } from '@google-cloud/functions-framework';

const traces = new AsyncLocalStorage<string>();

/** Runs `work` so that whatever it logs is shown under the request it belongs to. */
export function inTraceOf<T>(request: Pick<Request, 'get'>, work: () => Promise<T>): Promise<T> {
  const trace = traceIn(request.get('traceparent'), request.get('x-cloud-trace-context'));
  return trace === undefined ? work() : traces.run(trace, work);
}

/**
 * The trace as Cloud Logging joins lines by it (cloud.google.com/logging/docs/structured-logging): with the project, where the environment says
 * which it is.
 */
export function traceFields(project: string | undefined): Readonly<Record<string, string>> {
  const trace = traces.getStore();
  if (trace === undefined) return {};
  return {
    'logging.googleapis.com/trace':
      project === undefined || project === '' ? trace : `projects/${project}/traces/${trace}`,
  };
}

/** `00-TRACE-SPAN-01` (w3.org/TR/trace-context), else `TRACE/SPAN;o=1`; nothing where neither is well formed: headers are anybody's words. */
function traceIn(traceparent: string | undefined, cloud: string | undefined): string | undefined {
  return (
    /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(traceparent ?? '')?.[1] ??
    /^([0-9a-f]{32})(?:\/|$)/.exec(cloud ?? '')?.[1]
  );
}
