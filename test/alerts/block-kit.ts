/**
 * What Slack checks of `blocks`, for the kinds we may send (docs.slack.dev/reference/block-kit). Anything this does not know is refused,
 * as Slack refuses it: a test that passes here must not fail there. Each answer names the place, as Slack's own messages do.
 */
export function blockKitErrors(blocks: unknown): readonly string[] {
  if (!Array.isArray(blocks)) return ['blocks: not a list'];
  return blocks.length === 0 ? [] : [...listOf(blocks, '/blocks', 50, blockErrors)];
}

type Errors = Iterable<string>;
type Json = { readonly [key: string]: unknown };

function* blockErrors(block: unknown, at: string): Errors {
  if (!isObject(block)) return yield `${at}: not an object`;
  switch (block.type) {
    case 'header':
      yield* unknownKeys(block, ['type', 'text', 'block_id'], at);
      return yield* textErrors(block.text, `${at}/text`, 150, ['plain_text']);
    case 'section':
      return yield* sectionErrors(block, at);
    case 'context':
      yield* unknownKeys(block, ['type', 'elements', 'block_id'], at);
      return yield* listOf(block.elements, `${at}/elements`, 10, (text, path) =>
        textErrors(text, path, 3000, ANY_TEXT),
      );
    case 'divider':
      return yield* unknownKeys(block, ['type', 'block_id'], at);
    case 'rich_text':
      yield* unknownKeys(block, ['type', 'elements', 'block_id'], at);
      return yield* listOf(block.elements, `${at}/elements`, 1000, richErrors);
    default:
      yield `${at}: unsupported type ${String(block.type)}`;
  }
}

function* sectionErrors(block: Json, at: string): Errors {
  yield* unknownKeys(block, ['type', 'text', 'fields', 'block_id', 'expand'], at);
  if (block.text === undefined && block.fields === undefined) yield `${at}: a section needs text or fields`;
  if (block.text !== undefined) yield* textErrors(block.text, `${at}/text`, 3000, ANY_TEXT);
  if (block.fields !== undefined) {
    yield* listOf(block.fields, `${at}/fields`, 10, (text, path) => textErrors(text, path, 2000, ANY_TEXT));
  }
}

const ANY_TEXT = ['plain_text', 'mrkdwn'];

function* textErrors(text: unknown, at: string, most: number, types: readonly string[]): Errors {
  if (!isObject(text)) return yield `${at}: not a text object`;
  if (typeof text.type !== 'string' || !types.includes(text.type))
    yield `${at}: type ${String(text.type)} is not allowed here`;
  yield* unknownKeys(
    text,
    text.type === 'mrkdwn' ? ['type', 'text', 'verbatim'] : ['type', 'text', 'emoji'],
    at,
  );
  if (typeof text.text !== 'string' || text.text.trim() === '')
    return yield `${at}: must be more than 0 characters`;
  if (text.text.length > most) yield `${at}: must be less than ${most + 1} characters`;
}

function* richErrors(element: unknown, at: string): Errors {
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

function* listOf(
  list: unknown,
  at: string,
  most: number,
  check: (item: unknown, path: string) => Errors,
): Errors {
  if (!Array.isArray(list)) return yield `${at}: not a list`;
  if (list.length < 1 || list.length > most) yield `${at}: needs 1 to ${most} items, has ${list.length}`;
  for (const [index, item] of list.entries()) yield* check(item, `${at}/${index}`);
}

function* unknownKeys(value: Json, known: readonly string[], at: string): Errors {
  for (const key of Object.keys(value)) if (!known.includes(key)) yield `${at}: unknown field ${key}`;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
