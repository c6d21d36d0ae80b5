import { decodeValue } from '../shared/decode/input/decode-value.ts';
import { type InputItem, readInput } from '../shared/decode/input/read-input.ts';
import { CoveredBy } from '../shared/inventory/covered-by.ts';
import { DeclaredComplete } from '../shared/inventory/declared-complete.ts';
import { Gathered } from '../shared/inventory/inventory.ts';
import { formatTime, later, type Nanos } from '../shared/model/time.ts';
import { CommandFailed, EXIT } from './exit.ts';
import type { Io } from './io.ts';
import type { Counts } from './output/document.ts';
import { emptyCounts } from './output/document.ts';

export interface Gathering {
  readonly known: Gathered;
  readonly counts: Counts;
  /** Reasons why messages were ignored or malformed, and notes on what was read, with how many. */
  readonly reasons: ReadonlyMap<string, number>;
  /** Some of the input could not be read, or there was none: nothing that is absent is known to be missing. */
  readonly incomplete: boolean;
  /** The newest time in the input. */
  readonly newest: Nanos;
}

export interface GatherOptions {
  /** Manifests and plans say all there is to be in the projects and clusters they speak of. Else nothing is missing for not being in them. */
  readonly declaredComplete?: boolean;
  /** The cluster that manifests are for, as `projects/P/locations/L/clusters/C`. */
  readonly cluster?: string;
  /** The project of what does not say its own in Terraform or Config Connector. */
  readonly project?: string;
}

/** A file of another kind is one mistake, however many values it has. */
export const PLACES_SHOWN = 10;

/**
 * Reads asset exports, Kubernetes manifests and what `terraform show -json` prints, as a stream: what is not watched is let go at once, so
 * memory grows with what is relevant only.
 */
export async function gatherAssets(
  paths: readonly string[],
  io: Io,
  receivedAt: Nanos,
  { declaredComplete = false, ...named }: GatherOptions = {},
): Promise<Gathering> {
  const known = new Gathered();
  const covered = new CoveredBy();
  const declared = new DeclaredComplete();
  const context = { receivedAt, ...named };
  const counts = emptyCounts();
  const reasons = new Map<string, number>();
  const progress = progressOn(io);
  let incomplete = false;
  let newest = 0n;
  for await (const item of inputOf(paths, io)) {
    if ('problem' in item) {
      incomplete = true;
      io.err(`${progress.clear()}${problemText(item.problem)}\n`);
      continue;
    }
    if ('note' in item) {
      io.err(`${progress.clear()}${item.note.file}: ${item.note.message}\n`);
      continue;
    }
    const { decoded: answers, notes, isIntent } = decodeValue(item, context);
    progress.step();
    for (const note of notes) count(reasons, `note: ${note}`);
    for (const decoded of answers) {
      if (decoded.kind === 'news') {
        counts[decoded.acts.length > 0 ? 'acts' : 'observed']++;
        newest = later(newest, decoded.time);
        for (const act of decoded.acts) known.act(act);
        for (const observation of decoded.observations) {
          known.observe(observation);
          if (isIntent) declared.add(observation);
          else if (observation.source === 'scan') covered.add(observation);
        }
        continue;
      }
      counts[decoded.kind]++;
      count(reasons, `${decoded.kind}: ${decoded.why}`);
      if (decoded.kind === 'malformed') {
        // It stood for something, and nobody can tell for what.
        incomplete = true;
        if (counts.malformed <= PLACES_SHOWN)
          io.err(`${progress.clear()}${item.where.file}:${item.where.line}: malformed: ${decoded.why}\n`);
      }
    }
  }
  io.err(progress.clear());
  if (counts.malformed > PLACES_SHOWN)
    io.err(`… and ${counts.malformed - PLACES_SHOWN} more malformed ones\n`);
  if (!incomplete && Object.values(counts).every((n) => n === 0)) {
    incomplete = true;
    io.err(`${paths.join(', ')}: there is nothing in it, which says nothing of the cloud\n`);
  }
  if (!incomplete) for (const coverage of covered.coverage()) known.cover(coverage);
  if (!incomplete && declaredComplete) for (const coverage of declared.coverage()) known.cover(coverage);
  return { known, counts, reasons, incomplete, newest };
}

/** What the paths hold; `-` is standard input, which can be read once. */
export function inputOf(paths: readonly string[], io: Io): AsyncIterable<InputItem> {
  return readInput(paths, io.in === undefined ? {} : { stdin: io.in });
}

/** Refuses a command line on which standard input stands for two things. */
export function standardInputOnce(paths: readonly string[]): void {
  if (paths.filter((path) => path === '-').length > 1)
    throw new CommandFailed(EXIT.usage, '- is standard input, which can be given once');
}

function count(reasons: Map<string, number>, reason: string): void {
  reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
}

export function problemText({
  file,
  line,
  column,
  kind,
  message,
}: {
  file: string;
  line?: number;
  column?: number;
  kind: string;
  message: string;
}): string {
  const where = [file, line, column].filter((part) => part !== undefined).join(':');
  return `${where}: ${kind}: ${message}`;
}

/** A counter on a terminal; nothing where nobody looks. */
export function progressOn(io: Io) {
  let count = 0;
  let drawn = false;
  return {
    step(): void {
      count++;
      if (!io.errIsTerminal || count % 5_000 !== 0) return;
      io.err(`\r${count.toLocaleString('en')} messages read`);
      drawn = true;
    },
    clear(): string {
      const was = drawn;
      drawn = false;
      return was ? '\r\x1b[K' : '';
    },
  };
}

export function timeText(time: Nanos): string {
  return formatTime(time).replace(/\.?0+Z$/, 'Z');
}
