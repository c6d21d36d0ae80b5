import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import * as z from 'zod';
import { plain } from '../shared/alerts/text.ts';
import type { ReviewSaid } from '../shared/pipeline/review.ts';
import { CommandFailed, EXIT, plainReason } from './exit.ts';

const reviews = z
  .array(
    z.strictObject({
      identity: z.string().min(1),
      decision: z.enum(['attested', 'revoked']),
      comment: z.string().default(''),
    }),
  )
  .min(1);

/** A review that an owner filled in, YAML or JSON: `- {identity: "POOL[payments/api] -> api@…", decision: attested, comment: needed}`. */
export async function readReviews(file: string): Promise<readonly ReviewSaid[]> {
  let value: unknown;
  try {
    value = parse(await readFile(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof YAMLParseError ? error.message : plainReason(error);
    throw new CommandFailed(EXIT.incomplete, `cannot read ${file}: ${plain(reason, 300)}`);
  }
  const read = reviews.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new CommandFailed(
    EXIT.usage,
    `${file} is no review (a list of {identity, decision: attested or revoked, comment}): ${plain(`${issue?.path.join('.')} ${issue?.message}`, 300)}`,
  );
}
