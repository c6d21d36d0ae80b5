import { DAY, formatTime, HOUR, type Nanos } from '../model/time.ts';
import type { Catalogue } from './catalogue.ts';

const SOURCES = {
  live: 'as Google told it',
  cached: 'as Google told it',
  'built-in': 'as this version of Anchorwatch has it',
} as const;

/** How old a catalogue is and where it comes from: `roles of 2026-11-20 as Google told it, 2 days old`. */
export function catalogueWords({ asOf, source }: Catalogue, now: Nanos): string {
  return `roles of ${formatTime(asOf).slice(0, 10)} ${SOURCES[source]}, ${ageText(now - asOf)} old`;
}

function ageText(age: Nanos): string {
  const [unit, word] = age < 2n * DAY ? [HOUR, 'hour'] : [DAY, 'day'];
  const count = age < 0n ? 0n : age / unit;
  return `${count} ${word}${count === 1n ? '' : 's'}`;
}
