import { type Access, type Collection, StoreUnavailable } from '../ports.ts';
import { decodeDocument } from './document-codec.ts';

/** The database cannot be used as it stands, and trying again will not help. The message says how to mend it. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused';
}

/** The writes that a transaction keeps back until its body has ended, and the rules that every adapter's transaction keeps. */
export class KeptBack<W> {
  readonly #writes: W[] = [];
  #broken: Error | undefined;
  #open = true;
  readonly #how: Access;

  constructor(how: Access) {
    this.#how = how;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Comes before each read; throws when it may not be. */
  beforeRead(collection: Collection): void {
    this.#mustBeOpen();
    if (this.#writes.length === 0) return;
    this.#broken ??= new Error(
      `a transaction read ${collection} after its first write: Firestore does not allow that`,
    );
    throw this.#broken;
  }

  add(write: W): void {
    this.#mustBeOpen();
    if (this.#how === 'read-only') throw new Error('a read-only transaction writes');
    this.#writes.push(write);
  }

  /** All writes, in their order; throws when the body broke a rule, even if the body caught that. */
  all(): readonly W[] {
    if (this.#broken) throw this.#broken;
    return this.#writes;
  }

  end(): void {
    this.#open = false;
  }

  #mustBeOpen(): void {
    if (!this.#open) throw new Error('a transaction was used after its body had ended');
  }
}

/** SQLite reads a negative limit as none, and Firestore one of zero. */
export function checkedLimit(limit: number): number {
  if (!Number.isSafeInteger(limit) || limit < 0) throw new RangeError(`not a limit: ${limit}`);
  return limit;
}

/** A transaction that waited for another of its own store would wait for ever. */
export function mayBegin(current: { readonly isOpen: boolean } | undefined, closing: unknown): void {
  if (current?.isOpen) throw new Error('a transaction body must use the store through its transaction');
  if (closing !== undefined) throw new Error('the store is closed');
}

/** The document in a stored body. Throws `StoreUnavailable` when that is damaged: somebody has to restore it. */
export function decodeBody(collection: Collection, id: string, body: () => string): unknown {
  try {
    return decodeDocument(body());
  } catch (cause) {
    throw damaged(collection, id, cause);
  }
}

export function damaged(collection: Collection, id: string, cause?: unknown): StoreUnavailable {
  return new StoreUnavailable(`cannot read ${collection}/${id}: what is stored there is damaged`, { cause });
}
