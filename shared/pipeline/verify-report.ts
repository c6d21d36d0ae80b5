import { chainHash } from '../findings/transition-chain.ts';
import type { Store, Transition } from '../ports.ts';
import type { ReportJson } from '../report/report-schema.ts';
import { everything } from './everything.ts';

/** One thing that was looked at, and how it is. */
export interface Checked {
  readonly what: string;
  readonly ok: boolean;
  readonly says: string;
}

const PAGE = 500;

/**
 * Whether the store still tells the history that a report rests on: the report is on record, so is the one before it, and every chain of
 * transitions still runs through the head that the report names, unbroken from its start. Chains may have grown since.
 */
export async function verifyAgainst(store: Store, report: ReportJson): Promise<readonly Checked[]> {
  const kept = await everything(store, 'reports');
  const heads = new Set([...kept.values()].map((head) => head.hash));
  const { hash, previous, chains } = report;
  const broken: string[] = [];
  let erased = 0;
  for (const { finding, head } of chains.heads) {
    const transitions = await transitionsOf(store, finding);
    const fault = faultOf(transitions, head);
    if (fault !== undefined) broken.push(`${finding}: ${fault}`);
    erased += transitions.filter((one) => one.erased === true).length;
  }
  const shown = broken.slice(0, 5);
  return [
    report.header.name === undefined
      ? { what: 'on record', ok: true, says: 'made by hand: the store keeps no head of it' }
      : heads.has(hash)
        ? { what: 'on record', ok: true, says: 'the store keeps this very hash' }
        : { what: 'on record', ok: false, says: 'the store knows no report of this hash' },
    previous === undefined
      ? { what: 'previous report', ok: true, says: 'it names none' }
      : heads.has(previous.hash)
        ? { what: 'previous report', ok: true, says: `${previous.hash.slice(0, 12)} is on record` }
        : {
            what: 'previous report',
            ok: false,
            says: `the store knows no report ${previous.hash.slice(0, 12)}`,
          },
    {
      what: 'chains',
      ok: broken.length === 0,
      says:
        broken.length === 0
          ? `${chains.heads.length} run unbroken through the heads of the report${erasedText(erased)}`
          : `${broken.length} of ${chains.heads.length} are not what they were: ${shown.join('; ')}${broken.length > shown.length ? '; …' : ''}`,
    },
  ];
}

/** Said, because whoever can write to the store could hide a change behind that mark: hold the count against the runs of `erase`. */
function erasedText(count: number): string {
  return count === 0
    ? ''
    : `; of ${count} ${count === 1 ? 'step' : 'steps'} a person was erased, so what these say cannot be held against their hashes`;
}

/** Their ids begin with the finding's. */
async function transitionsOf(store: Store, finding: string): Promise<readonly Transition[]> {
  const found: Transition[] = [];
  let after = `${finding}|`;
  for (;;) {
    const from = after;
    const page = await store.transaction((tx) => tx.list('transitions', from, PAGE), 'read-only');
    for (const transition of page.values()) if (transition.finding === finding) found.push(transition);
    const last = [...page.keys()].at(-1);
    if (page.size < PAGE || last === undefined || !last.startsWith(`${finding}|`)) return found;
    after = last;
  }
}

/** Walks back from the head to the start. Nothing: the chain is whole. */
function faultOf(transitions: readonly Transition[], head: string): string | undefined {
  // A finding that was never more than undecided has no history yet.
  if (head === '') return undefined;
  const byHash = new Map(transitions.map((transition) => [transition.hash, transition]));
  const walked = new Set<string>();
  for (let at = head; at !== ''; ) {
    const link = byHash.get(at);
    if (link === undefined) return at === head ? 'its head is not in the store' : 'a transition is missing';
    // Of one that a person was erased from, what it says cannot be held against its hash; that the others name it can.
    if (walked.has(at) || (link.erased !== true && chainHash(link) !== at)) return 'a transition was changed';
    walked.add(at);
    at = link.previousHash;
  }
  return undefined;
}
