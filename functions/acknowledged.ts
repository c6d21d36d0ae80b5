import type { Response } from '@google-cloud/functions-framework';
import { wiring } from './wiring.ts';

/**
 * Returned = acknowledged (204), thrown = to be redelivered (500). The answer never holds the error's text: it would travel in the
 * push subscription's logs, and errors can quote payloads.
 */
export async function acknowledged(response: Response, work: Promise<unknown>): Promise<void> {
  try {
    await work;
    response.status(204).end();
  } catch (error) {
    wiring().log.error('not taken in, to be redelivered', {
      error: error instanceof Error ? error.message : String(error),
    });
    response.status(500).end();
  }
}
