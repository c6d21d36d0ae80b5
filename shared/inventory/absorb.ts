import type { AssetName } from '../model/asset.ts';
import { grantKey } from '../model/grant.ts';
import type { FactType, Observation } from '../model/observation.ts';
import type { Nanos } from '../model/time.ts';
import { later } from '../model/time.ts';
import { absorbVisit, emptyVisits } from './baseline.ts';
import { NOWHERE, truerPlace } from './place.ts';
import type {
  Place,
  PolicyRegister,
  PolicyVersion,
  Register,
  ResourceRegister,
  SaidValue,
  SetBy,
  Stamped,
  StampedChange,
} from './register.ts';
import { absorbUsage, emptyUsage } from './usage.ts';

/** Versions kept of one policy: enough to see what the last changes were and to know late news for what it is. */
const KEPT_VERSIONS = 16;
const KEPT_ETAGS = 64;
/** Values kept of one field, and the first there was: enough to see since when it is what it is, and what it was to begin with. */
export const KEPT_VALUES = 8;
const KEPT_SETTERS = 8;

/** The contents an observation has news of. A deletion ends the asset and its policy; an alias is kept apart. */
export function contentsOf(observation: Observation): readonly Register['content'][] {
  switch (observation.kind) {
    case 'policy':
    case 'policy-delta':
    case 'policy-unknown':
      return ['policy'];
    case 'resource':
    case 'unsure':
      return ['resource'];
    case 'gone':
      return ['resource', 'policy'];
    case 'used':
    case 'watched':
      return ['usage'];
    case 'visited':
      return ['visits'];
    case 'alias':
      return [];
  }
}

export function registerId(content: Register['content'], name: string): string {
  return `${content}|${name}`;
}

/** Adds one observation to a register. The order in which observations are absorbed makes no difference to the result. */
export function absorb(known: Register, observation: Observation): Register {
  switch (observation.kind) {
    case 'policy':
    case 'policy-delta':
    case 'policy-unknown':
      return known.content === 'policy' ? absorbPolicy(known, observation) : known;
    case 'gone':
      return known.content === 'policy'
        ? absorbPolicy(known, observation)
        : known.content === 'resource'
          ? absorbResource(known, observation)
          : known;
    case 'resource':
    case 'unsure':
      return known.content === 'resource' ? absorbResource(known, observation) : known;
    case 'used':
    case 'watched':
      return known.content === 'usage' ? absorbUsage(known, observation) : known;
    case 'visited':
      return known.content === 'visits'
        ? absorbVisit(known, { who: observation.who, first: observation.time })
        : known;
    case 'alias':
      return known;
  }
}

export function emptyRegister(content: Register['content'], name: string): Register {
  switch (content) {
    case 'policy':
      return emptyPolicy(name);
    case 'resource':
      return emptyResource(name);
    case 'usage':
      return emptyUsage(name);
    case 'visits':
      return emptyVisits(name);
  }
}

function emptyPolicy(name: AssetName): PolicyRegister {
  return {
    content: 'policy',
    name,
    ...NOWHERE,
    versions: [],
    deltas: [],
    superseded: [],
    goneAt: undefined,
  };
}

function emptyResource(name: AssetName): ResourceRegister {
  return {
    content: 'resource',
    name,
    ...NOWHERE,
    type: undefined,
    fields: {},
    whole: undefined,
    exists: undefined,
    goneAt: undefined,
    unsure: {},
  };
}

type PolicyNews = Extract<Observation, { kind: 'policy' | 'policy-delta' | 'policy-unknown' | 'gone' }>;

function absorbPolicy(known: PolicyRegister, news: PolicyNews): PolicyRegister {
  if (news.kind === 'gone')
    return { ...known, goneAt: known.goneAt === undefined ? news.time : later(known.goneAt, news.time) };
  const superseded =
    news.supersedes === undefined || news.supersedes === news.etag
      ? []
      : [{ etag: news.supersedes, time: news.time }];
  return {
    ...known,
    ...truerPlace(known, placeIn(news)),
    superseded: mergeEtags([...known.superseded, ...superseded]),
    versions:
      news.kind === 'policy'
        ? mergeVersions([
            ...known.versions,
            { etag: news.etag, time: news.time, source: news.source, grants: news.grants },
          ])
        : known.versions,
    deltas:
      news.kind === 'policy-delta'
        ? mergeDeltas([
            ...known.deltas,
            ...news.changes.map((change) => ({
              ...change,
              time: news.time,
              source: news.source,
              etag: news.etag,
            })),
          ])
        : known.deltas,
  };
}

/** Sightings of one etag with the same content are one version, made no later than the earliest of them. */
export function mergeVersions(versions: readonly PolicyVersion[]): readonly PolicyVersion[] {
  const byIdentity = new Map<string, PolicyVersion>();
  for (const version of versions) {
    const identity = `${version.etag ?? version.time} ${contentOf(version)}`;
    const other = byIdentity.get(identity);
    byIdentity.set(identity, other === undefined ? version : sameVersion(version, other));
  }
  return [...byIdentity.values()].sort(newestFirst).slice(0, KEPT_VERSIONS);
}

/** The earliest of two sightings, and when it was seen last: the asset may have been made anew in between, with the same policy. */
function sameVersion(a: PolicyVersion, b: PolicyVersion): PolicyVersion {
  const [first, again] = isEarlierSighting(a, b) ? [a, b] : [b, a];
  const seenAgain = [first.seenAgain, again.time, again.seenAgain].reduce<Nanos>(
    (latest, time) => (time === undefined ? latest : later(latest, time)),
    first.time,
  );
  return seenAgain === first.time ? first : { ...first, seenAgain };
}

/** Down to the letter, so that which of two like sightings is kept does not hang on which came first. */
function isEarlierSighting(a: PolicyVersion, b: PolicyVersion): boolean {
  return a.time !== b.time ? a.time < b.time : lettersOf(a) < lettersOf(b);
}

function lettersOf({ source, grants }: PolicyVersion): string {
  return `${source} ${JSON.stringify(grants)}`;
}

function newestFirst(a: PolicyVersion, b: PolicyVersion): number {
  if (a.time !== b.time) return a.time > b.time ? -1 : 1;
  // A total order, so that news arriving in any order is sorted alike.
  const [x, y] = [`${a.etag} ${contentOf(a)}`, `${b.etag} ${contentOf(b)}`];
  return x > y ? -1 : x < y ? 1 : 0;
}

/** What a version says, whatever name its resource goes by in this message. */
function contentOf(version: PolicyVersion): string {
  return version.grants
    .map((grant) => grantKey({ ...grant, resource: '' }))
    .sort()
    .join('\n');
}

/** The newest word on each grant; at the same instant an addition outweighs a removal, because it is the one that gives access. */
export function mergeDeltas(deltas: readonly StampedChange[]): readonly StampedChange[] {
  const byGrant = new Map<string, StampedChange>();
  for (const delta of deltas) {
    const key = grantKey(delta.grant);
    const other = byGrant.get(key);
    if (other === undefined || rank(delta) > rank(other)) byGrant.set(key, delta);
  }
  return [...byGrant.values()].sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}

function rank(delta: StampedChange): string {
  const { time, action, source, etag, grant } = delta;
  return `${String(time).padStart(20, '0')} ${action === 'add' ? 1 : 0} ${source} ${JSON.stringify([etag, grant])}`;
}

export function mergeEtags(etags: PolicyRegister['superseded']): PolicyRegister['superseded'] {
  const earliest = new Map<string, Nanos>();
  for (const { etag, time } of etags) {
    const other = earliest.get(etag);
    if (other === undefined || time < other) earliest.set(etag, time);
  }
  return [...earliest]
    .map(([etag, time]) => ({ etag, time }))
    .sort((a, b) => (a.time !== b.time ? (a.time > b.time ? -1 : 1) : a.etag < b.etag ? -1 : 1))
    .slice(0, KEPT_ETAGS);
}

type ResourceNews = Extract<Observation, { kind: 'resource' | 'gone' | 'unsure' }>;

function absorbResource(known: ResourceRegister, news: ResourceNews): ResourceRegister {
  const stamp = (value: Stamped['value']): Stamped => ({ value, time: news.time, source: news.source });
  const place = truerPlace(known, placeIn(news));
  if (news.kind === 'unsure') {
    const time = later(known.unsure[news.type] ?? news.time, news.time);
    return { ...known, ...place, unsure: { ...known.unsure, [news.type]: time } };
  }
  if (news.kind === 'gone') {
    const goneAt = latestOf([known.goneAt, news.time]);
    return {
      ...known,
      ...place,
      type: known.type ?? news.type,
      exists: newer(known.exists, stamp(false)),
      goneAt,
    };
  }
  const { type, ...facts } = news.facts;
  const given: Readonly<Record<string, Stamped['value']>> = facts;
  const said = Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => [field, [{ ...stamp(value), first: stampedAt(news), ...setBy(news) }]] as const);
  // In a whole object an absent field is a fact too: Google's JSON leaves out false and empty values.
  const whole = news.whole ? newer(known.whole, stamp(true)) : known.whole;
  return {
    ...known,
    ...place,
    type,
    fields: mergeFields([known.fields, Object.fromEntries(said)]),
    whole,
    exists: newer(known.exists, stamp(true)),
  };
}

function stampedAt({ time, source }: SaidValue['first']): SaidValue['first'] {
  return { time, source };
}

function mergeFields(all: readonly ResourceRegister['fields'][]): ResourceRegister['fields'] {
  const fields: Record<string, readonly SaidValue[]> = {};
  for (const one of all) {
    for (const [field, values] of Object.entries(one))
      fields[field] = mergeValues([...(fields[field] ?? []), ...values]);
  }
  return fields;
}

/** Each value with its first and its last telling. */
function mergeValues(values: readonly SaidValue[]): readonly SaidValue[] {
  const byValue = new Map<Stamped['value'], SaidValue>();
  for (const one of values) {
    const other = byValue.get(one.value);
    byValue.set(
      one.value,
      other === undefined
        ? one
        : {
            ...newer(other, one),
            first: isBefore(other.first, one.first) ? other.first : one.first,
            ...mergeSetters(other, one),
          },
    );
  }
  const sorted = [...byValue.values()].sort((a, b) => (newer(a, b) === a ? -1 : 1));
  // However often a field is changed, what it was to begin with is not forgotten.
  const first = sorted.reduce<SaidValue | undefined>(
    (a, b) => (a && !isBefore(b.first, a.first) ? a : b),
    undefined,
  );
  return sorted.filter((one, index) => index < KEPT_VALUES || one === first);
}

function setBy({ by, time }: Extract<ResourceNews, { kind: 'resource' }>): Pick<SaidValue, 'by'> {
  return by === undefined ? {} : { by: [{ ...by, first: time, last: time }] };
}

/** Each of them once, with the first time and the last. */
function mergeSetters(...all: readonly SaidValue[]): Pick<SaidValue, 'by'> {
  const byName = new Map<string, SetBy>();
  for (const one of all.flatMap(({ by = [] }) => by)) {
    const name = nameOf(one);
    const { first, last } = byName.get(name) ?? one;
    byName.set(name, { ...one, first: sooner(one.first, first), last: later(one.last, last) });
  }
  if (byName.size === 0) return {};
  const sorted = [...byName].sort(([x, a], [y, b]) =>
    a.last !== b.last ? (a.last > b.last ? -1 : 1) : x < y ? -1 : 1,
  );
  return { by: sorted.map(([, one]) => one).slice(0, KEPT_SETTERS) };
}

function nameOf({ principal, subject, delegation, reason }: SetBy): string {
  return JSON.stringify([principal, subject, delegation, reason]);
}

function isBefore(a: SaidValue['first'], b: SaidValue['first']): boolean {
  return a.time !== b.time ? a.time < b.time : a.source < b.source;
}

function newer<S extends Stamped>(a: S | undefined, b: S): S {
  if (a === undefined || b.time > a.time) return b;
  if (b.time < a.time) return a;
  return `${b.value} ${b.source}` > `${a.value} ${a.source}` ? b : a;
}

function placeIn({ ancestors, time }: Observation): Place {
  return ancestors.length === 0 ? NOWHERE : { ancestors, placedAt: time };
}

/** Two registers of one asset under two names, as one. */
export function mergePolicies(registers: readonly PolicyRegister[]): PolicyRegister | undefined {
  const [first, ...rest] = registers;
  if (first === undefined || rest.length === 0) return first;
  return {
    ...first,
    ...registers.map((r): Place => r).reduce(truerPlace),
    versions: mergeVersions(registers.flatMap((r) => r.versions)),
    deltas: mergeDeltas(registers.flatMap((r) => r.deltas)),
    superseded: mergeEtags(registers.flatMap((r) => r.superseded)),
    goneAt: registers
      .map((r) => r.goneAt)
      .reduce((a, b) => (a === undefined ? b : b === undefined ? a : later(a, b))),
  };
}

export function mergeResources(registers: readonly ResourceRegister[]): ResourceRegister | undefined {
  const [first, ...rest] = registers;
  if (first === undefined || rest.length === 0) return first;
  const best = (pick: (r: ResourceRegister) => Stamped | undefined) =>
    registers.map(pick).reduce((a, b) => (b === undefined ? a : newer(a, b)), undefined);
  return {
    ...first,
    ...registers.map((r): Place => r).reduce(truerPlace),
    type: registers.find((r) => r.type !== undefined)?.type,
    fields: mergeFields(registers.map((r) => r.fields)),
    whole: best((r) => r.whole),
    exists: best((r) => r.exists),
    goneAt: latestOf(registers.map((r) => r.goneAt)),
    unsure: latest(registers.map((r) => r.unsure)),
  };
}

function latestOf(times: readonly (Nanos | undefined)[]): Nanos | undefined {
  return times.reduce((a, b) => (a === undefined ? b : b === undefined ? a : later(a, b)), undefined);
}

/** The latest time per type. */
function latest(all: readonly ResourceRegister['unsure'][]): ResourceRegister['unsure'] {
  const times: Record<string, Nanos> = {};
  for (const one of all) {
    for (const [type, time] of Object.entries(one)) times[type] = later(times[type] ?? time, time);
  }
  return times;
}

/** Kinds of things that can be restored as themselves. Of any other, what has the name of one that went is another thing. */
export const RESTORABLE: ReadonlySet<FactType | undefined> = new Set([
  'service-account',
  'project',
  'identity-provider',
]);

/**
 * What a field is and since when: what was said last, and an absent field of a whole object counts as said. What was said before the asset
 * went was said of another, where it was made anew. That a value is told again is no change; of one that came back only the last telling is
 * known to be of now.
 */
export function fieldOf(
  { fields, whole, goneAt, type }: ResourceRegister,
  field: string,
): Stamped | undefined {
  const [now, before] = fields[field] ?? [];
  const bornAfter = goneAt === undefined || RESTORABLE.has(type) ? 0n : goneAt;
  const seenWhole = whole !== undefined && whole.time >= bornAfter ? whole : undefined;
  if (seenWhole !== undefined && (now === undefined || now.time < seenWhole.time))
    return { value: undefined, ...stampedAt(seenWhole) };
  if (now === undefined || now.time < bornAfter) return undefined;
  const changedAfter = later(bornAfter, before?.time ?? 0n);
  return { value: now.value, ...(now.first.time > changedAfter ? now.first : stampedAt(now)) };
}

function sooner<T extends bigint | number>(a: T, b: T): T {
  return a > b ? b : a;
}
