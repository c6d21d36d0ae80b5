import type { Request } from '@google-cloud/functions-framework';

/**
 * What a request brought, for `decodePush`. The framework parses JSON where the content type says so. Anything else is the bare data of a
 * message (a push without its wrapper), and gets the wrapper it would have had.
 */
export function bodyOf({ body }: Pick<Request, 'body'>): unknown {
  const bare = typeof body === 'string' || Buffer.isBuffer(body);
  return bare ? { message: { data: Buffer.from(body).toString('base64') } } : body;
}
