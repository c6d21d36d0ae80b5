import { keysOfAct } from '../../inventory/facts.ts';
import { parseSubject, subjectKey } from '../../inventory/subject.ts';
import type { Act } from '../../model/act.ts';
import type { Finding } from '../../model/finding.ts';
import type { Collection, Documents, OutboxRow, Store, StoredFinding, Transaction } from '../../ports.ts';
import { Eraser, type Person } from './person.ts';
import { partedFrom } from './state.ts';

/** Of one collection: documents that were changed, and those that still name the person because the cloud does. */
export interface ErasedFrom {
  readonly collection: Collection;
  readonly changed: number;
  readonly stays: number;
}

interface Erasing {
  readonly store: Store;
  readonly eraser: Eraser;
  readonly dryRun: boolean;
  /** Resources whose state names the person. */
  readonly inState: Set<string>;
  readonly counts: Map<Collection, { changed: number; stays: number }>;
}

/** What a page of documents comes to in a transaction: Firestore takes 10 MiB. */
const PAGE = 50;

/** In this order: what stays of the cloud's state decides what stays elsewhere, and acts say which subjects nobody can judge any more. */
const ORDER = [
  'registers',
  'acts',
  'changes',
  'findings',
  'subjects',
  'transitions',
  'incidents',
  'rollups',
  'outbox',
  'intents',
  'decisions',
  'reviews',
  'rosters',
  'policies',
  'quarantine',
  'meta',
  'coverage',
  'aliases',
  'ripples',
] as const satisfies readonly Collection[];

/** Slack ids of somebody whom decisions know by this e-mail. */
export async function slackIdsOf(store: Store, email: string): Promise<readonly string[]> {
  const ids = new Set<string>();
  await eachPage(store, 'decisions', 'read-only', async (_tx, page) => {
    for (const { by } of page.values()) if (by.email?.toLowerCase() === email.toLowerCase()) ids.add(by.id);
    return undefined;
  });
  return [...ids];
}

/**
 * Puts a pseudonym in the place of a person in all that is kept of what happened, page by page; what describes the cloud as it is stays. Keys,
 * due times and expiries are kept. It may be run again: what was erased is not found any more. `dryRun` writes nothing.
 */
export async function erase(
  store: Store,
  person: Person,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<readonly ErasedFrom[]> {
  const erasing: Erasing = {
    store,
    eraser: new Eraser(person),
    dryRun,
    inState: new Set(),
    counts: new Map(),
  };
  for (const collection of ORDER) await eraseFrom(collection, erasing);
  return ORDER.flatMap((collection) => {
    const count = erasing.counts.get(collection);
    return count === undefined ? [] : [{ collection, ...count }];
  });
}

async function eraseFrom(collection: (typeof ORDER)[number], erasing: Erasing): Promise<void> {
  const { store, eraser, dryRun, inState } = erasing;
  await eachPage(store, collection, dryRun ? 'read-only' : 'read-write', async (tx, page) => {
    // A transaction may be run again from its start: what it counts is added when it is over.
    let [changed, stays] = [0, 0];
    for (const [id, document] of page) {
      if (!eraser.isIn(id) && !eraser.isIn(document)) continue;
      const { writes, left } = erasedForm(collection, id, document, erasing);
      if (writes.length > 0) changed++;
      if (left) {
        stays++;
        if (collection === 'registers' && 'name' in document) inState.add(String(document.name));
      }
      if (!dryRun) for (const write of writes) write(tx);
    }
    return () => {
      if (changed + stays === 0) return;
      const count = erasing.counts.get(collection) ?? { changed: 0, stays: 0 };
      erasing.counts.set(collection, { changed: count.changed + changed, stays: count.stays + stays });
    };
  });
}

type Write = (tx: Transaction) => void;

/** What must be written of one document, and whether the person is still in it then. */
interface Form {
  readonly writes: readonly Write[];
  readonly left: boolean;
}

const UNTOUCHED: Form = { writes: [], left: true };

function erasedForm(collection: Collection, id: string, document: unknown, erasing: Erasing): Form {
  const { eraser } = erasing;
  // Each collection holds documents of its own type: what `list` gave of it is that.
  switch (collection) {
    case 'registers': {
      const register = document as Documents['registers'];
      const { register: parted, keys, stays } = partedFrom(register, eraser);
      const isSame = JSON.stringify(parted, bigText) === JSON.stringify(register, bigText);
      return {
        writes: isSame ? [] : [(tx) => tx.amend('registers', id, parted, keys)],
        left: stays,
      };
    }
    case 'acts':
      return ofAct(id, document as Act, erasing);
    case 'changes': {
      const change = document as Documents['changes'];
      const erased = { ...eraser.data(change), ...kept(change, erasing) };
      return amended('changes', id, change, erased, eraser);
    }
    case 'findings':
      return ofFinding(id, document as StoredFinding, erasing);
    case 'subjects':
      return ofSubject(id, document as Documents['subjects'], erasing);
    case 'transitions': {
      const transition = document as Documents['transitions'];
      const why = eraser.text(transition.why);
      return {
        writes: [(tx) => tx.amend('transitions', id, { ...transition, why, erased: true })],
        left: false,
      };
    }
    case 'quarantine': {
      const kept = document as Documents['quarantine'];
      // What could not be read cannot be gone through field by field.
      return {
        writes: [
          (tx) => tx.amend('quarantine', id, { ...kept, why: eraser.text(kept.why), body: '(erased)' }),
        ],
        left: false,
      };
    }
    case 'outbox':
      return amended('outbox', id, document as OutboxRow, ofRow(document as OutboxRow, eraser), eraser);
    case 'reviews':
    case 'rosters': {
      const erased = eraser.data(document as Documents['reviews'] & Documents['rosters']);
      if (!eraser.isIn(id)) return { writes: [(tx) => tx.amend(collection, id, erased)], left: false };
      // Neither has an index.
      const renamed: Write = (tx) => {
        tx.delete(collection, id);
        tx.put(collection, eraser.text(id), erased);
      };
      return { writes: [renamed], left: false };
    }
    case 'incidents':
    case 'rollups':
    case 'intents':
    case 'decisions':
    case 'policies':
      return {
        writes: [(tx) => tx.amend(collection, id, eraser.data(document as Documents[typeof collection]))],
        left: eraser.isIn(id),
      };
    default:
      return UNTOUCHED;
  }
}

/** The grants that a change made are the cloud's state as long as that names the person. */
function kept<T extends Pick<Act, 'asset' | 'changes'>>(
  act: T,
  { eraser, inState }: Erasing,
): Pick<Act, 'asset' | 'changes'> {
  const { asset, changes } = act;
  return { asset, changes: inState.has(asset) ? changes : eraser.data(changes) };
}

/** Its subjects cannot be judged any more: a trusted changer would be a stranger under the pseudonym. What was found of them stands. */
function ofAct(id: string, act: Act, erasing: Erasing): Form {
  const { eraser } = erasing;
  const erased = { ...eraser.data(act), ...kept(act, erasing) };
  const form = amended('acts', id, act, erased, eraser, keysOfAct(act));
  const isDoer = eraser.isIn([act.actor]);
  return isDoer
    ? {
        ...form,
        writes: [...form.writes, (tx) => tx.delete('subjects', subjectKey({ kind: 'act', id: act.id }))],
      }
    : form;
}

function ofFinding(id: string, row: StoredFinding, erasing: Erasing): Form {
  const { eraser } = erasing;
  if (!staysSubject(row.subjectKey, erasing)) {
    const keys = eraser.keys([`subject:${row.subjectKey}`]);
    return amended('findings', id, row, eraser.data(row), eraser, [...keys.keys()]);
  }
  // It tells of a binding that names them: what it says is what the cloud says. Who made it is another matter.
  const { actor, assignee, resolvedBy } = row.finding;
  const people = eraser.data({ actor, assignee, resolvedBy });
  const finding: Finding = {
    ...row.finding,
    actor: people.actor,
    ...(people.assignee === undefined ? {} : { assignee: people.assignee }),
    ...(people.resolvedBy === undefined ? {} : { resolvedBy: people.resolvedBy }),
  };
  return amended('findings', id, row, { ...row, finding }, eraser);
}

function ofSubject(id: string, state: Documents['subjects'], erasing: Erasing): Form {
  const { eraser } = erasing;
  if (eraser.isIn(id)) {
    if (staysSubject(id, erasing)) return UNTOUCHED;
    // Nothing is left of it to judge.
    return { writes: [(tx) => tx.delete('subjects', id)], left: false };
  }
  if (erasing.inState.size > 0) return UNTOUCHED;
  return amended('subjects', id, state, eraser.data(state), eraser, state.reads);
}

/** Whether a subject that names the person is part of the cloud's state: a grant on a resource, or an identity, that still names them. */
function staysSubject(key: string, { eraser, inState }: Erasing): boolean {
  if (!eraser.isIn(key)) return false;
  const subject = parseSubject(key);
  if (subject.kind === 'doings' || subject.kind === 'act') return false;
  return subject.kind === 'grant' ? inState.has(subject.resource) : inState.size > 0;
}

/** Only a body that goes to a topic is text with fields in it. */
function ofRow(row: OutboxRow, eraser: Eraser): OutboxRow {
  const erased = eraser.data(row);
  if (row.kind !== 'publish' || erased.kind !== 'publish') return erased;
  return { ...erased, body: JSON.stringify(eraser.data(JSON.parse(row.body))) };
}

function amended<C extends Collection>(
  collection: C,
  id: string,
  before: Documents[C],
  after: Documents[C],
  eraser: Eraser,
  keys: readonly string[] = [],
): Form {
  const isSame = JSON.stringify(before, bigText) === JSON.stringify(after, bigText);
  return {
    writes: isSame ? [] : [(tx) => tx.amend(collection, id, after, eraser.keys(keys))],
    left: eraser.isIn(id) || eraser.isIn(after),
  };
}

function bigText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** One transaction a page. What `body` gives is done once the page is over for good. */
async function eachPage<C extends Collection>(
  store: Store,
  collection: C,
  how: 'read-only' | 'read-write',
  body: (tx: Transaction, page: ReadonlyMap<string, Documents[C]>) => Promise<(() => void) | undefined>,
): Promise<void> {
  let after: string | undefined;
  for (;;) {
    const from = after;
    const { last, over, done } = await store.transaction(async (tx) => {
      const page = await tx.list(collection, from, PAGE);
      const done = await body(tx, page);
      return { last: [...page.keys()].at(-1), over: page.size < PAGE, done };
    }, how);
    done?.();
    if (over || last === undefined) return;
    after = last;
  }
}
