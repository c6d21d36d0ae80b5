/** The names of permissions that a catalogue speaks of, each written down once; a permission is known by its place in the list. */
export class Vocabulary {
  /** Sorted, each once. */
  readonly names: readonly string[];
  readonly #places: ReadonlyMap<string, number>;

  constructor(names: Iterable<string>) {
    const given = [...names];
    // Thousands that are sorted already, as a stored catalogue has them, are sorted again at ten times the cost of looking.
    this.names = isAscending(given) ? given : [...new Set(given)].sort();
    const places = new Map<string, number>();
    for (const [place, name] of this.names.entries()) places.set(name, place);
    this.#places = places;
  }

  placeOf(name: string): number | undefined {
    return this.#places.get(name);
  }
}

/**
 * Some permissions: a bit for each that the vocabulary knows, and the names of those it does not, which a custom role may hold. Immutable.
 * Sets of one vocabulary are compared a word of bits at a time; those of two are compared by name.
 */
export class PermissionSet {
  readonly #vocabulary: Vocabulary;
  readonly #bits: Uint32Array;
  /** Sorted. */
  readonly #others: readonly string[];

  private constructor(vocabulary: Vocabulary, bits: Uint32Array, others: readonly string[]) {
    this.#vocabulary = vocabulary;
    this.#bits = bits;
    this.#others = others;
  }

  static of(vocabulary: Vocabulary, names: Iterable<string>): PermissionSet {
    const bits = emptyBits(vocabulary);
    const others = new Set<string>();
    for (const name of names) {
      const place = vocabulary.placeOf(name);
      if (place === undefined) others.add(name);
      else setBit(bits, place);
    }
    return new PermissionSet(vocabulary, bits, [...others].sort());
  }

  /** `runs`: the first place of each run of neighbours, and the place after its last. Throws `RangeError` on a place outside the vocabulary. */
  static ofRuns(vocabulary: Vocabulary, runs: Iterable<readonly [from: number, to: number]>): PermissionSet {
    const bits = emptyBits(vocabulary);
    for (const [from, to] of runs) {
      if (from < 0 || to > vocabulary.names.length) throw new RangeError(`no permission has place ${to - 1}`);
      for (let place = from; place < to; place++) setBit(bits, place);
    }
    return new PermissionSet(vocabulary, bits, []);
  }

  has(name: string): boolean {
    const place = this.#vocabulary.placeOf(name);
    return place === undefined ? this.#others.includes(name) : hasBit(this.#bits, place);
  }

  get size(): number {
    let count = this.#others.length;
    for (const word of this.#bits) count += onesIn(word);
    return count;
  }

  /** All of them, sorted. */
  names(): readonly string[] {
    const known = this.places().map((place) => this.#vocabulary.names[place]!);
    return this.#others.length === 0 ? known : [...known, ...this.#others].sort();
  }

  /** The places of those that the vocabulary knows, ascending. */
  places(): readonly number[] {
    const places: number[] = [];
    for (const [index, word] of this.#bits.entries()) {
      for (let left = word; left !== 0; left &= left - 1)
        places.push(index * 32 + 31 - Math.clz32(left & -left));
    }
    return places;
  }

  /** Those of `names` that are in it, in the order given. */
  which(names: readonly string[]): readonly string[] {
    return names.filter((name) => this.has(name));
  }

  /** Those that a pattern names, sorted: `*` stands for any run of characters, as in `*.setIamPolicy`. */
  like(pattern: string): readonly string[] {
    return this.names().filter((name) => isLike(pattern, name));
  }

  union(other: PermissionSet): PermissionSet {
    const same = this.#respelled(other);
    const bits = this.#bits.map((word, index) => word | same.#bits[index]!);
    return new PermissionSet(this.#vocabulary, bits, [...new Set([...this.#others, ...same.#others])].sort());
  }

  /** What is in it and not in the other. */
  without(other: PermissionSet): PermissionSet {
    const same = this.#respelled(other);
    const bits = this.#bits.map((word, index) => word & ~same.#bits[index]!);
    return new PermissionSet(
      this.#vocabulary,
      bits,
      this.#others.filter((name) => !same.#others.includes(name)),
    );
  }

  intersects(other: PermissionSet): boolean {
    const same = this.#respelled(other);
    return (
      this.#bits.some((word, index) => (word & same.#bits[index]!) !== 0) ||
      this.#others.some((name) => same.#others.includes(name))
    );
  }

  isSubsetOf(other: PermissionSet): boolean {
    const same = this.#respelled(other);
    return (
      this.#bits.every((word, index) => (word & ~same.#bits[index]!) === 0) &&
      this.#others.every((name) => same.#others.includes(name))
    );
  }

  /** The other set in the words of this one's vocabulary. */
  #respelled(other: PermissionSet): PermissionSet {
    return other.#vocabulary === this.#vocabulary ? other : PermissionSet.of(this.#vocabulary, other.names());
  }
}

/** What `to` holds that `from` does not, by name, sorted. */
export function missing(from: PermissionSet, to: PermissionSet): readonly string[] {
  return to.without(from).names();
}

function isAscending(names: readonly string[]): boolean {
  for (let i = 1; i < names.length; i++) if (names[i - 1]! >= names[i]!) return false;
  return true;
}

function emptyBits(vocabulary: Vocabulary): Uint32Array {
  return new Uint32Array(Math.ceil(vocabulary.names.length / 32));
}

function setBit(bits: Uint32Array, place: number): void {
  bits[place >>> 5]! |= 1 << (place & 31);
}

function hasBit(bits: Uint32Array, place: number): boolean {
  return (bits[place >>> 5]! & (1 << (place & 31))) !== 0;
}

/** The bits that are set in 32 (Warren, Hacker's Delight, 5-1). */
function onesIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The pieces between the stars in their order, each as early as it comes: linear, whatever the pattern. */
export function isLike(pattern: string, name: string): boolean {
  const pieces = pattern.split('*');
  const [first = ''] = pieces;
  if (pieces.length === 1) return pattern === name;
  const last = pieces.at(-1)!;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= name.length - last.length;
}
