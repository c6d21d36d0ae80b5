import { describe, expect, it } from '@jest/globals';
import { code, mrkdwn, plain, verbatimLine } from '../../shared/alerts/text.ts';

describe('plain', () => {
  it.each([
    [
      'keeps what people read',
      'payments/checkout-api at Zürich, 東京',
      'payments/checkout-api at Zürich, 東京',
    ],
    ['is one line', '  a\n\tb\u2028c\u00a0d  ', 'a b c d'],
    ['drops controls and escape characters', 'a\u0000b\u001b[31mc\u009bd\u007f', 'ab[31mcd'],
    ['drops what turns text around', 'admin\u202enimda\u202c \u2066x\u2069\u200f', 'adminnimda x'],
    ['drops what has no width', 'pay\u200bments\u200d\ufeff\u00ad\u3164', 'payments'],
    ['drops half characters', 'a\ud83d b\udd34', 'a b'],
    ['shows that there was something', '\u200b\u200b', '�'],
    [
      'makes no token that another client could read as one',
      '<!channel> <@U123> <https://evil.example|console> a<b',
      '‹!channel> ‹@U123> ‹https://evil.example|console> a<b',
    ],
  ])('%s', (_behaviour, text, expected) => {
    expect(plain(text, 100)).toBe(expected);
  });

  it('ends where it is told to, with an ellipsis and whole characters', () => {
    expect(plain('abcdef', 6)).toBe('abcdef');
    expect(plain('abcdefg', 6)).toBe('abcde…');
    expect(plain('abcd🔴fg', 6)).toBe('abcd…');
  });
});

describe('mrkdwn', () => {
  it.each([
    ['escapes as Slack asks', 'a & b <!here> 1 > 0', 'a &amp; b ‹!here&gt; 1 &gt; 0'],
    ['formats nothing', '*bold* _it_ ~gone~ `code`', '∗bold∗ ˍitˍ ∼gone∼ ˋcodeˋ'],
    ['keeps underscores inside words', 'checkout_api_v2', 'checkout_api_v2'],
    ['draws no emoji', ':white_check_mark: resolved at 10:30', '꞉white_check_mark: resolved at 10:30'],
    ['quotes nothing', '> all is well', '› all is well'],
  ])('%s', (_behaviour, text, expected) => {
    expect(mrkdwn(text, 100)).toBe(expected);
  });

  it('counts entities in full and never cuts one', () => {
    expect(mrkdwn('&&&&', 12)).toBe('&amp;&amp;…');
  });
});

describe('code', () => {
  it('leaves names as they are, for copying', () => {
    expect(code('prod_*~pool.svc.id.goog[a/b]', 100)).toBe('`prod_*~pool.svc.id.goog[a/b]`');
  });
  it('cannot be left from inside', () => {
    expect(code('a` <!channel> `b', 100)).toBe('`aˋ ‹!channel&gt; ˋb`');
  });
  it('is nothing when there is nothing', () => {
    expect(code(' \n ', 100)).toBe('');
  });
});

describe('a line to copy', () => {
  it('keeps its indentation', () => {
    expect(verbatimLine('    role = "x"  ', 100)).toBe('    role = "x"');
  });
  it('shows what is invisible, so that no command names another account than it seems to', () => {
    expect(verbatimLine('--member=ad\u200bmin\u202e@x\n', 100)).toBe('--member=ad�min�@x�');
  });
});
