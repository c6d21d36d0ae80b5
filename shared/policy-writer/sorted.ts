/** By code unit, like everything that must come out the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sorted by a text made of each, and without those whose text was there already. */
export function sortedBy<T>(items: Iterable<T>, text: (item: T) => string): readonly T[] {
  const byText = new Map<string, T>();
  for (const item of items) if (!byText.has(text(item))) byText.set(text(item), item);
  return [...byText].sort(([a], [b]) => compareText(a, b)).map(([, item]) => item);
}

export function sortedTexts(texts: Iterable<string>): readonly string[] {
  return sortedBy(texts, (text) => text);
}
