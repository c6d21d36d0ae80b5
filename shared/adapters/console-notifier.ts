import type { AlertMessage, InThread, MessageHandle, Notifier, SendResult } from '../ports.ts';
import { drawCard, drawNews, drawNote, type Look } from './console-card.ts';
import { type Fact, inline, type Part, partsOf } from './console-parts.ts';
import { type Piece, printable } from './terminal-text.ts';

type Groups = readonly (readonly Part[])[];

/** Enough for a long evening at the terminal; what is forgotten is drawn whole when it changes. */
const REMEMBERED = 500;

/** Draws what Slack would get on a terminal. An update draws what is new, a reply is a note below. */
export function consoleNotifier(options: Look & { readonly write: (text: string) => void }): Notifier {
  const drawn = new Map<string, Groups>();
  let count = 0;

  function remember({ channel, ts }: MessageHandle, groups: Groups): SendResult {
    const key = keyOf({ channel, ts });
    drawn.delete(key);
    drawn.set(key, groups);
    const oldest = drawn.size > REMEMBERED ? drawn.keys().next().value : undefined;
    if (oldest !== undefined) drawn.delete(oldest);
    return { kind: 'sent', handle: { channel, ts } };
  }

  /** What a thread is about: the headline of its first message, as that stands now. */
  function topicOf({ of: root }: InThread): readonly Piece[] {
    const headline = headlineOf(drawn.get(keyOf(root)) ?? [])[0];
    return headline?.kind === 'headline' ? headline.pieces : [{ text: `message ${printable(root.ts)}` }];
  }

  function nextHandle(channel: string): MessageHandle {
    count++;
    return { channel, ts: String(count).padStart(6, '0') };
  }

  return {
    async post(channel, message, _key, thread) {
      const groups = partsOf(message.blocks);
      const place = printable(channel);
      options.write(
        thread === undefined
          ? drawCard(shown(groups, message, 'headline'), `→ ${place}`, options)
          : drawNote(
              topicOf(thread),
              shown(groups, message, 'prose'),
              thread.broadcast ? `→ thread in ${place}, and the channel` : `→ thread in ${place}`,
              options,
            ),
      );
      return remember(nextHandle(channel), groups);
    },
    async update(handle, message) {
      const groups = partsOf(message.blocks);
      const before = drawn.get(keyOf(handle));
      const note = `↻ updated in ${printable(handle.channel)}`;
      options.write(
        before === undefined || !isSmall(before, groups)
          ? drawCard(shown(groups, message, 'headline'), note, options)
          : drawNews(headlineOf(groups), newFacts(before, groups), newProse(before, groups), note, options),
      );
      return remember(handle, groups);
    },
    async answer(to, message) {
      // The address to answer at is a key to the conversation: it is drawn nowhere.
      const [channel, whom] =
        to.kind === 'ephemeral'
          ? [to.channel, `only @${printable(to.user)}, in ${printable(to.channel)}`]
          : ['', 'only whoever asked'];
      options.write(drawCard(shown(partsOf(message.blocks), message, 'prose'), `→ ${whom}`, options));
      return { kind: 'sent', handle: nextHandle(channel) };
    },
    async attach(to, { name, title, body }) {
      const kilobytes = Math.ceil(body.byteLength / 1000);
      const pieces = [{ text: printable(`📎 ${title}: ${name}, ${kilobytes} kB`) }];
      const place = `→ thread in ${printable(to.channel)}`;
      options.write(
        drawNote(topicOf({ of: to, broadcast: false }), [[{ kind: 'prose', pieces }]], place, options),
      );
      return { kind: 'sent', handle: to };
    },
    async find() {
      return { kind: 'unknown', why: 'a terminal cannot be read back' };
    },
    async permalink() {
      return undefined;
    },
  };
}

function keyOf({ channel, ts }: MessageHandle): string {
  return `${channel}/${ts}`;
}

/** A message without blocks, the plain form for one, still has its text. */
function shown(groups: Groups, message: AlertMessage, kind: 'headline' | 'prose'): Groups {
  return groups.length > 0 ? groups : [[{ kind, pieces: inline(message.text) }]];
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
