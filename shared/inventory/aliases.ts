import {
  type AssetName,
  projectName,
  projectOf,
  resourceKind,
  serviceAccountName,
  serviceAccountOf,
} from '../model/asset.ts';
import type { Alias } from '../model/observation.ts';
import type { Nanos } from '../model/time.ts';

export type DatedAlias = Alias & { readonly time: Nanos };

/** Stored under this id, one per pair; the earliest sighting dates it. */
export function aliasId(alias: Alias): string {
  return `${alias.of}|${alias.id}|${alias.name}`;
}

/**
 * Which names mean the same thing. A service account is its unique id and an e-mail its dated alias: an e-mail that was re-created names the
 * newer account. A project is its id (what people and policies say), with its number as the other name.
 */
export class Aliases {
  readonly #emailsOf = new Map<string, DatedAlias>();
  readonly #accountOf = new Map<string, DatedAlias>();
  readonly #numberOf = new Map<string, string>();
  readonly #projectOf = new Map<string, string>();

  add(alias: DatedAlias): void {
    if (alias.of === 'project') {
      this.#numberOf.set(alias.name, alias.id);
      this.#projectOf.set(alias.id, alias.name);
      return;
    }
    keepNewest(this.#emailsOf, alias.id, alias);
    keepNewest(this.#accountOf, alias.name, alias);
  }

  /** The unique id an e-mail now belongs to, where known; anything else unchanged. */
  account(idOrEmail: string): string {
    return this.#accountOf.get(idOrEmail)?.id ?? idOrEmail;
  }

  /** The e-mail of an account, where known. */
  email(idOrEmail: string): string | undefined {
    return idOrEmail.includes('@') ? idOrEmail : this.#emailsOf.get(idOrEmail)?.name;
  }

  /** When an account was first told of under both its names. */
  firstTold(id: string): Nanos | undefined {
    return this.#emailsOf.get(id)?.time;
  }

  /** The project's id where known, else what was given. */
  project(idOrNumber: string): string {
    return this.#projectOf.get(idOrNumber) ?? idOrNumber;
  }

  projectSpellings(idOrNumber: string): readonly string[] {
    const id = this.project(idOrNumber);
    const number = this.#numberOf.get(id);
    return number === undefined ? [id] : [id, number];
  }

  /** The one name an asset goes by once aliases are joined. */
  canonical(name: AssetName): AssetName {
    const account = serviceAccountOf(name);
    if (account !== undefined) return serviceAccountName(this.account(account));
    const project = projectOf(name);
    return project === undefined ? name : replaceProject(name, project, this.project(project));
  }

  /**
   * Terms whose aliases decide what an asset's names are: its own, and the e-mail of its account, which may have gone on to another one.
   * As far as is known: with what they lead to, ask again.
   */
  termsOf(name: AssetName): readonly string[] {
    const account = serviceAccountOf(name);
    if (account === undefined) return aliasTerms(name);
    const id = this.account(account);
    return [...new Set([account, id, this.email(id) ?? id])];
  }

  /** Every name the asset may have been reported under, its canonical one first. */
  spellings(name: AssetName): readonly AssetName[] {
    const account = serviceAccountOf(name);
    if (account !== undefined) {
      const id = this.account(account);
      const email = this.email(id);
      // An address that went on to another account names that one now.
      const isOwn = email !== undefined && email !== id && this.account(email) === id;
      return isOwn ? [serviceAccountName(id), serviceAccountName(email)] : [serviceAccountName(id)];
    }
    const project = projectOf(name);
    return project === undefined
      ? [name]
      : this.projectSpellings(project).map((spelling) => replaceProject(name, project, spelling));
  }
}

/** What must be looked up to know a name's other names: a service account's id or e-mail, a project's id or number. */
export function aliasTerms(name: AssetName): readonly string[] {
  const account = serviceAccountOf(name);
  if (account !== undefined) return [account];
  const project = projectOf(name);
  return project === undefined ? [] : [project];
}

function replaceProject(name: AssetName, from: string, to: string): AssetName {
  if (from === to) return name;
  return resourceKind(name) === 'project'
    ? projectName(to)
    : name.replace(`/projects/${from}`, `/projects/${to}`);
}

function keepNewest(map: Map<string, DatedAlias>, key: string, alias: DatedAlias): void {
  const other = map.get(key);
  if (
    other === undefined ||
    alias.time > other.time ||
    (alias.time === other.time && aliasId(alias) > aliasId(other))
  )
    map.set(key, alias);
}
