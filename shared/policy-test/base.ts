import { decodeMessage } from '../decode/decode.ts';
import { readInput } from '../decode/input/read-input.ts';
import type { Coverage } from '../inventory/coverage.ts';
import { CoveredBy } from '../inventory/covered-by.ts';
import type { Act } from '../model/act.ts';
import type { Observation } from '../model/observation.ts';
import { later, type Nanos } from '../model/time.ts';

/** The state that a test begins with. */
export interface Base {
  readonly observations: readonly Observation[];
  readonly acts: readonly Act[];
  readonly coverage: readonly Coverage[];
  /** The newest time in it. */
  readonly newest: Nanos;
}

/** The base of a test cannot be read to its end: nothing would be proved by judging the rest. */
export class BaseUnreadable extends Error {
  override readonly name = 'BaseUnreadable';
}

/** Reads a base from any input that the commands read. Throws `BaseUnreadable`. */
export async function readBase(paths: readonly string[]): Promise<Base> {
  const observations: Observation[] = [];
  const acts: Act[] = [];
  const covered = new CoveredBy();
  let newest: Nanos = 0n;
  for await (const item of readInput(paths)) {
    if ('problem' in item) {
      const { file, line, message } = item.problem;
      throw new BaseUnreadable(`${[file, line].filter((part) => part !== undefined).join(':')}: ${message}`);
    }
    if ('note' in item) continue;
    // Exports hold their own times; where one does not, the beginning of time is as good as any and always the same.
    const decoded = decodeMessage(item.value, { receivedAt: 0n });
    if (decoded.kind === 'malformed')
      throw new BaseUnreadable(`${item.where.file}:${item.where.line}: malformed: ${decoded.why}`);
    if (decoded.kind !== 'news') continue;
    newest = later(newest, decoded.time);
    acts.push(...decoded.acts);
    for (const observation of decoded.observations) {
      observations.push(observation);
      if (observation.source === 'scan') covered.add(observation);
    }
  }
  if (observations.length === 0)
    throw new BaseUnreadable(`${paths.join(', ')} tells of nothing that is watched`);
  return { observations, acts, coverage: [...covered.coverage()], newest };
}
