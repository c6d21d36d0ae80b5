/** The rules by which the server refuses blocks and dialogues, as Slack's reference gives them. */
import { describe, expect, it } from '@jest/globals';
import { blockKitErrors, viewErrors } from '../alerts/block-kit.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const x = (length: number) => 'x'.repeat(length);
const option = (value: string, more = {}) => ({ text: plain(value), value, ...more });
const options = (count: number) => Array.from({ length: count }, (_, at) => option(`o${at}`));

const button = (more = {}) => ({ type: 'button', action_id: 'a', text: plain('Go'), ...more });
const confirm = (more = {}) => ({
  title: plain('Sure?'),
  text: plain('There is no way back.'),
  confirm: plain('Yes'),
  deny: plain('No'),
  ...more,
});
const overflow = (more = {}) => ({ type: 'overflow', action_id: 'a', options: options(2), ...more });
const select = (more = {}) => ({ type: 'static_select', action_id: 'a', options: options(2), ...more });
const radio = (more = {}) => ({ type: 'radio_buttons', action_id: 'a', options: options(2), ...more });
const date = (more = {}) => ({ type: 'datepicker', action_id: 'a', ...more });
const entry = (more = {}) => ({ type: 'plain_text_input', action_id: 'a', ...more });

const row = (...elements: readonly object[]) => [{ type: 'actions', elements }];
const numbered = (count: number) => Array.from({ length: count }, (_, at) => button({ action_id: `a${at}` }));
const input = (element: object, more = {}) => ({ type: 'input', label: plain('Why?'), element, ...more });

describe('rows of buttons and menus', () => {
  it.each<[string, readonly object[]]>([
    ['as many as there may be', row(...numbered(25))],
    [
      'a button at its limits',
      row(button({ action_id: x(255), text: plain(x(75)), value: x(2000), style: 'danger' })),
    ],
    ['a link', row(button({ url: `https://console.example/${x(2900)}` }))],
    [
      'a question before it counts',
      row(
        button({
          confirm: confirm({
            title: plain(x(100)),
            text: mrkdwn(x(300)),
            confirm: plain(x(30)),
            deny: plain(x(30)),
            style: 'danger',
          }),
        }),
      ),
    ],
    ['a menu', row(overflow({ options: options(5) }))],
    [
      'a select',
      row(select({ options: options(100), placeholder: plain(x(150)), initial_option: option('o99') })),
    ],
    [
      'a select in groups',
      row(select({ options: undefined, option_groups: [{ label: plain('One'), options: options(2) }] })),
    ],
    [
      'radio buttons',
      row(radio({ options: [{ text: mrkdwn('*one*'), value: 'o', description: plain('what') }] })),
    ],
    ['a day', row(date({ initial_date: '2026-02-28', placeholder: plain('When?') }))],
    ['a button beside text', [{ type: 'section', text: plain('Look'), accessory: button() }]],
  ])('%s', (_behaviour, blocks) => {
    expect(blockKitErrors(blocks.map((block) => JSON.parse(JSON.stringify(block))))).toEqual([]);
  });

  it.each<[string, readonly object[], string]>([
    ['none', row(), '/blocks/0/elements: needs 1 to 25 items, has 0'],
    ['too many', row(...numbered(26)), '/blocks/0/elements: needs 1 to 25 items, has 26'],
    ['the same twice', row(button(), button()), '/blocks/0/elements: action_id is not unique'],
    [
      'a name that is too long',
      row(button({ action_id: x(256) })),
      '/blocks/0/elements/0/action_id: must be less than 256 characters',
    ],
    [
      'text that is too long',
      row(button({ text: plain(x(76)) })),
      '/blocks/0/elements/0/text: must be less than 76 characters',
    ],
    [
      'text that is markup',
      row(button({ text: mrkdwn('*Go*') })),
      '/blocks/0/elements/0/text: type mrkdwn is not allowed here',
    ],
    [
      'a value that is too long',
      row(button({ value: x(2001) })),
      '/blocks/0/elements/0/value: must be less than 2001 characters',
    ],
    [
      'an address that is too long',
      row(button({ url: `https://${x(3000)}` })),
      '/blocks/0/elements/0/url: must be less than 3001 characters',
    ],
    [
      'an address that is none',
      row(button({ url: 'javascript:alert(1)' })),
      '/blocks/0/elements/0/url: not a web address',
    ],
    [
      'a style of our own',
      row(button({ style: 'default' })),
      '/blocks/0/elements/0/style: primary, danger, or nothing',
    ],
    ['a field of our own', row(button({ colour: 'red' })), '/blocks/0/elements/0: unknown field colour'],
    [
      'a question without a title',
      row(button({ confirm: confirm({ title: undefined }) })),
      '/blocks/0/elements/0/confirm/title: not a text object',
    ],
    [
      'a question that is too long',
      row(button({ confirm: confirm({ text: plain(x(301)) }) })),
      '/blocks/0/elements/0/confirm/text: must be less than 301 characters',
    ],
    [
      'an answer that is too long',
      row(button({ confirm: confirm({ deny: plain(x(31)) }) })),
      '/blocks/0/elements/0/confirm/deny: must be less than 31 characters',
    ],
    [
      'a menu of six',
      row(overflow({ options: options(6) })),
      '/blocks/0/elements/0/options: needs 1 to 5 items, has 6',
    ],
    [
      'a select of a hundred and one',
      row(select({ options: options(101) })),
      '/blocks/0/elements/0/options: needs 1 to 100 items, has 101',
    ],
    [
      'a select of nothing',
      row(select({ options: undefined })),
      '/blocks/0/elements/0: needs either options or option_groups',
    ],
    [
      'a choice that is not there',
      row(select({ initial_option: option('o9') })),
      '/blocks/0/elements/0/initial_option: not one of the options',
    ],
    [
      'an option that is too long',
      row(overflow({ options: [option(x(76))] })),
      '/blocks/0/elements/0/options/0/value: must be less than 76 characters',
    ],
    [
      'an option without a value',
      row(overflow({ options: [{ text: plain('o') }] })),
      '/blocks/0/elements/0/options/0/value: missing',
    ],
    [
      'an address in a select',
      row(select({ options: [option('o', { url: 'https://acme.example' })] })),
      '/blocks/0/elements/0/options/0: unknown field url',
    ],
    [
      'markup in a select',
      row(select({ options: [{ text: mrkdwn('o'), value: 'o' }] })),
      '/blocks/0/elements/0/options/0/text: type mrkdwn is not allowed here',
    ],
    [
      'eleven radio buttons',
      row(radio({ options: options(11) })),
      '/blocks/0/elements/0/options: needs 1 to 10 items, has 11',
    ],
    [
      'a day that never was',
      row(date({ initial_date: '2026-02-30' })),
      '/blocks/0/elements/0/initial_date: not a day',
    ],
    ['something to fill in', row(entry()), '/blocks/0/elements/0: plain_text_input is not allowed here'],
    ['an input in a message', [input(entry())], '/blocks/0: unsupported type input'],
    [
      'two blocks of one name',
      [
        { type: 'divider', block_id: 'b' },
        { type: 'divider', block_id: 'b' },
      ],
      '/blocks: block_id is not unique',
    ],
    [
      'a block without a name',
      [{ type: 'divider', block_id: '' }],
      '/blocks/0/block_id: must be more than 0 characters',
    ],
  ])('%s', (_behaviour, blocks, error) => {
    expect(blockKitErrors(blocks.map((block) => JSON.parse(JSON.stringify(block))))).toContain(error);
  });
});

const view = (more: object = {}) => ({
  type: 'modal',
  title: plain('Approve'),
  submit: plain('Ask'),
  blocks: [input(entry())],
  ...more,
});

describe('dialogues', () => {
  it.each<[string, object]>([
    ['a plain one', view()],
    [
      'one at its limits',
      view({
        title: plain(x(24)),
        submit: plain(x(24)),
        close: plain(x(24)),
        private_metadata: x(3000),
        callback_id: x(255),
        blocks: Array.from({ length: 100 }, () => ({ type: 'divider' })),
      }),
    ],
    [
      'one that only says something',
      { type: 'modal', title: plain('Too late'), blocks: [{ type: 'section', text: plain('x') }] },
    ],
    [
      'everything that can be filled in',
      view({
        blocks: [
          input(
            entry({
              multiline: true,
              min_length: 10,
              max_length: 500,
              initial_value: x(500),
              focus_on_load: true,
            }),
          ),
          input(select(), { optional: true, hint: plain('One of these') }),
          input(date()),
          input(radio({ initial_option: option('o1') })),
        ],
      }),
    ],
  ])('%s', (_behaviour, dialogue) => {
    expect(viewErrors(dialogue)).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'view: not an object'],
    ['a page', view({ type: 'home' }), '/view/type: must be modal'],
    ['no title', view({ title: undefined }), '/view/title: not a text object'],
    [
      'a title that is too long',
      view({ title: plain(x(25)) }),
      '/view/title: must be less than 25 characters',
    ],
    ['a title that is markup', view({ title: mrkdwn('a') }), '/view/title: type mrkdwn is not allowed here'],
    [
      'a submit that is too long',
      view({ submit: plain(x(25)) }),
      '/view/submit: must be less than 25 characters',
    ],
    [
      'a close that is too long',
      view({ close: plain(x(25)) }),
      '/view/close: must be less than 25 characters',
    ],
    ['inputs, and no submit', view({ submit: undefined }), '/view/submit: required where there are inputs'],
    ['no blocks', view({ blocks: [] }), '/view/blocks: needs 1 to 100 items, has 0'],
    [
      'too many blocks',
      view({ blocks: Array.from({ length: 101 }, () => ({ type: 'divider' })) }),
      '/view/blocks: needs 1 to 100 items, has 101',
    ],
    [
      'too much to remember',
      view({ private_metadata: x(3001) }),
      '/view/private_metadata: must be less than 3001 characters',
    ],
    [
      'a name that is too long',
      view({ callback_id: x(256) }),
      '/view/callback_id: must be less than 256 characters',
    ],
    ['a field of our own', view({ colour: 'red' }), '/view: unknown field colour'],
    [
      'an input without a label',
      view({ blocks: [input(entry(), { label: undefined })] }),
      '/view/blocks/0/label: not a text object',
    ],
    [
      'a label that is too long',
      view({ blocks: [input(entry(), { label: plain(x(2001)) })] }),
      '/view/blocks/0/label: must be less than 2001 characters',
    ],
    [
      'a hint that is too long',
      view({ blocks: [input(entry(), { hint: plain(x(2001)) })] }),
      '/view/blocks/0/hint: must be less than 2001 characters',
    ],
    [
      'a button to fill in',
      view({ blocks: [input(button())] }),
      '/view/blocks/0/element: button is not allowed here',
    ],
    [
      'a placeholder that is too long',
      view({ blocks: [input(entry({ placeholder: plain(x(151)) }))] }),
      '/view/blocks/0/element/placeholder: must be less than 151 characters',
    ],
    [
      'more than there is room for',
      view({ blocks: [input(entry({ max_length: 3001 }))] }),
      '/view/blocks/0/element/max_length: 1 to 3000',
    ],
    [
      'less than nothing',
      view({ blocks: [input(entry({ min_length: -1 }))] }),
      '/view/blocks/0/element/min_length: 0 to 3000',
    ],
    [
      'least above most',
      view({ blocks: [input(entry({ min_length: 9, max_length: 3 }))] }),
      '/view/blocks/0/element: min_length is more than max_length',
    ],
    [
      'a text longer than allowed',
      view({ blocks: [input(entry({ max_length: 3, initial_value: 'four' }))] }),
      '/view/blocks/0/element/initial_value: must be less than 4 characters',
    ],
    [
      'two that want the first word',
      view({ blocks: [input(entry({ focus_on_load: true })), input(date({ focus_on_load: true }))] }),
      '/view: only one element may have focus_on_load',
    ],
  ])('%s', (_behaviour, dialogue, error) => {
    expect(viewErrors(dialogue)).toContain(error);
  });
});

describe('rich text', () => {
  const text = (...elements: readonly object[]) => [
    { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] },
  ];

  it('calls people and groups by their ids', () => {
    expect(
      blockKitErrors(text({ type: 'user', user_id: 'U0JANE' }, { type: 'usergroup', usergroup_id: 'S0SOC' })),
    ).toEqual([]);
    expect(blockKitErrors(text({ type: 'user', user_id: 'jane' }))).toEqual([
      '/blocks/0/elements/0/elements/0: not a user id',
    ]);
    expect(blockKitErrors(text({ type: 'usergroup', usergroup_id: '!channel' }))).toEqual([
      '/blocks/0/elements/0/elements/0: not a user group id',
    ]);
  });
});
