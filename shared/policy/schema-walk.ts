import * as z from 'zod';
import type { Path } from './source.ts';

/** The keys that the object at `path` may have; none when there is no object there. */
export function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  const found = schemaAt(schema, path);
  const bare = unwrapped(found);
  return bare instanceof z.ZodObject ? Object.keys(bare.shape) : [];
}

/** What the schema says of the property at `path`. */
export function descriptionAt(schema: z.ZodType, path: Path): string | undefined {
  const found = schemaAt(schema, path);
  return found instanceof z.ZodType ? found.meta()?.description : undefined;
}

/** The object that a schema describes, or that the items of its list are. */
export function objectIn(schema: unknown): z.ZodObject | undefined {
  const bare = unwrapped(schema);
  if (bare instanceof z.ZodArray) return objectIn(bare.element);
  return bare instanceof z.ZodObject ? bare : undefined;
}

function schemaAt(schema: z.ZodType, path: Path): unknown {
  let found: unknown = schema;
  for (const step of path) {
    const bare = unwrapped(found);
    if (bare instanceof z.ZodArray) found = bare.element;
    else if (bare instanceof z.ZodObject) found = bare.shape[String(step)];
    else return undefined;
  }
  return found;
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? unwrapped(schema.unwrap())
    : schema;
}
