import type { AlertMessage, MessageHandle, Notifier, SendResult } from '../ports.ts';
import { drawCard, drawNews, type Look } from './console-card.ts';
import { type Fact, inline, type Part, partsOf } from './console-parts.ts';
import { printable } from './terminal-text.ts';

type Groups = readonly (readonly Part[])[];

/** Enough for a long evening at the terminal; what is forgotten is drawn whole when it changes. */
const REMEMBERED = 500;

/** Draws the message that Slack would get on a terminal. An update draws what is new. */
export function consoleNotifier(options: Look & { readonly write: (text: string) => void }): Notifier {
  const drawn = new Map<string, Groups>();
  let count = 0;

  function remember({ channel, ts }: MessageHandle, groups: Groups): SendResult {
    const key = `${channel}/${ts}`;
    drawn.delete(key);
    drawn.set(key, groups);
    const oldest = drawn.size > REMEMBERED ? drawn.keys().next().value : undefined;
    if (oldest !== undefined) drawn.delete(oldest);
    return { kind: 'sent', handle: { channel, ts } };
  }

  return {
    async post(channel, message) {
      const groups = partsOf(message.blocks);
      options.write(drawCard(shown(groups, message), `→ ${printable(channel)}`, options));
      count++;
      return remember({ channel, ts: String(count).padStart(6, '0') }, groups);
    },
    async update(handle, message) {
      const groups = partsOf(message.blocks);
      const before = drawn.get(`${handle.channel}/${handle.ts}`);
      const note = `↻ updated in ${printable(handle.channel)}`;
      options.write(
        before === undefined || !isSmall(before, groups)
          ? drawCard(shown(groups, message), note, options)
          : drawNews(headlineOf(groups), newFacts(before, groups), newProse(before, groups), note, options),
      );
      return remember(handle, groups);
    },
  };
}

/** A message without blocks, the plain form for one, still has its text. */
function shown(groups: Groups, message: AlertMessage): Groups {
  return groups.length > 0 ? groups : [[{ kind: 'headline', pieces: inline(message.text) }]];
}

/** The change itself, its company and its fix are as they were, or gone. */
function isSmall(before: Groups, after: Groups): boolean {
  const known = new Set(before.flat().map(textOf));
  return after
    .flat()
    .every((part) => !['lines', 'items', 'command'].includes(part.kind) || known.has(textOf(part)));
}

function headlineOf(groups: Groups): readonly Part[] {
  return groups.flat().filter((part) => part.kind === 'headline');
}

function newFacts(before: Groups, after: Groups): readonly Fact[] {
  const known = new Set(factsOf(before).map(factText));
  return factsOf(after).filter((fact) => !known.has(factText(fact)));
}

function newProse(before: Groups, after: Groups): readonly Part[] {
  const known = new Set(before.flat().map(textOf));
  return after.flat().filter((part) => part.kind === 'prose' && !known.has(textOf(part)));
}

function factsOf(groups: Groups): readonly Fact[] {
  return groups.flat().flatMap((part) => (part.kind === 'facts' ? part.facts : []));
}

function factText({ label, value }: Fact): string {
  return `${label}: ${value.map((piece) => piece.text).join('')}`;
}

/** By words alone: a sentence that is now struck through is no news, nor is an item whose mark alone changed. */
function textOf(part: Part): string {
  switch (part.kind) {
    case 'facts':
      return part.facts.map(factText).join('\n');
    case 'items':
      return part.items.map((item) => item.at(-1)?.text).join('\n');
    case 'lines':
    case 'command':
      return part.lines.join('\n');
    default:
      return part.pieces.map((piece) => piece.text).join('');
  }
}
