import { judge } from '../findings/judge.ts';
import { parseSubject } from '../inventory/subject.ts';
import type { View } from '../inventory/view.ts';
import { type KsaId, ksaText } from '../model/principal.ts';
import { declaredFor, declaresEdge } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { type AllowDraft, allowOf } from './allow.ts';
import { type Candidates, candidatesIn, type Link, type NamespaceSet, setText } from './candidates.ts';
import { type Ground, viewOf } from './ground.ts';
import { type OwnerOf, ownersIn } from './owners.ts';
import { compareText, sortedBy } from './sorted.ts';

/** An entry of `workloadIdentities` that is still to be named. */
export interface EntryDraft {
  /** What the entry is about: the same for the same identity, whatever it holds today. */
  readonly key: string;
  readonly pool: string;
  readonly namespace: string;
  /** Sorted; `*` alone for the whole namespace. */
  readonly serviceAccounts: readonly string[];
  readonly gsa: string | undefined;
  readonly grantForm: 'each' | 'namespace';
  /** By its labels. */
  readonly owner: string | undefined;
  readonly allow: readonly AllowDraft[];
}

/**
 * The entries that declare what stands today, but for what the policy's hand-written entries declare already, and for what looks wrong:
 * where something still speaks of an attack although the edge is declared (a binding that no KSA uses), the declaration is taken back.
 * `judged` makes the policy in which the entries stand.
 */
export function entriesOf(
  ground: Ground,
  base: Policy,
  judged: (entries: readonly EntryDraft[]) => Policy,
): readonly EntryDraft[] {
  const candidates = candidatesIn(ground, base);
  const owner = ownersIn(ground);
  const wrong = new Set<string>();
  for (;;) {
    const links = chosen(candidates, wrong, base);
    const entries = draft(candidates, links, owner, viewOf(ground, base), base);
    const more = attacked(links, ground, judged(entries));
    if (more.length === 0) return entries;
    for (const subject of more) wrong.add(subject);
  }
}

/** Edges on which a detector of attacks speaks although they are declared. */
function attacked(links: readonly Link[], ground: Ground, policy: Policy): readonly string[] {
  return links
    .map(({ subject }) => subject)
    .filter((subject) =>
      judge(parseSubject(subject), viewOf(ground, policy), policy).verdicts.some(
        (verdict) => verdict.class === 'attack' && verdict.verdict !== 'undecided',
      ),
    );
}

/** One link per KSA, because an entry gives it one account: the one it points at and that lets it in, before one that does either. */
function chosen({ links }: Candidates, wrong: ReadonlySet<string>, base: Policy): readonly Link[] {
  const inOrder = links
    .filter(({ subject }) => !wrong.has(subject))
    .toSorted(
      (a, b) => rank(b) - rank(a) || compareText(a.email, b.email) || compareText(a.subject, b.subject),
    );
  return sortedBy(inOrder, ({ ksa }) => ksaText(ksa)).filter(
    ({ ksa, email }) => !isSpokenFor(base, ksa) && declaresEdge(base, ksa, email) === undefined,
  );
}

function rank({ annotated, bound }: Link): number {
  return (annotated ? 2 : 0) + (bound ? 1 : 0);
}

/** Whether an entry of the base names this very KSA: no second one may. */
function isSpokenFor(base: Policy, ksa: KsaId): boolean {
  return base.identities.some((entry) =>
    entry.identities.some(
      ({ pool, namespace, serviceAccount }) =>
        pool === ksa.pool && namespace === ksa.namespace && serviceAccount === ksa.name,
    ),
  );
}

function draft(
  candidates: Candidates,
  links: readonly Link[],
  owner: OwnerOf,
  view: View,
  base: Policy,
): readonly EntryDraft[] {
  const { held, holders, sets } = candidates;
  const linked = new Set(links.map(({ ksa }) => ksaText(ksa)));
  const shared = Map.groupBy(links, ({ ksa, email }) => `${email} ${ksa.pool} ${ksa.namespace}`);
  const entries = [...shared].map(([key, group]) => {
    const ksas = group.map(({ ksa }) => ksa);
    const { email, ksa } = group[0]!;
    const grants = [email, ...ksas.map(ksaText)].flatMap((holder) => held.get(holder) ?? []);
    return entry(key, ksa, names(ksas), email, allowOf(grants, email, view, base), owner(ksas, email));
  });
  for (const ksa of holders) {
    if (linked.has(ksaText(ksa)) || declaredFor(base, ksa).length > 0) continue;
    const allow = allowOf(held.get(ksaText(ksa)) ?? [], undefined, view, base);
    if (allow.length > 0)
      entries.push(entry(ksaText(ksa), ksa, [ksa.name], undefined, allow, owner([ksa], undefined)));
  }
  for (const set of sets) {
    const made = setEntry(set, candidates, owner, view, base);
    if (made !== undefined) entries.push(made);
  }
  return sortedBy(entries, ({ pool, namespace, serviceAccounts, key }) =>
    [pool, namespace, serviceAccounts.join(' '), key].join('\n'),
  );
}

function names(ksas: readonly KsaId[]): readonly string[] {
  return ksas.map(({ name }) => name).sort();
}

function entry(
  key: string,
  { pool, namespace }: Pick<KsaId, 'pool' | 'namespace'>,
  serviceAccounts: readonly string[],
  gsa: string | undefined,
  allow: readonly AllowDraft[],
  owner: string | undefined,
): EntryDraft {
  return { key, pool, namespace, serviceAccounts, gsa, grantForm: 'each', owner, allow };
}

/** A namespace's grants to all of its workloads. The star is the grant's own: `grantForm` expects the set, and the entry names it. */
function setEntry(
  { pool, namespace, accounts }: NamespaceSet,
  { held }: Candidates,
  owner: OwnerOf,
  view: View,
  base: Policy,
): EntryDraft | undefined {
  const whole: KsaId = { pool, namespace, name: '*' };
  if (isSpokenFor(base, whole)) return undefined;
  const [gsa] = [...accounts].sort();
  const key = setText(pool, namespace);
  const grants = [key, ...(gsa === undefined ? [] : [gsa])].flatMap((holder) => held.get(holder) ?? []);
  const allow = allowOf(grants, gsa, view, base);
  if (gsa === undefined && allow.length === 0) return undefined;
  return {
    ...entry(key, whole, ['*'], gsa, allow, owner([whole], gsa)),
    grantForm: 'namespace',
  };
}
