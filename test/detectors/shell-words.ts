/**
 * The words a POSIX shell makes of a line; throws where it would do more than that: expand, substitute, redirect, or begin a second command.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
 */
export function shellWords(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    if (c === "'") {
      const end = line.indexOf("'", i + 1);
      if (end < 0) throw new Error('a quote is not closed');
      word = (word ?? '') + line.slice(i + 1, end);
      i = end;
    } else if (c === ' ') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (c === '#' && word === undefined) {
      return words;
    } else if (/["\\$`|&;<>()*?[\]{}~!\n\t\r#%^]/.test(c) || c < ' ' || c > '~') {
      throw new Error(`${JSON.stringify(c)} is special to a shell`);
    } else {
      word = (word ?? '') + c;
    }
  }
  return word === undefined ? words : [...words, word];
}
