/**
 * Matches `text` against `pattern`, whole. `*` is any run of characters but `/`, `**` any run at all, `?` one character but `/`.
 * With `crossing: true`, for texts in which `/` is no separator (members, e-mails), `*` and `?` cross it too.
 * No regular expressions and no exponential case: time is at most the product of the two lengths.
 */
export function globMatches(pattern: string, text: string, { crossing = false } = {}): boolean {
  if (!isGlob(pattern)) return pattern === text;
  return !crossing && hasBothStars(pattern)
    ? matchesBySets(pattern, text)
    : matchesByLastStar(pattern, text, crossing);
}

/** Whether a pattern holds a wildcard at all. */
export function isGlob(pattern: string): boolean {
  return pattern.includes('*') || pattern.includes('?');
}

/**
 * One kind of star only: on a mismatch the last star alone is tried again, one character longer. Nothing before it need ever be tried
 * again, because it was matched as early as possible and every star after it reaches at least as far from there.
 */
function matchesByLastStar(pattern: string, text: string, crossing: boolean): boolean {
  const crosses = crossing || pattern.includes('**');
  let p = 0;
  let t = 0;
  let afterStar = -1;
  let starEnd = 0;
  for (;;) {
    // Codes, because this runs for every pattern on every grant; past the end they are NaN, which equals nothing.
    const code = pattern.charCodeAt(p);
    if (code === STAR) {
      while (pattern.charCodeAt(p) === STAR) p++;
      if (p === pattern.length && crosses) return true;
      afterStar = p;
      starEnd = t;
    } else if (t === text.length && p === pattern.length) return true;
    else if (isStep(code, text.charCodeAt(t), crossing)) {
      p++;
      t++;
    } else {
      if (afterStar < 0 || starEnd >= text.length || (!crosses && text.charCodeAt(starEnd) === SLASH))
        return false;
      p = afterStar;
      t = ++starEnd;
    }
  }
}

const STAR = 42;
const SLASH = 47;
const QUESTION = 63;

/** Whether one character of the text fits one of the pattern that is no star. */
function isStep(step: number, code: number, crossing: boolean): boolean {
  return step === QUESTION ? !Number.isNaN(code) && (crossing || code !== SLASH) : step === code;
}

/** Both stars in one pattern (`**` and `*`): all places of the pattern that the text so far can have reached, character by character. */
function matchesBySets(pattern: string, text: string): boolean {
  const steps = stepsOf(pattern);
  let reached = new Uint8Array(steps.length + 1);
  reached[0] = 1;
  passStars(steps, reached);
  for (const c of text.split('')) {
    const next = new Uint8Array(steps.length + 1);
    for (let i = 0; i < steps.length; i++) {
      if (!reached[i]) continue;
      const step = steps[i]!;
      if (step === '**' || (step === '*' && c !== '/')) next[i] = 1;
      else if (step !== '*' && isStep(step.charCodeAt(0), c.charCodeAt(0), false)) next[i + 1] = 1;
    }
    passStars(steps, next);
    reached = next;
  }
  return reached[steps.length] === 1;
}

/** A star may stand for nothing. */
function passStars(steps: readonly string[], reached: Uint8Array): void {
  for (let i = 0; i < steps.length; i++) if (reached[i] && steps[i]!.startsWith('*')) reached[i + 1] = 1;
}

/** Single characters, `*`, or `**` for two stars and more. */
function stepsOf(pattern: string): readonly string[] {
  return [...pattern.matchAll(/\*+|[^*]/gs)].map(([step]) => (step.startsWith('**') ? '**' : step));
}

function hasBothStars(pattern: string): boolean {
  if (!pattern.includes('**')) return false;
  const steps = stepsOf(pattern);
  return steps.includes('*') && steps.includes('**');
}
