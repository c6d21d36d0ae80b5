import type { Nanos } from '../model/time.ts';
import { notJson, quoted } from './answer.ts';
import { type Fields, fieldsOf, isObject, Malformed } from './fields.ts';
import { present } from './present.ts';

/** What a delivery carries, the transport taken off. */
export type Envelope =
  | {
      readonly kind: 'message';
      /** Pub/Sub data is text that has still to be parsed; a CloudEvent of Eventarc brings JSON. */
      readonly data: { readonly text: string } | { readonly json: unknown };
      readonly attributes: Readonly<Record<string, string>>;
      readonly messageId?: string;
      readonly publishTime?: Nanos;
      readonly subscription?: string;
    }
  | { readonly kind: 'ignored'; readonly why: string }
  | { readonly kind: 'not-an-envelope' }
  | { readonly kind: 'malformed'; readonly why: string };

/** Pub/Sub takes messages of 10 MB at most (cloud.google.com/pubsub/quotas). */
export const MAX_MESSAGE_BYTES = 10 * 1024 * 1024;

const PUBSUB_EVENT = 'google.cloud.pubsub.topic.v1.messagePublished';
const AUDIT_EVENT = 'google.cloud.audit.log.v1.written';

/**
 * Opens a Pub/Sub push body, a CloudEvent around one or around an audit entry, or a background event of the first generation
 * (gcp-facts 8.1). Gives `not-an-envelope` for anything else, which may then be a message itself. Never throws.
 */
export function openEnvelope(body: unknown): Envelope {
  if (!isObject(body)) return { kind: 'not-an-envelope' };
  try {
    return open(fieldsOf(body, ''));
  } catch (error) {
    if (error instanceof Malformed) return { kind: 'malformed', why: error.message };
    throw error;
  }
}

function open(body: Fields): Envelope {
  if (body.has('specversion') && body.has('type')) return openCloudEvent(body);
  if (isObject(body.raw('message'))) return openPush(body);
  if (isBackgroundEvent(body)) return openMessage(body.object('data'), body.object('context') ?? body);
  if (isPubsubMessage(body)) return openMessage(body, body);
  return { kind: 'not-an-envelope' };
}

function openCloudEvent(event: Fields): Envelope {
  const type = event.needText('type');
  if (type !== PUBSUB_EVENT && type !== AUDIT_EVENT) {
    return { kind: 'ignored', why: `CloudEvent of a type that is not watched: ${quoted(type)}` };
  }
  const inBase64 = event.text('data_base64');
  const data = inBase64 === undefined ? event.raw('data') : parsed(textOf(inBase64, 'data_base64'));
  if (data === undefined) throw new Malformed('data: missing');
  if (type === PUBSUB_EVENT) return openPush(fieldsOf(data, 'data'));
  return {
    kind: 'message',
    data: { json: data },
    attributes: {},
    ...present({ messageId: event.text('id') }),
  };
}

function openPush(push: Fields): Envelope {
  const message = push.object('message');
  return openMessage(message, message, push.text('subscription'));
}

/** `origin` is what carries the id of the message: itself, or in background events the context. */
function openMessage(
  message: Fields | undefined,
  origin: Fields | undefined,
  subscription?: string,
): Envelope {
  const data = message?.text('data');
  if (message === undefined || data === undefined) {
    return { kind: 'ignored', why: 'attribute-only message' };
  }
  return {
    kind: 'message',
    data: { text: textOf(data, message.at('data')) },
    attributes: attributesOf(message),
    ...present({
      messageId: origin?.id('messageId') ?? origin?.id('eventId'),
      publishTime: origin?.time('publishTime') ?? origin?.time('timestamp'),
      subscription,
    }),
  };
}

/** First generation functions: `{context: {eventType}, data}` or `{eventType, data}`, the Pub/Sub message being `data`. */
function isBackgroundEvent(body: Fields): boolean {
  const type = body.object('context')?.raw('eventType') ?? body.raw('eventType');
  return typeof type === 'string' && type.includes('pubsub') && isObject(body.raw('data'));
}

function isPubsubMessage(body: Fields): boolean {
  return typeof body.raw('data') === 'string' && (body.has('messageId') || body.has('publishTime'));
}

function attributesOf(message: Fields): Readonly<Record<string, string>> {
  const attributes = message.raw('attributes');
  if (!isObject(attributes)) return {};
  return Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function textOf(base64: string, path: string): string {
  // Four characters hold three bytes: the cap is checked before anything is decoded.
  if (base64.length > (MAX_MESSAGE_BYTES / 3) * 4 + 4) throw new Malformed(`${path}: more than 10 MiB`);
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(base64)) throw new Malformed(`${path}: not base64`);
  try {
    return UTF8.decode(Buffer.from(base64, 'base64'));
  } catch (cause) {
    throw new Malformed(`${path}: not UTF-8`, { cause });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Malformed(notJson(text), { cause });
  }
}
