import type { Nanos } from '../model/time.ts';
import { PermissionSet, Vocabulary } from './permission-set.ts';
import { isForServiceAgents, isPredefined, type Role } from './role.ts';
import { decodeRuns } from './run-codes.ts';

/** A role as whoever read it tells it. */
export interface RoleRecord {
  readonly name: string;
  readonly title?: string | undefined;
  readonly permissions: readonly string[];
  /** What it is found to hold, and perhaps more. */
  readonly atLeast?: boolean;
}

/** Where a catalogue comes from: Google, just now; the store, which had it from Google; the table that comes with the program. */
export type CatalogueSource = 'live' | 'cached' | 'built-in';

/** A role as the catalogue holds it; runs are read when the role is asked for. */
export interface StoredRole {
  readonly title: string | undefined;
  readonly complete: boolean;
  readonly permissions: PermissionSet | { readonly runs: string };
}

interface CatalogueParts {
  readonly asOf: Nanos;
  readonly source: CatalogueSource;
  readonly vocabulary: Vocabulary;
  readonly roles: ReadonlyMap<string, StoredRole>;
  /** Permissions of which every predefined role that holds them is listed, those for service agents aside. */
  readonly wholly?: PermissionSet;
}

/** What roles permit. Immutable: `with` gives another one. */
export class Catalogue {
  /** When what it says was so. */
  readonly asOf: Nanos;
  readonly source: CatalogueSource;
  readonly #parts: CatalogueParts;
  readonly #none: PermissionSet;
  /** Roles that were asked for, so that each is read once. */
  readonly #read = new Map<string, Role>();

  constructor(parts: CatalogueParts) {
    this.asOf = parts.asOf;
    this.source = parts.source;
    this.#parts = parts;
    this.#none = PermissionSet.of(parts.vocabulary, []);
  }

  /** A catalogue of these roles; of two of one name the later counts. */
  static of(
    records: Iterable<RoleRecord>,
    { asOf, source, wholly = [] }: Pick<CatalogueParts, 'asOf' | 'source'> & { wholly?: readonly string[] },
  ): Catalogue {
    const all = [...records];
    const vocabulary = new Vocabulary([...wholly, ...all.flatMap(({ permissions }) => permissions)]);
    const parts = { asOf, source, vocabulary, wholly: PermissionSet.of(vocabulary, wholly) };
    return new Catalogue({ ...parts, roles: storedRoles(all, vocabulary) });
  }

  /** The same with these roles besides, or instead of those it has of their names. */
  with(records: Iterable<RoleRecord>): Catalogue {
    const roles = new Map(this.#parts.roles);
    for (const [name, role] of storedRoles(records, this.#parts.vocabulary)) roles.set(name, role);
    return new Catalogue({ ...this.#parts, roles });
  }

  /** The same, come from elsewhere. */
  from(source: CatalogueSource): Catalogue {
    return new Catalogue({ ...this.#parts, source });
  }

  get size(): number {
    return this.#parts.roles.size;
  }

  names(): Iterable<string> {
    return this.#parts.roles.keys();
  }

  /** What is known of a role; `undefined` when that is nothing. Throws on a stored catalogue that is damaged. */
  role(name: string): Role | undefined {
    const known = this.#read.get(name);
    if (known !== undefined) return known;
    const role = this.#roleOf(name);
    if (role !== undefined) this.#read.set(name, role);
    return role;
  }

  /** What a role permits, at least; `undefined` for one that is not in the catalogue. */
  permissionsOf(name: string): PermissionSet | undefined {
    return this.#parts.roles.has(name) ? this.role(name)?.permissions : undefined;
  }

  /** Permissions as a set that is quickly compared with those of its roles. */
  setOf(permissions: Iterable<string>): PermissionSet {
    return PermissionSet.of(this.#parts.vocabulary, permissions);
  }

  /** A custom role, as something else than the catalogue tells it. */
  custom(name: string, title: string | undefined, permissions: Iterable<string>, complete: boolean): Role {
    return { name, title, permissions: this.setOf(permissions), complete, lacks: this.#none };
  }

  #roleOf(name: string): Role | undefined {
    const stored = this.#parts.roles.get(name);
    const { wholly = this.#none, vocabulary } = this.#parts;
    const told = isPredefined(name) && !isForServiceAgents(name) ? wholly : this.#none;
    if (stored === undefined)
      return told.size === 0
        ? undefined
        : { name, title: undefined, permissions: this.#none, complete: false, lacks: told };
    const { title, complete } = stored;
    const permissions =
      stored.permissions instanceof PermissionSet
        ? stored.permissions
        : PermissionSet.ofRuns(vocabulary, decodeRuns(stored.permissions.runs));
    return { name, title, permissions, complete, lacks: complete ? this.#none : told.without(permissions) };
  }
}

function storedRoles(records: Iterable<RoleRecord>, vocabulary: Vocabulary): ReadonlyMap<string, StoredRole> {
  const roles = new Map<string, StoredRole>();
  for (const { name, title, permissions, atLeast = false } of records) {
    const set = PermissionSet.of(vocabulary, permissions);
    roles.set(name, { title, complete: !atLeast, permissions: set });
  }
  return roles;
}
