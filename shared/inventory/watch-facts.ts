import type { AssetName } from '../model/asset.ts';
import type { Source } from '../model/observation.ts';
import { earliest, type Nanos, parseTime } from '../model/time.ts';
import { type PartKind, type Setting, settingsIn } from '../model/watch-part.ts';
import { fieldOf } from './absorb.ts';
import type { ResourceRegister } from './register.ts';

interface Told {
  readonly since: Nanos;
  readonly source: Source;
}

/** A part of the watch itself. */
export type WatchFact = {
  readonly kind: 'watch-part';
  readonly asset: AssetName;
  readonly part: PartKind;
  /** Of what is deployed its full resource name, else the part's own. */
  readonly resource: AssetName;
  /** As it was deployed; `undefined` where nobody told. */
  readonly wanted: readonly Setting[] | undefined;
  /** As it was read last: since when it is so, and when that was read. */
  readonly found: (Told & { readonly settings: readonly Setting[]; readonly readAt: Nanos }) | undefined;
  /** Why it could not be read when it was tried last, and since when it has not been read. */
  readonly unread: (Told & { readonly why: string }) | undefined;
  /** When it did its work, as far as is still known, the latest first. */
  readonly times: readonly Nanos[];
  readonly troubles: readonly Trouble[];
  readonly troublesSince: Told;
};

/** What is wrong with a part: `about` tells one trouble from another and stays the same as long as it lasts. */
export interface Trouble {
  readonly about: string;
  readonly words: string;
}

export function watchFact(register: ResourceRegister, canonical: AssetName): WatchFact | undefined {
  const { exists, fields } = register;
  const text = (field: string): string | undefined => {
    const value = fieldOf(register, field)?.value;
    return typeof value === 'string' ? value : undefined;
  };
  const part = text('part');
  if (exists === undefined || part === undefined) return undefined;
  const told = (field: string): Told => {
    const { time, source } = fieldOf(register, field) ?? exists;
    return { since: time, source };
  };
  const [wanted, found, unread] = [text('wanted'), text('found'), text('unread') ?? ''];
  const readAt = fields.found?.[0]?.time ?? exists.time;
  const unreadSince =
    found === undefined
      ? (earliest((fields.unread ?? []).map(({ first }) => first.time)) ?? exists.time)
      : readAt;
  return {
    kind: 'watch-part',
    asset: canonical,
    part: part as PartKind,
    resource: text('resource') ?? canonical,
    wanted: wanted === undefined ? undefined : settingsIn(wanted),
    found: found === undefined ? undefined : { ...told('found'), settings: settingsIn(found), readAt },
    unread: unread === '' ? undefined : { ...told('unread'), since: unreadSince, why: unread },
    times: (fields.last ?? []).flatMap(({ value }) =>
      typeof value === 'string' ? (parseTime(value) ?? []) : [],
    ),
    troubles: troublesIn(text('troubles') ?? ''),
    troublesSince: told('troubles'),
  };
}

/** Troubles as facts hold them. */
export function troublesText(troubles: readonly Trouble[]): string {
  return troubles
    .map(({ about, words }) => `${oneLine(about)}\t${oneLine(words)}`)
    .sort()
    .join('\n');
}

function troublesIn(text: string): readonly Trouble[] {
  return text === ''
    ? []
    : text.split('\n').map((line) => {
        const [about = '', words = ''] = line.split('\t');
        return { about, words };
      });
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
