/** Rich text (docs.slack.dev/reference/block-kit/blocks/rich-text-block). */
import { type Errors, isObject, type Json, listOf, unknownKeys } from './block-kit-checks.ts';

export function* richErrors(element: unknown, at: string): Errors {
  if (!isObject(element)) return yield `${at}: not an object`;
  const spans = (allowed: readonly string[]) =>
    listOf(element.elements, `${at}/elements`, 1000, (span, path) => spanErrors(span, path, allowed));
  if (element.border !== undefined && element.border !== 0 && element.border !== 1)
    yield `${at}: border is 0 or 1`;
  switch (element.type) {
    case 'rich_text_section':
      yield* unknownKeys(element, ['type', 'elements'], at);
      return yield* spans(SPANS);
    case 'rich_text_quote':
      yield* unknownKeys(element, ['type', 'elements', 'border'], at);
      return yield* spans(SPANS);
    case 'rich_text_preformatted':
      yield* unknownKeys(element, ['type', 'elements', 'border'], at);
      return yield* spans(['text', 'link']);
    case 'rich_text_list':
      yield* unknownKeys(element, ['type', 'elements', 'style', 'indent', 'offset', 'border'], at);
      if (element.style !== 'bullet' && element.style !== 'ordered')
        yield `${at}: a list is bullet or ordered`;
      return yield* listOf(element.elements, `${at}/elements`, 1000, itemErrors);
    default:
      yield `${at}: unsupported rich text element ${String(element.type)}`;
  }
}

function* itemErrors(item: unknown, at: string): Errors {
  if (!isObject(item) || item.type !== 'rich_text_section') return yield `${at}: a list holds sections`;
  yield* richErrors(item, at);
}

const SPANS = ['text', 'link', 'date', 'emoji', 'user', 'usergroup', 'channel', 'broadcast'];

function* spanErrors(span: unknown, at: string, allowed: readonly string[]): Errors {
  if (!isObject(span)) return yield `${at}: not an object`;
  if (typeof span.type !== 'string' || !allowed.includes(span.type))
    yield `${at}: ${String(span.type)} is not allowed here`;
  if (span.type === 'text' && (typeof span.text !== 'string' || span.text === ''))
    yield `${at}: must be more than 0 characters`;
  if (span.type === 'link' && !/^https?:\/\/\S+$/.test(String(span.url))) yield `${at}: not a web address`;
  if (span.type === 'date' && !isDate(span))
    yield `${at}: a date needs whole seconds and a format with a token`;
  if (span.type === 'user' && !/^[UW][A-Z0-9]+$/.test(String(span.user_id))) yield `${at}: not a user id`;
  if (span.type === 'usergroup' && !/^S[A-Z0-9]+$/.test(String(span.usergroup_id)))
    yield `${at}: not a user group id`;
  if (span.style !== undefined) yield* styleErrors(span.style, `${at}/style`);
}

function isDate({ timestamp, format }: Json): boolean {
  return Number.isSafeInteger(timestamp) && typeof format === 'string' && /\{[a-z_]+\}/.test(format);
}

function* styleErrors(style: unknown, at: string): Errors {
  if (!isObject(style)) return yield `${at}: not an object`;
  yield* unknownKeys(style, ['bold', 'italic', 'strike', 'code'], at);
  if (Object.values(style).some((value) => typeof value !== 'boolean')) yield `${at}: styles are booleans`;
}
