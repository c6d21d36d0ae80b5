/**
 * Law 6: text is data. Every string that comes from the cloud passes through here before it stands in a message,
 * whatever element it goes to: names of accounts, members, reasons and user agents are chosen by whoever we are warning about.
 */

/** Controls, format characters (bidi, zero width, tags), lone surrogates, private use, and what fonts draw as nothing. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]/gu;

/** What Slack would read as mention, command or link. Escaping does that in mrkdwn; elsewhere a client that re-reads our text gets nothing either. */
const TOKEN = /<(?=[!@#]|[a-z][a-z0-9+.-]*:)/gi;

/** One line, safe for `plain_text` and for the text elements of `rich_text`: at most `max` UTF-16 units, `…` included. */
export function plain(text: string, max: number): string {
  return cut(clean(text), max);
}

/**
 * One line of prose, safe inside mrkdwn: escaped as Slack asks, and the characters that format (`* _ ~ ` :smile: >`) replaced by look-alikes,
 * because mrkdwn knows no backslash. For names that people copy, use `code`. The result is at most `max` long, entities counted in full.
 */
export function mrkdwn(text: string, max: number): string {
  const harmless = clean(text)
    .replaceAll('*', '∗')
    .replaceAll('~', '∼')
    .replaceAll('`', 'ˋ')
    // An underscore inside a word (`checkout_api`) formats nothing and stays.
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, 'ˍ')
    .replace(/:(?=[a-z0-9_+'-]+:)/gi, '꞉')
    .replace(/^>/, '›');
  return cutEscaped(harmless, max);
}

/** A name in a code span, where only the backtick means anything. Empty text gives an empty string, since an empty span is two backticks. */
export function code(text: string, max: number): string {
  const inner = cutEscaped(clean(text).replaceAll('`', 'ˋ'), max - 2);
  return inner === '' ? '' : `\`${inner}\``;
}

/**
 * Lines for a preformatted element. Here an invisible character becomes a visible `�`: people copy these lines,
 * and a command must not quietly name another account than the one it seems to name.
 */
export function verbatimLine(text: string, max: number): string {
  return cut(text.replaceAll('\t', '  ').replace(INVISIBLE, '�').replace(TOKEN, '‹').trimEnd(), max);
}

function clean(text: string): string {
  const visible = text
    .replace(/\s+/gu, ' ')
    .replace(INVISIBLE, '')
    .replace(/ {2,}/g, ' ')
    .trim()
    .replace(TOKEN, '‹');
  return visible === '' && text.trim() !== '' ? '�' : visible;
}

function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${wholeCharacters(text.slice(0, max - 1)).trimEnd()}…`;
}

/** Escapes, then keeps as many characters as fit, never half an entity. */
function cutEscaped(text: string, max: number): string {
  const escaped = entities(text);
  if (escaped.length <= max) return escaped;
  let kept = '';
  for (const character of text) {
    const next = entities(character);
    if (kept.length + next.length > max - 1) break;
    kept += next;
  }
  return `${kept.trimEnd()}…`;
}

function entities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function wholeCharacters(text: string): string {
  return text.replace(/[\uD800-\uDBFF]$/, '');
}
