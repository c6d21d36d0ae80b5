import type { Block } from '../../shared/ports.ts';
import { elementNode, label } from './elements.ts';
import { withEmoji } from './emoji.ts';
import { fieldOf, listOf, textOf } from './fields.ts';
import { el, type Node } from './html.ts';
import type { Reader } from './moment.ts';
import { mrkdwnNodes } from './mrkdwn.ts';
import { notDrawn, richTextNodes } from './rich-text.ts';

/** Blocks as Slack lays them out (docs.slack.dev/reference/block-kit/blocks). */
export function blockNodes(blocks: readonly Block[], reader: Reader): readonly Node[] {
  return blocks.map((block) => blockNode(block, reader));
}

function blockNode(block: Block, reader: Reader): Node {
  switch (block.type) {
    case 'header':
      return el('h2', {}, textNodes(block.text, reader));
    case 'section':
      return sectionNode(block, reader);
    case 'divider':
      return el('hr', {});
    case 'context':
      return el(
        'div',
        { class: 'context' },
        listOf(block, 'elements').map((text) => el('span', {}, textNodes(text, reader))),
      );
    case 'rich_text':
      return el('div', { class: 'rich' }, richTextNodes(listOf(block, 'elements'), reader));
    case 'actions':
      return el('div', { class: 'actions' }, listOf(block, 'elements').map(elementNode));
    case 'input':
      return inputNode(block, reader);
    default:
      return notDrawn('block', textOf(block, 'type'));
  }
}

function sectionNode(block: Block, reader: Reader): Node {
  const fields = listOf(block, 'fields');
  return el(
    'div',
    { class: 'section' },
    block.text === undefined ? undefined : el('div', { class: 'prose' }, textNodes(block.text, reader)),
    block.accessory === undefined
      ? undefined
      : el('div', { class: 'accessory' }, elementNode(block.accessory)),
    fields.length === 0
      ? undefined
      : el(
          'div',
          { class: 'fields' },
          fields.map((field) => el('div', { class: 'field' }, textNodes(field, reader))),
        ),
  );
}

function inputNode(block: Block, reader: Reader): Node {
  const hint = label(block.hint);
  return el(
    'div',
    { class: 'input' },
    el(
      'label',
      {},
      textNodes(block.label, reader),
      block.optional === true ? el('small', {}, ' (optional)') : undefined,
    ),
    elementNode(block.element),
    hint === '' ? undefined : el('div', { class: 'hint' }, hint),
  );
}

/** A text object. */
function textNodes(text: unknown, reader: Reader): readonly Node[] {
  const value = textOf(text, 'text');
  if (fieldOf(text, 'type') === 'mrkdwn') return mrkdwnNodes(value, reader);
  return value.split('\n').map((line, at) => [at > 0 ? el('br', {}) : undefined, withEmoji(line)]);
}
