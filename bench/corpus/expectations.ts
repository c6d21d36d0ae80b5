import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const DETECTORS = z.array(z.string().regex(/^[a-z0-9|-]+$/)).default([]);

const ExpectationLine = z.strictObject({
  file: z.string(),
  index: z.int().nonnegative(),
  alert: z.boolean(),
  detector: DETECTORS,
  also: DETECTORS,
  why: z.string().min(1),
});

/** What somebody who read a captured message says of it. Nothing here comes from what the engine says. */
export interface Expectation {
  readonly file: string;
  readonly index: number;
  /** Should anything be told of it, at once or in the digest? */
  readonly alert: boolean;
  /** Each of them has to speak; `a|b`: one of both. None, with `alert`: whichever. */
  readonly detector: readonly string[];
  /** They may speak as well. */
  readonly also: readonly string[];
  readonly why: string;
}

const ExplainedLine = z.strictObject({
  file: z.string(),
  index: z.int().nonnegative(),
  why: z.string().min(1),
});

/** Why a difference between what is expected and what is told stays. */
export type Explained = z.infer<typeof ExplainedLine>;

const FOLDER = new URL('../../test/corpus/', import.meta.url);

/** The lines of `expectations.jsonl`. Throws on a line that is none, with its number. */
export function expectations(): readonly Expectation[] {
  return lines('expectations.jsonl', ExpectationLine);
}

/** The lines of `explained.jsonl`. Throws on a line that is none, with its number. */
export function explained(): readonly Explained[] {
  return lines('explained.jsonl', ExplainedLine);
}

function lines<T>(name: string, schema: z.ZodType<T>): readonly T[] {
  const text = readFileSync(fileURLToPath(new URL(name, FOLDER)), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => {
      const read = schema.safeParse(JSON.parse(line));
      if (!read.success) throw new Error(`${name}:${index + 1}: ${z.prettifyError(read.error)}`);
      return read.data;
    });
}
