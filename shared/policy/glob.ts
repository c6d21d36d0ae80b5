/**
 * Matches `text` against `pattern`, whole. `*` is any run of characters but `/`, `**` any run at all, `?` one character but `/`.
 * With `crossing: true`, for texts in which `/` is no separator (members, e-mails), `*` and `?` cross it too.
 * Linear in practice and never exponential: on a mismatch only the last star (and the last double star) is tried again.
 */
export function globMatches(pattern: string, text: string, { crossing = false } = {}): boolean {
  let p = 0;
  let t = 0;
  let star: Retry | undefined;
  let wide: Retry | undefined;
  for (;;) {
    const c = pattern[p];
    if (c === '*') {
      const isWide = crossing || pattern[p + 1] === '*';
      while (pattern[p] === '*') p++;
      if (isWide) {
        wide = { p, t };
        star = undefined;
      } else star = { p, t };
      continue;
    }
    if (t === text.length && p === pattern.length) return true;
    if (t < text.length && (c === text[t] || (c === '?' && (crossing || text[t] !== '/')))) {
      p++;
      t++;
      continue;
    }
    const retry: Retry | undefined = star && star.t < text.length && text[star.t] !== '/' ? star : wide;
    if (!retry || retry.t >= text.length) return false;
    if (retry === wide) star = undefined;
    retry.t++;
    p = retry.p;
    t = retry.t;
  }
}

interface Retry {
  readonly p: number;
  t: number;
}

export function isGlob(pattern: string): boolean {
  return /[*?]/.test(pattern);
}
