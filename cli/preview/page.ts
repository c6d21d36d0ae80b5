import { createHash } from 'node:crypto';
import type { Nanos } from '../../shared/model/time.ts';
import type { AlertMessage, Block, ModalView } from '../../shared/ports.ts';
import { blockNodes } from './blocks.ts';
import { label } from './elements.ts';
import { AVATAR } from './emoji.ts';
import { el, Markup, type Node } from './html.ts';
import { type Reader, slackDate } from './moment.ts';
import { mrkdwnNodes } from './mrkdwn.ts';
import { SCRIPT, STYLE } from './style.ts';

/** What a page shows: messages in the order they came, or a dialogue. */
export interface Scene {
  readonly title: string;
  readonly letters: readonly Letter[];
  readonly modal?: ModalView;
}

export interface Letter {
  readonly message: AlertMessage;
  readonly at: Nanos;
  /** In the channel, in the thread of the one before, or for one person's eyes. */
  readonly where: 'channel' | 'thread' | 'only you';
  readonly isEdited: boolean;
}

/**
 * One page that loads nothing and runs nothing but the four lines that read `?theme`: its own policy allows no more. It shows the blocks as
 * Slack would, and every text in them as text.
 */
export function previewPage({ title, letters, modal }: Scene, reader: Reader): string {
  const body = el(
    'main',
    {},
    letters.map((letter, at) => [
      letter.where === 'thread' && letters[at - 1]?.where !== 'thread'
        ? el('div', { class: 'replies' }, repliesText(letters))
        : undefined,
      letterNode(letter, reader),
    ]),
    modal === undefined ? undefined : modalNode(modal, reader),
  );
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${Markup.text(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    `<body>${body}<script>${SCRIPT}</script></body>`,
    '</html>',
    '',
  ].join('\n');
}

const CONTENT_POLICY = [
  "default-src 'none'",
  `style-src '${hashOf(STYLE)}'`,
  `script-src '${hashOf(SCRIPT)}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function repliesText(letters: readonly Letter[]): string {
  const count = letters.filter(({ where }) => where === 'thread').length;
  return `${count} ${count === 1 ? 'reply' : 'replies'}`;
}

function letterNode({ message, at, where, isEdited }: Letter, reader: Reader): Node {
  return [
    where === 'only you' ? el('div', { class: 'only-you' }, 'Only visible to you') : undefined,
    el(
      'article',
      { class: where === 'thread' ? 'message reply' : 'message' },
      AVATAR,
      el(
        'div',
        {},
        el('h1', { class: 'name' }, 'Anchorwatch'),
        el('span', { class: 'badge' }, 'APP'),
        el('time', { class: 'at' }, slackDate(at, '{time}', reader)),
        el('div', { class: 'body' }, contentNodes(message, reader)),
        isEdited ? el('span', { class: 'edited' }, '(edited)') : undefined,
      ),
    ),
  ];
}

/** A message that Slack would not take with its blocks goes out as its text alone. */
function contentNodes({ text, blocks }: AlertMessage, reader: Reader): readonly Node[] {
  return blocks.length === 0 ? [el('p', {}, mrkdwnNodes(text, reader))] : blockNodes(blocks, reader);
}

function modalNode(modal: ModalView, reader: Reader): Node {
  const blocks = Array.isArray(modal.blocks) ? (modal.blocks as readonly Block[]) : [];
  const submit = label(modal.submit);
  return el(
    'section',
    { class: 'modal', role: 'dialog' },
    el(
      'header',
      {},
      AVATAR,
      el('h1', {}, label(modal.title)),
      el('span', { class: 'close', 'aria-label': 'close' }, '×'),
    ),
    el('div', { class: 'body' }, blockNodes(blocks, reader)),
    el(
      'footer',
      {},
      el('button', { class: 'button', type: 'button' }, label(modal.close) || 'Close'),
      submit === '' ? undefined : el('button', { class: 'button primary', type: 'button' }, submit),
    ),
  );
}
