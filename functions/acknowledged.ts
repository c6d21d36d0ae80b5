import type { Response } from '@google-cloud/functions-framework';
import { log, type Ports, wiring } from './wiring.ts';

/**
 * Returned = acknowledged (204), thrown = to be redelivered (500), a wiring that cannot be built included. The answer never holds the
 * error's text: it would travel in the push subscription's logs, and errors can quote payloads.
 */
export async function acknowledged(
  response: Response,
  work: (ports: Ports) => Promise<unknown>,
): Promise<void> {
  try {
    await work(wiring());
    response.status(204).end();
  } catch (error) {
    log().error('not taken in, to be redelivered', {
      error: error instanceof Error ? error.message : String(error),
    });
    response.status(500).end();
  }
}
