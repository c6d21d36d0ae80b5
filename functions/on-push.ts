import { http, type Request } from '@google-cloud/functions-framework';
import { inTraceOf } from './trace.ts';
import { log, type Ports, pushes, wiring } from './wiring.ts';

/**
 * Registers a function that takes pushes, of Pub/Sub and of Scheduler. Throws unless it is said how pushes are authenticated, so that a
 * function of which that was forgotten does not start.
 *
 * Returned = acknowledged (204), thrown = to be redelivered (500), a wiring that cannot be built included; 401 and 403: nothing was taken in.
 * The answer never holds the error's text: it would travel in the push subscription's logs, and errors can quote payloads.
 */
export function onPush(name: string, work: (request: Request, ports: Ports) => Promise<unknown>): void {
  pushes();
  http(name, (request, response) =>
    inTraceOf(request, async () => {
      try {
        const ports = wiring();
        const check = await pushes().check(request.get('authorization'), ports.clock.now());
        if (check.kind === 'refused') {
          log().warn('push refused', { function: name, why: check.why });
          response.status(check.status).end();
          return;
        }
        await work(request, ports);
        response.status(204).end();
      } catch (error) {
        log().error('not taken in, to be redelivered', {
          error: error instanceof Error ? error.message : String(error),
        });
        response.status(500).end();
      }
    }),
  );
}
