import { expect } from '@jest/globals';
import { HARD_STOP } from '../../shared/alerts/room.ts';
import type { AlertMessage, ModalView } from '../../shared/ports.ts';
import { blockKitErrors, viewErrors } from './block-kit.ts';

/** A message that Slack would take, small enough to read. Gives what people see of it, a line of text for each line of theirs. */
export function shown(message: AlertMessage): readonly string[] {
  expect(blockKitErrors(message.blocks)).toEqual([]);
  expect(message.text.trim()).not.toBe('');
  expect(message.blocks.length).toBeLessThanOrEqual(10);
  expect(sizeOf(message)).toBeLessThanOrEqual(HARD_STOP);
  return linesOf(message.blocks);
}

/** The same of a dialogue. */
export function shownView(view: ModalView): readonly string[] {
  expect(viewErrors(view)).toEqual([]);
  const { title, submit, close } = view;
  return [`# ${label(title)}`, ...linesOf(view.blocks), `[${label(close)}] [${label(submit)}]`];
}

/** Characters of a message's blocks as JSON, as Slack counts or nearly so. */
export function sizeOf({ blocks }: AlertMessage): number {
  return JSON.stringify(blocks).length;
}

/** What a phone shows of `text` when it is locked: dates as in UTC. */
export function pushed({ text }: AlertMessage): string {
  return readable(text);
}

type Json = { readonly [field: string]: unknown };

function linesOf(blocks: unknown): readonly string[] {
  return listOf(blocks).flatMap(blockLines);
}

function blockLines(block: Json): readonly string[] {
  switch (block.type) {
    case 'header':
      return [`# ${label(block.text)}`];
    case 'section':
      return listOf(block.fields).map((field) => readable(String(field.text)).replaceAll('\n', ' | '));
    case 'context':
      return listOf(block.elements).map((text) => `~ ${readable(String(text.text))}`);
    case 'actions':
      return [listOf(block.elements).map(elementText).join(' ')];
    case 'input':
      return [`${label(block.label)} ${elementText(block.element as Json)} ${label(block.hint)}`.trim()];
    default:
      return listOf(block.elements).flatMap(richLines);
  }
}

function elementText(element: Json): string {
  switch (element.type) {
    case 'button':
      return `[${label(element.text)}]`;
    case 'overflow':
      return `[⋯ ${listOf(element.options)
        .map((option) => label(option.text))
        .join(', ')}]`;
    case 'datepicker':
      return `<${String(element.initial_date)}>`;
    default:
      return '<…>';
  }
}

function richLines(element: Json): readonly string[] {
  switch (element.type) {
    case 'rich_text_list':
      return listOf(element.elements).map(
        (item, at) => `${element.style === 'ordered' ? `${at + 1}.` : '•'} ${spansOf(item)}`,
      );
    case 'rich_text_preformatted':
      return spansOf(element)
        .split('\n')
        .map((line) => `${element.border === 1 ? '▌' : '│'} ${line}`);
    default:
      return spansOf(element).split('\n');
  }
}

function spansOf(element: Json): string {
  return listOf(element.elements).map(spanText).join('');
}

function spanText(span: Json): string {
  const url = span.url === undefined ? '' : ` (${String(span.url)})`;
  if (span.type === 'date') return `{${String(span.fallback)}}${url}`;
  if (span.type === 'user' || span.type === 'usergroup')
    return `@${String(span.user_id ?? span.usergroup_id)}`;
  return `${readable(String(span.text))}${url}`;
}

/** Dates as their fallback, without the spaces that do not break. */
function readable(text: string): string {
  return text.replace(/<!date\^\d+\^[^|]*\|([^>]*)>/g, '{$1}').replaceAll('\u00a0', ' ');
}

function label(text: unknown): string {
  return typeof text === 'object' && text !== null && 'text' in text ? String(text.text) : '';
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
