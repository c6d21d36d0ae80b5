import * as z from 'zod';

/**
 * A property, with what an editor shows of it: every property of the policy is made by this, so the JSON Schema teaches.
 * `fallback` is what holds when the property is left out.
 */
export function field<T extends z.ZodType>(
  schema: T,
  description: string,
  examples: readonly unknown[],
  fallback?: unknown,
): T {
  return schema.meta({ description, examples, ...(fallback === undefined ? {} : { default: fallback }) });
}

/** An object of which exactly one of `keys` is given. Checked even when other things are wrong with it, so that all is told at once. */
export function exactlyOneOf<T extends z.ZodObject>(
  object: T,
  keys: readonly [string, string, ...string[]],
): T {
  const named = keys.map((key) => `\`${key}\``).join(' or ');
  return object
    .refine((value) => keys.filter((key) => Object.hasOwn(value, key)).length === 1, {
      error: `needs exactly one of ${named}`,
      params: { code: 'exactly-one-of' },
      when: ({ value }) => typeof value === 'object' && value !== null,
    })
    .meta({ oneOf: keys.map((key) => ({ required: [key] })) });
}

/** An object of which one of its keys at least is given. */
export function notEmpty<T extends z.ZodObject>(object: T): T {
  const keys = Object.keys(object.shape);
  return object
    .refine((value) => keys.some((key) => Object.hasOwn(value, key)), {
      error: `matches nothing in particular: give it ${keys.map((key) => `\`${key}\``).join(' or ')}`,
      params: { code: 'exactly-one-of' },
      when: ({ value }) => typeof value === 'object' && value !== null,
    })
    .meta({ minProperties: 1 });
}

/** One of `schema`, or a list of them. */
export function oneOrMany<T extends z.ZodType>(schema: T) {
  return z.union([schema, z.array(schema).min(1)]);
}
