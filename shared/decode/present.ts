type Present<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** `fields` without those that are undefined: in our types, a field that is not known is absent. */
export function present<T extends object>(fields: T): Present<T> {
  const known: Partial<T> = {};
  for (const name in fields) if (fields[name] !== undefined) known[name] = fields[name];
  // The cast says what the loop does, which TypeScript cannot see.
  return known as unknown as Present<T>;
}
