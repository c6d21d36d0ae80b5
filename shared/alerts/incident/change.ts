import type { Finding } from '../../model/finding.ts';
import type { Block } from '../../ports.ts';
import { paragraph, preformatted, richText, span } from '../block-kit.ts';
import type { Room } from '../room.ts';

/** Why it matters, and what changed: struck through once it is no longer so. */
export function changeBlock(lead: Finding, room: Room): Block | undefined {
  const over = lead.state === 'resolved';
  return richText(
    paragraph(span(lead.explanation, room.prose, over ? { strike: true } : undefined)),
    preformatted(signedLines(lead.before, lead.after, room.lines), room.lineWidth),
  );
}

/** `- gone`, `+ new`, and a count of what stayed: a sign on each line, because colour is not for everybody. */
export function signedLines(
  before: readonly string[],
  after: readonly string[],
  most: number,
): readonly string[] {
  const [was, is] = [new Set(before), new Set(after)];
  const gone = [...was].filter((line) => !is.has(line));
  const fresh = [...is].filter((line) => !was.has(line));
  const stayed = is.size - fresh.length;
  // What came matters more than what went, unless little came.
  const freshShown = Math.min(fresh.length, Math.max(Math.ceil(most / 2), most - gone.length));
  const goneShown = Math.min(gone.length, most - freshShown);
  return [
    ...gone.slice(0, goneShown).map((line) => `- ${line}`),
    ...(gone.length > goneShown ? [`- … ${gone.length - goneShown} more`] : []),
    ...fresh.slice(0, freshShown).map((line) => `+ ${line}`),
    ...(fresh.length > freshShown ? [`+ … ${fresh.length - freshShown} more`] : []),
    ...(stayed > 0 && gone.length + fresh.length > 0 ? [`  ${stayed} unchanged`] : []),
    ...(gone.length + fresh.length === 0 ? after.slice(0, most).map((line) => `  ${line}`) : []),
  ];
}
