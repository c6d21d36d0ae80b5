/**
 * Whether every text that `pattern` matches is matched by `bound` too, stars read as in `globMatches`. Never says yes wrongly. A letter
 * that neither pattern holds stands for what a wildcard matches: nothing is harder to match, so what is right for it is right for all.
 */
export function globCovers(bound: string, pattern: string): boolean {
  const steps = stepsOf(pattern);
  const bounds = stepsOf(bound);
  const seen = new Set<string>();
  const queue: (readonly [at: number, reached: ReadonlySet<number>])[] = [[0, closed(bounds, [0])]];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const [at, reached] = next;
    const key = `${at}:${[...reached].join(',')}`;
    if (seen.has(key)) continue;
    // Patterns are short; one made to be hard is called not covered.
    if (seen.add(key).size > MOST_STATES || reached.size === 0) return false;
    const step = steps[at];
    if (step === undefined) {
      if (!reached.has(bounds.length)) return false;
      continue;
    }
    if (step === '*' || step === '**') {
      queue.push([at + 1, reached], [at, after(bounds, reached, ANY)]);
      if (step === '**') queue.push([at, after(bounds, reached, '/')]);
    } else queue.push([at + 1, after(bounds, reached, step === '?' ? ANY : step)]);
  }
  return true;
}

const MOST_STATES = 20_000;
const ANY = '\u0000';

function stepsOf(pattern: string): readonly string[] {
  return [...pattern.matchAll(/\*+|[^*]/gs)].map(([step]) => (step.startsWith('**') ? '**' : step));
}

/** The places of the bound after one more letter. */
function after(bounds: readonly string[], reached: ReadonlySet<number>, letter: string): ReadonlySet<number> {
  const next: number[] = [];
  for (const place of reached) {
    const step = bounds[place];
    if (step === '**' || (step === '*' && letter !== '/')) next.push(place);
    else if (step === letter || (step === '?' && letter !== '/')) next.push(place + 1);
  }
  return closed(bounds, next);
}

/** A star may stand for nothing. */
function closed(bounds: readonly string[], places: Iterable<number>): ReadonlySet<number> {
  const all = new Set(places);
  for (const place of all) if (bounds[place]?.startsWith('*')) all.add(place + 1);
  return new Set([...all].sort((a, b) => a - b));
}
