import type * as z from 'zod';
import { valueAt } from './plain-data.ts';
import type { Place } from './problem.ts';
import { trustedChanger } from './schema/changers.ts';
import { exceptionItem, exceptions } from './schema/exceptions.ts';
import { workloadIdentity } from './schema/identities.ts';
import { become, behaviour, mayBecome, network, retention, settle } from './schema/knobs.ts';
import { destination, report, route, routing, sensitive } from './schema/routing.ts';
import {
  delegation,
  forbiddenRole,
  keyAllowance,
  modeRule,
  serviceAccountKeys,
  severityRule,
} from './schema/rules.ts';
import { trustedPool } from './schema/trust.ts';
import * as words from './schema/words.ts';
import { metadata, spec } from './schema.ts';
import type { Path, SourceDocument } from './source.ts';

/** A part of the policy, with its place and the name that findings cite it by. */
export interface Item<T> {
  readonly value: T;
  /** `workloadIdentities[checkout-api]`. */
  readonly entry: string;
  /** The place of the part, or of something in it. */
  readonly at: (...path: Path) => Place;
  /** Whether keys that are wrong in themselves have been left out: then nothing can be said of what is missing. */
  readonly isPartial: boolean;
}

type Sourced<T> = Omit<Item<T>, 'isPartial'>;

/**
 * The policy by subject, over all its documents: lists are added up, and of a single value every writing is kept. Only what is sound is
 * here, so that the lints can speak of it while the schema speaks of the rest.
 */
export type Sections = ReturnType<typeof sectionsOf>;

/** Takes the documents of a policy apart: those of the policy itself, and the exceptions that are documents of their own. */
export function sectionsOf(
  policies: readonly SourceDocument[],
  exceptionDocuments: readonly SourceDocument[],
) {
  const one = <T>(path: Path, schema: z.ZodType<T>) => sound(values(policies, path), schema).filter(isGiven);
  const all = <T>(path: Path, schema: z.ZodType<T>) => sound(items(policies, path), schema);
  const exceptionItems = [
    ...items(policies, ['spec', 'exceptions', 'items']),
    ...exceptionDocuments.map(exceptionOf),
  ];
  return {
    name: one(['metadata', 'name'], metadata.shape.name),
    owner: one(['metadata', 'owner'], metadata.shape.owner),
    timezone: one(['metadata', 'timezone'], metadata.shape.timezone),
    mode: one(['spec', 'mode'], spec.shape.mode),
    modes: all(['spec', 'modes'], modeRule),
    delegations: all(['spec', 'delegations'], delegation),
    include: all(['spec', 'scope', 'include'], words.scopeEntry),
    exclude: all(['spec', 'scope', 'exclude'], words.scopeEntry),
    pools: all(['spec', 'trust', 'pools'], trustedPool),
    identities: all(['spec', 'workloadIdentities'], workloadIdentity),
    forbiddenRoles: all(['spec', 'forbiddenRoles'], forbiddenRole),
    userManaged: one(['spec', 'serviceAccountKeys', 'userManaged'], serviceAccountKeys.shape.userManaged),
    maxAge: one(['spec', 'serviceAccountKeys', 'maxAge'], serviceAccountKeys.shape.maxAge),
    retireBy: one(['spec', 'serviceAccountKeys', 'retireBy'], serviceAccountKeys.shape.retireBy),
    keyAllowances: all(['spec', 'serviceAccountKeys', 'allowed'], keyAllowance),
    changers: all(['spec', 'trustedChangers'], trustedChanger),
    maxDuration: one(['spec', 'exceptions', 'maxDuration'], exceptions.shape.maxDuration),
    approvers: all(['spec', 'exceptions', 'approvers'], words.approver),
    neverExcept: all(['spec', 'exceptions', 'neverExcept'], words.detectorPattern),
    exceptions: sound(exceptionItems, exceptionItem),
    severity: all(['spec', 'severity'], severityRule),
    fallbackChannel: one(['spec', 'routing', 'fallbackChannel'], routing.shape.fallbackChannel),
    groupBy: one(['spec', 'routing', 'groupBy'], routing.shape.groupBy),
    groupWait: one(['spec', 'routing', 'groupWait'], routing.shape.groupWait),
    groupInterval: one(['spec', 'routing', 'groupInterval'], routing.shape.groupInterval),
    repeatInterval: one(['spec', 'routing', 'repeatInterval'], routing.shape.repeatInterval),
    burst: one(['spec', 'routing', 'burst'], routing.shape.burst),
    routes: all(['spec', 'routing', 'routes'], route),
    digest: one(['spec', 'routing', 'digest'], routing.shape.digest),
    quietHours: one(['spec', 'routing', 'quietHours'], routing.shape.quietHours),
    reports: all(['spec', 'reports'], report),
    destinations: all(['spec', 'destinations'], destination),
    sensitive: all(['spec', 'sensitive'], sensitive),
    removals: one(['spec', 'settle', 'removals'], settle.shape.removals),
    outage: one(['spec', 'settle', 'outage'], settle.shape.outage),
    learn: one(['spec', 'behaviour', 'learn'], behaviour.shape.learn),
    forget: one(['spec', 'behaviour', 'forget'], behaviour.shape.forget),
    networks: all(['spec', 'behaviour', 'networks'], network),
    mayBecome: all(['spec', 'become', 'allowed'], mayBecome),
    depth: one(['spec', 'become', 'depth'], become.shape.depth),
    nodes: one(['spec', 'become', 'nodes'], become.shape.nodes),
    actors: one(['spec', 'retention', 'actors'], retention.shape.actors),
    /** The names in each list of named items, also of those that are not sound. */
    names: [...NAMED.map((path) => items(policies, path)), exceptionItems].map(namesOf),
    networkNames: namesOf(items(policies, ['spec', 'behaviour', 'networks'])),
    poolNames: namesOf(items(policies, ['spec', 'trust', 'pools'])),
    /** The keys that findings cite when no item of theirs speaks. */
    spec: key(policies, ['spec']),
    keys: ['metadata', 'spec'].flatMap((part) => keysIn(policies, [part])),
    trustPools: key(policies, ['spec', 'trust', 'pools']),
    serviceAccountKeys: key(policies, ['spec', 'serviceAccountKeys']),
    trustedChangers: key(policies, ['spec', 'trustedChangers']),
  };
}

const NAMED: readonly Path[] = [
  ['spec', 'trust', 'pools'],
  ['spec', 'workloadIdentities'],
  ['spec', 'forbiddenRoles'],
  ['spec', 'serviceAccountKeys', 'allowed'],
  ['spec', 'trustedChangers'],
  ['spec', 'become', 'allowed'],
  ['spec', 'behaviour', 'networks'],
  ['spec', 'routing', 'routes'],
  ['spec', 'reports'],
  ['spec', 'sensitive'],
  ['spec', 'delegations'],
  ['spec', 'destinations'],
];

/** What the documents write at `path`. */
function values(documents: readonly SourceDocument[], path: Path): readonly Sourced<unknown>[] {
  return documents.map((document) => ({
    value: valueAt(document.value, path),
    entry: entryOf(path),
    at: (...inner) => document.place([...path, ...inner]),
  }));
}

/** The items of the lists that the documents write at `path`. */
function items(documents: readonly SourceDocument[], path: Path): readonly Sourced<unknown>[] {
  return values(documents, path).flatMap(({ value, entry, at }) => {
    const list: readonly unknown[] = Array.isArray(value) ? value : [];
    return list.map((item, i) => ({
      value: item,
      entry: `${entry}[${String(valueAt(item, ['name']) ?? i)}]`,
      at: (...inner: Path) => at(i, ...inner),
    }));
  });
}

/** A `PolicyException` document as the item it stands for. */
function exceptionOf(document: SourceDocument): Sourced<unknown> {
  const name = valueAt(document.value, ['metadata', 'name']);
  const said = valueAt(document.value, ['spec']);
  return {
    value: typeof said === 'object' ? { ...said, name } : undefined,
    entry: `PolicyException[${String(name)}]`,
    at: (...path) => document.place(path[0] === 'name' ? ['metadata', 'name'] : ['spec', ...path]),
  };
}

function key(documents: readonly SourceDocument[], path: Path): Item<undefined> | undefined {
  const document = documents.find(({ value }) => valueAt(value, path) !== undefined);
  if (!document) return undefined;
  return { value: undefined, entry: entryOf(path), at: () => document.place(path, 'key'), isPartial: false };
}

/** Every key that stands in `path`, and in the maps below it; of several documents the first that has it. */
function keysIn(documents: readonly SourceDocument[], path: Path): readonly Item<undefined>[] {
  const names = new Set(documents.flatMap(({ value }) => namesIn(valueAt(value, path))));
  return [...names].flatMap((name) => {
    const inner = [...path, name];
    return [key(documents, inner) ?? [], keysIn(documents, inner)].flat();
  });
}

function namesIn(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

function entryOf(path: Path): string {
  return (path.length > 1 && path[0] === 'spec' ? path.slice(1) : path).join('.');
}

function namesOf(raw: readonly Sourced<unknown>[]): readonly Item<string>[] {
  const named = raw.map((item) => ({
    value: valueAt(item.value, ['name']),
    entry: item.entry,
    at: () => item.at('name'),
  }));
  return named.flatMap((item) =>
    typeof item.value === 'string' ? [{ ...item, value: item.value, isPartial: false }] : [],
  );
}

/** What of the raw parts keeps the schema: whole, or without the keys that do not. */
function sound<T>(raw: readonly Sourced<unknown>[], schema: z.ZodType<T>): readonly Item<T>[] {
  return raw.flatMap((item): readonly Item<T>[] => {
    const whole = schema.safeParse(item.value);
    if (whole.success) return [{ ...item, value: whole.data, isPartial: false }];
    const partial = schema.safeParse(withoutFaulty(item.value, whole.error.issues));
    return partial.success ? [{ ...item, value: partial.data, isPartial: true }] : [];
  });
}

function withoutFaulty(value: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const faulty = new Set<PropertyKey>(
    issues.flatMap(({ path, ...issue }) =>
      path.length === 0 && issue.code === 'unrecognized_keys' ? issue.keys : path.slice(0, 1),
    ),
  );
  return Object.fromEntries(Object.entries(value).filter(([name]) => !faulty.has(name)));
}

function isGiven<T>(item: Item<T>): item is Item<NonNullable<T>> {
  return item.value !== undefined && item.value !== null;
}
