import { LineCounter } from 'yaml';
import type { Place } from './problem.ts';

/** Turns an offset in a file's text into a place in it. */
export type Locate = (offset: number) => Place;

/** Makes the `Locate` of a file. */
export function locator(file: string, text: string): Locate {
  const lines = text.split('\n');
  const counter = new LineCounter();
  let start = 0;
  for (const line of lines) {
    counter.addNewLine(start);
    start += line.length + 1;
  }
  return (offset) => {
    const { line, col } = counter.linePos(Math.min(offset, text.length));
    return { file, line, column: col, excerpt: (lines[line - 1] ?? '').replace(/\r$/, '') };
  };
}
