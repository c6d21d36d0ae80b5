import { absorb, contentsOf, emptyRegister, registerId } from '../inventory/absorb.ts';
import { aliasId, aliasTerms, type DatedAlias } from '../inventory/aliases.ts';
import { type Fact, factText } from '../inventory/facts.ts';
import { Inventory, type Known } from '../inventory/inventory.ts';
import { isOvertaken } from '../inventory/overtaken.ts';
import type { Register } from '../inventory/register.ts';
import { subjectKey, subjectsOf } from '../inventory/subject.ts';
import type { View } from '../inventory/view.ts';
import type { AssetName } from '../model/asset.ts';
import type { Decoded } from '../model/decoded.ts';
import type { Observation } from '../model/observation.ts';
import { DAY, type Nanos } from '../model/time.ts';
import type { Policy } from '../policy/policy.ts';
import type { Store, Transaction } from '../ports.ts';
import type { Catalogue } from '../roles/catalogue.ts';
import { keepAct, keepAlias, keepAllDirty, keepRegister } from './keep.ts';
import { Loaded } from './neighbourhood.ts';
import { viewOf } from './view-of.ts';

/** Longer than any redelivery: Pub/Sub keeps a message for seven days, a dead letter may be replayed later. */
const SEEN_KEPT = 35n * DAY;

type News = Extract<Decoded, { kind: 'news' }>;

export interface Observed {
  /** `stale`: something newer was known of all it speaks of. It may still teach what stood before. */
  readonly kind: 'new' | 'duplicate' | 'stale';
  /** Keys of the subjects to judge anew. */
  readonly dirty: readonly string[];
  /** There are more of them, which are still to be marked. */
  readonly ripples: boolean;
  /** Assets of which it taught something that nobody had told. */
  readonly taught: readonly AssetName[];
  /** Assets of which nothing newer is known, under all their names: what it says of them holds. */
  readonly current: readonly AssetName[];
}

/**
 * Writes one message's news: registers, aliases, acts, and which subjects they touch, in one transaction. After that the message may be
 * acknowledged: what is dirty is in the store, and whoever comes next judges it.
 */
export async function observe(
  news: News,
  policy: Policy,
  store: Store,
  now: Nanos,
  catalogue?: Catalogue,
): Promise<Observed> {
  const look = (inventory: Inventory): View => viewOf(inventory, now, policy, catalogue);
  return store.transaction(async (tx) => {
    if ((await tx.get('seen', news.id)) !== undefined) return duplicate(tx, news);
    const { before, after, touch } = await applied(tx, news, look);
    const dependants = touch.keys.size === 0 ? new Map() : await tx.find('subjects', touch.keys);
    const dirty = new Set([...touch.subjects, ...dependants.keys()]);
    const known = await tx.getMany('subjects', dirty);
    const states = new Map([...dirty].map((key) => [key, known.get(key)] as const));

    for (const [id, register] of after.registers)
      if (before.registers.get(id) !== register) keepRegister(tx, register);
    for (const [id, alias] of after.aliases) if (before.aliases.get(id) !== alias) keepAlias(tx, alias);
    for (const act of news.acts) keepAct(tx, act, now);
    const marked = keepAllDirty(tx, news.id, states, now);
    tx.put('seen', news.id, { at: now }, { expiresAt: now + SEEN_KEPT });
    const current = currentOf(news, before);
    const isStale = news.acts.length === 0 && current.length === 0 && assetsOf(news).length > 0;
    return {
      kind: isStale ? 'stale' : 'new',
      dirty: [...marked].sort(),
      ripples: marked.length < dirty.size,
      taught: assetsOf(news).filter((asset) => touch.assets.has(asset)),
      current,
    };
  });
}

/** What the news changes, on as much of the inventory as that takes: loads until nothing that is asked for is missing. */
async function applied(tx: Transaction, news: News, look: (inventory: Inventory) => View) {
  const before = new Loaded();
  await before.load(tx, keysOfNews(news));
  await before.load(tx, keysOfNewNames(news, before));
  for (;;) {
    const after = withNews(before, news);
    const old = new Inventory(before, before.keys);
    const present = new Inventory(after, before.keys);
    const touch = touched(old, present, look);
    const missing = new Set([...old.missing, ...present.missing]);
    if (missing.size === 0) {
      // An earlier sighting counts too: which account has an address now goes by when each was first seen with it.
      for (const [id, alias] of after.aliases) {
        if (before.aliases.get(id) !== alias) touch.keys.add(`alias:${alias.id}`).add(`alias:${alias.name}`);
      }
      return { before, after, touch };
    }
    await before.load(tx, missing);
  }
}

/** Whoever took it in first may have died before anything came of it: what it says holds all the same. */
async function duplicate(tx: Transaction, news: News): Promise<Observed> {
  const known = new Loaded();
  await known.load(tx, keysOfNews(news));
  return { kind: 'duplicate', dirty: [], ripples: false, taught: [], current: currentOf(news, known) };
}

/** The assets whose state the news tells of, each once. That one is used tells nothing of how it stands. */
function assetsOf({ observations }: News): readonly AssetName[] {
  return [...new Set(observations.filter(isOfState).map(({ asset }) => asset))];
}

/** Whether it tells how an asset stands. */
export function isOfState({ kind }: Observation): boolean {
  return !['alias', 'used', 'visited', 'watched'].includes(kind);
}

/** Those of which nothing newer was known. */
function currentOf(news: News, before: Loaded): readonly AssetName[] {
  const { aliases } = new Inventory(before);
  const overtaken = new Set<AssetName>();
  for (const observation of news.observations) {
    if (!isOfState(observation)) continue;
    const asset = aliases.canonical(observation.asset);
    const contents = contentsOf(observation);
    const known = [...before.registers.values()].filter(
      (r) => contents.includes(r.content) && aliases.canonical(r.name) === asset,
    );
    if (known.some((register) => isOvertaken(register, observation))) overtaken.add(observation.asset);
  }
  return assetsOf(news)
    .filter((asset) => !overtaken.has(asset))
    .flatMap((asset) => [...new Set([asset, ...aliases.spellings(asset)])]);
}

/** The registers the news is about, and what is known of the names it tells. */
function keysOfNews(news: News): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const observation of news.observations) {
    if (observation.kind === 'alias') {
      keys.add(`alias:${observation.alias.id}`).add(`alias:${observation.alias.name}`);
      continue;
    }
    for (const content of contentsOf(observation)) keys.add(`name:${registerId(content, observation.asset)}`);
    for (const term of aliasTerms(observation.asset)) keys.add(`alias:${term}`);
  }
  for (const { id } of news.acts) keys.add(`act:${id}`);
  return keys;
}

/** Whatever is spelled with a name that the news teaches. Nearly every asset tells its project's names: as a rule they are known. */
function keysOfNewNames(news: News, before: Loaded): ReadonlySet<string> {
  const aliases = withNews(before, news).aliases;
  const taught = [...aliases].filter(([id, alias]) => before.aliases.get(id) !== alias);
  return new Set(taught.flatMap(([, { id, name }]) => [`spelled:${id}`, `spelled:${name}`]));
}

function withNews(before: Loaded, news: News): Known {
  const registers = new Map<string, Register>(before.registers);
  const aliases = new Map<string, DatedAlias>(before.aliases);
  for (const observation of news.observations) {
    if (observation.kind === 'alias') {
      const dated = { ...observation.alias, time: observation.time };
      const known = aliases.get(aliasId(dated));
      if (known === undefined || dated.time < known.time) aliases.set(aliasId(dated), dated);
      continue;
    }
    for (const content of contentsOf(observation)) {
      const id = registerId(content, observation.asset);
      const known = registers.get(id) ?? emptyRegister(content, observation.asset);
      const next = absorb(known, observation);
      if (textOf(next) !== textOf(registers.get(id))) registers.set(id, next);
    }
  }
  return {
    registers,
    aliases,
    acts: new Map([...before.acts, ...news.acts.map((act) => [act.id, act] as const)]),
    coverage: before.coverage,
  };
}

function textOf(register: Register | undefined): string {
  return (
    JSON.stringify(register, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)) ??
    ''
  );
}

/** The keys under which facts came, went or changed, and the subjects those facts bring. */
function touched(old: Inventory, present: Inventory, look: (inventory: Inventory) => View) {
  const keys = new Set<string>();
  const changed = new Map<string, { fact: Fact; inventory: Inventory }>();
  compare(old, present, keys, changed);
  compare(present, old, keys, changed);
  const subjects = new Set<string>();
  const assets = new Set<AssetName>();
  for (const { fact, inventory } of changed.values()) {
    const asset = assetOf(fact);
    if (asset !== undefined) for (const spelling of inventory.aliases.spellings(asset)) assets.add(spelling);
    for (const subject of subjectsOf(fact, look(inventory))) subjects.add(subjectKey(subject));
  }
  return { keys, subjects, assets };
}

function assetOf(fact: Fact): AssetName | undefined {
  if (fact.kind === 'grant') return fact.grant.resource;
  if ('asset' in fact) return fact.asset;
  return 'resource' in fact ? fact.resource : undefined;
}

function compare(
  from: Inventory,
  to: Inventory,
  keys: Set<string>,
  changed: Map<string, { fact: Fact; inventory: Inventory }>,
): void {
  for (const [key, facts] of from.keys()) {
    const others = new Set((to.keys().get(key) ?? []).map(factText));
    for (const fact of facts) {
      const text = factText(fact);
      if (others.has(text)) continue;
      keys.add(key);
      changed.set(text, { fact, inventory: from });
    }
  }
}
