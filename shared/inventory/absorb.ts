import type { AssetName } from '../model/asset.ts';
import { grantKey } from '../model/grant.ts';
import type { Observation } from '../model/observation.ts';
import type { Nanos } from '../model/time.ts';
import { later } from '../model/time.ts';
import type {
  PolicyRegister,
  PolicyVersion,
  Register,
  ResourceRegister,
  Stamped,
  StampedChange,
} from './register.ts';

/** Versions kept of one policy: enough to see what the last changes were and to know late news for what it is. */
const KEPT_VERSIONS = 16;
const KEPT_ETAGS = 64;

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
        : absorbResource(known, observation);
    case 'resource':
    case 'unsure':
      return known.content === 'resource' ? absorbResource(known, observation) : known;
    case 'alias':
      return known;
  }
}

export function emptyRegister(content: Register['content'], name: string): Register {
  return content === 'policy' ? emptyPolicy(name) : emptyResource(name);
}

function emptyPolicy(name: AssetName): PolicyRegister {
  return {
    content: 'policy',
    name,
    ancestors: [],
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
    ancestors: [],
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
    ancestors: longest(known.ancestors, news.ancestors),
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
  const ancestors = longest(known.ancestors, news.ancestors);
  if (news.kind === 'unsure') {
    const time = later(known.unsure[news.type] ?? news.time, news.time);
    return { ...known, ancestors, unsure: { ...known.unsure, [news.type]: time } };
  }
  if (news.kind === 'gone') {
    const goneAt = latestOf([known.goneAt, news.time]);
    return {
      ...known,
      ancestors,
      type: known.type ?? news.type,
      exists: newer(known.exists, stamp(false)),
      goneAt,
    };
  }
  const { type, ...facts } = news.facts;
  const fields: Record<string, Stamped> = { ...known.fields };
  const given: Readonly<Record<string, Stamped['value']>> = facts;
  for (const [field, value] of Object.entries(given)) {
    if (value !== undefined) fields[field] = newer(fields[field], stamp(value));
  }
  // In a whole object an absent field is a fact too: Google's JSON leaves out false and empty values.
  const whole = news.whole ? newer(known.whole, stamp(true)) : known.whole;
  return { ...known, ancestors, type, fields, whole, exists: newer(known.exists, stamp(true)) };
}

function newer(a: Stamped | undefined, b: Stamped): Stamped {
  if (a === undefined || b.time > a.time) return b;
  if (b.time < a.time) return a;
  return `${b.value} ${b.source}` > `${a.value} ${a.source}` ? b : a;
}

/** Of two ancestor lists the more telling one; moves between folders come with newer registers of the sweep. */
function longest(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a.length !== b.length) return a.length > b.length ? a : b;
  return a.join('/') >= b.join('/') ? a : b;
}

/** Two registers of one asset under two names, as one. */
export function mergePolicies(registers: readonly PolicyRegister[]): PolicyRegister | undefined {
  const [first, ...rest] = registers;
  if (first === undefined || rest.length === 0) return first;
  return {
    ...first,
    ancestors: registers.map((r) => r.ancestors).reduce(longest),
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
  const fields: Record<string, Stamped> = {};
  for (const register of registers) {
    for (const [field, stamped] of Object.entries(register.fields))
      fields[field] = newer(fields[field], stamped);
  }
  const best = (pick: (r: ResourceRegister) => Stamped | undefined) =>
    registers.map(pick).reduce((a, b) => (b === undefined ? a : newer(a, b)), undefined);
  return {
    ...first,
    ancestors: registers.map((r) => r.ancestors).reduce(longest),
    type: registers.find((r) => r.type !== undefined)?.type,
    fields,
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

/** The value of a field: what was said last, and an absent field of a whole object counts as said. */
export function fieldOf(register: ResourceRegister, field: string): Stamped | undefined {
  const said = register.fields[field];
  if (register.whole !== undefined && (said === undefined || said.time < register.whole.time)) {
    return { value: undefined, time: register.whole.time, source: register.whole.source };
  }
  return said;
}
