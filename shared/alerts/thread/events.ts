import { MINUTE } from '../../model/time.ts';
import type { IncidentEvent } from '../../ports.ts';

/** One line to tell: an event, or several that say the same. */
export interface Told {
  /** The first of them. */
  readonly event: IncidentEvent;
  /** The findings it is about, by title. */
  readonly titles: readonly string[];
  /** Set where findings came and went: then `event` is the last of these. */
  readonly flips?: { readonly reopened: number; readonly repaired: number };
}

/** A diary as lines: what came and went more than once is one line, and so is what befell several findings at once. */
export function toldEvents(events: readonly IncidentEvent[]): readonly Told[] {
  const inOrder = events.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return together(withoutFlips(inOrder));
}

const FLIPS: ReadonlySet<string> = new Set(['reopened', 'repaired', 'confirmed']);

function withoutFlips(events: readonly IncidentEvent[]): readonly Told[] {
  const flipping = new Map(
    [...Map.groupBy(events, ({ title }) => title)].flatMap(([title, own]) => {
      const flips = own.filter(({ kind }) => FLIPS.has(kind));
      const reopened = flips.filter(({ kind }) => kind === 'reopened').length;
      const repaired = flips.filter(({ kind }) => kind === 'repaired').length;
      return reopened > 1 ? [[title, { last: flips.at(-1), reopened, repaired }] as const] : [];
    }),
  );
  return events.flatMap((event): readonly Told[] => {
    const { title, kind } = event;
    const flips = FLIPS.has(kind) ? flipping.get(title) : undefined;
    if (flips === undefined) return [{ event, titles: [title] }];
    const { last, reopened, repaired } = flips;
    return event === last ? [{ event, titles: [title], flips: { reopened, repaired } }] : [];
  });
}

/** A change that made many findings, or mended them, wrote each into the diary. */
function together(all: readonly Told[]): readonly Told[] {
  const merged: Told[] = [];
  for (const one of all) {
    const at = merged.findIndex((earlier) => isSame(earlier, one));
    const earlier = merged[at];
    if (earlier === undefined) merged.push(one);
    else merged[at] = { ...earlier, titles: [...new Set([...earlier.titles, ...one.titles])] };
  }
  return merged;
}

function isSame(a: Told, b: Told): boolean {
  const { kind, by, detail, until, at } = a.event;
  return (
    kind === b.event.kind &&
    by === b.event.by &&
    detail === b.event.detail &&
    until === b.event.until &&
    b.event.at - at <= MINUTE &&
    a.flips?.reopened === b.flips?.reopened &&
    a.flips?.repaired === b.flips?.repaired
  );
}
