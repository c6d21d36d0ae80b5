import { resourceLabel } from '../../model/asset.ts';
import type { Finding } from '../../model/finding.ts';
import type { Nanos } from '../../model/time.ts';
import type { DecisionLine, Header } from '../report.ts';
import { secondsBetween } from '../standing.ts';
import { consoleUrl, type Ways } from './links.ts';
import { plain } from './markup.ts';
import { type Clock, duration } from './words.ts';

/**
 * One finding as the table shows it. The page draws rows in two places, once here as markup and once in the script from the island; both draw
 * this value, so that they cannot say different things.
 */
export interface FindingRow {
  readonly id: string;
  readonly severity: Finding['severity'];
  readonly state: Finding['state'];
  readonly detector: string;
  readonly title: string;
  readonly identity: string;
  readonly owner: string;
  readonly project: string;
  /** When it was first seen: `2026-11-21 10:31`, and whole seconds from there to the report. */
  readonly since: string;
  readonly age: number;
  readonly ageText: string;
  /** Where it has a page of its own. */
  readonly page: string | undefined;
  readonly blocks: readonly Block[];
}

/** A part of what unfolds. `facts`: name and value in turn, the value with an address (or none) after a tab. */
export interface Block {
  readonly title: string;
  readonly kind: 'text' | 'steps' | 'diff' | 'code' | 'facts';
  readonly lines: readonly string[];
}

export function rowsOf(
  findings: readonly Finding[],
  decisions: readonly DecisionLine[],
  { header, clock, ways }: { readonly header: Header; readonly clock: Clock; readonly ways: Ways },
): readonly FindingRow[] {
  // Files tell how things stand, and not since when.
  const isWatched = header.madeFrom === 'store';
  const decided = new Map<string, DecisionLine[]>();
  for (const decision of decisions)
    for (const id of decision.findings) {
      const known = decided.get(id);
      if (known === undefined) decided.set(id, [decision]);
      else known.push(decision);
    }
  return findings.map((finding): FindingRow => {
    const age = secondsBetween(finding.firstSeen, header.asOf);
    return {
      id: plain(finding.id),
      severity: finding.severity,
      state: finding.state,
      detector: plain(finding.detector),
      title: plain(finding.title),
      identity: plain(finding.identity),
      owner: plain(finding.owner ?? header.policy.owner),
      project: plain(finding.project ?? ''),
      since: isWatched ? clock.minute(finding.firstSeen) : 'files do not tell since when',
      age,
      ageText: isWatched ? duration(age) : 'not known',
      page: ways.root === undefined ? undefined : ways.toFinding(finding.id),
      blocks: blocksOf(finding, decided.get(finding.id) ?? [], clock, isWatched),
    };
  });
}

function blocksOf(
  finding: Finding,
  decisions: readonly DecisionLine[],
  clock: Clock,
  isWatched: boolean,
): readonly Block[] {
  return [
    ...storyOf(finding),
    ...block(
      'Decisions',
      'text',
      decisions.map(
        ({ at, by, kind, reason }) =>
          `${clock.minute(at)} ${by}: ${kind}${reason === '' ? '' : `, ${reason}`}`,
      ),
    ),
    ...evidenceOf(finding),
    ...block('Facts', 'facts', factsOf(finding, clock, isWatched)),
  ];
}

function block(title: string, kind: Block['kind'], lines: readonly string[]): readonly Block[] {
  return lines.length === 0 ? [] : [{ title, kind, lines: lines.map(plain) }];
}

/** What is wrong, how it came to be so, and how to mend it. */
export function storyOf(finding: Finding): readonly Block[] {
  const { before, after, path, remediation, blastRadius } = finding;
  return [
    ...block('Why it matters', 'text', finding.explanation === '' ? [] : [finding.explanation]),
    ...block('Trace', 'steps', path),
    ...block('Before and after', 'diff', [
      ...before.map((line) => `- ${line}`),
      ...after.map((line) => `+ ${line}`),
    ]),
    ...block(
      'Fix',
      'code',
      remediation.map(({ text }) => text),
    ),
    ...block('What it can do harm to', 'text', [
      ...(blastRadius?.sensitive.map((one) => `Reaches ${one}`) ?? []),
      ...(blastRadius?.permissions.map((one) => `May ${one}`) ?? []),
      ...(blastRadius?.workloads.map((one) => `Runs in ${one}`) ?? []),
    ]),
  ];
}

/** What it is evidence for, and who says that it is wrong. */
export function evidenceOf({ controls, why }: Finding): readonly Block[] {
  return [
    ...block('Supports the evidence for', 'text', [
      ...new Set(
        controls.map(({ framework, version, id, title }) => `${framework} ${version} ${id} ${title}`),
      ),
    ]),
    ...block('Policy', 'text', [`${why.file}:${why.line}, ${why.entry} (policy ${why.policyHash})`]),
  ];
}

/** Names and values in turn, as a block of facts has them. */
export function factsOf(finding: Finding, clock: Clock, isWatched: boolean): readonly string[] {
  const seen = (time: Nanos) => (isWatched ? clock.minute(time) : undefined);
  const facts: readonly (readonly [string, string | undefined, (string | undefined)?])[] = [
    ['Identity', finding.identity],
    ['Owner', finding.owner],
    ['Resource', resourceLabel(finding.resource), consoleUrl(finding.resource, finding.project)],
    ['Role', finding.role],
    ['Project', finding.project],
    ['Cluster', finding.cluster],
    ['Namespace', finding.namespace],
    ['Pool', finding.pool],
    ['Done by', actorText(finding.actor)],
    ['Observed by', finding.observedBy],
    ['Came about', clock.minute(finding.eventTime)],
    ['First seen', seen(finding.firstSeen)],
    ['Last seen', seen(finding.lastSeen)],
    ['Time', finding.episode > 1 ? `it came back ${finding.episode - 1} times` : undefined],
    ['Acknowledged by', finding.assignee],
    ['Snoozed until', finding.snoozedUntil === undefined ? undefined : clock.minute(finding.snoozedUntil)],
    ['Exception', finding.exception],
    ['Excepted until', finding.exceptedUntil === undefined ? undefined : clock.minute(finding.exceptedUntil)],
    ['Closed', finding.resolvedAt === undefined ? undefined : clock.minute(finding.resolvedAt)],
    ['Closed as', finding.resolution],
    ['Closed by', finding.resolvedBy],
    ['Id', finding.id],
  ];
  return facts.flatMap(([name, value, url]) =>
    value === undefined || value === '' ? [] : [name, `${value.replaceAll('\t', ' ')}\t${url ?? ''}`],
  );
}

export function actorText(actor: Finding['actor']): string {
  if (typeof actor === 'string') return actor === 'pending' ? 'not known yet' : 'unknown';
  const who = actor.principal === '' ? 'redacted in the audit log' : actor.principal;
  const through = actor.delegation.length === 0 ? '' : ` through ${actor.delegation.join(', ')}`;
  const reason = actor.reason === undefined ? '' : `; reason as claimed: ${actor.reason}`;
  return `${who}${through}${reason}`;
}
