/** What people press and fill in (docs.slack.dev/reference/block-kit/block-elements and /composition-objects). */
import {
  ANY_TEXT,
  booleanErrors,
  type Errors,
  idErrors,
  isObject,
  type Json,
  lengthErrors,
  listOf,
  textErrors,
  unknownKeys,
} from './block-kit-checks.ts';

export function* elementErrors(element: unknown, at: string, kinds: readonly string[]): Errors {
  if (!isObject(element)) return yield `${at}: not an object`;
  if (!kinds.includes(String(element.type)))
    return yield `${at}: ${String(element.type)} is not allowed here`;
  yield* idErrors(element, 'action_id', at);
  yield* booleanErrors(element, ['focus_on_load', 'multiline'], at);
  if (element.confirm !== undefined) yield* confirmErrors(element.confirm, `${at}/confirm`);
  if (element.placeholder !== undefined)
    yield* textErrors(element.placeholder, `${at}/placeholder`, 150, ['plain_text']);
  switch (element.type) {
    case 'button':
      return yield* buttonErrors(element, at);
    case 'overflow':
      yield* unknownKeys(element, ['type', 'action_id', 'options', 'confirm'], at);
      return yield* optionsErrors(element, at, 5, { isMenu: true });
    case 'static_select':
      return yield* selectErrors(element, at);
    case 'radio_buttons':
      yield* unknownKeys(
        element,
        ['type', 'action_id', 'options', 'initial_option', 'confirm', 'focus_on_load'],
        at,
      );
      yield* optionsErrors(element, at, 10, { isMarkup: true });
      return yield* initialErrors(element, element.options, at);
    case 'datepicker':
      yield* unknownKeys(
        element,
        ['type', 'action_id', 'initial_date', 'placeholder', 'confirm', 'focus_on_load'],
        at,
      );
      if (element.initial_date !== undefined && !isDay(element.initial_date))
        yield `${at}/initial_date: not a day`;
      return;
    case 'plain_text_input':
      return yield* textInputErrors(element, at);
  }
}

function* buttonErrors(button: Json, at: string): Errors {
  yield* unknownKeys(
    button,
    ['type', 'text', 'action_id', 'url', 'value', 'style', 'confirm', 'accessibility_label'],
    at,
  );
  yield* textErrors(button.text, `${at}/text`, 75, ['plain_text']);
  yield* lengthErrors(button, 'value', 2000, at);
  yield* lengthErrors(button, 'accessibility_label', 75, at);
  yield* addressErrors(button, at);
  yield* schemeErrors(button, at);
}

function* addressErrors(value: Json, at: string): Errors {
  yield* lengthErrors(value, 'url', 3000, at);
  if (value.url !== undefined && !/^https?:\/\/\S+$/.test(String(value.url)))
    yield `${at}/url: not a web address`;
}

function* schemeErrors({ style }: Json, at: string): Errors {
  if (style !== undefined && style !== 'primary' && style !== 'danger')
    yield `${at}/style: primary, danger, or nothing`;
}

function* confirmErrors(confirm: unknown, at: string): Errors {
  if (!isObject(confirm)) return yield `${at}: not an object`;
  yield* unknownKeys(confirm, ['title', 'text', 'confirm', 'deny', 'style'], at);
  yield* textErrors(confirm.title, `${at}/title`, 100, ['plain_text']);
  yield* textErrors(confirm.text, `${at}/text`, 300, ANY_TEXT);
  yield* textErrors(confirm.confirm, `${at}/confirm`, 30, ['plain_text']);
  yield* textErrors(confirm.deny, `${at}/deny`, 30, ['plain_text']);
  yield* schemeErrors(confirm, at);
}

function* selectErrors(select: Json, at: string): Errors {
  yield* unknownKeys(
    select,
    [
      'type',
      'action_id',
      'placeholder',
      'options',
      'option_groups',
      'initial_option',
      'confirm',
      'focus_on_load',
    ],
    at,
  );
  const { options, option_groups: groups } = select;
  if ((options === undefined) === (groups === undefined))
    return yield `${at}: needs either options or option_groups`;
  if (options !== undefined) {
    yield* optionsErrors(select, at, 100, {});
    return yield* initialErrors(select, options, at);
  }
  yield* listOf(groups, `${at}/option_groups`, 100, function* (group, path) {
    if (!isObject(group)) return yield `${path}: not an object`;
    yield* unknownKeys(group, ['label', 'options'], path);
    yield* textErrors(group.label, `${path}/label`, 75, ['plain_text']);
    yield* optionsErrors(group, path, 100, {});
  });
  const all = Array.isArray(groups) ? groups.flatMap((group) => (isObject(group) ? group.options : [])) : [];
  yield* initialErrors(select, all, at);
}

interface OptionKind {
  /** Only these may carry an address. */
  readonly isMenu?: true;
  /** Only these may be written in mrkdwn. */
  readonly isMarkup?: true;
}

function* optionsErrors(parent: Json, at: string, most: number, { isMenu, isMarkup }: OptionKind): Errors {
  const texts = isMarkup === true ? ANY_TEXT : ['plain_text'];
  yield* listOf(parent.options, `${at}/options`, most, function* (option, path) {
    if (!isObject(option)) return yield `${path}: not an object`;
    yield* unknownKeys(option, ['text', 'value', 'description', ...(isMenu === true ? ['url'] : [])], path);
    yield* textErrors(option.text, `${path}/text`, 75, texts);
    if (typeof option.value !== 'string' || option.value === '') yield `${path}/value: missing`;
    yield* lengthErrors(option, 'value', 75, path);
    yield* addressErrors(option, path);
    if (option.description !== undefined)
      yield* textErrors(option.description, `${path}/description`, 75, texts);
  });
}

/** It must be one of them, word for word. */
function* initialErrors({ initial_option: initial }: Json, options: unknown, at: string): Errors {
  if (initial === undefined) return;
  const wanted = JSON.stringify(initial);
  const isThere = Array.isArray(options) && options.some((option) => JSON.stringify(option) === wanted);
  if (!isThere) yield `${at}/initial_option: not one of the options`;
}

function isDay(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const time = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(value);
}

function* textInputErrors(input: Json, at: string): Errors {
  yield* unknownKeys(
    input,
    [
      'type',
      'action_id',
      'initial_value',
      'multiline',
      'min_length',
      'max_length',
      'placeholder',
      'focus_on_load',
    ],
    at,
  );
  const { min_length: least = 0, max_length: most = 3000 } = input;
  if (!isCount(least, 0)) yield `${at}/min_length: 0 to 3000`;
  if (!isCount(most, 1)) yield `${at}/max_length: 1 to 3000`;
  if (Number(least) > Number(most)) yield `${at}: min_length is more than max_length`;
  yield* lengthErrors(input, 'initial_value', Number(most), at);
}

function isCount(value: unknown, least: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= 3000;
}
