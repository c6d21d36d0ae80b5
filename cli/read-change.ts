import type { ChangeItem } from '../shared/check/change.ts';
import { readChange } from '../shared/check/read-change.ts';
import { readInput } from '../shared/decode/input/read-input.ts';
import type { Nanos } from '../shared/model/time.ts';
import { PLACES_SHOWN, problemText } from './gather.ts';
import type { Io } from './io.ts';

/** How much there was to read. */
export interface ChangeCounts {
  plans: number;
  manifests: number;
  /** Resources and objects that say something to us. */
  decoded: number;
  ignored: number;
  malformed: number;
}

export interface ChangeRead {
  readonly items: readonly ChangeItem[];
  readonly counts: Readonly<ChangeCounts>;
  /** Why resources and objects were ignored, with how many. */
  readonly reasons: ReadonlyMap<string, number>;
  readonly incomplete: boolean;
}

export interface ChangeOptions {
  readonly receivedAt: Nanos;
  readonly cluster?: string;
  readonly project?: string;
}

/** Reads the plans and manifests of a change; `gone`: manifests whose objects it takes away. What cannot be read is told with its place. */
export async function readChanges(
  paths: readonly string[],
  gone: readonly string[],
  io: Io,
  context: ChangeOptions,
): Promise<ChangeRead> {
  const items: ChangeItem[] = [];
  const counts: ChangeCounts = { plans: 0, manifests: 0, decoded: 0, ignored: 0, malformed: 0 };
  const reasons = new Map<string, number>();
  let incomplete = false;
  for (const [list, isGone] of [
    [gone, true],
    [paths, false],
  ] as const) {
    for await (const input of readInput(list, {
      places: true,
      ...(io.in === undefined ? {} : { stdin: io.in }),
    })) {
      if ('problem' in input) {
        incomplete = true;
        io.err(`${problemText(input.problem)}\n`);
        continue;
      }
      if ('note' in input) {
        io.err(`${input.note.file}: ${input.note.message}\n`);
        continue;
      }
      const read = readChange(input, context, isGone);
      if (read.kind === 'plan') counts.plans++;
      if (read.kind === 'manifest') counts.manifests++;
      items.push(...read.items);
      counts.decoded += read.items.filter(({ brought, prior }) => brought.length + prior.length > 0).length;
      // Whoever names a file means it; in a folder other things stand beside what is meant.
      const isOther = read.kind === 'neither' && !list.includes(input.where.file);
      for (const why of [...read.ignored, ...(isOther ? read.malformed : [])]) {
        counts.ignored++;
        reasons.set(why, (reasons.get(why) ?? 0) + 1);
      }
      for (const why of isOther ? [] : read.malformed) {
        incomplete = true;
        counts.malformed++;
        if (counts.malformed <= PLACES_SHOWN)
          io.err(`${input.where.file}:${input.where.line}: malformed: ${why}\n`);
      }
    }
  }
  if (counts.malformed > PLACES_SHOWN)
    io.err(`… and ${counts.malformed - PLACES_SHOWN} more malformed ones\n`);
  if (!incomplete && counts.plans + counts.manifests === 0) {
    incomplete = true;
    io.err(`${[...paths, ...gone].join(', ')}: there is neither a plan nor a manifest in it\n`);
  }
  return { items, counts, reasons, incomplete };
}
