import { worstFirst } from '../alerts/standing.ts';
import type { Finding } from '../model/finding.ts';
import { parseSubjectName } from '../model/principal.ts';
import type { Nanos } from '../model/time.ts';
import type { PolicyChange } from '../policy/compare/change.ts';
import { policyChanges } from '../policy/compare/policy-changes.ts';
import { declaredFor, declaredForGsa } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { type DecidingLine, type Telling, type Told, tellingsOf } from './telling.ts';

/** What one policy found in a recording. */
export interface Judged {
  readonly policy: Policy;
  readonly findings: readonly Finding[];
}

/** What the candidate would change about who is told what, per finding. */
export interface AlertDiff {
  /** Told at once by the policy, and not by the candidate. */
  readonly vanish: readonly AlertChange[];
  /** Told by both, but otherwise. */
  readonly move: readonly AlertChange[];
  /** Told at once by the candidate only. */
  readonly appear: readonly AlertChange[];
  /** Told at once by neither, and yet not the same: in digest, report or the record. */
  readonly aside: readonly AlertChange[];
  /** Alerts that stay as they are. */
  readonly same: number;
}

export interface AlertChange {
  readonly id: string;
  /** `undefined`: that policy finds nothing there. */
  readonly before: Telling | undefined;
  readonly after: Telling | undefined;
  /** In what they differ; empty where one of them finds nothing. */
  readonly fields: readonly ChangedField[];
  /** The deciding lines of each side, those left out that say the same on both. */
  readonly lines: { readonly before: readonly DecidingLine[]; readonly after: readonly DecidingLine[] };
  /** Where one of them finds nothing: the changes of the policy that this comes from, as far as they can be told. */
  readonly because: readonly PolicyChange[];
}

export type ChangedField =
  | 'fate'
  | 'class'
  | 'severity'
  | 'owner'
  | 'destinations'
  | 'mention'
  | 'escalation'
  | 'time';

/**
 * Compares what two policies made of the same events. Findings are matched by id, so both must have been judged under one tenant
 * (`metadata.name`). `asOf`: the end of the recording.
 */
export function diffAlerts(before: Judged, after: Judged, asOf: Nanos): AlertDiff {
  const [was, is] = [before, after].map(({ findings, policy }) => tellingsOf(findings, policy, asOf));
  const changes = policyChanges(before.policy, after.policy);
  const kinds: Record<Kind, AlertChange[]> = { vanish: [], move: [], appear: [], aside: [] };
  let same = 0;
  for (const id of new Set([...was!.keys(), ...is!.keys()])) {
    const [a, b] = [was!.get(id), is!.get(id)];
    const fields = a === undefined || b === undefined ? [] : fieldsOf(a, b);
    if (a !== undefined && b !== undefined && fields.length === 0) {
      if (a.fate === 'alert') same++;
      continue;
    }
    kinds[kindOf(a, b)].push({
      id,
      before: a,
      after: b,
      fields,
      lines: differing(a?.lines ?? [], b?.lines ?? []),
      because: a !== undefined && b !== undefined ? [] : causes(changes, (a ?? b)!.finding, before, after),
    });
  }
  for (const list of Object.values(kinds)) list.sort((x, y) => worstFirst(findingOf(x), findingOf(y)));
  return { ...kinds, same };
}

/** The finding that a change is about: as the policy sees it, or as the candidate does where only that one does. */
export function findingOf({ before, after }: AlertChange): Finding {
  return (before ?? after)!.finding;
}

type Kind = 'vanish' | 'move' | 'appear' | 'aside';

function kindOf(before: Telling | undefined, after: Telling | undefined): Kind {
  const [was, is] = [before, after].map((telling) => telling?.fate === 'alert');
  if (was && is) return 'move';
  if (was) return 'vanish';
  return is ? 'appear' : 'aside';
}

function fieldsOf(a: Telling, b: Telling): readonly ChangedField[] {
  const pairs: readonly (readonly [ChangedField, unknown, unknown])[] = [
    ['fate', a.fate, b.fate],
    ['class', a.finding.class, b.finding.class],
    ['severity', a.finding.severity, b.finding.severity],
    ['owner', a.finding.owner, b.finding.owner],
    [
      'destinations',
      joined(a, ({ destination }) => destination),
      joined(b, ({ destination }) => destination),
    ],
    ['mention', joined(a, ({ mention }) => mention), joined(b, ({ mention }) => mention)],
    [
      'escalation',
      joined(a, ({ escalateAfter }) => escalateAfter),
      joined(b, ({ escalateAfter }) => escalateAfter),
    ],
    ['time', a.at, b.at],
  ];
  // What is told by one side only differs in all of these, which says nothing more.
  const compared = a.fate === b.fate ? pairs : pairs.slice(0, 4);
  return compared.filter(([, x, y]) => x !== y).map(([field]) => field);
}

function joined({ to }: Telling, part: (told: Told) => unknown): string {
  return to
    .map((told) => String(part(told) ?? ''))
    .sort()
    .join(' ');
}

function differing(before: readonly DecidingLine[], after: readonly DecidingLine[]): AlertChange['lines'] {
  const without = (those: readonly DecidingLine[], others: readonly DecidingLine[]) =>
    those.filter(({ what, says }) => !others.some((one) => one.what === what && one.says === says));
  return { before: without(before, after), after: without(after, before) };
}

/** Changes of the entry that speaks, or of entries that speak of the same identity; else whatever changed what is judged at all. */
function causes(
  changes: readonly PolicyChange[],
  finding: Finding,
  before: Judged,
  after: Judged,
): readonly PolicyChange[] {
  const entries = new Set([before, after].flatMap(({ policy }) => entriesFor(policy, finding)));
  const near = changes.filter(
    ({ section, name }) =>
      speaksIn(finding.why.entry, section === name ? section : `${section}[${name}]`) ||
      (section === 'workloadIdentities' && entries.has(name)),
  );
  return near.length > 0 ? near : changes.filter(({ effect }) => effect !== 'neutral');
}

function speaksIn(entry: string, label: string): boolean {
  return entry === label || entry.startsWith(`${label}.`) || entry.startsWith(`${label}[`);
}

const MEMBER = /[a-z0-9.:-]+\.id\.[a-z0-9.]+\[[^\]]+\]|[\w.+-]+@[\w.-]+\.iam\.gserviceaccount\.com/g;

/** Names of the entries that speak of a KSA or an account which the finding names. */
function entriesFor(policy: Policy, { subject, identity, after, before }: Finding): readonly string[] {
  const members = [subject, identity, ...after, ...before].flatMap((text) => text.match(MEMBER) ?? []);
  return members.flatMap((member) => {
    const principal = parseSubjectName(member.replace(/^(?:ksa|edge|gsa|key):/, ''));
    if (principal.kind === 'ksa') return declaredFor(policy, principal).map(({ name }) => name);
    return principal.kind === 'gsa' ? declaredForGsa(policy, principal.email).map(({ name }) => name) : [];
  });
}
