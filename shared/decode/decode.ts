import type { Decoded } from '../model/decoded.ts';
import type { Nanos } from '../model/time.ts';
import { type DecodeContext, ignored, malformed, notJson } from './answer.ts';
import { decodeAsset } from './asset.ts';
import { decodeFeedMessage } from './asset-feed.ts';
import { decodeLogEntry } from './audit-log.ts';
import { deeperThan, textDeeperThan } from './content-id.ts';
import { MAX_MESSAGE_BYTES, openEnvelope } from './envelope.ts';
import { type Fields, fieldsOf, Malformed } from './fields.ts';

export type { DecodeContext } from './answer.ts';

const MAX_DEPTH = 100;
const TOO_DEEP = `message: nested more than ${MAX_DEPTH} deep`;
/** From here on a message is looked at before it is parsed: that costs too, and small ones cannot hold much. */
const LARGE = 256 * 1024;
const MAX_ENVELOPES = 3;
/** The text that comes first on the topic of a new feed (gcp-facts 1.4). */
const WELCOME = 'You have successfully configured real time feed';

/**
 * Decodes one message, already parsed from JSON: a `LogEntry`, a `TemporalAsset` or an `Asset`, told apart by content.
 * Everything is answered by a value; what is not news says why. Never throws, whatever the JSON.
 */
export function decodeMessage(payload: unknown, context: DecodeContext): Decoded {
  if (deeperThan(payload, MAX_DEPTH)) return malformed(TOO_DEEP);
  try {
    return decodeByContent(fieldsOf(payload, ''), context);
  } catch (error) {
    if (error instanceof Malformed) return malformed(error.message);
    throw error;
  }
}

function decodeByContent(message: Fields, context: DecodeContext): Decoded {
  if (message.has('protoPayload') || message.has('logName')) return decodeLogEntry(message, context);
  if (message.has('jsonPayload') || message.has('textPayload')) return decodeLogEntry(message, context);
  if (message.has('asset') || message.has('priorAsset')) return decodeFeedMessage(message, context);
  if (message.has('assetType') && message.has('name')) return decodeAsset(message, context);
  if (message.has('apiVersion') && message.has('kind'))
    return ignored('Kubernetes manifest: how things should be, not how they are');
  if (message.has('formatVersion') && message.has('terraformVersion'))
    return ignored('terraform plan: how things should be, not how they are');
  return malformed('message: neither a log entry nor an asset nor a change of one');
}

/**
 * Decodes what a sweep read: assets of a listing, an export or a history, each by itself. `readTime`: when it was read; it dates the state
 * of an asset that carries no time of its own. Never throws.
 */
export function decodeAssets(assets: readonly unknown[], readTime: Nanos): readonly Decoded[] {
  return assets.map((asset) => decodeMessage(asset, { receivedAt: readTime, source: 'sweep' }));
}

/**
 * Decodes what a push endpoint receives, or an element of a file: takes off whatever envelopes there are, then decodes the message.
 * Where a message carries no time of its own, its publish time stands in, which every redelivery shares. Never throws.
 */
export function decodePush(body: unknown, context: DecodeContext): Decoded {
  return decodeEnveloped(body, context, MAX_ENVELOPES);
}

function decodeEnveloped(body: unknown, context: DecodeContext, left: number): Decoded {
  const envelope = openEnvelope(body);
  switch (envelope.kind) {
    case 'not-an-envelope':
      return decodeMessage(body, context);
    case 'ignored':
    case 'malformed':
      return envelope;
    case 'message': {
      if (left === 0) return malformed(`envelopes: more than ${MAX_ENVELOPES} within one another`);
      const inner = { ...context, receivedAt: envelope.publishTime ?? context.receivedAt };
      return 'json' in envelope.data
        ? decodeEnveloped(envelope.data.json, inner, left - 1)
        : decodeText(envelope.data.text, inner, left - 1);
    }
  }
}

function decodeText(text: string, context: DecodeContext, left: number): Decoded {
  if (text.trimStart().startsWith(WELCOME)) return ignored('welcome message of a new feed');
  if (Buffer.byteLength(text) > MAX_MESSAGE_BYTES) return malformed('message: more than 10 MiB');
  if (text.length > LARGE && textDeeperThan(text, MAX_DEPTH)) return malformed(TOO_DEEP);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return malformed(notJson(text));
  }
  return decodeEnveloped(body, context, left);
}
