/** How Slack answers: HTTP 200, and in the body whether it worked (docs.slack.dev/apis/web-api). */
import type { IncomingMessage, ServerResponse } from 'node:http';

export type Body = Readonly<Record<string, string>>;
export type Answer = { readonly ok: boolean } & Readonly<Record<string, unknown>>;

export function failed(error: string, messages: readonly string[] = []): Answer {
  return { ok: false, error, ...(messages.length === 0 ? {} : { response_metadata: { messages } }) };
}

/** `scopes`: what the token may do, which every answer says. */
export function reply(response: ServerResponse, answer: Answer, scopes: readonly string[] = []): void {
  const headers = scopes.length === 0 ? {} : { 'x-oauth-scopes': scopes.join(',') };
  response
    .writeHead(200, { 'content-type': 'application/json; charset=utf-8', ...headers })
    .end(JSON.stringify(answer));
}

/** Refused below the API: no body. */
export function refuse(response: ServerResponse, status: number, retryAfter: string | undefined): void {
  response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end();
}

/** The fields of a form or of a JSON object, those that are no text as JSON. */
export async function readBody(request: IncomingMessage): Promise<Body> {
  const text = await textOf(request);
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true)
    return Object.fromEntries(new URLSearchParams(text));
  const json = readJson(text);
  if (typeof json !== 'object' || json === null) return {};
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

async function textOf(request: IncomingMessage): Promise<string> {
  return (await readBytes(request)).toString('utf8');
}

export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
