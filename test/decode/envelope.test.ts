import { describe, expect, it } from '@jest/globals';
import { decodePush } from '../../shared/decode/decode.ts';
import { MAX_MESSAGE_BYTES, openEnvelope } from '../../shared/decode/envelope.ts';
import { parseTime } from '../../shared/model/time.ts';
import { asset, auditEntry, CONTEXT, news, policy } from './payloads.ts';

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');
const push = (text: string | Uint8Array, message: object = {}) => ({
  message: {
    data: base64(text),
    messageId: '7',
    message_id: '7',
    publishTime: '2026-02-03T04:05:08Z',
    publish_time: '2026-02-03T04:05:08Z',
    ...message,
  },
  subscription: 'projects/p/subscriptions/s',
});
const event = (type: string, data: unknown) => ({ specversion: '1.0', id: '9', source: '//x', type, data });
const PUBSUB = 'google.cloud.pubsub.topic.v1.messagePublished';
const AUDIT = 'google.cloud.audit.log.v1.written';
const entry = auditEntry({
  serviceName: 'pubsub.googleapis.com',
  methodName: 'x.SetIamPolicy',
  resourceName: 'projects/p/topics/t',
  response: policy('e', ['roles/viewer', 'allUsers']),
});

describe('openEnvelope', () => {
  it('takes the transport off a push', () => {
    expect(openEnvelope(push('{"a":1}', { attributes: { origin: 'test', odd: 1 } }))).toEqual({
      kind: 'message',
      data: { text: '{"a":1}' },
      messageId: '7',
      publishTime: parseTime('2026-02-03T04:05:08Z'),
      attributes: { origin: 'test' },
      subscription: 'projects/p/subscriptions/s',
    });
  });

  it.each([
    ['a push without its subscription, in snake_case', { message: { data: base64('x'), message_id: '7' } }],
    ['a CloudEvent around a push', event(PUBSUB, push('x'))],
    [
      'a CloudEvent with its data in base64',
      { specversion: '1.0', type: PUBSUB, data_base64: base64(JSON.stringify(push('x'))) },
    ],
    [
      'a background event',
      { context: { eventId: '7', eventType: 'google.pubsub.topic.publish' }, data: { data: base64('x') } },
    ],
    [
      'an older background event',
      {
        eventId: '7',
        eventType: 'providers/cloud.pubsub/eventTypes/topic.publish',
        data: { data: base64('x') },
      },
    ],
    ['the bare message', { data: base64('x'), messageId: '7' }],
    ['an element of a pull', { ackId: 'a', message: { data: base64('x'), messageId: '7' } }],
  ])('opens %s', (_what, body) => {
    expect(openEnvelope(body)).toMatchObject({ kind: 'message', data: { text: 'x' }, messageId: '7' });
  });

  it.each([
    ['a log entry', entry],
    ['an asset', asset('t', '//n', {})],
    ['a change of one', { asset: {}, window: {} }],
    ['a text', 'hello'],
    ['nothing', undefined],
  ])('leaves %s alone', (_what, body) => {
    expect(openEnvelope(body)).toEqual({ kind: 'not-an-envelope' });
  });

  it.each([
    ['data that is no base64', { message: { data: '{"a":1}' } }, 'message.data: not base64'],
    ['data that is no UTF-8', push(Uint8Array.of(0x7b, 0xff, 0x7d)), 'message.data: not UTF-8'],
    ['data that is no text', { message: { data: 7 } }, 'message.data: a text was expected, found a number'],
    [
      'too much data',
      { message: { data: 'A'.repeat(MAX_MESSAGE_BYTES * 2) } },
      'message.data: more than 10 MiB',
    ],
    ['an event without data', event(PUBSUB, undefined), 'data: missing'],
    ['an event of another body', event(PUBSUB, 'x'), 'data: an object was expected, found a text'],
    [
      'a time that is none',
      push('x', { publishTime: 'soon' }),
      'message.publishTime: a time was expected, found a text',
    ],
  ])('refuses %s', (_what, body, why) => {
    expect(openEnvelope(body)).toEqual({ kind: 'malformed', why });
  });

  it.each([
    [
      'a message of attributes only',
      { message: { attributes: { a: 'b' }, messageId: '7' } },
      'attribute-only message',
    ],
    ['a push whose message is empty', event(PUBSUB, { subscription: 's' }), 'attribute-only message'],
    [
      'an event of another type',
      event('google.cloud.storage.object.v1.finalized', {}),
      'CloudEvent of a type that is not watched: google.cloud.storage.object.v1.finalized',
    ],
  ])('ignores %s', (_what, body, why) => {
    expect(openEnvelope(body)).toEqual({ kind: 'ignored', why });
  });
});

describe('decodePush', () => {
  const text = JSON.stringify(entry);
  it.each([
    ['by itself', entry],
    ['in a push', push(text)],
    ['in a CloudEvent', event(PUBSUB, push(text))],
    ['in a CloudEvent of Eventarc', event(AUDIT, entry)],
    ['in a push within a push', push(JSON.stringify(push(text)))],
    ['with a byte order mark', push(`\ufeff${text}`)],
  ])('decodes an entry %s, to the same news', (_how, body) => {
    expect(decodePush(body, CONTEXT)).toEqual(news(entry));
  });

  it.each([
    [
      'ignored',
      'You have successfully configured real time feed for the topic projects/p/topics/t.',
      'welcome message of a new feed',
    ],
    ['malformed', 'hello\u0007 world', 'not JSON: hello world'],
    ['malformed', `${'y'.repeat(61)}`, `not JSON: ${'y'.repeat(60)}…`],
    ['malformed', '\u0001\u0002', 'not JSON: nothing that can be shown'],
    ['malformed', 'null', 'message: an object was expected, found nothing'],
    ['malformed', text.slice(0, 50), `not JSON: ${text.slice(0, 50)}`],
    ['malformed', '['.repeat(100_000) + ']'.repeat(100_000), 'message: nested more than 100 deep'],
  ])('answers %s to a text it cannot use', (kind, data, why) => {
    expect(decodePush(push(data), CONTEXT)).toEqual({ kind, why });
  });

  it('does not open envelopes without end', () => {
    let body: unknown = entry;
    for (let depth = 0; depth < 4; depth++) body = push(JSON.stringify(body));
    expect(decodePush(body, CONTEXT)).toEqual({
      kind: 'malformed',
      why: 'envelopes: more than 3 within one another',
    });
  });

  it('dates a message without a time by its publishing, which every redelivery shares', () => {
    const undated = { ...entry, timestamp: undefined, receiveTimestamp: undefined };
    expect(decodePush(push(JSON.stringify(undated)), CONTEXT)).toMatchObject({
      time: parseTime('2026-02-03T04:05:08Z'),
    });
  });
});
