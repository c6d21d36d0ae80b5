/** The page of `preview`: it shows what Slack would, and no text in it becomes anything but text. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { blockNodes } from '../../cli/preview/blocks.ts';
import { el } from '../../cli/preview/html.ts';
import { type Reader, slackDate } from '../../cli/preview/moment.ts';
import { mrkdwnNodes } from '../../cli/preview/mrkdwn.ts';
import { type Letter, previewPage } from '../../cli/preview/page.ts';
import { MESSAGES, sceneOf } from '../../cli/preview/scenes.ts';
import { DAY, HOUR, MINUTE, parseTime } from '../../shared/model/time.ts';
import type { AlertMessage, Block } from '../../shared/ports.ts';
import { anyFinding } from '../findings/any-finding.ts';
import { policyOf } from '../policy/policy-of.ts';

const NOON = parseTime('2026-11-21T12:00:00Z')!;
const READER: Reader = { asOf: NOON, timezone: 'UTC' };

function blocksHtml(...blocks: readonly Block[]): string {
  return String(el('div', {}, blockNodes(blocks, READER))).slice('<div>'.length, -'</div>'.length);
}

function mrkdwn(text: string): string {
  return String(el('p', {}, mrkdwnNodes(text, READER))).slice('<p>'.length, -'</p>'.length);
}

function page(message: AlertMessage): string {
  const letter: Letter = { message, at: NOON, where: 'channel', isEdited: false };
  return previewPage({ title: 'x', letters: [letter] }, READER);
}

describe('mrkdwn', () => {
  it.each([
    ['*bold*, _italic_, ~gone~', '<b>bold</b>, <i>italic</i>, <s>gone</s>'],
    ['*bold with `code *in* it`*', '*bold with <code>code *in* it</code>*'],
    ['a*b*c and snake_case_name', 'a*b*c and snake_case_name'],
    ['`&lt;b&gt; &amp; *x*`', '<code>&lt;b&gt; &amp; *x*</code>'],
    ['one\ntwo', 'one<br>two'],
    ['&gt; said', '<blockquote>said</blockquote>'],
    ['```\na  *b*\n```', '<pre>a  *b*\n</pre>'],
    [
      '<https://acme.example/a?b=1&amp;c|here>',
      '<a href="https://acme.example/a?b=1&amp;c" rel="noreferrer">here</a>',
    ],
    ['<https://acme.example>', '<a href="https://acme.example" rel="noreferrer">https://acme.example</a>'],
    ['<javascript:alert(1)|here>', '<span>here</span>'],
    [
      '<@U012|jane> <!subteam^S012|@soc> <!here> <#C012|ops>',
      ['@jane', '@soc', '@here', '#ops'].map((name) => `<span class="mention">${name}</span>`).join(' '),
    ],
    ['<!date^1795262400^{date_short_pretty} {time}|fallback>', '<time class="date">Today 12:00</time>'],
    ['<!date^soon^{time}|fall&lt;back>', 'fall&lt;back'],
    ['a < b > c & d', 'a &lt; b &gt; c &amp; d'],
    ['&lt;!channel&gt;', '&lt;!channel&gt;'],
    ['&quot;', '&amp;quot;'],
  ])('%s', (text, expected) => {
    expect(mrkdwn(text)).toBe(expected);
  });
});

describe('a date', () => {
  const morning = parseTime('2026-11-21T09:05:07Z')!;
  it.each<[string, bigint, string]>([
    ['{time}', morning, '09:05'],
    ['{time_secs}', morning, '09:05:07'],
    ['{date_num} {date_slash}', morning, '2026-11-21 21/11/2026'],
    ['{date_short_pretty} {time}', morning, 'Today 09:05'],
    ['at {time}, {date_short_pretty}', morning - DAY, 'At 09:05, yesterday'],
    ['{date_pretty}', morning + DAY, 'Tomorrow'],
    ['{date_pretty}', morning - 3n * DAY, 'November 18, 2026'],
    ['{date_short_pretty}', morning - 3n * DAY, 'Nov 18, 2026'],
    ['{date_long}', morning, 'Saturday, November 21, 2026'],
    ['{date_long_pretty}', morning - 3n * DAY, 'Wednesday, November 18, 2026'],
    ['{ago}', NOON - 5n * MINUTE, '5 minutes ago'],
    ['{ago}', NOON - 1n * HOUR, '1 hour ago'],
    ['{ago}', NOON - 50n * HOUR, '2 days ago'],
    ['{ago}', NOON, 'Just now'],
    ['{ago}', NOON + 2n * HOUR, 'In 2 hours'],
    ['{nonsense} {time}', morning, '{nonsense} 09:05'],
    ['{constructor}', morning, '{constructor}'],
  ])('as %s', (format, time, expected) => {
    expect(slackDate(time, format, READER)).toBe(expected);
  });

  it("is the reader's own", () => {
    expect(slackDate(morning, '{date_num} {time}', { ...READER, timezone: 'Asia/Tokyo' })).toBe(
      '2026-11-21 18:05',
    );
    expect(slackDate(NOON - 13n * HOUR, '{date_short_pretty}', { ...READER, timezone: 'Asia/Tokyo' })).toBe(
      'Today',
    );
  });
});

describe('blocks', () => {
  const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
  const section = (...elements: readonly unknown[]) => ({ type: 'rich_text', elements });

  it.each<[string, Block, string]>([
    ['header', { type: 'header', text: plain('a & *b*') }, '<h2>a &amp; *b*</h2>'],
    ['divider', { type: 'divider' }, '<hr>'],
    [
      'fields',
      { type: 'section', fields: [{ type: 'mrkdwn', text: '*Who*\nme' }] },
      '<div class="section"><div class="fields"><div class="field"><b>Who</b><br>me</div></div></div>',
    ],
    [
      'context',
      { type: 'context', elements: [plain('a'), { type: 'mrkdwn', text: '_b_' }] },
      '<div class="context"><span>a</span><span><i>b</i></span></div>',
    ],
    [
      'styles and mentions of rich text',
      section({
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: 'a\n', style: { bold: true, strike: true } },
          { type: 'usergroup', usergroup_id: 'S0SOC' },
          { type: 'link', url: 'https://a.example', text: 'b' },
          { type: 'link', url: 'data:text/html,x', text: 'c' },
          { type: 'date', timestamp: 1_795_262_400, format: '{time}', fallback: 'f' },
        ],
      }),
      '<div class="rich"><p><b><s>a<br></s></b><span class="mention">@S0SOC</span><a href="https://a.example" rel="noreferrer">b</a><span>c</span><time class="date">12:00</time></p></div>',
    ],
    [
      'lists, quotes and preformatted text',
      section(
        {
          type: 'rich_text_list',
          style: 'ordered',
          indent: 1,
          elements: [{ elements: [{ type: 'text', text: 'a' }] }],
        },
        { type: 'rich_text_quote', elements: [{ type: 'text', text: 'b' }] },
        { type: 'rich_text_preformatted', border: 1, elements: [{ type: 'text', text: '- c\n+ d' }] },
      ),
      '<div class="rich"><ol class="deep"><li>a</li></ol><blockquote>b</blockquote><pre class="bordered">- c\n+ d</pre></div>',
    ],
    [
      'buttons and menus',
      {
        type: 'actions',
        elements: [
          { type: 'button', text: plain('Go'), style: 'primary', confirm: { title: plain('Sure?') } },
          { type: 'button', text: plain('Look'), url: 'https://a.example' },
          { type: 'overflow', options: [{ text: plain('Later'), value: 'v' }] },
          { type: 'static_select', placeholder: plain('Which'), options: [] },
        ],
      },
      '<div class="actions"><button class="button primary" type="button" title="Sure?">Go</button><span class="button"><a href="https://a.example" rel="noreferrer">Look</a></span><details class="menu"><summary class="button" aria-label="menu">⋯</summary><ul><li>Later</li></ul></details><details class="select"><summary class="button" aria-label="select">Which ▾</summary><ul></ul></details></div>',
    ],
    [
      'inputs',
      {
        type: 'input',
        label: plain('Why'),
        optional: true,
        hint: plain('because'),
        element: { type: 'plain_text_input', initial_value: '"x"' },
      },
      '<div class="input"><label>Why<small> (optional)</small></label><input readonly placeholder="" aria-label="text" type="text" value="&quot;x&quot;"><div class="hint">because</div></div>',
    ],
    [
      'what is not drawn is said',
      { type: 'video' },
      '<span class="not-drawn">block video: not drawn here</span>',
    ],
  ])('%s', (_what, block, expected) => {
    expect(blocksHtml(block)).toBe(expected);
  });

  it('our symbols are drawn, with their name', () => {
    expect(blocksHtml({ type: 'header', text: plain('🔴 Critical') })).toMatch(
      /^<h2><svg class="emoji" [^<>]* aria-label="🔴"><circle [^<>]*\/><\/svg> Critical<\/h2>$/,
    );
  });
});

/** Whatever stands in angle brackets, as tag names; everything else must be free of them. */
function tagsOf(html: string): readonly string[] {
  const tag = /<(\/?[a-z][a-z0-9]*)((?: [a-zA-Z-]+(?:="[^"<>]*")?)*)\/?>/g;
  expect(html.replace(tag, '')).not.toMatch(/[<>]/);
  for (const [, , attributes = ''] of html.matchAll(tag)) {
    expect(attributes).not.toMatch(/ (on[a-z]+|style|src|srcdoc|action|formaction|id)="/i);
    const href = / href="([^"]*)"/.exec(attributes)?.[1];
    if (href !== undefined) expect(href).toMatch(/^https?:\/\//);
  }
  return [...html.matchAll(tag)].map(([, name = '']) => name);
}

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</textarea><b>',
  '</title><script>',
  '<!--',
  ']]>',
  '&lt;script&gt;',
  '&#60;b&#62;',
  '<https://evil.example/"onx="|x>',
  '<javascript:alert(1)|x>',
  '<https://a.example|</a><script>>',
  '*<b>*',
  '```<i>```',
  '\u0000',
  '\ud800',
  '\u202e',
  '🔴<',
  '__proto__',
];
const text = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.array(fc.constantFrom(...HOSTILE), { maxLength: 4 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

describe('text is data', () => {
  it('in every field of every block, cleaned or not', () => {
    const object = fc.record(
      { type: fc.constantFrom('plain_text', 'mrkdwn'), text },
      { noNullPrototype: true },
    );
    const style = fc.record({ bold: fc.boolean(), code: fc.boolean() }, { noNullPrototype: true });
    const span = fc.record(
      {
        type: fc.oneof(fc.constantFrom('text', 'link', 'date', 'user', 'usergroup', 'emoji'), text),
        text,
        url: text,
        user_id: text,
        usergroup_id: text,
        name: text,
        timestamp: fc.oneof(fc.double(), fc.nat(), text),
        format: text,
        fallback: text,
        style,
      },
      { noNullPrototype: true },
    );
    const rich = fc.record(
      {
        type: fc.constantFrom(
          'rich_text_section',
          'rich_text_preformatted',
          'rich_text_quote',
          'rich_text_nothing',
        ),
        elements: fc.array(span, { maxLength: 3 }),
      },
      { noNullPrototype: true },
    );
    const element = fc.record(
      {
        type: fc.oneof(
          fc.constantFrom('button', 'overflow', 'static_select', 'plain_text_input', 'datepicker'),
          text,
        ),
        text: object,
        url: text,
        style: text,
        confirm: fc.record({ title: object }),
        options: fc.array(fc.record({ text: object }), { maxLength: 2 }),
        initial_value: text,
        initial_date: text,
        placeholder: object,
        multiline: fc.boolean(),
      },
      { noNullPrototype: true },
    );
    const block = fc.record(
      {
        type: fc.oneof(
          fc.constantFrom('header', 'section', 'context', 'rich_text', 'actions', 'input'),
          text,
        ),
        text: object,
        fields: fc.array(object, { maxLength: 2 }),
        elements: fc.array(fc.oneof(rich, element, object), { maxLength: 3 }),
        label: object,
        hint: object,
        accessory: element,
        element,
      },
      { noNullPrototype: true },
    );
    const known = new Set(
      'a b blockquote br button code details div h2 hr i input label li ol p pre s small span summary textarea time ul svg circle rect path g'.split(
        ' ',
      ),
    );
    fc.assert(
      fc.property(fc.array(block, { maxLength: 3 }), (blocks) => {
        for (const name of tagsOf(blocksHtml(...blocks))) expect(known).toContain(name.replace('/', ''));
      }),
      { numRuns: 300 },
    );
  });

  it('in every message about any finding: no script but ours, no link at all', () => {
    const policy = policyOf('  routing: {fallbackChannel: C0FALLBACK}\n');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyFinding, text, text), { minLength: 1, maxLength: 3 }),
        fc.constantFrom(...MESSAGES),
        (all, kind) => {
          const findings = all.map(([one, title, owner]) => ({ ...one, incident: 'i', title, owner }));
          const scene = sceneOf(kind, { findings, state: undefined, policy, asOf: NOON });
          const html = previewPage(scene, READER);
          const [, body = ''] =
            /<body>([\s\S]*)<script>[^<]*<\/script><\/body>\n<\/html>\n$/.exec(html) ?? [];
          const tags = tagsOf(body);
          expect(tags).not.toContain('script');
          expect(tags).not.toContain('a');
          expect(html.split('<script>').length).toBe(2);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('and it stays the text it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (one) => {
        const shown = String(el('p', {}, one)).slice('<p>'.length, -'</p>'.length);
        const entity: Readonly<Record<string, string>> = {
          amp: '&',
          lt: '<',
          gt: '>',
          quot: '"',
          '#39': "'",
        };
        expect(shown.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entity[name] ?? '')).toBe(one);
      }),
    );
  });
});

describe('the page', () => {
  const html = page({ text: 'x', blocks: [{ type: 'divider' }] });
  const policy = / content="(default-src[^"]*)"/.exec(html)?.[1] ?? '';
  const hashOf = (part: string | undefined) =>
    `'sha256-${createHash('sha256')
      .update(part ?? '')
      .digest('base64')}'`;

  it('loads nothing, and runs what it was written with', () => {
    expect(policy).toMatch(
      /^default-src 'none'; style-src '[^ ]+'; script-src '[^ ]+'; base-uri 'none'; form-action 'none'$/,
    );
    expect(policy).toContain(`style-src ${hashOf(/<style>([\s\S]*?)<\/style>/.exec(html)?.[1])};`);
    expect(policy).toContain(`script-src ${hashOf(/<script>([\s\S]*?)<\/script>/.exec(html)?.[1])};`);
    expect(html).not.toMatch(/https?:|url\(|@import|<(img|link|iframe)/);
  });

  it('of a message that went out without its blocks shows its text', () => {
    expect(page({ text: '*plain*', blocks: [] })).toContain('<div class="body"><p><b>plain</b></p></div>');
  });
});
