import type { Block, ModalView } from '../ports.ts';
import { BUTTONS_BLOCK } from './actions.ts';

/** The Block Kit elements that people press and fill in. Every text here is ours: none comes from the cloud. */

type Element = { readonly type: string; readonly [field: string]: unknown };

interface ButtonLook {
  readonly style?: 'primary' | 'danger';
  readonly confirm?: Confirmation;
}

/** Asked once more before it counts. Slack takes 100, 300, 30 and 30 characters. */
interface Confirmation {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly no: string;
}

/** A row of buttons; `undefined` without any. */
export function buttonRow(...elements: readonly (Element | undefined)[]): Block | undefined {
  const shown = elements.filter((element) => element !== undefined);
  return shown.length === 0 ? undefined : { type: 'actions', block_id: BUTTONS_BLOCK, elements: shown };
}

export function button(action: string, text: string, value: string, look: ButtonLook = {}): Element {
  const { style, confirm } = look;
  return {
    type: 'button',
    action_id: action,
    text: label(text),
    value,
    ...(style === undefined ? {} : { style }),
    ...(confirm === undefined ? {} : { confirm: confirmation(confirm) }),
  };
}

/** Opens an address of our own; see `isWebAddress`. */
export function linkButton(action: string, text: string, url: string): Element {
  return { type: 'button', action_id: action, text: label(text), url };
}

/**
 * A menu behind three dots. Unlike a select it keeps no choice, so that one that was refused can be made again (clients remember a select's
 * choice by `block_id`, even over an edit: bolt-js #2766).
 */
export function menu(
  action: string,
  options: readonly { readonly text: string; readonly value: string }[],
): Element {
  return {
    type: 'overflow',
    action_id: action,
    options: options.map(({ text, value }) => ({ text: label(text), value })),
  };
}

/** Where a value of a dialogue stands in `view.state.values`. */
interface InputPlace {
  readonly block: string;
  readonly action: string;
}

export function textInput(
  place: InputPlace,
  text: string,
  look: { readonly least: number; readonly most: number; readonly multiline?: true; readonly hint?: string },
): Block {
  return input(place, text, look.hint, {
    type: 'plain_text_input',
    ...(look.multiline === undefined ? {} : { multiline: true }),
    min_length: look.least,
    max_length: look.most,
  });
}

/** `initial` is `YYYY-MM-DD`. Slack knows no last day: whoever receives it looks. */
export function dayInput(place: InputPlace, text: string, initial: string, hint: string): Block {
  return input(place, text, hint, { type: 'datepicker', initial_date: initial });
}

function input(
  { block, action }: InputPlace,
  text: string,
  hint: string | undefined,
  element: Element,
): Block {
  return {
    type: 'input',
    block_id: block,
    label: label(text),
    element: { ...element, action_id: action },
    ...(hint === undefined ? {} : { hint: label(hint) }),
  };
}

/** A dialogue. Without `submit` it only says something. */
export function modal(view: {
  readonly callback: string;
  /** At most 24 characters, like `submit`. */
  readonly title: string;
  readonly submit?: string;
  readonly about: string;
  readonly blocks: readonly (Block | undefined)[];
}): ModalView {
  return {
    type: 'modal',
    callback_id: view.callback,
    private_metadata: view.about,
    title: label(view.title),
    close: label(view.submit === undefined ? 'Close' : 'Cancel'),
    ...(view.submit === undefined ? {} : { submit: label(view.submit) }),
    blocks: view.blocks.filter((block) => block !== undefined),
  };
}

function confirmation({ title, text, yes, no }: Confirmation) {
  return { title: label(title), text: label(text), confirm: label(yes), deny: label(no) };
}

function label(text: string) {
  return { type: 'plain_text', text, emoji: false };
}
