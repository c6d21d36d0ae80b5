/** What the checks of blocks and of their elements share. */
export type Errors = Iterable<string>;
export type Json = { readonly [key: string]: unknown };

export const ANY_TEXT = ['plain_text', 'mrkdwn'];

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function* unknownKeys(value: Json, known: readonly string[], at: string): Errors {
  for (const key of Object.keys(value)) if (!known.includes(key)) yield `${at}: unknown field ${key}`;
}

export function* textErrors(text: unknown, at: string, most: number, types: readonly string[]): Errors {
  if (!isObject(text)) return yield `${at}: not a text object`;
  if (typeof text.type !== 'string' || !types.includes(text.type))
    yield `${at}: type ${String(text.type)} is not allowed here`;
  yield* unknownKeys(
    text,
    text.type === 'mrkdwn' ? ['type', 'text', 'verbatim'] : ['type', 'text', 'emoji'],
    at,
  );
  if (typeof text.text !== 'string' || text.text.trim() === '')
    return yield `${at}: must be more than 0 characters`;
  if (text.text.length > most) yield `${at}: must be less than ${most + 1} characters`;
}

export function* listOf(
  list: unknown,
  at: string,
  most: number,
  check: (item: unknown, path: string) => Errors,
): Errors {
  if (!Array.isArray(list)) return yield `${at}: not a list`;
  if (list.length < 1 || list.length > most) yield `${at}: needs 1 to ${most} items, has ${list.length}`;
  for (const [index, item] of list.entries()) yield* check(item, `${at}/${index}`);
}

/** `block_id` and `action_id`: at most 255 characters. */
export function* idErrors(value: Json, field: string, at: string): Errors {
  if (value[field] === '') yield `${at}/${field}: must be more than 0 characters`;
  yield* lengthErrors(value, field, 255, at);
}

export function* repeatedErrors(list: unknown, field: string, at: string): Errors {
  const ids = (Array.isArray(list) ? list : []).flatMap((item) =>
    isObject(item) && item[field] !== undefined ? [item[field]] : [],
  );
  if (new Set(ids).size < ids.length) yield `${at}: ${field} is not unique`;
}

/** A field that may be missing, and is text when it is there. */
export function* lengthErrors(value: Json, field: string, most: number, at: string): Errors {
  const text = value[field];
  if (text === undefined) return;
  if (typeof text !== 'string') return yield `${at}/${field}: not a string`;
  if (text.length > most) yield `${at}/${field}: must be less than ${most + 1} characters`;
}

export function* booleanErrors(value: Json, fields: readonly string[], at: string): Errors {
  for (const field of fields)
    if (value[field] !== undefined && typeof value[field] !== 'boolean')
      yield `${at}/${field}: not a boolean`;
}
