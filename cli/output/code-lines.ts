import { plain } from '../../shared/alerts/text.ts';

/** The lines of a command or of a piece of code, each safe to print and at most `most` long, with its indentation. */
export function codeLines(text: string, most: number): readonly string[] {
  return text.split('\n').map((line) => `${/^ */.exec(line)?.[0]}${plain(line, most)}`);
}
