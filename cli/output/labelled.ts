import { plain } from '../../shared/alerts/text.ts';
import { type Io, styled } from '../io.ts';
import { wrap } from './wrap.ts';

export const INDENT = '   ';
const LABEL = 12;

/** A label and what belongs to it, broken at the width of the terminal, its lines under one another. */
export function labelled(label: string, text: string, io: Io): readonly string[] {
  const [first = '', ...rest] = wrap(plain(text, 600), io.width - INDENT.length - LABEL);
  return [
    `${INDENT}${styled(io, 'dim', label.padEnd(LABEL))}${first}`,
    ...rest.map((line) => `${INDENT}${' '.repeat(LABEL)}${line}`),
  ];
}
