import { SECOND } from '../../shared/model/time.ts';
import { withEmoji } from './emoji.ts';
import { fieldOf, listOf, textOf } from './fields.ts';
import { el, type Node, webLink } from './html.ts';
import type { Reader } from './moment.ts';
import { mention, momentNode } from './mrkdwn.ts';

/** The elements of a `rich_text` block (docs.slack.dev/reference/block-kit/blocks/rich-text-block). */
export function richTextNodes(elements: readonly unknown[], reader: Reader): readonly Node[] {
  return elements.map((element) => richNode(element, reader));
}

function richNode(element: unknown, reader: Reader): Node {
  const spans = listOf(element, 'elements');
  switch (textOf(element, 'type')) {
    case 'rich_text_section':
      return el('p', {}, spanNodes(spans, reader));
    case 'rich_text_quote':
      return el('blockquote', {}, spanNodes(spans, reader));
    case 'rich_text_preformatted':
      return el(
        'pre',
        fieldOf(element, 'border') === 1 ? { class: 'bordered' } : {},
        spans.map((span) => textOf(span, 'text') || textOf(span, 'url')),
      );
    case 'rich_text_list':
      return el(
        textOf(element, 'style') === 'ordered' ? 'ol' : 'ul',
        indentOf(element),
        spans.map((item) => el('li', {}, spanNodes(listOf(item, 'elements'), reader))),
      );
    default:
      return notDrawn('element', textOf(element, 'type'));
  }
}

function indentOf(element: unknown): { readonly class?: string } {
  const indent = fieldOf(element, 'indent');
  return typeof indent === 'number' && indent > 0 ? { class: indent > 1 ? 'deeper' : 'deep' } : {};
}

function spanNodes(spans: readonly unknown[], reader: Reader): readonly Node[] {
  return spans.map((span) => styled(spanNode(span, reader), fieldOf(span, 'style')));
}

function spanNode(span: unknown, reader: Reader): Node {
  switch (textOf(span, 'type')) {
    case 'text':
      return broken(textOf(span, 'text'));
    case 'link':
      return webLink(textOf(span, 'url'), textOf(span, 'text') || textOf(span, 'url'));
    case 'date': {
      const seconds = fieldOf(span, 'timestamp');
      if (typeof seconds !== 'number' || !Number.isSafeInteger(seconds) || seconds < 0)
        return textOf(span, 'fallback');
      return momentNode(BigInt(seconds) * SECOND, textOf(span, 'format'), textOf(span, 'url'), reader);
    }
    case 'user':
      return mention(`@${textOf(span, 'user_id')}`);
    case 'usergroup':
      return mention(`@${textOf(span, 'usergroup_id')}`);
    case 'channel':
      return mention(`#${textOf(span, 'channel_id')}`);
    case 'broadcast':
      return mention(`@${textOf(span, 'range')}`);
    case 'emoji':
      return `:${textOf(span, 'name')}:`;
    default:
      return notDrawn('span', textOf(span, 'type'));
  }
}

function broken(text: string): Node {
  return text.split('\n').map((line, at) => [at > 0 ? el('br', {}) : undefined, withEmoji(line)]);
}

function styled(node: Node, style: unknown): Node {
  let shown = node;
  if (fieldOf(style, 'code') === true) shown = el('code', {}, shown);
  if (fieldOf(style, 'strike') === true) shown = el('s', {}, shown);
  if (fieldOf(style, 'italic') === true) shown = el('i', {}, shown);
  return fieldOf(style, 'bold') === true ? el('b', {}, shown) : shown;
}

/** A gap that nobody sees would make the preview a lie. */
export function notDrawn(what: string, type: string): Node {
  return el(
    'span',
    { class: 'not-drawn' },
    `${what} ${type === '' ? 'without a type' : type}: not drawn here`,
  );
}
