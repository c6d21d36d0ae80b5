import type * as z from 'zod';
import { valueAt } from './plain-data.ts';
import type { Place } from './problem.ts';
import { exceptionItem, exceptions } from './schema/exceptions.ts';
import { workloadIdentity } from './schema/identities.ts';
import { routing, sensitive, settle } from './schema/routing.ts';
import {
  forbiddenRole,
  keyAllowance,
  serviceAccountKeys,
  severityRule,
  trustedChanger,
} from './schema/rules.ts';
import { trustedPool } from './schema/trust.ts';
import * as words from './schema/words.ts';
import { metadata, spec } from './schema.ts';
import type { Path, SourceDocument } from './source.ts';

/** A part of the policy that is sound in itself, with its place and the name that findings cite it by. */
export interface Item<T> {
  readonly value: T;
  /** `workloadIdentities[checkout-api]`. */
  readonly entry: string;
  /** The place of the part, or of something in it. */
  readonly at: (...path: Path) => Place;
}

/**
 * The policy by subject, over all its documents: lists are added up, and of a single value every writing is kept. Only sound parts are
 * here, so that the lints can speak of them while the schema speaks of the others.
 */
export type Sections = ReturnType<typeof sectionsOf>;

/** Takes the documents of a policy apart: those of the policy itself, and the exceptions that are documents of their own. */
export function sectionsOf(
  policies: readonly SourceDocument[],
  exceptionDocuments: readonly SourceDocument[],
) {
  const one = <T>(path: readonly string[], schema: z.ZodType<T>) => written(policies, path, schema);
  const all = <T>(path: readonly string[], schema: z.ZodType<T>) => listed(policies, path, schema);
  return {
    name: one(['metadata', 'name'], metadata.shape.name),
    owner: one(['metadata', 'owner'], metadata.shape.owner),
    timezone: one(['metadata', 'timezone'], metadata.shape.timezone),
    mode: one(['spec', 'mode'], spec.shape.mode),
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
    exceptions: [
      ...all(['spec', 'exceptions', 'items'], exceptionItem),
      ...exceptionDocuments.flatMap(exceptionOf),
    ],
    severity: all(['spec', 'severity'], severityRule),
    fallbackChannel: one(['spec', 'routing', 'fallbackChannel'], routing.shape.fallbackChannel),
    sensitive: all(['spec', 'sensitive'], sensitive),
    removals: one(['spec', 'settle', 'removals'], settle.shape.removals),
    outage: one(['spec', 'settle', 'outage'], settle.shape.outage),
    /** The keys that findings cite when no item of theirs speaks. */
    spec: keyItem(policies, ['spec']),
    trustPools: keyItem(policies, ['spec', 'trust', 'pools']),
    serviceAccountKeys: keyItem(policies, ['spec', 'serviceAccountKeys']),
    trustedChangers: keyItem(policies, ['spec', 'trustedChangers']),
  };
}

/** Each writing of a single value. */
function written<T>(
  documents: readonly SourceDocument[],
  path: Path,
  schema: z.ZodType<T>,
): readonly Item<NonNullable<T>>[] {
  return documents.flatMap((document) => {
    const { data } = schema.safeParse(valueAt(document.value, path));
    return data === undefined || data === null ? [] : [{ value: data, ...citation(document, path) }];
  });
}

/** Each sound item of a list. */
function listed<T>(
  documents: readonly SourceDocument[],
  path: Path,
  schema: z.ZodType<T>,
): readonly Item<T>[] {
  return documents.flatMap((document) => {
    const list = valueAt(document.value, path);
    if (!Array.isArray(list)) return [];
    return list.flatMap((raw: unknown, index) => {
      const parsed = schema.safeParse(raw);
      if (!parsed.success) return [];
      const name = valueAt(raw, ['name']) ?? index;
      const { entry } = citation(document, path);
      return [
        { value: parsed.data, ...citation(document, [...path, index]), entry: `${entry}[${String(name)}]` },
      ];
    });
  });
}

/** A `PolicyException` document as the item it stands for. */
function exceptionOf(document: SourceDocument): readonly Item<z.output<typeof exceptionItem>>[] {
  const name = valueAt(document.value, ['metadata', 'name']);
  const said = valueAt(document.value, ['spec']);
  const parsed = exceptionItem.safeParse(typeof said === 'object' ? { ...said, name } : undefined);
  if (!parsed.success) return [];
  const at = (...path: Path) => document.place(path[0] === 'name' ? ['metadata', 'name'] : ['spec', ...path]);
  return [{ value: parsed.data, entry: `PolicyException[${parsed.data.name}]`, at }];
}

/** The first document's key at `path`, when there is one. */
function keyItem(documents: readonly SourceDocument[], path: Path): Item<undefined> | undefined {
  const document = documents.find(({ value }) => valueAt(value, path) !== undefined);
  if (!document) return undefined;
  return { value: undefined, entry: citation(document, path).entry, at: () => document.place(path, 'key') };
}

function citation(document: SourceDocument, path: Path): Omit<Item<unknown>, 'value'> {
  const keys = path.filter((step) => typeof step === 'string');
  return {
    entry: (keys.length > 1 && keys[0] === 'spec' ? keys.slice(1) : keys).join('.'),
    at: (...inner) => document.place([...path, ...inner]),
  };
}
