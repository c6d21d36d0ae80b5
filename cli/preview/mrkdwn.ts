import { SECOND } from '../../shared/model/time.ts';
import { withEmoji } from './emoji.ts';
import { el, type Node, webLink } from './html.ts';
import { type Reader, slackDate } from './moment.ts';

/**
 * Slack's mrkdwn (docs.slack.dev/messaging/formatting-message-text): bold, italic, strike, code, preformatted, quotes, dates, links and
 * mentions. Its entities are the only ones; nothing in the text becomes an element but these.
 */
export function mrkdwnNodes(text: string, reader: Reader): readonly Node[] {
  return text.split(/(```[\s\S]+?```)/).flatMap((part): readonly Node[] => {
    const code = /^```\n?([\s\S]+?)```$/.exec(part)?.[1];
    return code === undefined ? lineNodes(part, reader) : [el('pre', {}, decoded(code))];
  });
}

function lineNodes(text: string, reader: Reader): readonly Node[] {
  return text.split('\n').flatMap((line, at): readonly Node[] => {
    const quoted = /^&gt; ?(.*)$/.exec(line)?.[1] ?? /^> ?(.*)$/.exec(line)?.[1];
    if (quoted !== undefined) return [el('blockquote', {}, inline(quoted, reader))];
    return [...(at > 0 ? [el('br', {})] : []), ...inline(line, reader)];
  });
}

/** Formatting begins and ends at the edge of a word: `a*b*c` is no bold. In angle brackets stand mentions, dates and addresses, nothing else. */
const INLINE =
  /`([^`\n]+)`|<((?:[!@#]|[a-z][a-z0-9+.-]*:)[^<>\n]*)>|(?<![\p{L}\p{N}])(?:\*([^*\n]+)\*|_([^_\n]+)_|~([^~\n]+)~)(?![\p{L}\p{N}])/gu;

function inline(text: string, reader: Reader): readonly Node[] {
  const nodes: Node[] = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, token, bold, italic, strike] = match;
    nodes.push(withEmoji(decoded(text.slice(at, match.index))));
    at = match.index + whole.length;
    if (code !== undefined) nodes.push(el('code', {}, decoded(code)));
    else if (token !== undefined) nodes.push(tokenNode(token, reader));
    else if (bold !== undefined) nodes.push(el('b', {}, inline(bold, reader)));
    else if (italic !== undefined) nodes.push(el('i', {}, inline(italic, reader)));
    else if (strike !== undefined) nodes.push(el('s', {}, inline(strike, reader)));
  }
  return [...nodes, withEmoji(decoded(text.slice(at)))];
}

/** What stands between `<` and `>`. */
function tokenNode(token: string, reader: Reader): Node {
  const [target = '', label] = token.split('|', 2);
  const [kind = '', ...rest] = target.split('^');
  if (kind === '!date') return dateNode(rest, label ?? '', reader);
  if (kind === '!subteam')
    return mention(`@${label === undefined ? (rest[0] ?? '') : decoded(label).replace(/^@/, '')}`);
  if (kind.startsWith('!')) return mention(`@${kind.slice(1)}`);
  if (kind.startsWith('@')) return mention(`@${label === undefined ? kind.slice(1) : decoded(label)}`);
  if (kind.startsWith('#')) return mention(`#${label === undefined ? kind.slice(1) : decoded(label)}`);
  return webLink(decoded(target), decoded(label ?? target));
}

function dateNode(
  [seconds = '', format = '', url]: readonly string[],
  fallback: string,
  reader: Reader,
): Node {
  if (!/^\d{1,11}$/.test(seconds)) return decoded(fallback);
  return momentNode(BigInt(seconds) * SECOND, decoded(format), url, reader);
}

/** A date in the reader's own time, with the moment itself for machines. */
export function momentNode(time: bigint, format: string, url: string | undefined, reader: Reader): Node {
  const shown = slackDate(time, format, reader);
  return url === undefined || url === '' ? el('time', { class: 'date' }, shown) : webLink(url, shown);
}

export function mention(text: string): Node {
  return el('span', { class: 'mention' }, text);
}

function decoded(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
