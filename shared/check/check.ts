import { isLive } from '../findings/settle.ts';
import type { Aliases } from '../inventory/aliases.ts';
import { Inventory, type Known } from '../inventory/inventory.ts';
import type { EdgeState } from '../model/edge.ts';
import { type Finding, SEVERITIES } from '../model/finding.ts';
import type { KsaId } from '../model/principal.ts';
import type { Nanos } from '../model/time.ts';
import { type Scanned, scan } from '../pipeline/scan.ts';
import type { Policy } from '../policy/policy.ts';
import { applied } from './apply.ts';
import type { ChangeItem } from './change.ts';
import { edgesOf, type StandingEdge } from './edges.ts';
import { type Gap, gapsIn } from './gaps.ts';
import { accountTerm, closest, findingTerms, ksaTerm, type Touches, touchesOf } from './touches.ts';
import { edgeOpenBy, findingOpenBy, type Unknown, unknownIn, unknownText } from './unknown.ts';

/** `none`: there is no such edge. */
export type EdgeWord = EdgeState | 'none';

export interface EdgeChange {
  readonly ksa: KsaId;
  readonly gsa?: string;
  readonly before: EdgeWord;
  readonly after: EdgeWord;
  /** What is not known, or what is broken, of how it will be. */
  readonly why?: string;
  /** The items that touch it, the closest first. */
  readonly items: readonly ChangeItem[];
}

export interface Caused {
  readonly finding: Finding;
  /** The item that brings it about, where one speaks of it more than others. */
  readonly item?: ChangeItem;
  /** It stood before, and not as badly. */
  readonly was?: Finding['severity'] | Finding['state'];
}

/** What a merge brings about. */
export interface Checked {
  /** Edges that become other than they are, and those the change speaks of although they stay. */
  readonly edges: readonly EdgeChange[];
  /** Findings after the merge that were not there before, or not as badly. */
  readonly caused: readonly Caused[];
  /** Those of them that cannot be decided. */
  readonly undecided: readonly Caused[];
  /** What stood before and will not. */
  readonly resolved: readonly Finding[];
  readonly unknown: readonly Unknown[];
  readonly gaps: readonly Gap[];
  readonly failed: Scanned['failed'];
}

export interface CheckInput {
  /** What is known before; of nothing, empty. */
  readonly base: Known;
  readonly items: readonly ChangeItem[];
  readonly policy: Policy;
  /** The time that exceptions and expiries are judged at. */
  readonly asOf: Nanos;
  /** A time later than anything in `base`, when the change is applied. */
  readonly from: Nanos;
}

/** Compares the world before the change with the world after it: both judged by the one engine, so that only what the change causes differs. */
export function check({ base, items, policy, asOf, from }: CheckInput): Checked {
  const { before, after } = applied(base, items, from);
  const [was, will] = [scan(before, policy, asOf), scan(after, policy, asOf)];
  const { aliases } = new Inventory(after);
  const touches = touchesOf(items, aliases);
  const unknown = unknownIn(items);
  const caused = causedBy(was.findings, will.findings).map(({ finding, ...rest }): Caused => {
    const item = closest(findingTerms(finding, aliases), touches)[0];
    const open = isLive(finding.state) ? findingOpenBy(finding, unknown, aliases) : undefined;
    const decided: Finding =
      open === undefined
        ? finding
        : { ...finding, state: 'undecided', verdict: 'undecided', explanation: `${unknownText(open)}.` };
    return { finding: decided, ...rest, ...(item === undefined ? {} : { item }) };
  });
  const standing = new Map(will.findings.map((finding) => [finding.id, finding]));
  return {
    edges: edgeChanges(edgesOf(before, policy, asOf), edgesOf(after, policy, asOf), {
      touches,
      unknown,
      aliases,
    }),
    caused: caused.filter(({ finding }) => finding.state !== 'undecided'),
    undecided: caused.filter(({ finding }) => finding.state === 'undecided'),
    resolved: was.findings.filter(({ id, state }) => isLive(state) && isOver(standing.get(id))),
    unknown,
    gaps: gapsIn(items),
    failed: will.failed,
  };
}

/** One that cannot be decided any more is not over. */
function isOver(now: Finding | undefined): boolean {
  return now === undefined || now.state === 'excepted' || now.state === 'resolved';
}

function causedBy(was: readonly Finding[], will: readonly Finding[]): readonly Caused[] {
  const before = new Map(was.map((finding) => [finding.id, finding]));
  return will.flatMap((finding): readonly Caused[] => {
    const known = before.get(finding.id);
    if (known === undefined) return [{ finding }];
    if (isLive(finding.state) && !isLive(known.state)) return [{ finding, was: known.state }];
    if (finding.state === 'undecided' && known.state !== 'undecided') return [{ finding, was: known.state }];
    return isLive(finding.state) && rank(finding) < rank(known) ? [{ finding, was: known.severity }] : [];
  });
}

function rank({ severity }: Finding): number {
  return SEVERITIES.indexOf(severity);
}

interface Ground {
  readonly touches: Touches;
  readonly unknown: readonly Unknown[];
  readonly aliases: Aliases;
}

function edgeChanges(
  before: ReadonlyMap<string, StandingEdge>,
  after: ReadonlyMap<string, StandingEdge>,
  { touches, unknown, aliases }: Ground,
): readonly EdgeChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((key): readonly EdgeChange[] => {
    const was = before.get(key);
    const will = after.get(key);
    const edge = will ?? was;
    if (edge === undefined) return [];
    const { ksa, gsa } = edge;
    const own = [ksaTerm(ksa), ...(gsa === undefined ? [] : [accountTerm(gsa, aliases)])];
    const speaking = closest(own, touches).filter((item) =>
      own.every((term) => touches.get(item)?.has(term)),
    );
    const open = will === undefined ? undefined : edgeOpenBy(will, unknown, aliases);
    const state: EdgeWord = open === undefined ? (will?.state ?? 'none') : 'undecided';
    const why = open === undefined ? will?.why : unknownText(open);
    if (was?.state === state && speaking.length === 0) return [];
    const items = speaking.length > 0 ? speaking : closest(own, touches);
    const told: Omit<EdgeChange, 'why' | 'items'> = {
      ksa,
      ...(gsa === undefined ? {} : { gsa }),
      before: was?.state ?? 'none',
      after: state,
    };
    return [{ ...told, ...(why === undefined ? {} : { why }), items }];
  });
}
