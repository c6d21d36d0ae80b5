import type { Finding } from '../model/finding.ts';
import { earliest, HOUR, later, type Nanos } from '../model/time.ts';
import type { Ground } from './input.ts';
import type { Effectiveness, Spread } from './report.ts';
import { secondsBetween, spreadOf } from './standing.ts';

/** A sweep runs every day; this long without one that ended is a gap. */
const SWEEP_EVERY = 30n * HOUR;

/** Whether the watch was awake, and how fast people were. */
export function effectiveness(ground: Ground): Effectiveness {
  const { history, period } = ground.input;
  const gaps = history === undefined ? [] : gapsOf(ground);
  const asleep = covered(gaps);
  const whole = secondsBetween(period.from, period.to);
  return {
    runs: runLines(ground),
    gaps,
    awake: history === undefined || whole === 0 ? undefined : Math.max(0, 1 - asleep / whole),
    timeToNotice: timeToNotice(ground),
    timeToAcknowledge: timeToAcknowledge(ground),
    timeToClose: timeToClose(ground),
    quarantined: history?.quarantined,
    parked: history?.parked,
  };
}

function runLines(ground: Ground): Effectiveness['runs'] {
  return [...(ground.input.history?.runs ?? [])]
    .filter(([, { startedAt }]) => ground.isInPeriod(startedAt))
    .toSorted(([, a], [, b]) => (a.startedAt > b.startedAt ? -1 : 1))
    .map(([id, { startedAt, endedAt, state, scopes, counts }]) => ({
      id,
      startedAt,
      endedAt,
      state,
      scopes,
      assets: counts.assets,
      missed: counts.missed,
      completeShards: counts.complete,
      shards: counts.shards,
    }));
}

/** What the watch itself found to be silent, and days without a sweep that ended. */
function gapsOf({ input, asOf }: Ground): Effectiveness['gaps'] {
  const { period } = input;
  const silent = input.findings
    .filter(({ detector, state }) => detector === 'self-silent' && state !== 'undecided')
    .map(({ eventTime, resolvedAt, title }) => ({ from: eventTime, to: resolvedAt ?? asOf, why: title }));
  const ends = [...(input.history?.runs.values() ?? [])]
    .flatMap(({ state, endedAt }) => (state === 'done' && endedAt !== undefined ? [endedAt] : []))
    .filter((end) => end <= period.to)
    .toSorted((a, b) => (a < b ? -1 : 1));
  const marks = [...ends, period.to];
  const unswept = marks.flatMap((to, index) => {
    const from = index === 0 ? period.from : marks[index - 1]!;
    return to - from > SWEEP_EVERY ? [{ from, to, why: 'no sweep ended in this time' }] : [];
  });
  return [...silent, ...unswept]
    .map((gap) => ({
      ...gap,
      from: later(gap.from, period.from),
      to: earliest([gap.to, period.to]) ?? gap.to,
    }))
    .filter(({ from, to }) => from < to)
    .toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
}

/** Seconds in any of the gaps, those that overlap counted once. */
function covered(gaps: Effectiveness['gaps']): number {
  let [seconds, reached]: [number, Nanos] = [0, 0n];
  for (const { from, to } of gaps) {
    const start = later(from, reached);
    seconds += secondsBetween(start, to);
    reached = later(reached, to);
  }
  return seconds;
}

/** From the change to the finding. What was there before anybody watched was not noticed late: only what opened within the period counts. */
export function timeToNotice(ground: Ground): Spread {
  const { history, period } = ground.input;
  if (history === undefined) return spreadOf([]);
  return spreadOf(
    ground.input.findings
      .filter(
        ({ state, firstSeen, eventTime }) =>
          state !== 'undecided' && ground.isInPeriod(firstSeen) && eventTime > period.from,
      )
      .map(({ eventTime, firstSeen }) => secondsBetween(eventTime, firstSeen)),
  );
}

/** From the finding to the first who said that they are acting. */
export function timeToAcknowledge(ground: Ground): Spread {
  const first = new Map<string, Nanos>();
  for (const { kind, at, about } of ground.input.history?.decisions ?? []) {
    if (kind !== 'acknowledge' || !ground.isInPeriod(at)) continue;
    for (const { finding, episode } of about) {
      const key = `${finding} ${episode}`;
      const known = first.get(key);
      if (known === undefined || at < known) first.set(key, at);
    }
  }
  return spreadOf(
    ground.input.findings.flatMap(({ id, episode, firstSeen }) => {
      const at = first.get(`${id} ${episode}`);
      return at === undefined ? [] : [secondsBetween(firstSeen, at)];
    }),
  );
}

/** From the finding to its repair. A false positive was not repaired, and an expiry is nobody's doing. */
export function timeToClose(ground: Ground): Spread {
  return spreadOf(
    ground.input.findings.flatMap((finding: Finding) =>
      finding.resolution === 'repaired' &&
      finding.resolvedAt !== undefined &&
      ground.isInPeriod(finding.resolvedAt)
        ? [secondsBetween(finding.firstSeen, finding.resolvedAt)]
        : [],
    ),
  );
}
