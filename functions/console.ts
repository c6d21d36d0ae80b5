import { http, type Request, type Response } from '@google-cloud/functions-framework';
import { Console } from '../shared/pipeline/console.ts';
import { CONTENT_POLICY } from '../shared/report/html/page.ts';
import { inTraceOf } from './trace.ts';
import { VERSION } from './version.ts';
import { log, type Ports, readers, wiring } from './wiring.ts';

// Throws unless it is said who may look, so that a console of which that was forgotten does not start.
readers();

/**
 * The report, live, for people behind Identity-Aware Proxy: reads and never writes. 401 and 403: nothing is shown to whoever did not come
 * through IAP. 405: only GET and HEAD. 503: the store or the policy cannot be read now; the answer never holds the error's text.
 */
http('console', (request, response) => inTraceOf(request, () => show(request, response)));

/** Nobody else's page, no other site and no cache between may hold what is shown. */
const HEADERS = {
  'content-security-policy': `${CONTENT_POLICY}; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

async function show(request: Request, response: Response): Promise<void> {
  response.set(HEADERS);
  try {
    const ports = wiring();
    const now = ports.clock.now();
    const asking = { assertion: request.get('x-goog-iap-jwt-assertion'), host: request.get('host') };
    const check = await readers().check(asking, now);
    if (check.kind === 'refused') {
      log().warn('console not shown', { why: check.why });
      say(response, check.status, 'This console is shown to whom Identity-Aware Proxy lets in.');
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.set('allow', 'GET, HEAD');
      say(response, 405, 'The console is for reading: GET or HEAD.');
      return;
    }
    const { status, page } = await consoleOf(ports).answer(request.path, now);
    response.status(status).type('html').send(page);
  } catch (error) {
    log().error('console cannot be shown', { error: error instanceof Error ? error.message : String(error) });
    response.set('retry-after', '30');
    say(
      response,
      503,
      'The record of the watch cannot be read now. Try again in a minute; the log says why.',
    );
  }
}

function say(response: Response, status: number, text: string): void {
  response.status(status).type('text').send(`${text}\n`);
}

let made: { readonly ports: Ports; readonly console: Console } | undefined;

/** One for as long as the ports are the same: it keeps the report for half a minute. */
function consoleOf(ports: Ports): Console {
  if (made?.ports !== ports) made = { ports, console: new Console({ ...ports, version: VERSION }) };
  return made.console;
}
