import { fieldOf, listOf, textOf } from './fields.ts';
import { el, type Node, webLink } from './html.ts';
import { notDrawn } from './rich-text.ts';

/** What people press and fill in (docs.slack.dev/reference/block-kit/block-elements). Here nothing comes of it. */
export function elementNode(element: unknown): Node {
  switch (textOf(element, 'type')) {
    case 'button':
      return buttonNode(element);
    case 'overflow':
      return menuNode('⋯', listOf(element, 'options'), 'menu');
    case 'static_select':
      return menuNode(`${selectedText(element)} ▾`, listOf(element, 'options'), 'select');
    case 'plain_text_input':
      return inputNode(element);
    case 'datepicker':
      return el('input', {
        class: 'day',
        type: 'text',
        readonly: true,
        value: textOf(element, 'initial_date'),
        'aria-label': 'day',
      });
    default:
      return notDrawn('element', textOf(element, 'type'));
  }
}

function buttonNode(element: unknown): Node {
  const text = label(fieldOf(element, 'text'));
  const style = textOf(element, 'style');
  const kind = style === 'primary' || style === 'danger' ? `button ${style}` : 'button';
  const url = textOf(element, 'url');
  if (url !== '') return el('span', { class: kind }, webLink(url, text));
  const asks = label(fieldOf(fieldOf(element, 'confirm'), 'title'));
  return el('button', { class: kind, type: 'button', ...(asks === '' ? {} : { title: asks }) }, text);
}

function menuNode(text: string, options: readonly unknown[], kind: string): Node {
  return el(
    'details',
    { class: kind },
    el('summary', { class: 'button', 'aria-label': kind }, text),
    el(
      'ul',
      {},
      options.map((option) => el('li', {}, label(fieldOf(option, 'text')))),
    ),
  );
}

function selectedText(element: unknown): string {
  return label(fieldOf(fieldOf(element, 'initial_option'), 'text')) || label(fieldOf(element, 'placeholder'));
}

function inputNode(element: unknown): Node {
  const value = textOf(element, 'initial_value');
  const placeholder = label(fieldOf(element, 'placeholder'));
  const look = { readonly: true, placeholder, 'aria-label': 'text' } as const;
  return fieldOf(element, 'multiline') === true
    ? el('textarea', look, value)
    : el('input', { ...look, type: 'text', value });
}

/** The words of a text object that holds plain text. */
export function label(text: unknown): string {
  return textOf(text, 'text');
}
