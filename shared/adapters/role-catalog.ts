import type { iam_v1 } from 'googleapis/build/src/apis/iam/index.js';
import { DAY, MINUTE, type Nanos } from '../model/time.ts';
import type { CatalogueGap, Clock, Log, RoleCatalog, RolesNow, Store } from '../ports.ts';
import { catalogueWords } from '../roles/age.ts';
import { builtInCatalogue } from '../roles/built-in.ts';
import type { Catalogue, RoleRecord } from '../roles/catalogue.ts';
import { changesBetween } from '../roles/changes.ts';
import { isPredefined } from '../roles/role.ts';
import { readCatalogue, writeCatalogue } from '../roles/serialised.ts';
import { storeCatalogue, storedCatalogue } from './role-catalog-cache.ts';
import { type Ask, type CustomScope, listRoles } from './role-catalog-pages.ts';

/** Google changes roles every few days. */
const FRESH = DAY;
/** After a reading that failed: whoever asks in between is given what there is. */
const AGAIN_AFTER = 15n * MINUTE;

export interface RoleCatalogOptions {
  /** Whose custom roles are read besides Google's. */
  readonly scopes: readonly CustomScope[];
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Another address than Google's, without credentials. Tests only: it must never come from a policy or a request. */
  readonly rootUrl?: string;
  /** Between two tries. Tests only. */
  readonly longestWaitMillis?: number;
}

/**
 * What roles permit, from the IAM API: read once a day, kept in the store, so that most starts read nothing. Where the API cannot be read, what
 * was stored last goes on being told, however old, and where nothing was, the built-in table.
 */
export function liveRoleCatalog(options: RoleCatalogOptions): RoleCatalog {
  const { clock, log, store } = options;
  let held: RolesNow | undefined;
  let notBefore: Nanos = 0n;
  let refreshing: Promise<RolesNow> | undefined;

  async function refreshed(now: Nanos): Promise<RolesNow> {
    const last = held?.catalogue.source === 'built-in' ? undefined : held?.catalogue;
    const known = newest(last, await stored(store, log));
    if (known !== undefined && isFresh(known, now)) return told(known);
    notBefore = now + AGAIN_AFTER;
    const read = await readRoles(options, known);
    if ('why' in read) {
      const gap = { scope: 'predefined roles', why: read.why };
      log.warn('the role catalogue cannot be read', { ...gap });
      return told(known?.from('cached') ?? builtInCatalogue(), [gap]);
    }
    const text = writeCatalogue(read.records, now);
    const catalogue = readCatalogue(text, 'live');
    const changes = known === undefined ? [] : changesBetween(known, catalogue);
    await storeCatalogue(store, text).catch((error: unknown) =>
      log.warn('the role catalogue cannot be stored', { why: wordsOf(error) }),
    );
    return { catalogue, changes, gaps: read.gaps };
  }

  return {
    async current() {
      const now = clock.now();
      if (held !== undefined && (isFresh(held.catalogue, now) || now < notBefore)) return held;
      if (refreshing !== undefined) return withoutChanges(await refreshing);
      refreshing = refreshed(now);
      try {
        const news = await refreshing;
        held = withoutChanges(news);
        const { catalogue, changes, gaps } = news;
        log.info('role catalogue', { is: catalogueWords(catalogue, now), changed: changes.length, gaps });
        return news;
      } finally {
        refreshing = undefined;
      }
    },
  };
}

/** What `liveRoleCatalog` stored, for functions that may not ask Google; where nothing was stored, the built-in table. */
export function storedRoleCatalog({
  store,
  clock,
  log,
}: Pick<RoleCatalogOptions, 'store' | 'clock' | 'log'>): RoleCatalog {
  let held: { readonly roles: RolesNow; readonly readAt: Nanos } | undefined;
  return {
    async current() {
      const now = clock.now();
      if (held === undefined || now >= held.readAt + AGAIN_AFTER) {
        const catalogue = (await stored(store, log)) ?? held?.roles.catalogue ?? builtInCatalogue();
        const isSame = catalogue.asOf === held?.roles.catalogue.asOf;
        held = { roles: held !== undefined && isSame ? held.roles : told(catalogue), readAt: now };
      }
      return held.roles;
    },
  };
}

function isFresh({ source, asOf }: Catalogue, now: Nanos): boolean {
  return source !== 'built-in' && now < asOf + FRESH;
}

function newest(a: Catalogue | undefined, b: Catalogue | undefined): Catalogue | undefined {
  return a === undefined || (b !== undefined && b.asOf > a.asOf) ? b : a;
}

function told(catalogue: Catalogue, gaps: readonly CatalogueGap[] = []): RolesNow {
  return { catalogue, changes: [], gaps };
}

/** Changes are news to whoever had them read. */
function withoutChanges(roles: RolesNow): RolesNow {
  return { ...roles, changes: [] };
}

async function stored(store: Store, log: Log): Promise<Catalogue | undefined> {
  try {
    return await storedCatalogue(store);
  } catch (error) {
    log.warn('the stored role catalogue cannot be read', { why: wordsOf(error) });
    return undefined;
  }
}

type Read =
  | { readonly records: readonly RoleRecord[]; readonly gaps: readonly CatalogueGap[] }
  /** Google's own roles could not be read. */
  | { readonly why: string };

/** Google's roles, and of the custom ones those that may be read: one project that says no takes nothing from the others. */
async function readRoles(options: RoleCatalogOptions, before: Catalogue | undefined): Promise<Read> {
  const { scopes, rootUrl, longestWaitMillis = 8_000 } = options;
  try {
    const ask: Ask = { iam: await client(rootUrl), longestWaitMillis };
    const predefined = await listRoles(ask, 'predefined roles');
    const wrong = whatIsWrong(predefined, before);
    if (wrong !== undefined) return { why: wrong };
    const records = [...predefined];
    const gaps: CatalogueGap[] = [];
    for (const scope of scopes) {
      try {
        records.push(...(await listRoles(ask, scope)));
      } catch (error) {
        gaps.push({ scope, why: wordsOf(error) });
      }
    }
    return { records, gaps };
  } catch (error) {
    return { why: wordsOf(error) };
  }
}

/** A listing that would make most roles look harmless is no listing, whatever the status it came with. */
function whatIsWrong(predefined: readonly RoleRecord[], before: Catalogue | undefined): string | undefined {
  if (predefined.every(({ permissions }) => permissions.length === 0)) return 'no role came with permissions';
  const had = before === undefined ? 0 : [...before.names()].filter(isPredefined).length;
  return predefined.length * 2 < had ? `${predefined.length} roles came where there were ${had}` : undefined;
}

/** Loaded with the first reading: most starts find a fresh catalogue in the store. */
async function client(rootUrl: string | undefined): Promise<iam_v1.Iam> {
  const { auth, iam } = await import('googleapis/build/src/apis/iam/index.js');
  if (rootUrl !== undefined) return iam({ version: 'v1', rootUrl });
  // The API knows no narrower scope (iam.googleapis.com discovery, v1).
  const credentials = new auth.GoogleAuth({ scopes: ['https://www.googleapis.com/auth/cloud-platform'] });
  return iam({ version: 'v1', auth: credentials });
}

/** In a line: the client's messages may hold whole pages. */
function wordsOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const status = typeof error === 'object' && error !== null && 'status' in error ? `${error.status} ` : '';
  return `${status}${text}`.replace(/\s+/g, ' ').trim().slice(0, 200);
}
