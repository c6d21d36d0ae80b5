/** A smaller value that fails in the same way: what can be left out is, as long as it does. Gives up after so many attempts. */
const MOST_ATTEMPTS = 3_000;

export async function shrunk(
  value: unknown,
  fails: (smaller: unknown) => Promise<boolean>,
): Promise<unknown> {
  let smallest = value;
  let attempts = 0;
  for (let hasShrunk = true; hasShrunk; ) {
    hasShrunk = false;
    for (const smaller of smallerOf(smallest)) {
      if (attempts++ > MOST_ATTEMPTS) return smallest;
      if (!(await fails(smaller))) continue;
      smallest = smaller;
      hasShrunk = true;
      break;
    }
  }
  return smallest;
}

/** The value with one thing less, the largest things first. */
function* smallerOf(value: unknown): Generator<unknown> {
  if (typeof value === 'string') {
    if (value.length > 1) {
      yield value.slice(0, value.length >> 1);
      yield value.slice(value.length >> 1);
    }
    if (value.length > 0) yield value.slice(1);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const keys = Object.keys(value);
  for (const key of keys) yield without(value, key);
  for (const key of keys) yield Reflect.get(value, key);
  for (const key of keys)
    for (const smaller of smallerOf(Reflect.get(value, key))) yield withField(value, key, smaller);
}

function without(value: object, key: string): unknown {
  if (Array.isArray(value)) return value.toSpliced(Number(key), 1);
  return fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

function withField(value: object, key: string, field: unknown): unknown {
  if (Array.isArray(value)) return value.with(Number(key), field);
  return fromEntries(Object.entries(value).map(([name, old]) => [name, name === key ? field : old]));
}

/** `Object.fromEntries` keeps `__proto__` as a key of its own. */
function fromEntries(entries: readonly (readonly [string, unknown])[]): unknown {
  return Object.fromEntries(entries);
}
