import type { Request } from '@google-cloud/functions-framework';
import * as z from 'zod';

const ASKED = z.strictObject({ entry: z.string().min(1).max(200).optional() });

/**
 * The name of the report that is asked for by hand (`{"entry":"weekly"}`); `undefined` for no body, an empty one or `{}`: whatever is due.
 * Throws on anything else. Scheduler and curl send JSON under other content types too.
 */
export function reportAsked({ body }: Pick<Request, 'body'>): string | undefined {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body.toString().trim() : undefined;
  if (body === undefined || body === null || text === '') return undefined;
  const asked = ASKED.safeParse(text === undefined ? body : jsonIn(text));
  if (!asked.success)
    throw new Error('the body asks for no report: it is empty, for all that are due, or {"entry":"NAME"}');
  return asked.data.entry;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
