/**
 * What Slack checks of `blocks` and of views, for the kinds we may send (docs.slack.dev/reference/block-kit). Anything this does not know is
 * refused, as Slack refuses it: a test that passes here must not fail there. Each answer names the place, as Slack's own messages do.
 */
import {
  ANY_TEXT,
  booleanErrors,
  type Errors,
  idErrors,
  isObject,
  type Json,
  lengthErrors,
  listOf,
  repeatedErrors,
  textErrors,
  unknownKeys,
} from './block-kit-checks.ts';
import { elementErrors } from './block-kit-elements.ts';
import { richErrors } from './block-kit-rich-text.ts';

/** Of a message. */
export function blockKitErrors(blocks: unknown): readonly string[] {
  if (!Array.isArray(blocks)) return ['blocks: not a list'];
  return blocks.length === 0 ? [] : [...blockListErrors(blocks, '/blocks', 50, IN_MESSAGES)];
}

/** Of a modal (docs.slack.dev/reference/views/modal-views). */
export function viewErrors(view: unknown): readonly string[] {
  return isObject(view) ? [...modalErrors(view)] : ['view: not an object'];
}

function* modalErrors(view: Json): Errors {
  const at = '/view';
  if (view.type !== 'modal') yield `${at}/type: must be modal`;
  yield* unknownKeys(view, MODAL_FIELDS, at);
  yield* textErrors(view.title, `${at}/title`, 24, ['plain_text']);
  for (const name of ['submit', 'close'])
    if (view[name] !== undefined) yield* textErrors(view[name], `${at}/${name}`, 24, ['plain_text']);
  yield* lengthErrors(view, 'private_metadata', 3000, at);
  yield* lengthErrors(view, 'callback_id', 255, at);
  yield* lengthErrors(view, 'external_id', 255, at);
  yield* booleanErrors(view, ['clear_on_close', 'notify_on_close', 'submit_disabled'], at);
  yield* blockListErrors(view.blocks, `${at}/blocks`, 100, IN_MODALS);
  const blocks = Array.isArray(view.blocks) ? view.blocks.filter(isObject) : [];
  if (view.submit === undefined && blocks.some((block) => block.type === 'input'))
    yield `${at}/submit: required where there are inputs`;
  const focused = blocks.filter((block) => isObject(block.element) && block.element.focus_on_load === true);
  if (focused.length > 1) yield `${at}: only one element may have focus_on_load`;
}

const MODAL_FIELDS = [
  'type',
  'title',
  'blocks',
  'close',
  'submit',
  'private_metadata',
  'callback_id',
  'clear_on_close',
  'notify_on_close',
  'external_id',
  'submit_disabled',
];

const IN_MESSAGES = ['header', 'section', 'context', 'divider', 'rich_text', 'actions'];
const IN_MODALS = [...IN_MESSAGES, 'input'];

function* blockListErrors(blocks: unknown, at: string, most: number, kinds: readonly string[]): Errors {
  yield* listOf(blocks, at, most, (block, path) => blockErrors(block, path, kinds));
  yield* repeatedErrors(blocks, 'block_id', at);
}

function* blockErrors(block: unknown, at: string, kinds: readonly string[]): Errors {
  if (!isObject(block)) return yield `${at}: not an object`;
  if (!kinds.includes(String(block.type))) return yield `${at}: unsupported type ${String(block.type)}`;
  yield* idErrors(block, 'block_id', at);
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
    case 'actions':
      yield* unknownKeys(block, ['type', 'elements', 'block_id'], at);
      yield* repeatedErrors(block.elements, 'action_id', `${at}/elements`);
      return yield* listOf(block.elements, `${at}/elements`, 25, (element, path) =>
        elementErrors(element, path, PRESSED),
      );
    case 'input':
      return yield* inputErrors(block, at);
  }
}

const PRESSED = ['button', 'overflow', 'static_select', 'datepicker', 'radio_buttons'];
const FILLED_IN = ['plain_text_input', 'static_select', 'datepicker', 'radio_buttons'];

function* sectionErrors(block: Json, at: string): Errors {
  yield* unknownKeys(block, ['type', 'text', 'fields', 'block_id', 'expand', 'accessory'], at);
  yield* booleanErrors(block, ['expand'], at);
  if (block.text === undefined && block.fields === undefined) yield `${at}: a section needs text or fields`;
  if (block.text !== undefined) yield* textErrors(block.text, `${at}/text`, 3000, ANY_TEXT);
  if (block.fields !== undefined) {
    yield* listOf(block.fields, `${at}/fields`, 10, (text, path) => textErrors(text, path, 2000, ANY_TEXT));
  }
  if (block.accessory !== undefined) yield* elementErrors(block.accessory, `${at}/accessory`, PRESSED);
}

function* inputErrors(block: Json, at: string): Errors {
  yield* unknownKeys(
    block,
    ['type', 'label', 'element', 'hint', 'optional', 'dispatch_action', 'block_id'],
    at,
  );
  yield* booleanErrors(block, ['optional', 'dispatch_action'], at);
  yield* textErrors(block.label, `${at}/label`, 2000, ['plain_text']);
  if (block.hint !== undefined) yield* textErrors(block.hint, `${at}/hint`, 2000, ['plain_text']);
  yield* elementErrors(block.element, `${at}/element`, FILLED_IN);
}
